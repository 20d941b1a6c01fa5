#!/usr/bin/env bash
# Many more worlds than a change should wait for: the simulation for an hour (or MINUTES), from seeds that no run had before.
#
# Usage: tests/simulation/run-nightly.sh [MINUTES]
# Needs DUCTAPE_BINARY_DIR, or build/release. Prints each seed that fails and how to see it again. The last line is
# `N passed, N failed`. Exit codes: 0 every rule held, 1 a rule was broken, 2 usage.
set -euo pipefail

minutes=${1:-60}
case "$minutes" in
  '' | *[!0-9]*)
    sed -n '2,6s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
    exit 2
    ;;
esac
build=${DUCTAPE_BINARY_DIR:-build/release}
exec "$build/tests/simulation/simulate" --from "$(date +%s)000000" --minutes "$minutes"
