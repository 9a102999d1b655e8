#!/usr/bin/env bash
# Installs the outside tools that the e2e tests use, where that is possible without asking anybody:
# as root, or by a sudo that wants no password. A tool that stays missing makes its tests skip.
set -euo pipefail

# program:package of Debian
tools="aapt:aapt aapt2:aapt apksigner:apksigner zipalign:zipalign tmux:tmux strace:strace jq:jq curl:curl
    keytool:default-jre-headless clang:clang ld.lld:lld
    mkfs.ext4:e2fsprogs zsh:zsh fish:fish mandoc:mandoc"
# What a package brings that is no program of the path: the resources of Android itself.
framework=/usr/share/android-framework-res/framework-res.apk

missing=""
for tool in $tools; do
    command -v "${tool%%:*}" > /dev/null || missing="$missing ${tool##*:}"
done
[ -f "$framework" ] || missing="$missing android-framework-res"
[ -z "$missing" ] && exit 0

as_root=""
if [ "$(id -u)" -ne 0 ]; then
    as_root="sudo -n"
    $as_root true 2> /dev/null || as_root="none"
fi
if [ "$as_root" != "none" ] && command -v apt-get > /dev/null; then
    echo "Installing for the e2e tests:$missing"
    $as_root apt-get update -qq < /dev/null || true
    for package in $missing; do
        $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y "$package" \
            < /dev/null > /dev/null || true
    done
fi

[ -f "$framework" ] || echo "!!! $framework is missing: the tests of the samples' build SKIP." >&2
for tool in $tools; do
    command -v "${tool%%:*}" > /dev/null && continue
    echo "!!! ${tool%%:*} is missing and cannot be installed here: the e2e tests that need it SKIP." >&2
done
