#!/usr/bin/env bash
# Builds the Pub/Sub service that tests start, of tests/support/pubsub.
#
# Usage: tests/support/pubsub_setup.sh
# Prints the program's path. What is there is not built again. Exit codes: 0 ready, 1 it cannot be built: no Go, or one
# that is older than tests/support/pubsub/go.mod says.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
source="$root/tests/support/pubsub"
folder="$root/build/deps/pubsub"
command -v go >/dev/null || { echo 'pubsub_setup.sh: go is missing' >&2; exit 1; }
export GOFLAGS=-p=2 GOTOOLCHAIN=local
stamp=$({ go version; cat "$source/go.mod" "$source/go.sum" "$source/main.go"; } | sha256sum | cut -c 1-16)

mkdir -p "$folder"
exec 9>"$folder/.lock"
flock 9  # tests run at the same time
if [[ ! -e $folder/.stamp-$stamp ]]; then
  (cd "$source" && go build -o "$folder/pubsub-server" .) >&2
  touch "$folder/.stamp-$stamp"
fi
echo "$folder/pubsub-server"
