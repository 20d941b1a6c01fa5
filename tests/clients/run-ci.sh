#!/usr/bin/env bash
# What a change has to pass of the clients: nothing that is checked in is stale, and each package installs and takes the scenario
# against the server of build/release. All but Rust's, whose libraries take minutes to compile: tests/clients/run-nightly.sh.
#
# Usage: tests/clients/run-ci.sh
# The last line is `N passed, N failed`; exit codes as those of tests/clients/run.sh.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

if ! "$root/client/generate.sh" --check; then
  echo "0 passed, 1 failed"
  exit 1
fi
exec "$root/tests/clients/run.sh" cpp go java node python
