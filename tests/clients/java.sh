#!/usr/bin/env bash
# Checks the Java client as its users meet it: installs the artifact, and takes the conformance scenario and the README's first example
# in projects of their own against a real server on loopback.
#
# Usage: tests/clients/java.sh SERVER_BINARY
#   SCENARIO names another file than tests/conformance/clients/scenario.json. With CLIENT_OUTPUT set, the output of each part stays there.
#
# Needs Java 17 and Maven, with their ordinary local repository, into which the artifact is installed. Prints "ok PART" or "FAIL PART"
# for each part, with its output on stderr, and "N passed, N failed" last. Exit codes: 0 all passed, 1 some failed, 2 wrong usage.
set -euo pipefail

if [ $# -ne 1 ] || [ ! -x "$1" ]; then
  echo "usage: tests/clients/java.sh SERVER_BINARY" >&2
  exit 2
fi
server=$(realpath "$1")
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
client=$root/client/java
scenario=${SCENARIO:-$root/tests/conformance/clients/scenario.json}
work=$(mktemp -d "${TMPDIR:-/tmp}/ductape-java.XXXXXX")
output=${CLIENT_OUTPUT:-$work/output}
mkdir -p "$output"
server_pid=""

finish() {
  if [ -n "$server_pid" ]; then
    kill "$server_pid" 2>/dev/null || true
    wait "$server_pid" || true
  fi
  rm -rf "$work"
}
trap finish EXIT

passed=0
failed=0
# part NAME COMMAND...: runs one part.
part() {
  local name=$1
  shift
  local log="$output/${name// /-}.log"
  if "$@" >"$log" 2>&1; then
    echo "ok $name"
    passed=$((passed + 1))
  else
    echo "FAIL $name"
    failed=$((failed + 1))
    tail -n 60 "$log" >&2
  fi
}

maven() { mvn -B -ntp "$@"; }

start_server() {
  "$server" --data-dir "$work/data" --listen 127.0.0.1:0 --http-listen off --disk-reserve 0 >"$work/ready" 2>"$output/server.log" &
  server_pid=$!
  local until=$((SECONDS + 60))
  until grep -q '^ready ' "$work/ready"; do
    kill -0 "$server_pid" && [ "$SECONDS" -lt "$until" ] || return 1
    sleep 0.1
  done
  DUCTAPE_JOBS_ADDRESS=$(sed -n 's/^ready grpc=\([^ ]*\).*/\1/p' "$work/ready")
  export DUCTAPE_JOBS_ADDRESS
}

# block LANGUAGE: the README's first block of that language.
block() { awk -v head="\`\`\`$1" '$0 == head {on = 1; next} on && /^```$/ {exit} on' "$client/README.md"; }

check_format() {
  local project
  for project in "$client" "$root/tests/conformance/clients/java" "$root/tests/bench/clients/java"; do
    maven -q -f "$project/pom.xml" spotless:check || return 1
  done
}

run_scenario() {
  maven -q -f "$root/tests/conformance/clients/java/pom.xml" -Doutput="$work/runner" compile || return 1
  java -cp "$work/runner/classes:$work/runner/lib/*" conformance.Runner "$scenario" "$DUCTAPE_JOBS_ADDRESS" | tee "$output/scenario.txt"
  return "${PIPESTATUS[0]}"
}

# An empty project with the README's dependency and its first example, both as they stand there.
run_example() {
  local project=$work/example
  mkdir -p "$project/src/main/java"
  block java >"$project/src/main/java/Example.java"
  {
    echo '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
    echo '<groupId>example</groupId><artifactId>example</artifactId><version>1</version>'
    echo '<properties><maven.compiler.release>17</maven.compiler.release></properties><dependencies>'
    block xml
    echo '</dependencies><build><plugins>'
    echo '<plugin><artifactId>maven-compiler-plugin</artifactId><version>3.14.1</version></plugin>'
    echo '<plugin><groupId>org.codehaus.mojo</groupId><artifactId>exec-maven-plugin</artifactId><version>3.5.0</version></plugin>'
    echo '</plugins></build></project>'
  } >"$project/pom.xml"
  maven -q -f "$project/pom.xml" compile || return 1
  timeout 120 mvn -B -ntp -q -f "$project/pom.xml" exec:java -Dexec.mainClass=Example >"$work/example.out" || return 1
  cat "$work/example.out"
  # Maven may put a colour's end before the first line. On a busy machine an occurrence may be skipped, which takes a number.
  [ "$(grep -c 'hello from run [0-9]*, ' "$work/example.out")" -eq 3 ]
}

part "version" "$client/generate.sh" --check
part "format" check_format
part "build and tests" maven -f "$client/pom.xml" install "-Dductape.server=$server"
part "docs" maven -f "$client/pom.xml" javadoc:javadoc
if start_server; then
  part "scenario" run_scenario
  part "example" run_example
else
  echo "FAIL server"
  failed=$((failed + 1))
  cat "$output/server.log" >&2
fi
[ ! -s "$output/scenario.txt" ] || echo "scenario: $(tail -n 1 "$output/scenario.txt")"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
