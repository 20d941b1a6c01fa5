#!/usr/bin/env bash
# A ductape-jobsd of this build for the scripts of tests/e2e. To be sourced; needs DUCTAPE_BINARY_DIR and a folder in $work.
#
#   start_jobsd [ARGUMENT...]   starts it on free loopback ports and the data directory $work/data, sets DUCTAPE_JOBS_ADDRESS,
#                               jobsd_http (the side port's address) and jobsd_pid, and returns when it is ready; 1 with its log on
#                               stderr if it does not become so
#   stop_jobsd                  ends it by SIGTERM and returns its exit code; 0 if there is none

work=${work:?names the folder to work in}
# shellcheck source=tests/e2e/await.sh
. "$(dirname "${BASH_SOURCE[0]}")/await.sh"
jobsd_pid=""
jobsd_http=""
jobsd_program="$DUCTAPE_BINARY_DIR/bin/ductape-jobsd"

start_jobsd() {
  rm -f "$work/ready"  # that of an earlier one
  "$jobsd_program" --data-dir "$work/data" --listen 127.0.0.1:0 \
    --http-listen 127.0.0.1:0 "$@" >"$work/ready" 2>"$work/jobsd.log" &
  jobsd_pid=$!
  if ! await_ready "$jobsd_pid" 60 "^ready " "$work/ready"; then
    echo "ductape-jobsd did not become ready:" >&2
    cat "$work/jobsd.log" >&2
    return 1
  fi
  DUCTAPE_JOBS_ADDRESS="$(sed -n 's/^ready grpc=\([^ ]*\).*/\1/p' "$work/ready")"
  export DUCTAPE_JOBS_ADDRESS
  # shellcheck disable=SC2034  # for the script that sources this one
  jobsd_http="$(sed -n 's/^ready .*http=\([^ ]*\).*/\1/p' "$work/ready")"
}

stop_jobsd() {
  local pid=$jobsd_pid
  jobsd_pid=""
  [ -n "$pid" ] || return 0
  kill "$pid" 2>/dev/null || true
  wait "$pid"
}
