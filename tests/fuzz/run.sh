#!/usr/bin/env bash
# Fuzzes what reads texts of clients: iCalendar texts, cron patterns, calendar rules, templates, names of time zones. libFuzzer under
# AddressSanitizer: any bytes end in an error or in a schedule whose next, previous and count agree, or in a template that renders to a
# bounded text and to JSON where it stands in JSON; each input within 2 s (under the sanitizer) and 512 MiB.
#
# Usage: tests/fuzz/run.sh [--seconds N] [FUZZER...]
#   --seconds N   for each (default 20)
#   FUZZER        calendar, cron, rule, template, zone (default: all)
# Builds the preset asan. An input that breaks a fuzzer is kept in build/fuzz/<fuzzer>; `build/asan/tests/fuzz/<fuzzer>_fuzzer FILE`
# runs it again. The last line is `N passed, N failed`. Exit codes: 0 all passed, 1 one was broken, 2 usage.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

seconds=20
names=()
while [ $# -gt 0 ]; do
  case "$1" in
    --seconds) seconds=${2:?--seconds N}; shift 2 ;;
    calendar | cron | rule | template | zone) names+=("$1"); shift ;;
    *) sed -n '2,12s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 2 ;;
  esac
done
[ ${#names[@]} -gt 0 ] || names=(calendar cron rule template zone)

cmake --preset asan >/dev/null
cmake --build --preset asan --target ductape_fuzzers

# One file a line, behind as many bytes as the fuzzer takes to choose zone, policy and instants; "\n" in it is a line end.
plant() {
  local head=$1 number=0 line
  while IFS= read -r line; do
    number=$((number + 1))
    printf '%s%s' "${head//1/$((number % 10))}" "${line//'\n'/$'\n'}" >"$3/seed-$number"
  done <"$2"
}

declare -A heads=([calendar]=11 [cron]=111 [rule]=1111 [template]="" [zone]="")
passed=0
failed=0
for name in "${names[@]}"; do
  folder=build/fuzz/$name
  mkdir -p "$folder/corpus"
  plant "${heads[$name]}" "tests/fuzz/seeds/$name" "$folder/corpus"
  if build/asan/tests/fuzz/"${name}_fuzzer" -max_total_time="$seconds" -timeout=2 -rss_limit_mb=512 -max_len=4096 \
    -dict="tests/fuzz/$name.dict" -artifact_prefix="$folder/" -print_final_stats=1 -verbosity=0 "$folder/corpus" 2>&1 |
    tee "$folder/log" | sed -n '/^stat::\(number\|average\|slowest\)\|^broken\|ERROR\|SUMMARY/p'; then
    echo "$name: held for $seconds s"
    passed=$((passed + 1))
  else
    echo "$name: BROKEN, see $folder/log"
    failed=$((failed + 1))
  fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
