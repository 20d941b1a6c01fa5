#!/usr/bin/env bash
# Installs what the tests need, builds the release preset and runs every test.
#
# Usage: tests/run.sh [--no-install]      --no-install: take the machine as it is
# Debian packages are installed by deploy/install-deps.sh, grpcurl by `go install` into build/tools/bin. What has to be on PATH
# beforehand, because Debian 12 is too old for it, is named when it is missing: Go >= 1.24.
# Suites that are driven by a shell offer tests/<suite>/run-ci.sh; each is run after the compiled tests.
# The last line is `N passed, N failed`. Exit codes: 0 all passed, 1 some failed, 2 something needed is missing.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
# shellcheck source=tests/support/steps.sh
. tests/support/steps.sh

grpcurl_version=v1.9.4
tools="$root/build/tools/bin"
install=yes
case "${1:-}" in
  "") ;;
  --no-install) install=no ;;
  *) sed -n '2,9s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 2 ;;
esac

# at_least WANTED HAVE: whether version HAVE is WANTED or later.
at_least() {
  [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]
}

check_path() {
  local go_version node_version
  go_version=$(go env GOVERSION 2>/dev/null | sed 's/^go//' || true)
  if [ -z "$go_version" ] || ! at_least 1.24 "$go_version"; then
    echo "tests/run.sh: Go >= 1.24 must be on PATH (found: ${go_version:-none}); it builds grpcurl for the end-to-end tests." >&2
    echo "Debian 12 has 1.19: take it from https://go.dev/dl and put its bin directory on PATH." >&2
    exit 2
  fi
  node_version=$(node --version 2>/dev/null | sed 's/^v//' || true)
  if [ -z "$node_version" ] || ! at_least 20 "$node_version"; then
    echo "note: Node >= 20 is not on PATH (found: ${node_version:-none}); the tests of the Node client are left out, and the benchmark's" \
      "comparison." >&2
  fi
}

install_tools() {
  [ "$install" = no ] || deploy/install-deps.sh build test
  check_path
  if [ ! -x "$tools/grpcurl-$grpcurl_version" ]; then
    echo "building grpcurl $grpcurl_version" >&2
    GOBIN="$tools" GOFLAGS=-p=2 go install "github.com/fullstorydev/grpcurl/cmd/grpcurl@$grpcurl_version" </dev/null
    # The version in the name is what tells a later run that there is nothing to do.
    ln -f "$tools/grpcurl" "$tools/grpcurl-$grpcurl_version"
  fi
}

build() {
  cmake --preset release && cmake --build --preset release
}

install_tools
export PATH="$tools:$PATH" DUCTAPE_SOURCE_DIR="$root" DUCTAPE_BINARY_DIR="$root/build/release"
export -f build

steps_begin "$root/build/logs/tests"
if step build 3600 bash -c build; then
  step ctest 3600 tests/support/ctest.sh release -LE nightly || true
  for suite in tests/*/run-ci.sh; do
    if [ -x "$suite" ]; then
      name=$(basename "$(dirname "$suite")")
      step "$name" 3600 "$suite" || true
    fi
  done
fi
steps_end
