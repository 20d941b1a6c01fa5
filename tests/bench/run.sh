#!/usr/bin/env bash
# Measures the service and prints one table: our figure, the limit of its parts or of the target, and that of a peer for the same work:
# BullMQ on Redis, and croner and python-dateutil for next times.
#
# Usage: tests/bench/run.sh [--json FILE] [--large] [--rows A,B,...] [--seconds N] [--no-peer]
#   --json FILE    also write one JSON object a row, as soon as it is measured: {"row":...,"ours":...,"limit":...,"peer":...,"unit":...},
#                  null where there is none
#   --large        also the rows with 10 million jobs
#   --rows A,B     only these rows
#   --no-peer      leave the peer out, which takes half of the time
#   --seconds N    how long each load is measured; 20
# Builds the release preset first. How it goes is told on stderr; tests/bench/README.md says what the rows mean.
# Data goes to build/bench, or to DUCTAPE_BENCH_DIR, and is removed. Exit codes: 0 measured, 1 something failed, 2 usage.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
here=$PWD

arguments=()
while [ $# -gt 0 ]; do
  case "$1" in
    -h | --help)
      sed -n '2,13s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
      exit 0
      ;;
    # The path is meant from where the caller stands.
    --json)
      [ $# -ge 2 ] || { echo "tests/bench/run.sh: --json wants a file" >&2; exit 2; }
      case "$2" in /*) file=$2 ;; *) file=$here/$2 ;; esac
      arguments+=(--json "$file")
      shift 2
      ;;
    *)
      arguments+=("$1")
      shift
      ;;
  esac
done

cd "$root"
{
  cmake --preset release
  cmake --build --preset release --target ductape-jobsd bench_load bench_limits bench_schedules bench_targets jobctl
} >&2
export PYTHONDONTWRITEBYTECODE=1
PYTHONPATH="$root/tests/bench" exec python3 -m driver.main ${arguments[@]+"${arguments[@]}"}
