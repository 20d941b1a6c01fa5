#!/usr/bin/env bash
# Builds every client, installs it as a user would, and takes the conformance scenario with it against a live server; then prints a table
# of languages and scenario steps.
#
# Usage: tests/clients/run.sh [--server BINARY] [LANGUAGE...]      (default: build/release/bin/ductape-jobsd, all languages)
# Each language has a script <language>.sh beside this one, whose output is kept in build/logs/clients. Exit code 77 of it means that
# this machine lacks its tools: it is said, and not counted.
# The last line is `N passed, N failed`. Exit codes: 0 all passed, 1 some failed, 2 usage.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
server="$root/build/release/bin/ductape-jobsd"
logs="$root/build/logs/clients"
language_seconds=3600
languages=()
while [ $# -gt 0 ]; do
  case "$1" in
    --server) server=${2:?--server BINARY}; shift ;;
    -*) sed -n '2,9s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 2 ;;
    *) languages+=("$1") ;;
  esac
  shift
done
[ -x "$server" ] || { echo "tests/clients/run.sh: there is no server at $server; build it, or name it with --server" >&2; exit 2; }
if [ "${#languages[@]}" -eq 0 ]; then
  for script in "$here"/*.sh; do
    name=$(basename "$script" .sh)
    case "$name" in run | run-*) ;; *) languages+=("$name") ;; esac
  done
fi
mkdir -p "$logs"

passed=0
failed=0
results=()
for language in "${languages[@]}"; do
  [ -x "$here/$language.sh" ] || { echo "tests/clients/run.sh: there is no client of $language" >&2; exit 2; }
  echo "=== $language"
  start=$SECONDS
  code=0
  timeout --kill-after=30 "$language_seconds" "$here/$language.sh" "$server" >"$logs/$language.log" 2>&1 </dev/null || code=$?
  last=$(tail -n 1 "$logs/$language.log")
  good=0
  bad=0
  if [[ $last =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
    good=${BASH_REMATCH[1]}
    bad=${BASH_REMATCH[2]}
  fi
  if [ "$code" -eq 77 ]; then
    state=skipped
    echo "skipped: $last"
  elif [ "$code" -eq 0 ] && [ "$good" -gt 0 ] && [ "$bad" -eq 0 ]; then
    state=passed
  else
    state=failed
    [ "$bad" -gt 0 ] || bad=1
    grep '^FAIL ' "$logs/$language.log" || tail -n 20 "$logs/$language.log"
  fi
  if [ "$state" != skipped ]; then
    passed=$((passed + good))
    failed=$((failed + bad))
  fi
  echo "$language: $good passed, $bad failed in $((SECONDS - start)) s"
  results+=("$language:$state:$good:$bad:$((SECONDS - start))")
done

echo
python3 "$here/table.py" "$root/tests/conformance/clients/scenario.json" "$logs" "${results[@]}"
echo
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
