# Puts a file or a directory where it belongs, or with --check says that it differs; part of ./install, which reads $changed.

put() { # file, mode, source
  if [ -f "$1" ] && cmp -s "$1" "$3" && [ "$(stat -c %a:%U "$1")" = "$2:root" ]; then
    return
  fi
  changed=1
  if [ $mode = check ]; then
    echo "differs: $1"
    return
  fi
  # None of those who read a whole directory (HTCondor, sudo, sshd) reads a name with a dot in front.
  part=$(dirname "$1")/.$(basename "$1").new
  mkdir -p "$(dirname "$1")"
  install -o root -g root -m "$2" "$3" "$part"
  mv "$part" "$1"
  echo "installed $1"
}

# A directory's owner and mode, for who may write to one says what runs, or what was submitted.
keep_directory() { # directory, mode, owner
  [ "$(stat -c %a:%U "$1" 2>/dev/null)" != "$2:$3" ] || return 0
  changed=1
  if [ $mode = check ]; then
    echo "differs: $1, its owner or mode"
  else
    install -d -o "$3" -g "$(id -gn "$3")" -m "$2" "$1"
    echo "installed $1"
  fi
}
