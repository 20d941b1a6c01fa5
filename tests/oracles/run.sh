#!/usr/bin/env bash
# Compares random schedules with independent implementations: cron patterns with cronsim, croner and Python's zoneinfo, in every zone
# of the IANA database; calendar rules with python-dateutil.
#
# Usage: tests/oracles/run.sh [--count N] [--seed S]
#   --count N   patterns, and a quarter as many rules (default 5000)
#   --seed S    (default 4)
# Environment: DUCTAPE_BINARY_DIR, the build's folder (default build/release). What differs by intent stands in
# docs/schedules-differences.md and docs/rules-differences.md; anything else is printed. Without node and npm croner is left out.
# The last line is `N passed, N failed`. Exit codes: 0 all passed, 1 something differs, 2 usage.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
here="$root/tests/oracles"
bin=${DUCTAPE_BINARY_DIR:-$root/build/release}/tests/oracles
count=5000
seed=4
while [ $# -gt 0 ]; do
  case "$1" in
    --count) count=${2:?--count N}; shift 2 ;;
    --seed) seed=${2:?--seed S}; shift 2 ;;
    *) sed -n '2,11s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 2 ;;
  esac
done

setup=$("$here/setup.sh")
PYTHONPATH=$(sed -n 1p <<<"$setup")
export PYTHONPATH PYTHONDONTWRITEBYTECODE=1
croner=$(sed -n 2p <<<"$setup")

passed=0
failed=0
# suite NAME COMMAND...
suite() {
  local name=$1
  shift
  if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "tests/oracles: $name differs" >&2; fi
}
suite cron python3 "$here/cron_oracle.py" --examples 0 --probe "$bin/schedule_probe" --count "$count" --seed "$seed" ${croner:+--croner "$croner"}
suite rules python3 "$here/rule_oracle.py" --probe "$bin/rule_probe" --count $((count / 4)) --seed "$seed"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
