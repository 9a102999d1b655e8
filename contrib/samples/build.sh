#!/bin/sh
# Builds the sample binaries that the demo and the tests use, and writes them where they are
# committed: tui/shipway_tui/samples/. Running it again gives the same bytes.
#
# Debian packages: aapt zipalign apksigner android-framework-res default-jre-headless clang lld python3
#
# demo-key.p12 signs the APKs. It is for these samples only, protects nothing, and is committed on
# purpose: the second version of an app must carry the key of the first. It is made here when absent.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here/../../tui/shipway_tui/samples}
framework=${FRAMEWORK_RES:-/usr/share/android-framework-res/framework-res.apk}
linker=$(command -v ld64.lld || command -v ld64.lld-14)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out"
export TZ=UTC SOURCE_DATE_EPOCH=946684800

make_key() {
    [ -f "$here/demo-key.p12" ] && return
    keytool -genkeypair -keystore "$here/demo-key.p12" -storetype PKCS12 -storepass demo-only \
        -alias sample -keyalg RSA -keysize 2048 -validity 18250 \
        -dname "CN=Shipway sample key (protects nothing)"
}

# apk NAME PACKAGE LABEL VERSION_CODE VERSION_NAME
apk() {
    tree=$work/$1
    mkdir -p "$tree/res/values"
    sed "s/@PACKAGE@/$2/" "$here/AndroidManifest.xml" > "$tree/AndroidManifest.xml"
    sed "s/@LABEL@/$3/" "$here/strings.xml" > "$tree/res/values/strings.xml"
    aapt2 compile --dir "$tree/res" -o "$tree/res.zip"
    aapt2 link -o "$tree/linked.apk" -I "$framework" --manifest "$tree/AndroidManifest.xml" \
        --min-sdk-version 23 --target-sdk-version 34 \
        --version-code "$4" --version-name "$5" "$tree/res.zip"
    python3 "$here/pack.py" rezip "$tree/linked.apk" "$tree/stamped.apk"
    zipalign -f 4 "$tree/stamped.apk" "$tree/aligned.apk"
    apksigner sign --ks "$here/demo-key.p12" --ks-pass pass:demo-only --min-sdk-version 24 \
        --v1-signing-enabled false --v2-signing-enabled true --v3-signing-enabled true \
        --v4-signing-enabled false --out "$out/$1.apk" "$tree/aligned.apk"
    apksigner verify --min-sdk-version 24 "$out/$1.apk"
}

ipa() {
    clang -target arm64-apple-ios15.0 -Os -c "$here/main.c" -o "$work/main.o"
    "$linker" -arch arm64 -platform_version ios 15.0 15.0 -L "$here" -lSystem \
        -o "$work/ShipwaySample" "$work/main.o"
    python3 "$here/pack.py" ipa "$work/ShipwaySample" "$out/sample-1.0.0.ipa"
}

make_key
apk sample-1.0.0 dev.shipway.sample "Shipway Sample" 1 1.0.0
apk sample-1.1.0 dev.shipway.sample "Shipway Sample" 2 1.1.0
apk other-1.0.0 dev.shipway.other "Shipway Other" 1 1.0.0
ipa
ls -l "$out"
