#!/usr/bin/env bash
# Writes docs/openapi.yaml, the OpenAPI document of the paths that the protos name (google.api.http), and validates it.
#
# Usage: proto/openapi/generate.sh            writes the file
#        proto/openapi/generate.sh --check    writes nothing; exit code 1 if the file is not what it would write
#
# Needs protoc, Go, and a python3 with pip. The plugin and the Python packages, whose versions are pinned here and in requirements.txt,
# are brought once into build/tools/openapi, the google protos into build/deps. After that it works offline.
# Exit codes: 0 all well, 1 stale or no valid document, 2 wrong usage or a tool is missing.
set -euo pipefail

readonly plugin_version='v0.7.1'

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
readonly root
readonly here="$root/proto/openapi"
readonly tools="$root/build/tools/openapi"
readonly document="$root/docs/openapi.yaml"

fail() {
  echo "proto/openapi/generate.sh: $*" >&2
  exit 2
}

check=no
case "${1:-}" in
  '') ;;
  --check) check=yes ;;
  *) fail 'usage: proto/openapi/generate.sh [--check]' ;;
esac
command -v protoc >/dev/null || fail 'protoc is missing; install protobuf-compiler'

install_plugin() {
  local folder="$tools/protoc-gen-openapi-$plugin_version"
  if [[ ! -x $folder/protoc-gen-openapi ]]; then
    command -v go >/dev/null || fail 'Go is missing; its version 1.24 or newer must be on PATH'
    GOFLAGS=-p=1 GOBIN="$folder" go install "github.com/google/gnostic/cmd/protoc-gen-openapi@$plugin_version" </dev/null >&2 ||
      fail "cannot build protoc-gen-openapi $plugin_version"
  fi
  echo "$folder/protoc-gen-openapi"
}

googleapis=$("$root/cmake/fetch_googleapis.sh") || fail 'the google protos could not be fetched'
plugin=$(install_plugin)
packages=$("$here/packages.sh") || fail 'the Python packages could not be installed'
version=$(sed -nE 's/^set\(VERSION ([0-9.]+)\)$/\1/p' "$root/CMakeLists.txt")
[[ -n $version ]] || fail 'the top CMakeLists.txt names no version'

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
options="naming=json,enum_type=string,fq_schema_naming=false,default_response=true,title=Ductape Jobs,version=$version"
(cd "$root/proto" && protoc --proto_path=. --proto_path="$googleapis" --plugin=protoc-gen-openapi="$plugin" \
  --openapi_out="$scratch" --openapi_opt="$options" ductape/jobs/v1/*.proto)
PYTHONPATH="$packages" python3 "$here/finish.py" "$scratch/openapi.yaml" >"$scratch/finished.yaml" || exit 1
PYTHONPATH="$packages" python3 -m openapi_spec_validator "$scratch/finished.yaml" >"$scratch/validated" || { cat "$scratch/validated" >&2; exit 1; }

if [[ $check = no ]]; then
  cp "$scratch/finished.yaml" "$document"
elif ! cmp -s "$scratch/finished.yaml" "$document"; then
  echo 'docs/openapi.yaml is stale; run proto/openapi/generate.sh' >&2
  exit 1
fi
echo 'proto/openapi/generate.sh: ok'
