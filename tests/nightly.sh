#!/usr/bin/env bash
# What takes longer than a change should wait for: each suite's long form (tests/<suite>/run-nightly.sh: a thousand crash rounds,
# long simulations, the quickstart in a fresh clone), every test under AddressSanitizer, and clang-tidy over the whole tree.
#
# Usage: tests/nightly.sh [SUITE...]      only the named suites; without names everything
# Runs tests/run.sh first, so that everything is installed and built. The last line is `N passed, N failed`.
# Exit codes: 0 all passed, 1 some failed, 2 something needed is missing or a suite is unknown.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
# shellcheck source=tests/support/steps.sh
. tests/support/steps.sh

suites=("$@")
for suite in "${suites[@]}"; do
  if [ ! -x "tests/$suite/run-nightly.sh" ]; then
    echo "tests/nightly.sh: there is no tests/$suite/run-nightly.sh" >&2
    exit 2
  fi
done

export PATH="$root/build/tools/bin:$PATH" DUCTAPE_SOURCE_DIR="$root" DUCTAPE_BINARY_DIR="$root/build/release"
steps_begin "$root/build/logs/nightly"
step tests 7200 tests/run.sh || true
if [ ${#suites[@]} -eq 0 ]; then
  step asan 14400 .ci/check-sanitizers asan --all || true
  step tidy 14400 .ci/check-tidy --all || true
  for script in tests/*/run-nightly.sh; do
    [ ! -x "$script" ] || suites+=("$(basename "$(dirname "$script")")")
  done
fi
for suite in "${suites[@]}"; do
  step "$suite" 43200 "tests/$suite/run-nightly.sh" || true
done
steps_end
