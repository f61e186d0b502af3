#!/bin/bash
# Becomes the program of a unit of systemd's, as systemd would start it: `bash /local/unit.sh condor`. What the daemons
# and the programs that they start find there decides what a stranger can make them do: with a HOME, other files count.
# What is left out cannot be had in here: control groups (Delegate=, TasksMax=) have no file system, and only systemd
# could answer to NOTIFY_SOCKET, WATCHDOG_USEC, JOURNAL_STREAM and INVOCATION_ID. Nothing starts anew what has ended.
set -euf
unit=/usr/lib/systemd/system/$1.service
[ ! -e "/etc/systemd/system/$1.service" ] || unit=/etc/systemd/system/$1.service
setting() { sed -n "s/^$1=//p" "$unit"; }
assignments() { [ ! -e "$1" ] || sed -nE "s/^([A-Za-z_]+=)([\"']?)(.*)\2\$/\1\3/p" "$1"; }

# Without User= there is no HOME, USER, LOGNAME or SHELL. The search path is the one compiled into this systemd, and so
# is C.UTF-8 where there is no locale.conf, as on a minimal Debian.
environment=("PATH=$(systemd-path search-binaries-default)")
add() { while read -r line; do environment+=("$line"); done; }
add < <(assignments /etc/locale.conf)
[ -s /etc/locale.conf ] || environment+=(LANG=C.UTF-8)
for name in $(setting RuntimeDirectory); do
  install -d -m "$(setting RuntimeDirectoryMode)" "/run/$name"
  environment+=("RUNTIME_DIRECTORY=/run/$name")
done
add < <(setting Environment | xargs -rn1)
for file in $(setting EnvironmentFile); do add < <(assignments "${file#-}"); done # the dash: it may be missing

# Limits: as far as this machine lets its root go, for a container may have no right to raise one.
files=$(setting LimitNOFILE)
ulimit -Sn "${files:-1024}" 2>/dev/null || ulimit -Sn hard
ulimit -Hn "${files:-524288}" 2>/dev/null || true
ulimit -Sc hard
umask 022
cd /

setting ExecStartPre | while read -r before; do env -i "${environment[@]}" $before; done
# Variables count in the command alone, and are split into words, as systemd does it.
for assignment in "${environment[@]}"; do declare "$assignment"; done
eval "command=($(setting ExecStart))"
exec setsid env -i --default-signal --ignore-signal=PIPE "${environment[@]}" "${command[@]}" </dev/null
