#!/bin/bash
# Runs inside fresh mount, pid, uts and ipc namespaces: makes the root of the local submit host out
# of the cached Debian root (read only) and this run's own layer, and becomes its first process.
# Arguments: the cached root, the stack's folder.
set -eu
lower=$1 stack=$2 root=$2/root

mount -t overlay overlay -o "lowerdir=$lower,upperdir=$stack/upper,workdir=$stack/work" "$root"

mount -t proc -o nosuid,nodev,noexec proc "$root/proc"
mount -t tmpfs -o nosuid,mode=755 tmpfs "$root/dev"
for device in null zero full random urandom tty; do
  touch "$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts "$root/dev/pts"
mount -t tmpfs -o nosuid,nodev,mode=1777 tmpfs "$root/dev/shm"
mount -t tmpfs -o nosuid,nodev,mode=755 tmpfs "$root/run"
# as Debian's own tmp.mount has it
mount -t tmpfs -o mode=1777,nosuid,nodev,size=50%,nr_inodes=1m tmpfs "$root/tmp"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
ln -s fd/0 "$root/dev/stdin"
ln -s fd/1 "$root/dev/stdout"
ln -s fd/2 "$root/dev/stderr"

# what this run brings: configuration, submit-host/, the scripts
mkdir -p "$root/local"
mount --bind "$stack/seed" "$root/local"
mount -o remount,ro,bind "$root/local"

# chroot changes to / of the new root: the OSD loads its object classes from a relative path
exec chroot "$root" /usr/bin/env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
  LANG=C.UTF-8 HOME=/root /bin/bash /local/init.sh
