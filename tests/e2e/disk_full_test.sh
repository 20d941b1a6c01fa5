#!/usr/bin/env bash
# Fills the disk of a server of this build while its jobs fire: first into the reserve, then to the last byte, then so
# that nothing can be written for long. Changes must be refused with DISK_FULL, reads must go on answering (but what rests on
# a result that cannot be written: that is refused likewise, and soon), and when space returns all must heal with nothing lost.
#
# Usage: tests/e2e/disk_full_test.sh      (with DUCTAPE_BINARY_DIR, an absolute path, built; needs curl)
#
# The data directory is on a small tmpfs, and to mount that takes root.
# Exit code: 0 if everything was as expected, 1 if not; each failed expectation is named on stderr; 77 if a tmpfs cannot be mounted.
set -euo pipefail

here="$(cd "$(dirname "$0")" && pwd)"
work="$(mktemp -d "${TMPDIR:-/tmp}/ductape-disk-full.XXXXXX")"
# shellcheck source=tests/e2e/jobsd.sh
. "$here/jobsd.sh"
# shellcheck source=tests/e2e/endpoint.sh
. "$here/endpoint.sh"
# shellcheck source=tests/e2e/expect.sh
. "$here/expect.sh"
finish() {
  [ -z "$jobsd_pid" ] || kill -KILL "$jobsd_pid" 2>/dev/null || true
  stop_jobsd || true
  stop_endpoint
  umount "$work/disk" 2>/dev/null || umount --lazy "$work/disk" 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT

# The disk: large enough for the files that the store allocates ahead, and a reserve of which a part can be taken.
disk_mib=320
reserve_mib=96
mkdir "$work/disk"
if ! mount -t tmpfs -o "size=${disk_mib}m" tmpfs "$work/disk" 2>"$work/err"; then
  echo "cannot mount a tmpfs ($(cat "$work/err")): not run; it takes root" >&2
  exit 77
fi
mkdir "$work/disk/data" "$work/release"
ln -s disk/data "$work/data"

exhausted=72 # jobctl's exit code for RESOURCE_EXHAUSTED
read_timeout=10s

# expect CODE ARGUMENT... : runs jobctl and compares its exit code.
expect() { run_expecting "$1" "$DUCTAPE_BINARY_DIR/bin/jobctl" "${@:2}"; }
jobctl() { "$DUCTAPE_BINARY_DIR/bin/jobctl" --timeout 10s "$@"; }
alive() { kill -0 "$jobsd_pid" 2>/dev/null || fail "the server is gone: $(tail -n 5 "$work/jobsd.log")"; }

free_mib() { df --output=avail -B 1M "$work/disk" | tail -n 1 | tr -d ' '; }
filler="$work/disk/filler"
# Takes all but this many MiB.
fill_to() { dd if=/dev/zero of="$filler" bs=1M count=$(($(free_mib) - $1)) status=none; }
# Takes all there is, and again what has been given back since.
fill() { dd if=/dev/zero of="$filler" bs=64K oflag=append conv=notrunc status=none 2>/dev/null || true; }
empty() { rm -f "$filler"; }

# Creates one job more, and notes it if it was acknowledged. Each has a tag of its own: one that was not may be there all the same.
tried=0
create_one() {
  local tag=job_$tried
  tried=$((tried + 1))
  jobctl job create "$tag" --name A --event ACTION/at_once --executions 1 --every 1h -o name >"$work/out" 2>"$work/err" || return 1
  echo "$tag" >>"$work/acknowledged"
}
refused() { ! create_one; }
# Waits until changes are refused, and looks at what they are told.
expect_refused() {
  eventually 60 refused || fail "jobs are still created"
  expect "$exhausted" event create "other_$RANDOM" --type ACTION --url "$endpoint/" --timeout "$read_timeout"
  err_has 'RESOURCE_EXHAUSTED \(DISK_FULL\)'
  out_is_empty
  expect "$exhausted" job update steady --name "Other" --timeout "$read_timeout"
  err_has 'DISK_FULL'
  expect "$exhausted" job pause steady --timeout "$read_timeout"
  err_has 'DISK_FULL'
}

# Every read answers within its deadline, several times, as the disk stays full.
expect_reads() {
  for _ in 1 2; do
    expect 0 server info -o json --timeout "$read_timeout"
    expect 0 job get steady -o json --timeout "$read_timeout"
    expect 0 job get "$1" -o json --timeout "$read_timeout"
    expect 0 job get job_0 -o json --timeout "$read_timeout"
    expect 0 job list -o name --timeout "$read_timeout"
    expect 0 run list -o json --timeout "$read_timeout"
    expect 0 run list --job steady -o json --timeout "$read_timeout"
    expect 0 event list -o name --timeout "$read_timeout"
  done
  run_expecting 0 curl -sf --max-time 10 "http://$jobsd_http/livez"
  run_expecting 0 curl -sf --max-time 10 "http://$jobsd_http/metrics"
  alive
}

# Reads that do not rest on what waits for space answer; the others are refused before their deadline.
expect_some_reads() {
  expect 0 server info -o json --timeout "$read_timeout"
  expect 0 event list -o name --timeout "$read_timeout"
  expect 0 event get ACTION/at_once -o json --timeout "$read_timeout"
  expect "$exhausted" job get "$1" -o json --timeout "$read_timeout"
  err_has 'DISK_FULL'
  expect "$exhausted" run list -o json --timeout "$read_timeout"
  err_has 'DISK_FULL'
  run_expecting 0 curl -sf --max-time 10 "http://$jobsd_http/livez"
  run_expecting 0 curl -sf --max-time 10 "http://$jobsd_http/metrics"
  alive
}

executed() { jobctl job get steady -o json | python3 -c 'import json, sys; print(json.load(sys.stdin).get("execution_count", "0"))'; }
executed_more_than() { [ "$(executed)" -gt "$1" ]; }
job_is() { jobctl job get "$1" -o json | grep -q "\"state\": *\"$2\""; }
requested() { grep -q "path=$1\$" "$work/endpoint.log"; }

# Whether what was decided waits to be written, however often the disk is filled.
waits_for_space() {
  fill
   curl -sf --max-time 10 "http://$jobsd_http/metrics" | grep -x 'ductape_jobs_disk_full 1' >/dev/null
}

# A job whose one run is under way while the disk fills.
start_held() {
  expect 0 event create "$1" --type ACTION --url "$endpoint/held/$1"
  expect 0 job create "$1" --name Held --event "ACTION/$1" --executions 1 --every 1h --attempt-timeout 10m
  eventually 60 requested "/held/$1" || fail "the run of $1 did not arrive"
}
release_held() { : >"$work/release/$1"; }

# Changes work again, jobs fire on, and everything that was acknowledged is there.
expect_healed() {
  eventually 60 create_one || fail "jobs are still refused"
  expect 0 job update steady --name "After $1"
  local before
  before=$(executed)
  eventually 60 executed_more_than "$before" || fail "nothing fires any more"
  eventually 60 job_is "$1" COMPLETED || fail "$1 is not COMPLETED: $(jobctl job get "$1" -o json)"
  [ "$(grep -c "path=/held/$1\$" "$work/endpoint.log")" -eq 1 ] || fail "$1 was delivered more than once"
  expect_nothing_lost
}
expect_nothing_lost() {
  expect 0 job list -o name
  sort "$work/out" >"$work/listed"
  sort "$work/acknowledged" | comm -23 - "$work/listed" >"$work/lost"
  [ ! -s "$work/lost" ] || fail "acknowledged and lost: $(tr '\n' ' ' <"$work/lost")"
}

start_jobsd --disk-reserve "${reserve_mib}MiB"
start_endpoint "$here/held_endpoint.py" "$work/release"
expect 0 event create at_once --type ACTION --url "$endpoint/at_once"
expect 0 job create steady --name Steady --event ACTION/at_once --executions 0 --every 50ms
for _ in 1 2 3 4 5 6 7 8; do create_one || fail "a job before anything is full"; done
eventually 60 executed_more_than 5 || fail "nothing fires: $(cat "$work/jobsd.log")"

echo "== the reserve is reached: changes are refused, results are taken"
start_held reserve
fill_to $((reserve_mib * 2 / 3))
expect_refused
expect_reads reserve
release_held reserve
eventually 60 job_is reserve COMPLETED || fail "a result was not taken: $(jobctl job get reserve -o json)"
empty
expect_healed reserve

echo "== the disk is full to the last byte, while a run is under way"
start_held full
fill
expect_refused
expect_reads full
release_held full
expect_reads full
expect_refused
empty
expect_healed full

echo "== it is filled again and again, until results cannot be written any more"
start_held early
start_held late
fill
expect_refused
release_held early # the last that the server can make room for, if it can at all
fill
release_held late
eventually 60 waits_for_space || fail "ductape_jobs_disk_full is not 1"
expect_some_reads late
expect_refused
empty
expect_healed early
expect_healed late

echo "== full again, and killed: nothing acknowledged is lost"
start_held killed
fill
expect_refused
release_held killed
alive
kill -KILL "$jobsd_pid"
stop_jobsd 2>/dev/null || true
empty
before=$(grep -c "path=/at_once\$" "$work/endpoint.log")
start_jobsd --disk-reserve "${reserve_mib}MiB"
expect_nothing_lost
eventually 60 job_is killed COMPLETED || fail "killed is not COMPLETED"
fired_on() { [ "$(grep -c "path=/at_once\$" "$work/endpoint.log")" -gt "$before" ]; }
eventually 60 fired_on || fail "nothing fires after the restart"
stop_jobsd || fail "the server ended with exit code $?"
expectations_end
