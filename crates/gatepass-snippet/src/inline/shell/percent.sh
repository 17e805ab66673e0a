# Percent-encodes every byte but letters, digits and -._~
percent_encode() {
  printf '%s' "$1" | od -An -v -tx1 | tr ' ' '\n' | while read -r hex; do
    case $hex in
      '') ;;
      2d | 2e | 5f | 7e | 3[0-9] | [46][1-9a-f] | [57][0-9a]) printf "\\$(printf %o "0x$hex")" ;;
      *) printf '%%%s' "$(printf %s "$hex" | tr a-f A-F)" ;;
    esac
  done
}
