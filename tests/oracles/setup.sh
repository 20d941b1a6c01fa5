#!/usr/bin/env bash
# Brings the independent implementations that schedules are compared with: PyPI cronsim and python-dateutil, npm croner.
#
# Usage: tests/oracles/setup.sh
# Prints two lines: the PYTHONPATH, and croner's module, empty if npm is not there or cannot get it. What is there is not fetched again
# while the versions are the same. Exit codes: 0 ready, 1 something is missing.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
here="$root/tests/oracles"
folder="$root/build/deps/oracles"
stamp=$({ python3 -c 'import sys; print(sys.version)'; cat "$here/requirements.txt" "$here/package-lock.json"; } | sha256sum | cut -c 1-16)

croner="$folder/node_modules/croner/dist/croner.js"

get_packages() {
  rm -rf "$folder"
  mkdir -p "$folder"
  python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --target "$folder/packages" \
    --requirement "$here/requirements.txt" >&2
  touch "$folder/.stamp-$stamp"
}

get_croner() {
  command -v npm >/dev/null && command -v node >/dev/null || return 0
  cp "$here/package.json" "$here/package-lock.json" "$folder"
  (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) >&2 ||
    echo "tests/oracles/setup.sh: npm ci failed: croner is left out" >&2
}

[[ -e $folder/.stamp-$stamp ]] || get_packages
[[ -e $croner ]] || get_croner
echo "$folder/packages"
if [[ -e $croner ]]; then echo "$croner"; else echo; fi
