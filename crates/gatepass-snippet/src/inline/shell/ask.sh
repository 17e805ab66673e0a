# Asks on the terminal, without showing what is typed.
ask() {
  printf '%s: ' "$1" >/dev/tty
  stty -echo </dev/tty
  IFS= read -r answer </dev/tty
  given=$?
  stty echo </dev/tty
  printf '\n' >/dev/tty
  printf '%s' "$answer"
  return $given
}
