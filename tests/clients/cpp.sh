#!/usr/bin/env bash
# Installs the C++ client of a build into a fresh prefix as a user would, and builds and runs on it against a server: the scenario of
# the clients and the first example of the README, with the CMakeLists.txt that stands there; then the build of the API's
# documentation, where doxygen is installed.
#
# Usage: tests/clients/cpp.sh SERVER_BINARY
#
# DUCTAPE_BINARY_DIR names the build, an absolute path; by default build/release. SCENARIO names another scenario. The client's unit
# tests and linters are those of the repository. Exit code: 0 if all passed; the last line is `N passed, N failed`.
set -euo pipefail

server_binary=$(realpath "${1:?the path of ductape-jobsd}")
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=${DUCTAPE_BINARY_DIR:-$root/build/release}
package=$root/client/cpp
scenario=${SCENARIO:-$root/tests/conformance/clients/scenario.json}
# shellcheck source=tests/e2e/await.sh
. "$root/tests/e2e/await.sh"
work=$(mktemp -d)
server_pid=""
example_pid=""
passed=0
failed=0

clean_up() {
  [[ -z $example_pid ]] || kill "$example_pid" 2>/dev/null || true
  if [[ -n $server_pid ]]; then
    kill "$server_pid" 2>/dev/null || true
    wait "$server_pid" || true
  fi
  rm -rf "$work"
}
trap clean_up EXIT

if [[ ! -f $build/CMakeCache.txt ]]; then
  echo "there is no build at $build: cmake --preset release && cmake --build --preset release --target ductape_client_cpp" >&2
  exit 2
fi

# check NAME COMMAND... : runs the command, and shows what it says if it fails.
check() {
  local name=$1
  shift
  if "$@" >"$work/log" 2>&1; then
    passed=$((passed + 1))
    echo "ok $name: $(tail -n 1 "$work/log")"
  else
    failed=$((failed + 1))
    echo "FAIL $name"
    tail -n 60 "$work/log"
  fi
}

# What is installed stands by itself: nothing in the package points back at the build.
install_package() {
  cmake --install "$build" --component development --prefix "$work/prefix"
  if grep -rl --include='*.cmake' "$build" "$work/prefix"; then
    echo "the package names the build"
    return 1
  fi
}

# build_project SOURCES : configures and builds a project that finds the package, in a folder of its own.
build_project() {
  cmake -S "$1" -B "$1/build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_PREFIX_PATH="$work/prefix" || return 1
  cmake --build "$1/build" -j1
}

build_runner() {
  cp -r "$root/tests/conformance/clients/cpp" "$work/scenario"
  build_project "$work/scenario"
}

# first_block LANGUAGE : the README's first block in it.
first_block() {
  sed -n "/^\`\`\`$1\$/,/^\`\`\`\$/p" "$package/README.md" | sed '/^```$/q' | sed '/^```/d'
}

build_example() {
  mkdir "$work/example"
  first_block cpp >"$work/example/main.cc"
  first_block cmake >"$work/example/CMakeLists.txt"
  build_project "$work/example"
}

# The example must print runs, and end in good order when it is asked to. Which numbers they have depends on how busy the machine is: an
# occurrence that is skipped takes one.
run_example() {
  "$work/example/build/hello" >"$work/example.out" &
  example_pid=$!
  await_ready "$example_pid" 60 '^run [0-9]*: hello, .*world' "$work/example.out" 2 || { cat "$work/example.out"; return 1; }
  kill "$example_pid"
  wait "$example_pid" || { echo "it ended with $?"; return 1; }
  example_pid=""
  tail -n 1 "$work/example.out"
}

start_server() {
  "$server_binary" --data-dir "$work/data" --listen 127.0.0.1:0 --http-listen off >"$work/ready" 2>"$work/server.log" &
  server_pid=$!
  await_ready "$server_pid" 60 '^ready ' "$work/ready" || { cat "$work/server.log" >&2; return 1; }
  DUCTAPE_JOBS_ADDRESS=$(sed -n 's/^ready grpc=\([^ ]*\).*/\1/p' "$work/ready")
  export DUCTAPE_JOBS_ADDRESS
}

# The Doxyfile makes warnings errors.
documentation() {
  { cat "$package/Doxyfile"; echo "OUTPUT_DIRECTORY = $work"; } | (cd "$package" && doxygen -) || return 1
  grep -o -m 1 "AllJobs" "$work/cpp/classductape_1_1jobs_1_1Client.html"
}

# The scenario counts as many as it has steps, which are printed one by one.
take_scenario() {
  timeout 300 "$work/scenario/build/scenario" "$DUCTAPE_JOBS_ADDRESS" "$scenario" 2>&1 | tee "$work/scenario.log" | grep -vE '^[0-9]+ passed' || true
  local last
  last=$(tail -n 1 "$work/scenario.log")
  if [[ $last =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
    passed=$((passed + BASH_REMATCH[1]))
    failed=$((failed + BASH_REMATCH[2]))
  else
    failed=$((failed + 1))
    echo "FAIL the scenario came to no end"
  fi
}

check "the package is installed" install_package
check "the runner is built with it" build_runner
check "the example of the README is built with it" build_example
start_server
take_scenario
check "the example of the README runs" run_example
if command -v doxygen >/dev/null; then
  check "documentation" documentation
else
  echo "skipped documentation: doxygen is not installed"
fi
echo "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
