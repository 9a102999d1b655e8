#!/bin/sh
# Publishes by HTTP PUT under $SERVER (WebDAV, an artifact repository, an MDM that takes files), one
# file a channel, with $TOKEN as bearer token. Needs curl and jq. It reads back the $CHANNELS by GET.
set -eu
asked=$(cat)
app=$(printf %s "$asked" | jq -r '.app // "" | split("/") | map(@uri) | join("/")')
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT

# The token goes in by standard input: what is on a command line, everybody on the machine can read.
ask() {
  printf 'header = "Authorization: Bearer %s"\n' "$TOKEN" |
    curl --config - --silent --show-error --output "$work/answer" --write-out '%{http_code}' "$@"
}
fail() { jq -nc --arg kind "$1" --arg message "$2" '{error: {$kind, $message}}'; exit 0; }
# "Busy" and "refused" say that nothing was taken: after the first file, that is true no more.
sent=
judge() {
  case $1 in
  2*) ;;
  429 | 503) fail "${sent:-busy}" "The server is busy ($1)." ;;
  4*) fail "${sent:-refused}" "The server refuses this ($1)." ;;
  *) fail unreachable "The server does not answer, or failed ($1)." ;;
  esac
}
remove() {
  code=$(ask --request DELETE "$SERVER/$app/$1") || true
  [ "$code" = 404 ] || judge "$code"
}

case $1 in
status)
  judge "$(ask --head "$SERVER/")"
  echo '{"status": "available", "reason": "The server answers."}'
  ;;
publish)
  printf %s "$asked" | jq -r '.plan.items[] | select(.action != "keep") | .version as $v |
      [.channel, $v.path] | @tsv' > "$work/items"
  while IFS="$(printf '\t')" read -r channel path; do
    echo "{\"stage\": \"Send $channel\"}"
    if [ -n "$path" ]; then
      judge "$(ask --upload-file "$path" "$SERVER/$app/$channel")"
    else
      remove "$channel"
    fi
    sent=unreachable
  done < "$work/items"
  echo '{"receipt": {}}'
  ;;
live)
  : > "$work/live"
  for channel in $CHANNELS; do
    code=$(ask "$SERVER/$app/$channel") || true
    [ "$code" != 404 ] || continue
    judge "$code"
    digest=$(sha256sum "$work/answer" | cut -c1-64)
    echo "{\"channel\": \"$channel\", \"digest\": \"$digest\"}" >> "$work/live"
  done
  jq -sc '{live: .}' "$work/live"
  ;;
unpublish)
  for channel in $CHANNELS; do
    remove "$channel"
    sent=unreachable
  done
  ;;
esac
