#!/usr/bin/env bash
# Waits for a program that says when it is ready. To be sourced.
#
#   await_ready PID SECONDS EXPRESSION FILE   returns when FILE has a line that matches; 1 if the program ends first, or not in time

await_ready() {
  local until=$((SECONDS + $2))
  while ! grep -q -- "$3" "$4" 2>/dev/null; do
    kill -0 "$1" 2>/dev/null && [ "$SECONDS" -lt "$until" ] || return 1
    sleep 0.1
  done
}
