#!/usr/bin/env bash
# Measures how many runs a second one worker of the Node.js client completes, on a server that it starts on loopback.
#
# Usage: tests/bench/clients/node/run.sh SERVER_BINARY [RATE] [SECONDS]      (default: 60000 runs a second offered, 10 s)
# Needs client/node built (npm run build there). Prints one line of JSON; worker.mjs says what it means.
set -euo pipefail

[ $# -ge 1 ] || { sed -n '2,5s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 2; }
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../../.." && pwd)
server=$(realpath "$1")
work=$(mktemp -d)
DUCTAPE_BINARY_DIR=${DUCTAPE_BINARY_DIR:-$root/build/release}
# shellcheck source=tests/e2e/jobsd.sh
. "$root/tests/e2e/jobsd.sh"
jobsd_program=$server
trap 'stop_jobsd || true; rm -rf "$work"' EXIT

start_jobsd --disk-reserve 0
timeout 120 node "$here/worker.mjs" "${2:-60000}" "${3:-10}" || { echo "bench: the worker ended with exit code $?" >&2; exit 1; }
