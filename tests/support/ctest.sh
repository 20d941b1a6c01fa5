#!/usr/bin/env bash
# Runs the tests of a preset's build and counts them case by case.
#
# Usage: tests/support/ctest.sh PRESET [CTEST-ARGUMENT...]
# The last line is `N passed, N failed`. Exit codes: 0 all passed, 1 some failed or nothing ran.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
preset=${1:?usage: tests/support/ctest.sh PRESET [CTEST-ARGUMENT...]}
shift
build="$root/build/$preset"
cd "$root"

rm -rf "$build/test-results" "$build/ctest.xml"
ctest --test-dir "$build" -j2 --output-on-failure --output-junit "$build/ctest.xml" "$@" || true
python3 tests/support/tally.py "$build/ctest.xml" "$build/test-results"
