#!/usr/bin/env bash
# Builds the Python package, installs its wheel into a fresh environment as a user would, and runs against a server: the
# scenario of the clients (blocking, then asyncio), the first example of the README, the package's tests; then the linter, the
# formatter, the type checker and the build of the API's documentation.
#
# Usage: tests/clients/python.sh SERVER_BINARY
#
# PYTHON names the interpreter, 3.11 or newer; SCENARIO another scenario. The wheel is left in build/clients/python. Exit code: 0
# if all passed; the last line is `N passed, N failed`.
set -euo pipefail

server_binary=$(realpath "${1:?the path of ductape-jobsd}")
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
package=$root/client/python
scenario=${SCENARIO:-$root/tests/conformance/clients/scenario.json}
out=$root/build/clients/python
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

# check NAME COMMAND... : runs it, and shows what it says if it fails.
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

build_wheel() {
  "${PYTHON:-python3}" -m venv "$work/venv"
  "$work/venv/bin/pip" wheel --quiet --disable-pip-version-check --no-deps --wheel-dir "$out" "$package"
  ls "$out"/*.whl
}

install_wheel() {
  "$work/venv/bin/pip" install --quiet --disable-pip-version-check "$out"/ductape_jobs-*.whl
  "$work/venv/bin/python" -c 'import ductape_jobs; print("ductape-jobs", ductape_jobs.__version__)'
}

install_tools() {
  "$work/venv/bin/python" - "$package/pyproject.toml" >"$work/tools" <<'PYTHON'
import sys, tomllib
with open(sys.argv[1], "rb") as file:
    print("\n".join(tomllib.load(file)["dependency-groups"]["dev"]))
PYTHON
  "$work/venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$work/tools"
}

version_is_that_of_the_product() {
  local wanted
  wanted=$(sed -nE 's/^set\(VERSION ([0-9.]+)\)/\1/p' "$root/CMakeLists.txt")
  [[ $("$work/venv/bin/python" -c 'import ductape_jobs; print(ductape_jobs.__version__)') == "$wanted" ]]
}

start_server() {
  "$server_binary" --data-dir "$work/data" --listen 127.0.0.1:0 --http-listen off >"$work/ready" 2>"$work/server.log" &
  server_pid=$!
  await_ready "$server_pid" 60 '^ready ' "$work/ready" || { cat "$work/server.log" >&2; return 1; }
  DUCTAPE_JOBS_ADDRESS=$(sed -n 's/^ready grpc=\([^ ]*\).*/\1/p' "$work/ready")
  export DUCTAPE_JOBS_ADDRESS
}

# take_scenario [--asyncio] : counts as many as it has steps, which are printed one by one.
take_scenario() {
  local runner=$root/tests/conformance/clients/python/runner.py last
  timeout 300 "$work/venv/bin/python" "$runner" "$DUCTAPE_JOBS_ADDRESS" --scenario "$scenario" "$@" 2>"$work/log" |
    tee "$work/scenario.log" | grep -vE '^[0-9]+ passed' || true
  last=$(tail -n 1 "$work/scenario.log")
  if [[ $last =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
    passed=$((passed + BASH_REMATCH[1]))
    failed=$((failed + BASH_REMATCH[2]))
    [[ ${BASH_REMATCH[2]} -eq 0 ]] || tail -n 60 "$work/log"
  else
    failed=$((failed + 1))
    echo "FAIL the scenario came to no end"
    tail -n 60 "$work/log"
  fi
}

# The first example must print runs, and end in good order when it is asked to. Which numbers they have depends on how busy the machine
# is: an occurrence that is skipped takes one.
readme_example() {
  # shellcheck disable=SC2016  # patterns
  sed -n '/^```python$/,/^```$/p' "$package/README.md" | sed '/^```$/q' | sed '/^```/d' >"$work/example.py"
  "$work/venv/bin/python" "$work/example.py" >"$work/example.out" &
  example_pid=$!
  await_ready "$example_pid" 60 '^run [0-9]*: hello, world$' "$work/example.out" 2 || { cat "$work/example.out"; return 1; }
  kill "$example_pid"
  wait "$example_pid" || { echo "it ended with $?"; return 1; }
  example_pid=""
  tail -n 1 "$work/example.out"
}

# Checked where it was built, since what is generated is not committed.
in_package() {
  (cd "$package" && "$@")
}

documentation() {
  in_package "$work/venv/bin/pdoc" --docformat google --output-directory "$work/docs" ductape_jobs
  grep -q 'create_many' "$work/docs/ductape_jobs.html"
}

rm -rf "$out"
mkdir -p "$out"
check "the wheel is built" build_wheel
check "the wheel is installed" install_wheel
check "its version is that of the product" version_is_that_of_the_product
start_server
take_scenario
take_scenario --asyncio
check "README example" readme_example
check "tools" install_tools
check "unit tests" in_package "$work/venv/bin/pytest" -p no:cacheprovider tests/unit
check "tests with a server" env DUCTAPE_JOBS_SERVER="$server_binary" "$work/venv/bin/pytest" -p no:cacheprovider --rootdir "$package" \
  -c "$package/pyproject.toml" "$package/tests/live"
users=("$root/tests/conformance/clients/python" "$root/tests/bench/clients/python" "$root/tests/e2e/mesh")
check "ruff check" in_package "$work/venv/bin/ruff" check --no-cache . "${users[@]}"
check "ruff format" in_package "$work/venv/bin/ruff" format --no-cache --check . "${users[@]}"
check "mypy --strict" in_package "$work/venv/bin/mypy" --cache-dir "$work/mypy"
check "documentation" documentation
echo "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
