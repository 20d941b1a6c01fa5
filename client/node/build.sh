#!/usr/bin/env bash
# Builds the package into dist: generated sources, then ES modules in dist/esm and CommonJS in dist/cjs, each with its types.
#
# Usage: client/node/build.sh      (npm run build; needs npm ci and what generate.sh needs)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

./generate.sh
rm -rf dist
node_modules/.bin/tsc -p tsconfig.json
mapfile -t sources < <(find src -name '*.ts')
node_modules/.bin/esbuild "${sources[@]}" --format=cjs --platform=node --target=node20 --outbase=src --outdir=dist/cjs --log-level=warning
# The declarations are the same; the folder says which kind of module they are of.
(cd dist/esm && find . -name '*.d.ts' -exec cp --parents {} ../cjs/ \;)
echo '{"type": "commonjs"}' >dist/cjs/package.json
