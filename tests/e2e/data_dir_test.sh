#!/usr/bin/env bash
# What the server of this build says and does to data directories that it cannot use, and to a copy of another server's.
#
# Usage: tests/e2e/data_dir_test.sh      (with DUCTAPE_BINARY_DIR, an absolute path, built; needs setpriv where run as root)
#
# Exit code: 0 if everything was as expected, 1 if not; each failed expectation is named on stderr.
set -euo pipefail

here="$(cd "$(dirname "$0")" && pwd)"
work="$(mktemp -d "${TMPDIR:-/tmp}/ductape-data-dir.XXXXXX")"
chmod 755 "$work" # root's tests become another user
# shellcheck source=tests/e2e/jobsd.sh
. "$here/jobsd.sh"
# shellcheck source=tests/e2e/expect.sh
. "$here/expect.sh"
first_pid=""
finish() {
  stop_jobsd || true
  jobsd_pid=$first_pid
  stop_jobsd || true
  rm -rf "$work"
}
trap finish EXIT

jobctl="$DUCTAPE_BINARY_DIR/bin/jobctl"
# Root may write everywhere, so that nobody's server is started for it.
as_user=()
[ "$(id -u)" -ne 0 ] || as_user=(setpriv --reuid=65534 --regid=65534 --clear-groups)

# refuses DIRECTORY [EXPRESSION...] : it ends with exit code 1 and a last line that names the directory and matches.
refuses() {
  local directory=$1 expression
  shift
  run_expecting 1 timeout 60 "${as_user[@]}" "$jobsd_program" --data-dir "$directory" --listen 127.0.0.1:0 --http-listen off
  out_is_empty
  tail -n 1 "$work/err" >"$work/last" && mv "$work/last" "$work/err"
  for expression in "^ductape-jobsd: .*$directory" "$@"; do err_has "$expression"; done
  if grep -q 'in use' "$work/err"; then fail "$last: nothing else uses it"; fi
}

echo "== directories that cannot be used"
: >"$work/file"
refuses "$work/file" 'not a directory'
run_expecting 1 timeout 60 "$jobsd_program" --data-dir "$work/file/below" --listen 127.0.0.1:0 --http-listen off
err_has "^ductape-jobsd: .*$work/file.* not a directory"
mkdir "$work/read_only"
chmod 555 "$work/read_only"
refuses "$work/read_only" 'Permission denied'
refuses "$work/read_only/below" 'Permission denied'

echo "== a copy of what a running server has: no backup, but it starts on what was acknowledged and disturbs nobody"
# shellcheck disable=SC2119  # no arguments of its own
start_jobsd
first_pid=$jobsd_pid
first_address=$DUCTAPE_JOBS_ADDRESS
run_expecting 0 "$jobctl" event create FUNCTION/of_both --queue q
run_expecting 0 "$jobctl" job create of_both --name B --event FUNCTION/of_both --executions 0 --every 1h
mkdir "$work/second"
cp -a "$work/data" "$work/second/data"
# shellcheck disable=SC2119
work="$work/second" start_jobsd
run_expecting 0 "$jobctl" job get of_both -o json
json_is 'it["state"] == "ACTIVE"'
run_expecting 0 "$jobctl" job create of_second --name S --event FUNCTION/of_both --executions 0 --every 1h
run_expecting 0 "$jobctl" --address "$first_address" job create of_first --name F --event FUNCTION/of_both --executions 0 --every 1h
run_expecting 0 "$jobctl" job list -o name
[ "$(sort "$work/out" | tr '\n' ' ')" = "of_both of_second " ] || fail "the copy's jobs"
stop_jobsd || fail "the copy's server ended with exit code $?"
jobsd_pid=$first_pid
first_pid=""
run_expecting 0 "$jobctl" --address "$first_address" job list -o name
[ "$(sort "$work/out" | tr '\n' ' ')" = "of_both of_first " ] || fail "the first server's jobs"
stop_jobsd || fail "the first server ended with exit code $?"
expectations_end
