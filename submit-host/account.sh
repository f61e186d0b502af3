# The service's group and account, and who owns its records; part of ./install, which reads $changed.

make_account() {
  if ! getent group "$group" >/dev/null; then
    changed=1
    if [ $mode = check ]; then echo "missing: group $group"; else groupadd "$group"; echo "made group $group"; fi
  fi
  if ! getent passwd "$user" >/dev/null; then
    changed=1
    if [ $mode = check ]; then
      echo "missing: account $user"
    else
      # A real shell, for sshd runs the forced command by it. '*': no password, yet not locked, which sshd would refuse.
      useradd --system --user-group --no-create-home --home-dir $state --shell /bin/sh --password '*' "$user"
      echo "made account $user"
    fi
  fi
  if getent passwd "$user" >/dev/null; then
    keep_directory $state 700 "$user"
    # Records that another account made, `--user` before this one, could not be written to.
    if [ -d $state ] && find $state ! -user "$user" | grep -q .; then
      changed=1
      if [ $mode = check ]; then
        echo "differs: $state, the owner of what is in it"
      else
        # No hard links: who made them may have meant another's file.
        find $state ! -user "$user" \( -type d -o -type f -links 1 \) -exec chown -h "$user:" {} +
        echo "made $user the owner of all in $state"
      fi
    fi
  fi
}
