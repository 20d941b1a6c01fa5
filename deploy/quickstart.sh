#!/usr/bin/env bash
# From a clean clone on Debian 12 to a job that fires: installs the packages, builds, starts the server on the
# embedded store, creates an event and a job that runs five times, and shows the runs as they arrive at a local HTTP
# endpoint. Needs Debian and PyPI packages only.
#
#   deploy/quickstart.sh [--stay] [--interval MS]
#
#   --stay         leave the server and the endpoint running and say how to go on
#   --interval MS  milliseconds between runs (default 1000)
#
# Exit code: 0 if all five runs arrived and the job is COMPLETED, 1 if not, 2 for a usage error.
set -euo pipefail

usage() { sed -n '2,11s/^# \{0,1\}//p' "$0"; }

stay=false
interval=1000
while [ $# -gt 0 ]; do
  case "$1" in
    --stay) stay=true ;;
    --interval) interval="${2:?--interval needs milliseconds}"; shift ;;
    -h | --help) usage; exit 0 ;;
    *) echo "unknown option: $1" >&2; usage >&2; exit 2 ;;
  esac
  shift
done

cd "$(dirname "$0")/.."
work="$(mktemp -d "${TMPDIR:-/tmp}/ductape-quickstart.XXXXXX")"
server_pid=""
endpoint_pid=""
finish() {
  local code=$?
  if [ "$stay" = true ] && [ $code -eq 0 ]; then return; fi
  for pid in $server_pid $endpoint_pid; do
    kill "$pid" 2>/dev/null || continue
    wait "$pid" 2>/dev/null || true
  done
  rm -rf "$work"
}
trap finish EXIT

bold='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then bold=$'\033[1m' plain=$'\033[0m'; fi
say() { printf '\n%s== %s%s\n' "$bold" "$1" "$plain"; }

# Waits up to ten seconds for a pattern in a file and prints the first line that has it.
wait_for_line() {
  for _ in $(seq 100); do
    if line="$(grep -m1 "$1" "$2" 2>/dev/null)"; then echo "$line"; return; fi
    sleep 0.1
  done
  echo "nothing like '$1' in $2 after 10 s:" >&2
  cat "$2" >&2
  return 1
}

say "Installing what the build needs"
deploy/install-deps.sh build

say "Building (the first time takes some minutes on two cores)"
# A build that is there is built on as it is. A new one leaves the tests out, whose packages are not installed here; the preset
# asks for them, so that whoever configures by hand later has them.
if [ ! -e build/release/build.ninja ]; then
  cmake --preset release -DDUCTAPE_BUILD_TESTS=OFF >"$work/configure.log" 2>&1 || { cat "$work/configure.log"; exit 1; }
fi
cmake --build --preset release --target ductape-jobsd jobctl
bin="$PWD/build/release/bin"

say "Starting a local HTTP endpoint that the job will call"
PYTHONUNBUFFERED=1 python3 deploy/quickstart_endpoint.py >"$work/endpoint.log" 2>&1 &
endpoint_pid=$!
endpoint="$(wait_for_line '^listening ' "$work/endpoint.log" | cut -d' ' -f2)"
echo "$endpoint"

say "Starting ductape-jobsd on the embedded store"
"$bin/ductape-jobsd" --data-dir "$work/data" --listen 127.0.0.1:0 --http-listen 127.0.0.1:0 \
  >"$work/ready.log" 2>"$work/server.log" &
server_pid=$!
ready="$(wait_for_line '^ready ' "$work/ready.log")" || { cat "$work/server.log"; exit 1; }
echo "$ready"
DUCTAPE_JOBS_ADDRESS="${ready#*grpc=}"
DUCTAPE_JOBS_ADDRESS="${DUCTAPE_JOBS_ADDRESS%% *}"
export DUCTAPE_JOBS_ADDRESS

say "Creating the event (what to do) and the job (when to do it)"
set -x
"$bin/jobctl" event create action_tag --type ACTION --name Ping --url "$endpoint/ping"
"$bin/jobctl" job create example_job --name "Example Job" --event ACTION/action_tag \
  --executions 5 --every "${interval}ms"
{ set +x; } 2>/dev/null

say "The five runs, as they arrive"
tail -n +1 -f --pid=$endpoint_pid "$work/endpoint.log" | grep --line-buffered '^run ' &
tail_pid=$!
arrived() { grep -c '^run ' "$work/endpoint.log" || true; }
for _ in $(seq $((100 + interval * 6 / 100))); do
  [ "$(arrived)" -ge 5 ] && break
  sleep 0.1
done
state=""
for _ in $(seq 50); do
  state="$("$bin/jobctl" job get example_job -o json | python3 -c 'import json,sys; print(json.load(sys.stdin)["state"])')"
  [ "$state" = COMPLETED ] && break
  sleep 0.1
done
kill $tail_pid 2>/dev/null || true

say "The job and its history"
"$bin/jobctl" job get example_job
"$bin/jobctl" run list --job example_job

if [ "$(arrived)" -ne 5 ] || [ "$state" != COMPLETED ]; then
  echo "expected 5 runs and a COMPLETED job; saw $(arrived) runs and state $state" >&2
  exit 1
fi
say "Done: five runs, and the job is COMPLETED"
if [ "$stay" = true ]; then
  cat <<TEXT
The server runs on (pid $server_pid), and so does the endpoint (pid $endpoint_pid). Go on with:

  export DUCTAPE_JOBS_ADDRESS=$DUCTAPE_JOBS_ADDRESS PATH=$bin:\$PATH
  jobctl job create every_second --name "Every second" --event ACTION/action_tag --executions 0 --every 1s
  jobctl job get every_second
  jobctl run list --job every_second
  jobctl job pause every_second --note "enough for now"
  tail -f $work/endpoint.log

Stop both with:  kill $server_pid $endpoint_pid
TEXT
else
  echo "Run it with --stay to leave the server running; README.md says how to go on."
fi
