#!/usr/bin/env bash
# Runs the commands of docs/events/connections.md against a server of this build and compares their output with what the page shows.
#
# Usage: tests/e2e/connections_doc_test.sh [--write]      (with DUCTAPE_BINARY_DIR, an absolute path, built)
#   --write   puts what the commands print into the page
# Exit code: 0 if the page is right, 1 if not; differences are shown.
set -euo pipefail

here="$(cd "$(dirname "$0")" && pwd)"
# shellcheck source=tests/e2e/session.sh
. "$here/session.sh"

# What the page takes for granted: a key, a token in a file here and in one of the server's, and a service that wants it.
printf 'k1 %s\n' "$(head -c 32 /dev/urandom | base64)" >"$work/keys"
cd "$work"
mkdir secrets
printf 'token-4711\n' | tee token >secrets/billing
start_jobsd --disk-reserve 0 --secrets-key-file "$work/keys" --secret-dir "$work/secrets"
start_endpoint "$here/guarded_endpoint.py" token-4711
export BILLING="$endpoint" SECRETS="$work/secrets" SERVER="$DUCTAPE_JOBS_ADDRESS"
PATH="$DUCTAPE_BINARY_DIR/bin:$PATH" python3 "$here/console_blocks.py" "$root/docs/events/connections.md" "$@"
