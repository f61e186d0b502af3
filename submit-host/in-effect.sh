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
  reload_condor
  reload_sshd
}

reload_condor() {
  if running condor_master; then
    timeout 20 condor_reconfig >/dev/null ||
      die 'HTCondor could not be told to read its configuration: run condor_reconfig, or this again'
    echo 'reconfigured HTCondor'
  fi
}

reload_sshd() {
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

# What counts may be something else than what the files say: other files of HTCondor's, sudo's or sshd's.
# "not in effect" is an error; "overruled" is what a site may want so (README.md).
check_effect() {
  if running condor_master; then
    check_condor
  elif [ $mode = check ]; then # its tools wait for a name that does not resolve, as in a root where nothing runs yet
    echo 'not known: what the schedd has in effect, for HTCondor does not run (looked at its files instead)'
    check_condor
  fi
  LC_ALL=C timeout 20 /usr/bin/python3 -I "$here/in-effect-sudo.py" "$user" "$new/sudoers" || echo 'not known: sudo -l'
  check_noexec
  check_sshd
  if getent passwd "$user" >/dev/null; then check_account; fi
}

installed() { # name: its value, by the file that is installed alone
  timeout 20 condor_config_val -root-config "$new/condor.conf" -raw "$@" 2>&1 || true
}
schedd() { # of the schedd itself, or of the files that it would read
  if running condor_master; then
    timeout 20 condor_config_val -schedd "$@" 2>&1
  else
    timeout 20 condor_config_val -subsystem SCHEDD "$@" 2>&1
  fi
}

check_condor() {
  # Lists and CONDOR_GATE_JOBS are the site's, too; two settings are read by condor_submit. Those come below.
  names=$(sed -nE 's/^([A-Za-z_.]+) @?=.*/\1/p' "$new/condor.conf" |
    grep -vE '^[A-Z_]+(_NAMES|_ATTRS)$|^(CONDOR_GATE_JOBS|SUBMIT_ALLOW_GETENV|USER_CONFIG_FILE)$')
  # shellcheck disable=SC2086
  values=$(schedd -raw $names) || {
    echo "not known: the schedd does not say its rules: $values"
    return
  }
  # shellcheck disable=SC2086
  [ "$values" = "$(installed $names)" ] || for name in $names; do # one by one, to say which
    value=$(schedd -raw "$name") || true
    [ "$value" = "$(installed "$name")" ] || case $name in
      *_REASON | SCHEDD_NOT_RESPONDING_TIMEOUT | SCHEDD_ALLOW_LATE_MATERIALIZE | GRIDMANAGER | SCHEDD.* | CHECKPOINT_*) echo "overruled: $name, for the schedd has: $value" ;;
      *) echo "not in effect: $name, for the schedd has: $value" ;;
    esac
  done
  for name in SUBMIT_ALLOW_GETENV USER_CONFIG_FILE; do
    value=$(timeout 20 condor_config_val -subsystem SUBMIT -raw $name 2>&1) || true
    [ "$value" = "$(installed $name)" ] || echo "overruled: $name, for condor_submit has: $value"
  done

  # HTCondor passes over a rule that it cannot parse.
  jobs=$(schedd CONDOR_GATE_JOBS) || true
  if command -v classad_eval >/dev/null; then
    job='[ ProcRequestId = "x"; TARGET = [ ProcRequestId = "x" ] ]'
    [ "$(classad_eval "$job" "ifThenElse($jobs, true, false)" 2>/dev/null | tail -1)" = true ] ||
      echo "not in effect: the schedd's rules, for CONDOR_GATE_JOBS is not true of the gate's jobs, or no expression: $jobs"
  else
    echo "not known: classad_eval is missing; CONDOR_GATE_JOBS is: $jobs"
  fi

  sed -e ':join' -e '/\\$/{N;s/\\\n//;b join' -e '}' "$new/condor.conf" |
    sed -nE 's/^([A-Z_]+_(NAMES|ATTRS)) = [^)]*\) *(.*)$/\1 \3/p' | while read -r list words; do
    value=$(schedd "$list") || true
    for word in $words; do
      case $list:$(echo "$value" | tr ', ' '\n\n' | grep -cixF "$word") in
        *_ATTRS:0) echo "overruled: $word, for the schedd's $list is: $value" ;;
        *:0) echo "not in effect: $word, for the schedd's $list is: $value" ;;
        *_ATTRS:* | *:1) ;;
        # As a copy of the file beside it makes it. A transform that comes twice makes an attribute that refers to itself.
        *) echo "not in effect: $word, which is more than once in the schedd's $list: $value" ;;
      esac
    done
  done
}

