#!/usr/bin/env bash
# Builds the Node.js client, installs it into an empty project as a user would, and runs there, against a live server, the conformance
# scenario, the README's first example and the snippets of the product's document; and the package's own checks.
#
# Usage: tests/clients/node.sh SERVER_BINARY
# The last line is `N passed, N failed`, over the scenario's steps and the checks. Exit codes: 0 all passed, 1 some failed, 2 usage,
# 77 Node.js >= 20 is not on PATH.
set -euo pipefail

[ $# -eq 1 ] || { sed -n '2,7s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 2; }
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
server=$(realpath "$1")
package="$root/client/node"
node_major=$(node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)
[ "$node_major" -ge 20 ] || { echo "node.sh: Node.js >= 20 must be on PATH" >&2; exit 77; }

work=$(mktemp -d)
DUCTAPE_BINARY_DIR=${DUCTAPE_BINARY_DIR:-$root/build/release}
# shellcheck source=tests/e2e/jobsd.sh
. "$root/tests/e2e/jobsd.sh"
jobsd_program=$server
example_pid=""
cleanup() {
  [ -z "$example_pid" ] || kill "$example_pid" 2>/dev/null || true
  stop_jobsd || true
  rm -rf "$work"
}
trap cleanup EXIT

passed=0
failed=0
# check NAME COMMAND...: counts one.
check() {
  local name=$1
  shift
  if "$@" >"$work/check.log" 2>&1 </dev/null; then
    passed=$((passed + 1))
    echo "ok $name"
  else
    failed=$((failed + 1))
    echo "FAIL $name:"
    tail -n 60 "$work/check.log"
  fi
}

install_tools() {
  cd "$package"
  # npm writes the second file last: where it is newer, what is installed is what is locked.
  [ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --no-audit --no-fund
}

npm_run() { cd "$package" && npm run --silent "$@"; }

# By the package's rules.
lint_users() {
  cd "$root"
  local scripts=(tests/conformance/clients/node/*.mjs tests/bench/clients/node/*.mjs tests/clients/seed/*.mjs tests/e2e/mesh/*.mjs)
  "$package/node_modules/.bin/eslint" --config "$package/eslint.config.js" "${scripts[@]}" || return 1
  "$package/node_modules/.bin/prettier" --config "$package/.prettierrc.json" --check "${scripts[@]}"
}

install_package() {
  mkdir "$work/project" && cd "$work/project"
  npm init -y >/dev/null
  npm pack --silent --ignore-scripts --pack-destination "$work" "$package"
  npm install --no-audit --no-fund --prefer-offline "$work"/ductape-sdk-*.tgz
}

# The scenario counts as many as it has steps.
scenario() {
  local last
  cp "$root"/tests/conformance/clients/node/*.mjs "$work/project/"
  (cd "$work/project" && timeout 300 node run.mjs "$root/tests/conformance/clients/scenario.json" "$DUCTAPE_JOBS_ADDRESS") | tee "$work/scenario.log" || true
  last=$(tail -n 1 "$work/scenario.log")
  if [[ $last =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
    passed=$((passed + BASH_REMATCH[1]))
    failed=$((failed + BASH_REMATCH[2]))
  else
    failed=$((failed + 1))
    echo "FAIL the scenario came to no end"
  fi
}

# The README's first example in JavaScript, as it stands: three runs, then the signal that ends it. Which numbers they have depends on how
# busy the machine is: an occurrence that is skipped takes one.
example() {
  cd "$work/project"
  awk '/^```js$/ { code = 1; next } /^```$/ && code { exit } code' "$package/README.md" >example.mjs
  node example.mjs >"$work/example.out" 2>&1 &
  example_pid=$!
  await_ready "$example_pid" 60 '^hello world, number [0-9]*$' "$work/example.out" 3 || { cat "$work/example.out"; return 1; }
  kill -INT "$example_pid"
  wait "$example_pid" || { echo "it ended with $?"; return 1; }
  example_pid=""
  [ "$(grep -c '^hello world' "$work/example.out")" -eq 3 ]
}

# The snippets of the product's document, as one module.
seed_snippets() {
  local seed="$root/tests/clients/seed" tools="$package/node_modules"
  cd "$work/project"
  mkdir -p seed && cd seed
  cp "$seed"/ductapeClient.ts "$seed"/tsconfig.json "$seed"/*.mjs .
  node snippets.mjs "$seed/jobs.md" >snippets.ts
  "$tools/.bin/tsc" -p . --typeRoots "$tools/@types"
  # Node.js resolves no import without an extension: a bundler does, as it does for users.
  "$tools/.bin/esbuild" out/snippets.js --bundle --platform=node --format=esm --packages=external --outfile=bundle.mjs --log-level=warning
  node before.mjs
  timeout 60 node bundle.mjs
  node after.mjs
}

# Both kinds of modules, and the older resolution of types.
module_kinds() {
  cd "$work/project"
  node -e 'const { default: D, Ductape, DuctapeError, NonRetryableError } = require("ductape-sdk");
    const { JobEventTypes } = require("ductape-sdk/dist/types"), { Job } = require("ductape-sdk/api");
    if (D !== Ductape || JobEventTypes.ACTION !== "ACTION" || !Job.decode || !(new NonRetryableError("x") instanceof Error)) process.exit(1);
    new D().product.jobs.fetch("absent").then(() => process.exit(1), (e) => process.exit(e instanceof DuctapeError && e.reason === "JOB_NOT_FOUND" ? 0 : 1));'
  printf '%s\n' 'import Ductape, { DuctapeError, type Job } from "ductape-sdk";' \
    'import { JobEventTypes } from "ductape-sdk/dist/types";' 'import { RunServiceDefinition } from "ductape-sdk/api";' \
    'export const x: Promise<Job> = new Ductape().jobs.get({ tag: "a" });' \
    'export const y = [DuctapeError, JobEventTypes.ACTION, RunServiceDefinition.name];' >kinds.ts
  local tsc="$package/node_modules/.bin/tsc"
  # The libraries' declarations, ours among them, are checked once; the snippets' check is the one with bundler.
  for resolution in 'node16 --module node16' 'node10 --module commonjs --skipLibCheck'; do
    # shellcheck disable=SC2086
    "$tsc" --noEmit --strict --target es2022 --typeRoots "$package/node_modules/@types" --types node --moduleResolution $resolution kinds.ts
  done
}

check 'tools' install_tools
check 'version' "$package/generate.sh" --check
check 'build' npm_run build
check 'types, linter, formatter' npm_run lint
check 'linter, formatter of scripts that use it' lint_users
check 'unit tests' npm_run test
check 'API docs' npm_run docs
check 'npm pack and install' install_package
start_jobsd --disk-reserve 0
scenario
# Before the example, whose job would be one more of the product.
check "the product document's snippets" seed_snippets
check 'the first example of the README' example
check 'module kinds' module_kinds
stop_jobsd
check 'tests with a real server' env DUCTAPE_JOBSD="$server" npm --prefix "$package" run --silent test:live
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
