#!/usr/bin/env bash
# Measures how many runs a second workers of the Java client complete, against a server of its own on loopback.
#
# Usage: tests/bench/clients/java/run.sh SERVER_BINARY [JOBS [SECONDS [WORKERS]]]
#   JOBS, each of which is due once a second: 80000. SECONDS to count: 10, at most 30. WORKERS, with a connection each: 2.
#
# The client must be installed (mvn install in client/java). Prints one JSON object; see Bench.java. Take it on a quiet machine: the
# load average stands beside the figure. Exit codes: 0 measured, 1 something failed, 2 wrong usage.
set -euo pipefail

if [ $# -lt 1 ] || [ $# -gt 4 ] || [ ! -x "$1" ] || [ "${3:-10}" -gt 30 ]; then
  echo "usage: tests/bench/clients/java/run.sh SERVER_BINARY [JOBS [SECONDS [WORKERS]]]" >&2
  exit 2
fi
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/ductape-java-bench.XXXXXX")
mvn -B -ntp -q -f "$here/pom.xml" -Doutput="$work/bench" compile

"$1" --data-dir "$work/data" --listen 127.0.0.1:0 --http-listen 127.0.0.1:0 >"$work/ready" 2>"$work/log" &
server_pid=$!
finish() {
  kill "$server_pid" 2>/dev/null || true
  wait "$server_pid" || true
  rm -rf "$work"
}
trap finish EXIT
until=$((SECONDS + 60))
until grep -q '^ready ' "$work/ready"; do
  if ! kill -0 "$server_pid" || [ "$SECONDS" -ge "$until" ]; then
    cat "$work/log" >&2
    exit 1
  fi
  sleep 0.1
done
grpc=$(sed -n 's/^ready grpc=\([^ ]*\).*/\1/p' "$work/ready")
http=$(sed -n 's/^ready .*http=\([^ ]*\).*/\1/p' "$work/ready")
java -Xmx2g -cp "$work/bench/classes:$work/bench/lib/*" bench.Bench "$grpc" "$http" "${2:-80000}" "${3:-10}" "${4:-2}"
