#!/usr/bin/env bash
# Generates what each client takes from proto/ and from the version in the top CMakeLists.txt, by its own generate.sh.
#
# Usage: client/generate.sh [--check] [CLIENT...]      (default: all that have one: go, java, node, python, rust)
#   --check   writes nothing; fails when something that is checked in is stale
# What a client needs for it is named by its script when it is missing; offline once that is there.
# Exit codes: 0 all well, 1 a client failed or is stale, 2 usage.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
arguments=()
done_word=generated
clients=()
while [ $# -gt 0 ]; do
  case "$1" in
    --check) arguments=(--check); done_word='not stale' ;;
    -*) sed -n '2,8s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 2 ;;
    *) clients+=("$1") ;;
  esac
  shift
done
if [ "${#clients[@]}" -eq 0 ]; then
  for script in "$root"/*/generate.sh; do clients+=("$(basename "$(dirname "$script")")"); done
fi

bad=0
for client in "${clients[@]}"; do
  script="$root/$client/generate.sh"
  [ -x "$script" ] || { echo "client/generate.sh: there is no $script" >&2; exit 2; }
  if "$script" "${arguments[@]}"; then
    echo "client/$client: $done_word"
  else
    bad=1
    echo "client/$client: failed or stale" >&2
  fi
done
exit $bad
