#!/usr/bin/env bash
# Translates src and test into build, without checking types (npm run lint does): fast.
#
# Usage: client/node/build_tests.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

rm -rf build
mapfile -t sources < <(find src test -name '*.ts')
node_modules/.bin/esbuild "${sources[@]}" --format=esm --platform=node --target=node20 --outbase=. --outdir=build --log-level=warning
