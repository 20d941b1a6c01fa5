#!/usr/bin/env bash
# Builds the package into dist: generated sources, then ES modules in dist/esm and CommonJS in dist/cjs, each with its types.
#
# Usage: client/node/build.sh      (npm run build; needs npm ci and what generate.sh needs)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

./generate.sh
rm -rf dist
node_modules/.bin/tsc -p tsconfig.json
node_modules/.bin/tsc -p tsconfig.cjs.json
echo '{"type": "commonjs"}' >dist/cjs/package.json
