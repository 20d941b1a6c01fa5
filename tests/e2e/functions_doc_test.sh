#!/usr/bin/env bash
# Runs the commands of docs/events/functions.md against a server of this build and compares their output with what the page shows.
#
# Usage: tests/e2e/functions_doc_test.sh [--write]      (with DUCTAPE_BINARY_DIR, an absolute path, built)
#   --write   puts what the commands print into the page
# Exit code: 0 if the page is right, 1 if not; differences are shown.
set -euo pipefail

here="$(cd "$(dirname "$0")" && pwd)"
# shellcheck source=tests/e2e/session.sh
. "$here/session.sh"

# What the page takes for granted: a key of the server's, a file with the secret access key, and Lambda.
printf 'k1 %s\n' "$(head -c 32 /dev/urandom | base64)" >"$work/keys"
cd "$work"
printf 'planted-aws-4723\n' >aws-secret
start_jobsd --disk-reserve 0 --secrets-key-file "$work/keys" --secret-dir "$work"
start_endpoint "$here/cloud_endpoint.py"
export AWS="$endpoint"
PATH="$DUCTAPE_BINARY_DIR/bin:$PATH" python3 "$here/console_blocks.py" "$root/docs/events/functions.md" "$@"
