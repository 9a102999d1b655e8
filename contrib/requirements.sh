#!/usr/bin/env bash
# Writes requirements.txt: every package that Shipway, its tests and its build need, pinned, with
# the hashes of all its files for every platform. Run by `make requirements`.
set -euo pipefail
cd "$(dirname "$0")/.."

python="${PYTHON:-python3}"
lowest="3.11"
if ! "$python" -c "import sys; sys.exit('%d.%d' % sys.version_info[:2] != '$lowest')"; then
    echo "Pins are made with the lowest Python we support: give it, as in" >&2
    echo "    make requirements PYTHON=python$lowest" >&2
    exit 2
fi

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
"$python" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet "pip-tools>=7.6"

cp pyproject.toml "$work/pyproject.toml"
# Upgrades to the newest release of everything; `make requirements PINS=keep` only adds and removes.
[ "${PINS:-}" = "keep" ] && cp requirements.txt "$work/requirements.txt"
(
    cd "$work"
    venv/bin/pip-compile --quiet --all-extras --generate-hashes --strip-extras --allow-unsafe \
        --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options \
        --no-header --output-file=requirements.txt pyproject.toml
)

if grep -nE '://|^ *-(-index|-extra|-find|-trusted|i |f |e )|^[./]' "$work/requirements.txt"; then
    echo "The lines above name an address, an option or a path; requirements.txt is left as it was." >&2
    exit 1
fi
{
    echo "# Every package that Shipway, its tests and its build need, pinned and hashed."
    echo "# Made from pyproject.toml by \`make requirements\` (pip-compile); do not edit by hand."
    echo "# Holds for Linux and macOS, Python $lowest and later."
    echo "#"
    cat "$work/requirements.txt"
} > requirements.txt
echo "requirements.txt: $(grep -c '==' requirements.txt) packages, $(grep -c -- '--hash' requirements.txt) hashes"
