#!/usr/bin/env bash
# A local HTTP endpoint for the scripts of tests/e2e. To be sourced; needs a folder in $work.
#
#   start_endpoint SCRIPT [ARGUMENT...]   starts the Python script, which prints `listening URL` first; sets endpoint (the URL) and
#                                         endpoint_pid, and keeps what it prints in $work/endpoint.log; 1 if it does not listen
#   stop_endpoint                         ends it

work=${work:?names the folder to work in}
# shellcheck source=tests/e2e/await.sh
. "$(dirname "${BASH_SOURCE[0]}")/await.sh"
endpoint=""
endpoint_pid=""

start_endpoint() {
  : >"$work/endpoint.log"
  PYTHONUNBUFFERED=1 python3 "$@" >>"$work/endpoint.log" 2>&1 &
  endpoint_pid=$!
  if ! await_ready "$endpoint_pid" 30 "^listening " "$work/endpoint.log"; then
    echo "the endpoint does not listen:" >&2
    cat "$work/endpoint.log" >&2
    return 1
  fi
  # shellcheck disable=SC2034  # for the script that sources this one
  endpoint="$(sed -n 's/^listening \([^ ]*\).*/\1/p' "$work/endpoint.log")"
}

stop_endpoint() {
  [ -z "$endpoint_pid" ] || kill "$endpoint_pid" 2>/dev/null || true
  endpoint_pid=""
}
