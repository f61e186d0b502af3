#!/bin/bash
# First process of the local submit host. Sets the host up as an operator would, starts HTCondor,
# sshd and Ceph, and tells on standard output how far it is:
#   installed | ready condor | ready ceph | failed <what>
# Standard input is the lifeline: its end, like SIGTERM, stops everything. When this process ends,
# the kernel ends every other one of its pid namespace.
exec 3<&0 4>&1 </dev/null >&2
say() { echo "$*" >&4; }

stopping=
trap 'stopping=yes' TERM INT
(exec 4>&-; read -r _ <&3; kill -TERM 1) &
exec 3<&-

hostname submit.condor.test
cp -r /local/files/. /
# What systemd does at boot: the directories that the packages' tmpfiles.d name, then logins are let in. HTCondor makes
# its others itself, with its pool key.
systemd-machine-id-setup
install -d -m 1777 /run/lock # trixie: run-lock.mount
systemd-tmpfiles --create --remove --boot --exclude-prefix=/dev
rm -f /run/nologin

# What would be the journal: sudo and the gate write to it. Each line is appended by itself, so that sed may edit the file.
python3 -ISc '
import os, socket
os.umask(0)
log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
log.bind("/dev/log")
os.umask(0o077)
while True:
    line = log.recv(65536)
    with open("/var/log/auth.log", "ab") as file:
        file.write(line.rstrip(b"\n\0") + b"\n")
' 4>&- &

# Ceph takes longest and needs nothing of the host: first
if [ -e /local/ceph.env ]; then
  (
    trap - TERM INT
    if bash /local/ceph.sh 4>&-; then say ready ceph; else say failed ceph; fi
  ) &
  ceph=$!
fi

# the site's users, in the group `users` as Debian's adduser makes them; erin has an account here and may not submit.
# Numbers that no user of this machine is likely to have: files and processes in here are theirs outside, too.
uid=59001
for user in alice bob erin; do
  id "$user" >/dev/null 2>&1 ||
    useradd --uid $uid --groups users --create-home --shell /bin/bash --password '*' "$user"
  uid=$((uid + 1))
done

# the program that the original documentation's example 3 finds on the VM: jobs run on this host
install -d -m 755 /my/folder
printf '#!/bin/sh\necho "myProgram.exe on the VM: $*"\n' >/my/folder/myProgram.exe
chmod 755 /my/folder/myProgram.exe

install_submit_host() {
  rm -rf /root/submit-host && cp -r /local/submit-host /root/submit-host &&
    /root/submit-host/install --key /local/key.pub --store "$(cat /local/store)" &&
    usermod -aG condorusers alice && usermod -aG condorusers bob
}
if [ ! -e /local/key.pub ]; then
  say installed
elif install_submit_host 4>&-; then
  say installed
  bash /local/unit.sh ssh 4>&- &
  bash /local/unit.sh condor 4>&- &
  master=$!
  (
    trap - TERM INT
    until runuser -u alice -- condor_q -totals && condor_status -af Name | grep -q .; do
      sleep 0.1
    done >/dev/null 2>&1 4>&-
    touch /run/condor-is-ready
    say ready condor
  ) &
else
  say failed submit-host/install
fi

# reaps whatever ends, until told to stop
while [ -z "$stopping" ]; do
  wait -n -p ended
  [ "${ended-}" != "${master-none}" ] || say failed condor_master # nobody starts it anew, nor waits for it
done

# Stopped daemons (tests hang them) must hear it too. The object store goes before what it writes to,
# so that `npm start -- --keep` finds everything. Names are safe here: /proc is this namespace's own.
kill -CONT -1
[ -n "${ceph-}" ] && kill -KILL "$ceph"
pkill -KILL -f '^bash /local/ceph.sh'
# a master that is still starting hears nothing, and has nothing to lose
[ -n "${master-}" ] && if [ -e /run/condor-is-ready ]; then kill -QUIT "$master"; else kill -KILL "$master"; fi
end() { pkill -TERM -f "^([^ ]*/)?$1"; }
# waits until none of them is left, at most 5 s
gone() {
  for _ in $(seq 50); do
    pgrep -f "^([^ ]*/)?($1)" >/dev/null || return
    sleep 0.1
  done
}
end sshd
end 'radosgw '
gone 'radosgw |condor_master'
[ -e /var/lib/ceph-local/.ready ] || exit 0 # a cluster that is half made is made anew
end ceph-osd
gone ceph-osd
end ceph-mon
gone ceph-mon
exit 0
