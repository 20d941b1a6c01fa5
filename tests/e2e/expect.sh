#!/usr/bin/env bash
# Expectations about commands for the scripts of tests/e2e. To be sourced; needs a folder in $work.
#
#   run_expecting CODE COMMAND [ARGUMENT...]   runs it and compares its exit code; output is kept in $work/out and $work/err
#   out_has, err_has EXPRESSION                the last command's stdout or stderr has a line that matches
#   out_is_empty, err_is_empty
#   json_is EXPRESSION                         its stdout is JSON for which the Python expression, in terms of `it`, is true
#   eventually SECONDS COMMAND [ARGUMENT...]   repeats it until it succeeds; 1 if it has not after that time
#   fail WORDS...                              notes a failure by hand
#   expectations_end                           returns 1, and says how many, if any expectation failed

work=${work:?names the folder to work in}
failures=0
last=""

fail() {
  echo "FAILED: $*" >&2
  [ ! -e "$work/out" ] || sed 's/^/  stdout: /' "$work/out" >&2
  [ ! -e "$work/err" ] || sed 's/^/  stderr: /' "$work/err" >&2
  failures=$((failures + 1))
}

run_expecting() {
  local wanted=$1 code=0
  shift
  last="$(basename "$1") ${*:2}"
  "$@" >"$work/out" 2>"$work/err" || code=$?
  [ "$code" -eq "$wanted" ] || fail "$last: exit code $code, not $wanted"
}

out_has() { grep -Eq -- "$1" "$work/out" || fail "$last: stdout lacks: $1"; }
err_has() { grep -Eq -- "$1" "$work/err" || fail "$last: stderr lacks: $1"; }
out_is_empty() { [ ! -s "$work/out" ] || fail "$last: stdout is not empty"; }
err_is_empty() { [ ! -s "$work/err" ] || fail "$last: stderr is not empty"; }

json_is() {
  python3 -c 'import json, sys; it = json.load(open(sys.argv[1])); sys.exit(0 if eval(sys.argv[2]) else 1)' \
    "$work/out" "$1" || fail "$last: not so: $1"
}

eventually() {
  local until=$((SECONDS + $1))
  shift
  while ! "$@"; do
    [ "$SECONDS" -lt "$until" ] || return 1
    sleep 0.1
  done
}

expectations_end() {
  [ "$failures" -eq 0 ] || { echo "$failures expectations failed" >&2; return 1; }
  echo "all was as expected"
}
