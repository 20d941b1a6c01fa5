#!/usr/bin/env bash
# Runs steps one after the other and sums what they report. To be sourced by tests/run.sh, tests/nightly.sh and .ci/run.
#
# A step reports by its last line, `N passed, N failed`, which is added to the sum; a step without such a line counts as one,
# passed when its exit code is 0. A step that fails without naming a failure counts as one failed. After a failing step the next
# one runs all the same.
#
#   steps_begin LOG_DIR             where each step's output is kept as <name>.log
#   step NAME SECONDS COMMAND...    runs COMMAND for at most SECONDS, without stdin; returns 0 when it passed
#   steps_end                       prints the times, the failed steps and the sum as the last line; returns 1 if any failed

steps_begin() {
  STEPS_LOGS=$1
  STEPS_PASSED=0
  STEPS_FAILED=0
  STEPS_TIMES=()
  STEPS_BROKEN=()
  STEPS_PID=
  mkdir -p "$STEPS_LOGS"
  trap '_steps_interrupted' INT TERM
}

# timeout(1) passes the signal on to the step and its children.
_steps_interrupted() {
  trap - INT TERM
  echo "interrupted" >&2
  [ -z "$STEPS_PID" ] || kill "$STEPS_PID" 2>/dev/null || true
  exit 130
}

# Runs a command with its output shown and kept in a file. The output is followed from the file, not through a pipe, so that
# a process left behind by the step cannot hold up the run.
_steps_run() {
  local log=$1 seconds=$2 code=0 tail_pid
  shift 2
  : >"$log"
  timeout --kill-after=30 "$seconds" "$@" >"$log" 2>&1 </dev/null &
  STEPS_PID=$!
  tail -n +1 -s 0.2 --pid="$STEPS_PID" -f "$log" &
  tail_pid=$!
  wait "$STEPS_PID" || code=$?
  wait "$tail_pid" || true
  STEPS_PID=
  [ "$code" -ne 124 ] || echo "stopped after $seconds s" | tee -a "$log"
  return "$code"
}

step() {
  local name=$1 seconds=$2 code=0 start=$SECONDS log last passed=0 failed=0
  shift 2
  log="$STEPS_LOGS/$name.log"
  echo "=== $name"
  _steps_run "$log" "$seconds" "$@" || code=$?
  last=$(tail -n 1 "$log")
  if [[ $last =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
    passed=${BASH_REMATCH[1]}
    failed=${BASH_REMATCH[2]}
    if [ "$code" -ne 0 ] && [ "$failed" -eq 0 ]; then failed=1; fi
  elif [ "$code" -eq 0 ]; then
    passed=1
  else
    failed=1
  fi
  STEPS_PASSED=$((STEPS_PASSED + passed))
  STEPS_FAILED=$((STEPS_FAILED + failed))
  STEPS_TIMES+=("$(printf '%6d s  %-20s %d passed, %d failed' $((SECONDS - start)) "$name" "$passed" "$failed")")
  echo
  if [ "$failed" -gt 0 ]; then
    STEPS_BROKEN+=("$name (exit code $code, log: $log)")
    return 1
  fi
}

steps_end() {
  local line
  for line in "${STEPS_TIMES[@]}"; do echo "$line"; done
  for line in "${STEPS_BROKEN[@]}"; do echo "FAILED: $line"; done
  echo "$STEPS_PASSED passed, $STEPS_FAILED failed"
  [ "$STEPS_FAILED" -eq 0 ]
}
