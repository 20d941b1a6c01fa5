#!/usr/bin/env bash
# Tests the Go client as its users have it, against a server of this script's own.
#
# Usage: tests/clients/go.sh SERVER_BINARY
#
# Steps: what is generated is current; gofmt, go vet and staticcheck find nothing; every exported name is documented; the unit tests,
# those against the server and the examples pass; the conformance scenario holds; the README's first example, taken from it as it
# stands, runs in a new module that uses the client by `replace`; the benchmark builds.
# The last line is `N passed, N failed`; steps of the scenario count each by itself. Exit codes: 0 all passed, 1 some failed,
# 2 wrong usage or something needed is missing. Needs Go (1.26 or newer for the pinned staticcheck) and protoc. DUCTAPE_SCENARIO names
# another scenario than tests/conformance/clients/scenario.json.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
readonly root
readonly staticcheck_version='v0.8.2'
readonly staticcheck="$root/build/tools/go/staticcheck-$staticcheck_version/staticcheck"
# All of Go in the repository.
readonly go_modules='client/go tests/conformance/clients/go tests/bench/clients/go tests/e2e/mesh/go tests/e2e/attack'
readonly module='github.com/ductape/ductape-jobs/client/go'

if [ $# -ne 1 ] || [ ! -x "$1" ]; then
  echo 'usage: tests/clients/go.sh SERVER_BINARY' >&2
  exit 2
fi
server=$(realpath "$1")
scenario_file=${DUCTAPE_SCENARIO:-$root/tests/conformance/clients/scenario.json}
command -v go >/dev/null || { echo 'tests/clients/go.sh: Go must be on PATH' >&2; exit 2; }
export GOFLAGS=-p=1 GOTOOLCHAIN=local

work=$(mktemp -d)
server_pid=''
finish() {
  if [ -n "$server_pid" ]; then
    kill "$server_pid" 2>/dev/null || true
    wait "$server_pid" 2>/dev/null || true
  fi
  rm -rf "$work"
}
trap finish EXIT

passed=0
failed=0
# check NAME COMMAND...: one step; what it says is shown where it failed.
check() {
  local name=$1
  shift
  if timeout --kill-after=10 900 "$@" >"$work/out" 2>&1 </dev/null; then
    echo "ok $name"
    passed=$((passed + 1))
  else
    echo "FAIL $name"
    cat "$work/out"
    failed=$((failed + 1))
  fi
}

install_staticcheck() {
  [ -x "$staticcheck" ] || GOBIN=$(dirname "$staticcheck") go install "honnef.co/go/tools/cmd/staticcheck@$staticcheck_version"
}

start_server() {
  "$server" --data-dir "$work/data" --listen 127.0.0.1:0 --http-listen off --disk-reserve 0 >"$work/ready" 2>"$work/server.log" &
  server_pid=$!
  for _ in $(seq 600); do
    DUCTAPE_JOBS_ADDRESS=$(sed -n 's/^ready grpc=\([^ ]*\).*/\1/p' "$work/ready")
    [ -z "$DUCTAPE_JOBS_ADDRESS" ] || break
    kill -0 "$server_pid" 2>/dev/null || break
    sleep 0.1
  done
  export DUCTAPE_JOBS_ADDRESS
  [ -n "$DUCTAPE_JOBS_ADDRESS" ] || { echo 'the server did not become ready:' >&2; cat "$work/server.log" >&2; exit 2; }
}

format() {
  local unformatted modules
  read -ra modules <<<"$go_modules"
  unformatted=$(cd "$root" && gofmt -l "${modules[@]}")
  [ -z "$unformatted" ] || { echo "not formatted: $unformatted"; return 1; }
}

# in_each COMMAND...: runs it in each module.
in_each() {
  local folder modules
  read -ra modules <<<"$go_modules"
  for folder in "${modules[@]}"; do
    (cd "$root/$folder" && "$@") || return 1
  done
}

# The documentation of the packages can be rendered, and each exported name of package jobs has a comment.
documentation() {
  cd "$root/client/go"
  local text undocumented sources
  text=$(go doc -all ./jobs) || return 1
  grep -q '^type Worker struct' <<<"$text" || { echo 'the documentation lacks the worker'; return 1; }
  go doc -all ./jobs/v1 >/dev/null || return 1
  mapfile -t sources < <(find jobs -maxdepth 1 -name '*.go' ! -name '*_test.go')
  undocumented=$(awk 'FNR == 1 { before = "" }
    /^(func|type|const|var) (\([a-z]+ \*?[A-Z][A-Za-z]*\) )?[A-Z]/ && before !~ /^\/\// { print FILENAME ": " $0 } { before = $0 }' \
    "${sources[@]}")
  [ -z "$undocumented" ] || { echo "not documented: $undocumented"; return 1; }
}

# All tests, and none of them left out.
tests() {
  cd "$root/client/go"
  DUCTAPE_JOBSD=$server go test -count=1 -v ./... >"$work/tests.log" 2>&1 || { grep -v '^=== ' "$work/tests.log"; return 1; }
  ! grep -- '--- SKIP' "$work/tests.log" || return 1
  grep -q -- '--- PASS: ExampleWorker' "$work/tests.log"
}

# The first block of Go in the README, in a module as a user would make it. Which numbers its three runs have depends on how busy the
# machine is: an occurrence that is skipped takes one.
readme() {
  mkdir "$work/example"
  cd "$work/example"
  awk '/^```go$/ { inside = 1; next } inside && /^```$/ { exit } inside' "$root/client/go/README.md" >main.go
  go mod init example.com/greeter
  go mod edit -require "$module@v0.0.0" -replace "$module=$root/client/go"
  go mod tidy
  go build -o "$work/greeter" . || return 1
  timeout 60 "$work/greeter" >"$work/example.out" || { cat "$work/example.out"; return 1; }
  cat "$work/example.out"
  [ "$(grep -c '^run [0-9]* [0-9a-z]*-[0-9]*$' "$work/example.out")" -eq 3 ]
}

benchmark() {
  cd "$root/tests/bench/clients/go"
  go build -o "$work/bench" .
}

scenario() {
  local last
  (cd "$root/tests/conformance/clients/go" && go test -count=1 . && go build -o "$work/conformance" .) || { failed=$((failed + 1)); return; }
  timeout 300 "$work/conformance" "$DUCTAPE_JOBS_ADDRESS" "$scenario_file" | tee "$work/scenario.log" || true
  last=$(tail -n 1 "$work/scenario.log")
  if [[ $last =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
    passed=$((passed + BASH_REMATCH[1]))
    failed=$((failed + BASH_REMATCH[2]))
  else
    echo 'FAIL the scenario did not come to its end'
    failed=$((failed + 1))
  fi
}

export -f format in_each documentation tests readme benchmark
export root work server module go_modules
install_staticcheck || { echo "tests/clients/go.sh: staticcheck $staticcheck_version could not be built" >&2; exit 2; }
start_server
check 'what is generated is current' "$root/client/go/generate.sh" --check
check 'gofmt' bash -c format
check 'go vet' bash -c 'in_each go vet ./...'
check 'staticcheck' bash -c "in_each '$staticcheck' ./..."
check 'documentation' bash -c documentation
check 'tests and examples' bash -c tests
check "the README's first example" bash -c readme
check 'the benchmark builds' bash -c benchmark
scenario
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
