#!/usr/bin/env bash
# Brings the Python packages that finish and validate docs/openapi.yaml.
#
# Usage: proto/openapi/packages.sh
# Prints the PYTHONPATH. What is there is not fetched again. Exit codes: 0 ready, 1 they cannot be got.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
requirements="$root/proto/openapi/requirements.txt"
folder="$root/build/tools/openapi"
stamp=$({ python3 -c 'import sys; print(sys.version)'; cat "$requirements"; } | sha256sum | cut -c 1-16)

mkdir -p "$folder"
exec 9>"$folder/.lock"
flock 9  # tests run at the same time
if [[ ! -e $folder/packages/.stamp-$stamp ]]; then
  rm -rf "$folder/packages"
  python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --target "$folder/packages" \
    --requirement "$requirements" >&2
  touch "$folder/packages/.stamp-$stamp"
fi
echo "$folder/packages"
