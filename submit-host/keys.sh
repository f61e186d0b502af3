# The service's public keys; part of ./install, which reads them into $keys_given.

# Line by line, for sshd passes over a line that it does not understand, and says nothing.
give_key() { # file
  [ -f "$1" ] || die "no such file: $1"
  count=0 given=''
  while read -r line || [ -n "$line" ]; do
    count=$((count + 1))
    line=$(printf %s "$line" | tr -d '\r')
    case $line in
      '' | '#'*) continue ;;
      *-cert-v0*) die "$1, line $count: a certificate, and no key" ;;
      ssh-*\ AAAA* | ecdsa-*\ AAAA* | sk-*\ AAAA*) ;;
      *\ ssh-*\ AAAA* | *\ ecdsa-*\ AAAA* | *\ sk-*\ AAAA*)
        die "$1, line $count: the key alone, please: its options are written by install (--from for an address)" ;;
      *) die "$1, line $count: not a public key" ;;
    esac
    printf '%s\n' "$line" | ssh-keygen -l -f - >/dev/null 2>&1 || die "$1, line $count: ssh-keygen cannot read this key"
    given="$given$line
"
  done <"$1"
  [ -n "$given" ] || die "not a public key: $1"
  keys_given="$keys_given$given"
}
