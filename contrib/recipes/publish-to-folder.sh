#!/bin/sh
# Publishes into the folder $FOLDER, one file a channel: ana/shop/android-phone.apk. Needs jq.
set -eu; cd "$FOLDER"; asked=$(cat); app=./$(printf %s "$asked" | jq -r '.app // ""')
case $1 in
publish) mkdir -p "$app"; items=$(printf %s "$asked" | jq -r '.plan.items[] |
    select(.action != "keep") | .version as $v | [.channel, $v.path, $v.format] | @tsv')
  printf '%s\n' "$items" | while IFS="$(printf '\t')" read -r channel path format; do
    [ -z "$path" ] || { cp "$path" "$app/.new"; mv "$app/.new" "$app/$channel.$format"; }
    find "$app" -name "$channel.*" ! -name "$channel.$format" -exec rm {} +
  done ;;
live) for file in "$app"/*; do [ ! -f "$file" ] || { name=${file##*/}; name=${name%%.*}
    printf '{"channel": "%s", "digest": "%s"}\n' "$name" "$(sha256sum < "$file" | cut -c1-64)"
  }; done | jq -sc '{live: .}' ;;
unpublish) rm -rf "$app" ;;
status) [ -w . ] || { echo '{"status": "unknown", "reason": "The folder is read-only."}'; } ;; esac
