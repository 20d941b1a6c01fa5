#!/usr/bin/env bash
# Makes what is not written by hand: messages, services and type stubs from the protos, and the blocking clients from the
# asyncio ones. Nothing of it is committed: a build of the package does the same.
#
# Usage: client/python/generate.sh             into src/ductape_jobs, for work on this folder
#        client/python/generate.sh --check     into a scratch folder: fails if the protos cannot be generated, if a method of
#                                              theirs has no method of a client, or if something generated is committed
#
# The tools are those that pyproject.toml pins for builds, in build/clients/python-tools; once they are there, it works offline.
# PYTHON names the interpreter, 3.11 or newer.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

root=$(cd ../.. && pwd)
tools=$root/build/clients/python-tools
mode=${1:-}
if [[ -n $mode && $mode != --check ]]; then
  echo "usage: generate.sh [--check]" >&2
  exit 2
fi

# Prints the requirements of a build, one a line.
requirements() {
  "${PYTHON:-python3}" -c '
import tomllib
with open("pyproject.toml", "rb") as file:
    print("\n".join(tomllib.load(file)["build-system"]["requires"]))'
}

wanted=$(requirements)
if [[ ! -f $tools/wanted || $(cat "$tools/wanted") != "$wanted" ]]; then
  rm -rf "$tools"
  "${PYTHON:-python3}" -m venv "$tools"
  echo "$wanted" | "$tools/bin/pip" install --quiet --disable-pip-version-check --requirement /dev/stdin
  echo "$wanted" >"$tools/wanted"
fi

if [[ $mode != --check ]]; then
  exec "$tools/bin/python" stubs.py
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/ductape_jobs"
"$tools/bin/python" stubs.py "$scratch/ductape_jobs"

if [[ -n $(git ls-files src/ductape_jobs/v1 src/ductape_jobs/_sync) ]]; then
  echo "client/python: what is generated is committed" >&2
  exit 1
fi

# Streams are served by the worker; LeaseRuns and CompleteRuns are for clients without streams.
missing=0
while read -r method; do
  if ! grep -qrE "\.$method\b" src/ductape_jobs/_async; then
    echo "client/python: no client calls $method" >&2
    missing=1
  fi
done < <(cat "$root"/proto/ductape/jobs/v1/*.proto | sed -nE 's/^  rpc (\w+)\(\w+\) returns .*/\1/p' | grep -vxE 'LeaseRuns|CompleteRuns')
exit $missing
