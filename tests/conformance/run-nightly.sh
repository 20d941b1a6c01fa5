#!/usr/bin/env bash
# The long form of the store's suites: every single call to the file system fails once, in each way.
#
# Usage: tests/conformance/run-nightly.sh     after a build; DUCTAPE_BINARY_DIR names its directory
# Exit code: that of the tests.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
binary_dir=${DUCTAPE_BINARY_DIR:-$root/build/release}
cd "$root"
DUCTAPE_ALL_FAULTS=1 "$binary_dir/tests/unit/scheduler/store/rocksdb/scheduler_store_rocksdb_test" \
  --gtest_filter='*RocksFaultTest*'
