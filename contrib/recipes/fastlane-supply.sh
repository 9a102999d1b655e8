#!/bin/sh
# Publishes APKs and AABs to Google Play with fastlane supply. Needs fastlane and jq.
#   credentials={"SUPPLY_JSON_KEY_DATA": "file:/..."}   environment={"SUPPLY_TRACK": "internal"}
# supply cannot say which bytes Play holds, so there is no live, and every publish is unverified.
set -eu
[ "$1" = publish ] || exit 64
asked=$(cat)
fail() { jq -nc --arg message "$1" '{error: {kind: "refused", $message}}'; exit 0; }
printf %s "$asked" | jq -e '.plan.items | all(.action != "remove")' > /dev/null ||
  fail "Google Play takes no version out: halt its release in the console."
printf %s "$asked" | jq -e '.plan.items | all(.version == null or
    (.version.format == "apk" or .version.format == "aab"))' > /dev/null ||
  fail "Google Play takes APKs and AABs only."

work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
printf %s "$asked" | jq -r '.plan.items[] | select(.action == "publish") | .version |
    [.format, .identifier, .path] | @tsv' > "$work/items"
export FASTLANE_SKIP_UPDATE_CHECK=1 FASTLANE_DISABLE_COLORS=1 CI=true
while IFS="$(printf '\t')" read -r format identifier path; do
  echo "{\"stage\": \"Supply $format\"}"
  # supply goes by the end of the name.
  ln -s "$path" "$work/app.$format"
  fastlane supply "--$format" "$work/app.$format" --package_name "$identifier" \
    --skip_upload_metadata true --skip_upload_changelogs true \
    --skip_upload_images true --skip_upload_screenshots true < /dev/null
  rm "$work/app.$format"
done < "$work/items"
