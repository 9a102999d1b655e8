#!/bin/sh
# Publishes to Volt MX Foundry with mfcli. Needs java, mfcli.jar and jq.
#   environment={"MFCLI": "/.../mfcli.jar", "ACCOUNT": "100000001", "TARGET": "name of environment"}
#   credentials={"FOUNDRY_USER": "env:...", "FOUNDRY_PASSWORD": "env:..."}
# mfcli takes its password on the command line, where others on this machine can read it: encrypt it
# with `mfcli encrypt`. It cannot say what is live, so every publish is unverified.
set -eu
[ "$1" = publish ] || exit 64
asked=$(cat)
name=$(printf %s "$asked" | jq -r '.app | split("/")[1]')
fail() { jq -nc --arg message "$1" '{error: {kind: "refused", $message}}'; exit 0; }
printf %s "$asked" | jq -e '.plan.items | all(.action != "remove")' > /dev/null ||
  fail "mfcli takes no channel out: publish it in the console."
printf %s "$asked" | jq -e '.plan.items | all(.version == null or
    ((.version.version // "") | test("^[0-9](\\.[0-9]{1,2}(\\.[0-9]{1,3})?)?$")))' > /dev/null ||
  fail "Foundry takes versions such as 1.23.456 only."
mfcli() {
  verb=$1; shift
  java -jar "$MFCLI" "$verb" -u "$FOUNDRY_USER" -p "$FOUNDRY_PASSWORD" -t "$ACCOUNT" -a "$name" \
    "$@" < /dev/null
}

items=$(mktemp); trap 'rm -f "$items"' EXIT
printf %s "$asked" | jq -r '.plan.items[] | select(.action == "publish") |
    [(.channel | gsub("-"; "_")), .version.version, .version.path, .version.address] |
    @tsv' > "$items"
while IFS="$(printf '\t')" read -r channel version path address; do
  echo "{\"stage\": \"Upload $channel\"}"
  mfcli binary-upload -bp "$path" -plat "$channel" --binary-version "$version" \
    --description "Shipway $address"
done < "$items"
echo '{"stage": "Publish"}'
mfcli native-publish -e "$TARGET" -cbmeta "$(printf %s "$asked" | jq -c '.plan.items |
    map(select(.version != null) | {key: (.channel | gsub("-"; "_")), value: .version.version}) |
    from_entries')"
