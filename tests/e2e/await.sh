#!/usr/bin/env bash
# Waits for a program that says when it is ready. To be sourced.
#
#   await_ready PID SECONDS EXPRESSION FILE [COUNT]
#       returns when FILE has COUNT lines that match, by default 1; with 1 if the program ends first, or not in time

await_ready() {
  local until=$((SECONDS + $2)) found
  while found=$(grep -c -- "$3" "$4" 2>/dev/null || true); [ "${found:-0}" -lt "${5:-1}" ]; do
    kill -0 "$1" 2>/dev/null && [ "$SECONDS" -lt "$until" ] || return 1
    sleep 0.1
  done
}
