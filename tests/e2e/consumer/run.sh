#!/usr/bin/env bash
# Installs the C++ client into a folder of its own, builds the project beside this script with find_package(ductape-jobs), and
# runs it against a server of this build.
#
# Usage: tests/e2e/consumer/run.sh      (with DUCTAPE_BINARY_DIR, an absolute path, built)
#
# Exit code: 0 if the project builds and its calls succeed, 1 if not.
set -euo pipefail

here="$(cd "$(dirname "$0")" && pwd)"
work="$(mktemp -d "${TMPDIR:-/tmp}/ductape-consumer.XXXXXX")"
# shellcheck source=tests/e2e/jobsd.sh
. "$here/../jobsd.sh"
finish() {
  stop_jobsd || true
  rm -rf "$work"
}
trap finish EXIT

cmake --install "$DUCTAPE_BINARY_DIR" --component development --prefix "$work/prefix" >"$work/install.log" ||
  { cat "$work/install.log"; exit 1; }

# What is installed stands by itself: nothing in the package points back at the build.
if grep -rl "$DUCTAPE_BINARY_DIR" "$work/prefix/lib/"*/cmake "$work/prefix/lib/cmake" 2>/dev/null; then
  echo "the package names the build directory" >&2
  exit 1
fi

cmake -S "$here" -B "$work/build" -G Ninja -DCMAKE_PREFIX_PATH="$work/prefix" >"$work/configure.log" 2>&1 ||
  { cat "$work/configure.log"; exit 1; }
cmake --build "$work/build" -j1

# shellcheck disable=SC2119  # no arguments of its own
start_jobsd
"$work/build/consumer" "$DUCTAPE_JOBS_ADDRESS" | grep -x "consumer ACTIVE"
stop_jobsd
echo "the consumer project builds and runs"
