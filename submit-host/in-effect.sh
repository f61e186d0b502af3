# Part of ./install, which reads it in: has what is installed take effect, and sees whether it has.
# It uses $here, $new and $user, and die().

running() { # daemon: in this root, not in a container or chroot beside it
  for pid in $(pidof "$1" 2>/dev/null); do
    [ "$(stat -Lc %d:%i "/proc/$pid/root" 2>/dev/null)" != "$(stat -Lc %d:%i /)" ] || return 0
  done
  return 1
}

# Always, for it is cheap, and an earlier run may have been cut off before it. The schedd's rules first: sshd opens the door.
reload() {
  if running condor_master; then
    timeout 20 condor_reconfig >/dev/null ||
      die 'HTCondor could not be told to read its configuration: run condor_reconfig, or this again'
    echo 'reconfigured HTCondor'
  fi
  if running sshd; then
    if [ -d /run/systemd/system ]; then
      systemctl reload ssh 2>/dev/null || systemctl reload sshd || die 'sshd could not be reloaded: run this again'
      echo 'reloaded sshd'
    elif [ -f /run/sshd.pid ]; then
      kill -HUP "$(cat /run/sshd.pid)" || die 'sshd could not be reloaded: run this again'
      echo 'reloaded sshd'
    else
      echo 'sshd runs, and must be told to read its configuration again'
    fi
  fi
}

# What counts may be something else than what the files say: a later file of HTCondor's, an earlier line of sshd's.
check_effect() {
  if running condor_master; then
    sed -n 's/^\([A-Z_]*_NAMES\) = .*) *\(Gate.*\)$/\1 \2/p' "$here/condor.conf" | while read -r list rules; do
      value=$(timeout 20 condor_config_val -schedd "$list" 2>&1) || {
        echo "not known: the schedd does not say its $list: $value"
        continue
      }
      for rule in $rules; do
        case " $(echo "$value" | tr ',\n' '  ') " in
          *" $rule "*) ;;
          *) echo "not in effect: $rule, for the schedd's $list is: $value" ;;
        esac
      done
    done
  fi
  sshd -T -C "user=$user,host=localhost,addr=127.0.0.1" >"$new/sshd" || echo 'not known: sshd -T'
  sed -n '/^Match/,$s/^  *\([A-Z]\)/\1/p' "$new/sshd.conf" | while read -r keyword value; do
    grep -qixF "$keyword $value" "$new/sshd" || echo "not in effect: $keyword $value, for the account $user of sshd"
  done
}
