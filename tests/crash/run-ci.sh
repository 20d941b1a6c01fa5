#!/usr/bin/env bash
# The crash tests of a change: 50 rounds, and the 12 faults, each of which the checker must flag.
#
# Usage: tests/crash/run-ci.sh      (environment as for run.sh)
# A round or a fault counts as one test. The last line is `N passed, N failed`. Exit codes: 0 none failed, 1 some did.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
rounds=50
seed=${DUCTAPE_CRASH_SEED:-$RANDOM$RANDOM}
passed=0
failed=0

log=$(mktemp)
trap 'rm -f "$log"' EXIT
code=0
"$here/run.sh" --rounds "$rounds" --seed "$seed" | tee "$log" || code=$?
if [[ $(tail -n 1 "$log") =~ ^([0-9]+)\ rounds\ held,\ ([0-9]+)\ broken ]]; then
  passed=${BASH_REMATCH[1]}
  failed=$((rounds - passed))
else
  echo "tests/crash/run-ci.sh: the rounds did not come to their end (exit code $code)" >&2
  failed=$rounds
fi
broken=$(awk '/^round /{shown = / BROKEN /} shown' "$log" | head -n 60)

for fault in $("$here/run.sh" --list-faults); do
  code=0
  "$here/run.sh" --fault "$fault" --seed "$seed" >"$log" 2>&1 || code=$?
  tail -n 1 "$log"
  if [ "$code" -eq 1 ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    cat "$log"
  fi
done
# Once more, where the end of a long log shows it.
[ -z "$broken" ] || echo "$broken"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
