# Part of ./install: logs in as the service does and asks the gate whether a submission would work. It uses $new, $user, $keys, $libexec.

# A key of the kind that the service has, which is thrown away, in an sshd that talks to this one login and reads this host's own
# configuration: PAM, AllowGroups, nologin, key algorithms, forced command and options of the key all have their say.
check_login() {
  if ! command -v ssh >/dev/null; then
    echo 'not known: whether the service can log in, for the program ssh is missing (Debian: openssh-client)'
    return
  fi
  place=$(mktemp -d /run/condor-gate.XXXXXX)
  chmod 755 "$place" # sshd reads the key file as the account
  kind=$(sed -nE 's/^(.* )?((ssh|ecdsa|sk)-[^ ]*) AAAA.*/\2/p' $keys | head -1)
  case $kind in
    ssh-rsa) kind='-t rsa -b 3072' ;;
    ecdsa-sha2-nistp*) kind="-t ecdsa -b ${kind#ecdsa-sha2-nistp}" ;;
    *) kind='-t ed25519' ;;
  esac
  # shellcheck disable=SC2086
  ssh-keygen -q $kind -N '' -C check -f "$place/key"
  echo "restrict,command=\"$libexec/condor-gate\" $(cat "$place/key.pub")" >"$place/keys"
  # The first value counts: the file of keys is this one, and all else is the host's.
  printf 'Match User %s\n    AuthorizedKeysFile %s\nMatch all\nInclude /etc/ssh/sshd_config\n' "$user" "$place/keys" >"$place/config"
  status=0
  echo '{"v":1,"op":"ping"}' |
    timeout 60 ssh -F none -i "$place/key" -o IdentitiesOnly=yes -o BatchMode=yes -o LogLevel=ERROR -o StrictHostKeyChecking=no \
      -o UserKnownHostsFile=/dev/null -o GlobalKnownHostsFile=/dev/null \
      -o ProxyCommand="$(command -v sshd) -i -f $place/config -E $place/log" "$user@localhost" >"$new/ping" 2>"$new/words" || status=$?
  said=$(grep -v '^$' "$new/words" | tail -1)
  ! grep -q '"schedd":' "$new/ping" || { rm -r "$place"; return; }
  case $status in
    69) echo "not known: whether a submission works, for HTCondor does not answer" ;;
    255) say_refused ;;
    *) echo "not in effect: the gate, which says: ${said:-nothing, and ends with $status}" ;;
  esac
  rm -r "$place"
}

# The login is from no address, so rules for addresses can be the reason, and then nothing is known.
say_refused() {
  why=$(grep -iE 'not allowed|denied|refused|failed|error|not in|closed|nologin' "$place/log" | tail -1 | tr -d '\r')
  for file in /run/nologin /etc/nologin; do
    [ ! -e $file ] || why="$why ($file lets nobody in)"
  done
  case $(sshd_says 127.0.0.1 127.0.0.1 22 | grep -iE '^(allow|deny)(users|groups) .*@') in
    '') echo "not in effect: the login as $user, for sshd refuses it: ${why:-$said}" ;;
    *) echo "not known: whether $user can log in: sshd has rules for addresses, and refuses one without: ${why:-$said}" ;;
  esac
}

check_programs() {
  for name in config_val history hold prio q release rm status submit tail; do
    [ -x /usr/bin/condor_$name ] || echo "missing: /usr/bin/condor_$name"
  done
}

# That sshd lets the service in is no use where none listens. One that systemd starts on demand does.
check_listening() {
  sshd_says 127.0.0.1 127.0.0.1 22 | sed -n 's/^listenaddress //p' | /usr/bin/python3 -I -c '
import socket, sys
for line in sys.stdin:
    host, _, port = line.strip().rpartition(":")
    try:
        with socket.create_connection((host.strip("[]"), int(port)), 5) as talk:
            if talk.recv(4) == b"SSH-":
                sys.exit()
    except OSError:
        pass
print("not known: whether the service can log in, for no sshd answers at the addresses of its configuration")'
}
