#!/usr/bin/env bash
# Brings what the crash harness needs beside Python: gRPC for Python, and stubs of the API's protos.
#
# Usage: tests/crash/setup.sh [FOLDER]      (default: build/deps/crash-python)
#
# Prints two lines: the Python interpreter to use, and the PYTHONPATH. Nothing is fetched or generated again while the versions
# and the protos are the same, so that everything works offline afterwards. Several may run at once. PYTHON names an interpreter
# to prefer; any python3 >= 3.10 with pip will do. Exit codes: 0 ready, 1 something is missing.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
here="$root/tests/crash"
folder=${1:-$root/build/deps/crash-python}

find_python() {
  local candidate
  for candidate in "${PYTHON:-}" /usr/bin/python3 python3; do
    if [[ -n $candidate ]] && "$candidate" -c 'import sys; assert sys.version_info >= (3, 10)' 2>/dev/null &&
      "$candidate" -m pip --version >/dev/null 2>&1; then
      echo "$candidate"
      return
    fi
  done
  echo "tests/crash/setup.sh: no python3 >= 3.10 with pip; install python3-pip" >&2
  return 1
}

python=$(find_python)
stamp=$({
  "$python" -c 'import sys; print(sys.version)'
  cat "$here/setup.sh" "$here/requirements.txt" "$root"/proto/ductape/jobs/v1/*.proto
} | sha256sum | cut -c 1-16)

make_folder() {
  local scratch googleapis
  googleapis=$("$root/cmake/fetch_googleapis.sh")
  mkdir -p "$(dirname "$folder")"
  scratch=$(mktemp -d "$(dirname "$folder")/.crash-python.XXXXXX")
  # shellcheck disable=SC2064 # the folder's name is fixed now
  trap "rm -rf '$scratch'" EXIT
  "$python" -m pip install --quiet --disable-pip-version-check --root-user-action=ignore \
    --target "$scratch/packages" --requirement "$here/requirements.txt" >&2
  mkdir "$scratch/stubs"
  (cd "$root/proto" && PYTHONPATH="$scratch/packages" "$python" -m grpc_tools.protoc -I . -I "$googleapis" \
    --python_out="$scratch/stubs" --grpc_python_out="$scratch/stubs" ductape/jobs/v1/*.proto)
  (cd "$googleapis" && PYTHONPATH="$scratch/packages" "$python" -m grpc_tools.protoc -I . \
    --python_out="$scratch/stubs" google/api/annotations.proto google/api/field_behavior.proto google/api/http.proto \
    google/rpc/status.proto google/rpc/error_details.proto)
  touch "$scratch/.stamp-$stamp"
  if [[ -e $folder && ! -e $folder/.stamp-$stamp ]]; then rm -rf "$folder"; fi
  mv -T "$scratch" "$folder" 2>/dev/null || [[ -e $folder/.stamp-$stamp ]]
}

[[ -e $folder/.stamp-$stamp ]] || make_folder
echo "$python"
echo "$here:$folder/packages:$folder/stubs"
