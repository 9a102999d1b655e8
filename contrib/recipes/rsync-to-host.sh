#!/bin/sh
# Publishes to the folder $FOLDER of the machine $HOST by rsync over ssh, one file a channel. Needs
# ssh (with a key that asks nothing), rsync and jq here, sha256sum and rsync there.
# An ssh agent has to be named: environment={"HOST": ..., "FOLDER": ..., "SSH_AUTH_SOCK": ...}.
set -eu
asked=$(cat)
app=$(printf %s "$asked" | jq -r '.app // ""')
# Names go into the command line of a shell over there.
case $app$FOLDER in
*[!A-Za-z0-9._/@-]*)
  echo '{"error": {"kind": "refused", "message": "The name of the app, or FOLDER, is not plain ASCII."}}'
  exit
  ;;
esac
there() { ssh -o BatchMode=yes -o ConnectTimeout=10 "$HOST" "$1" < /dev/null; }

case $1 in
status) there "test -w $FOLDER" ;;
publish)
  items=$(printf %s "$asked" | jq -r '.plan.items[] | select(.action != "keep") | .version as $v |
      [.channel, $v.path] | @tsv')
  there "mkdir -p $FOLDER/$app"
  printf '%s\n' "$items" | while IFS="$(printf '\t')" read -r channel path; do
    echo "{\"stage\": \"Send $channel\"}"
    if [ -n "$path" ]; then
      # rsync writes beside the file and renames, so that the old one is there until the new one is.
      rsync --times --chmod=F644 -e 'ssh -o BatchMode=yes' "$path" "$HOST:$FOLDER/$app/$channel" \
        < /dev/null
    else
      there "rm -f $FOLDER/$app/$channel"
    fi
  done
  ;;
live)
  held=$(there "cd $FOLDER && if [ -d $app ]; then cd $app && find . -type f ! -name '.*' \
      -exec sha256sum {} +; fi")
  printf %s "$held" | jq -Rnc '{live: [inputs | capture("^(?<digest>[0-9a-f]{64}) .\\./(?<channel>.+)$")]}'
  ;;
unpublish) there "rm -rf $FOLDER/$app" ;;
esac
