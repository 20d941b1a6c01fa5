#!/usr/bin/env bash
# Brings the google/api, google/rpc and google/type protos into a folder, from the Python package
# googleapis-common-protos, since Debian does not have them. Only .proto files are kept.
#
# Usage: cmake/fetch_googleapis.sh [FOLDER]      (default: build/deps/googleapis)
#
# Prints the folder. If it already holds this version nothing is fetched, so that everything works
# offline afterwards and all presets share one copy. Several may run at once. PYTHON names an
# interpreter to prefer; any python3 with pip will do.
set -euo pipefail

readonly package='googleapis-common-protos'
readonly version='1.76.0'
readonly sha256='59e13344a9f3651aa201a03e2bee815a3bf43a4baf1f9ff8a9b62a840ce25fac'

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
folder=${1:-$root/build/deps/googleapis}
readonly stamp=".$package-$version"

if [[ -e $folder/$stamp ]]; then
  echo "$folder"
  exit 0
fi

# Prints the first interpreter that has pip.
find_python() {
  local candidate
  for candidate in "${PYTHON:-}" python3 /usr/bin/python3; do
    if [[ -n $candidate ]] && "$candidate" -m pip --version >/dev/null 2>&1; then
      echo "$candidate"
      return
    fi
  done
  echo "fetch_googleapis: no python3 with pip; install python3-pip" >&2
  return 1
}

python=$(find_python)
mkdir -p "$(dirname "$folder")"
scratch=$(mktemp -d "$(dirname "$folder")/.googleapis.XXXXXX")
trap 'rm -rf "$scratch"' EXIT

echo "$package==$version --hash=sha256:$sha256" >"$scratch/requirements.txt"
"$python" -m pip install --quiet --disable-pip-version-check --root-user-action=ignore \
  --no-deps --no-compile --require-hashes --target "$scratch/package" \
  --requirement "$scratch/requirements.txt" >&2

mkdir "$scratch/protos"
(cd "$scratch/package" && find google -name '*.proto' -exec cp --parents {} "$scratch/protos" \;)
touch "$scratch/protos/$stamp"

# Renaming is atomic: who looks at the folder sees all of it or nothing. Where another run was
# faster, its copy is as good.
if [[ -e $folder && ! -e $folder/$stamp ]]; then rm -rf "$folder"; fi
mv -T "$scratch/protos" "$folder" 2>/dev/null || [[ -e $folder/$stamp ]]
echo "$folder"
