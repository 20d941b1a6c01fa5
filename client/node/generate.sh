#!/usr/bin/env bash
# Writes src/generated: the API's messages and method descriptors, from proto/ by ts-proto, and the version of the repository.
# Nothing of it is committed; npm run build calls this.
#
# Usage: client/node/generate.sh [--check]
#   --check   writes nothing; 1 if package.json or package-lock.json carry another version than the top CMakeLists.txt
# Needs protoc and npm ci. The google/rpc protos are fetched once (cmake/fetch_googleapis.sh); offline afterwards.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
cd "$here"
version=$(sed -n 's/^set(VERSION \([0-9.]*\))$/\1/p' "$root/CMakeLists.txt")
[ -n "$version" ] || { echo "generate: the top CMakeLists.txt names no version" >&2; exit 1; }

# in_file FILE EXPRESSION: whether the JSON of FILE carries the version where the expression says.
in_file() { [ "$(node -p "JSON.parse(fs.readFileSync('$1')).$2")" = "$version" ]; }

case "${1:-}" in
  --check)
    if in_file package.json version && in_file package-lock.json version && in_file package-lock.json 'packages[""].version'; then
      exit 0
    fi
    echo "generate: $here/package.json or package-lock.json is not of version $version: run client/node/generate.sh" >&2
    exit 1
    ;;
  "") ;;
  *) sed -n '2,8s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 2 ;;
esac

if ! in_file package.json version || ! in_file package-lock.json version; then
  npm version --no-git-tag-version --allow-same-version "$version" >/dev/null
fi
[ -x node_modules/.bin/protoc-gen-ts_proto ] || { echo "generate: ts-proto is missing: run npm ci in client/node" >&2; exit 1; }
googleapis=$("$root/cmake/fetch_googleapis.sh")

# Names as in the protos, which are those of the seed's API; 64-bit integers are numbers, and one beyond 2^53 is an error.
options=(
  snakeToCamel=false stringEnums=true enumsAsLiterals=true oneof=optionals useDate=true forceLong=number env=node
  esModuleInterop=true importSuffix=.js useExactTypes=false outputServices=generic-definitions outputIndex=false
)
new=$(mktemp -d "$here/.generated.XXXXXX")
trap 'rm -rf "$new"' EXIT
protoc --proto_path="$root/proto" --proto_path="$googleapis" \
  --plugin=protoc-gen-ts_proto=node_modules/.bin/protoc-gen-ts_proto \
  --ts_proto_out="$new" --ts_proto_opt="$(IFS=, && echo "${options[*]}")" \
  "$root"/proto/ductape/jobs/v1/*.proto "$googleapis/google/rpc/error_details.proto" "$googleapis/google/rpc/status.proto"
# Of options that nothing here reads.
rm -r "$new/google/api" "$new/google/protobuf/descriptor.ts"
echo "export const VERSION = \"$version\";" >"$new/version.ts"
rm -rf src/generated
mkdir -p src
chmod 755 "$new"
mv "$new" src/generated