# All of it must be given: one word of a `Match` that has nothing to be compared with, and sshd says nothing at all.
sshd_says() { # address it comes from, address and port it comes to
  said=$(sshd -T -C "user=$user,host=localhost,addr=$1,laddr=$2,lport=$3,rdomain=") || return
  # OpenSSH 10.1 and later write PermitTTY, earlier ones permittty.
  printf '%s\n' "$said" | sed 's/^[^ ]*/\L&/'
}

# The library of NOEXEC, and by it a shell that is to become another program: the kernel must say no (126).
check_noexec() {
  status=0
  LD_PRELOAD=$noexec /bin/sh -c 'exec /bin/true' 2>/dev/null || status=$?
  [ $status = 126 ] || echo "not in effect: $noexec, for with it a program can still start another"
}

# sshd as the service finds it: at each of its ports and this host's addresses, from the addresses of --from (the first
# one of a network), or from two that stand for all.
check_sshd() {
  sshd_says 127.0.0.1 127.0.0.1 22 >"$new/sshd" || {
    echo 'not known: sshd does not say its configuration'
    return
  }
  sed '/^Match/,$d' "$new/sshd.conf" | grep '^[A-Z]' | while read -r keyword value; do
    grep -qixF "$keyword $value" "$new/sshd" ||
      echo "overruled: $keyword $value, for sshd has: $(grep -i "^$keyword " "$new/sshd")"
  done
  grep -q '^port ' "$new/sshd" || echo 'not known: sshd names no port'
  sed -n '/^Match/,$s/^  *\([A-Z]\)/\1/p' "$new/sshd.conf" >"$new/wanted"
  for port in $(sed -n 's/^port //p' "$new/sshd"); do
    for origin in $(echo "${from:-127.0.0.1,192.0.2.1}" | tr , ' '); do
      for local in 127.0.0.1 $(hostname -I 2>/dev/null); do
        sshd_says "${origin%/*}" "$local" "$port" >"$new/sshd" || {
          echo 'not known: sshd does not say its configuration'
          continue
        }
        grep -vixFf "$new/sshd" "$new/wanted" | while read -r line; do
          echo "not in effect: $line, for the account $user of sshd (from ${origin%/*} to $local, port $port)"
        done
      done
    done
  done | awk -F, '!seen[$1]++'
}

# sshd runs the forced command by the account's shell, and lets nobody in whose account is out of date.
check_account() {
  shell=$(getent passwd "$user" | cut -d: -f7)
  status=0
  timeout 5 "${shell:-/bin/sh}" -c 'exit 3' </dev/null >/dev/null 2>&1 || status=$?
  [ $status = 3 ] || echo "not in effect: the account $user, for its shell runs no command: $shell"
  getent shadow "$user" | awk -F: -v user="$user" -v day=$(($(date +%s) / 86400)) '
    $8 != "" && $8 <= day { print "not in effect: the account " user ", for it has expired (chage -E -1 " user ")" }
    $3 == "0" || $3 != "" && $5 != "" && $3 + $5 < day {
      print "not in effect: the account " user ", for its password is too old, though it has none (chage -M -1 " user ")" }'
}
