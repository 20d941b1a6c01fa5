#!/usr/bin/env bash
# The long crash tests: 1,000 rounds.
#
# Usage: tests/crash/run-nightly.sh [ROUNDS]      (environment as for run.sh)
# The last line is `N passed, N failed`. Exit codes: 0 none failed, 1 some did.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
rounds=${1:-1000}
log=$(mktemp)
trap 'rm -f "$log"' EXIT
"$here/run.sh" --rounds "$rounds" | tee "$log" || true
passed=0
if [[ $(tail -n 1 "$log") =~ ^([0-9]+)\ rounds\ held ]]; then passed=${BASH_REMATCH[1]}; fi
echo "$passed passed, $((rounds - passed)) failed"
[ "$passed" -eq "$rounds" ]
