#!/usr/bin/env bash
# What a newcomer does first: clones the repository and runs deploy/quickstart.sh, which must work with the packages of the section
# `build` alone. What is committed is cloned, not the working tree. Then kills of the server and of its targets.
#
# Usage: tests/e2e/run-nightly.sh
# The last line is `N passed, N failed`. Exit codes: 0 none failed, 1 some did.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
clone=$(mktemp -d "${TMPDIR:-/tmp}/ductape-clone.XXXXXX")
trap 'rm -rf "$clone"' EXIT
passed=0
failed=0
# holds WHAT COMMAND [ARGUMENT...]
holds() {
  local what=$1
  shift
  if "$@"; then
    passed=$((passed + 1))
  else
    echo "FAILED: $what"
    failed=$((failed + 1))
  fi
}
lacks_test_packages() { ! grep -Eq '^(GTest|benchmark)_DIR:PATH=/' "$clone/build/release/CMakeCache.txt"; }

git clone --quiet --no-hardlinks "$root" "$clone"
holds "deploy/quickstart.sh in a fresh clone" "$clone/deploy/quickstart.sh" --interval 100
holds "the quickstart looks for no package of the tests" lacks_test_packages
# Run again it builds on what is there.
holds "deploy/quickstart.sh a second time" "$clone/deploy/quickstart.sh" --interval 100

# Exit code 77 says that this machine cannot run it.
holds_or_skips() {
  local code=0
  "${@:2}" || code=$?
  [ "$code" -eq 77 ] && echo "skipped: $1" && return
  holds "$1" [ "$code" -eq 0 ]
}
export DUCTAPE_BINARY_DIR=${DUCTAPE_BINARY_DIR:-$root/build/release}
holds_or_skips "kills of targets that keep what they took" "$root/tests/e2e/target_kills_test.sh"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
