#!/usr/bin/env bash
# Runs the commands of docs/events/templates.md against a server of this build and compares their output with what the page shows.
#
# Usage: tests/e2e/templates_doc_test.sh [--write]      (with DUCTAPE_BINARY_DIR, an absolute path, built)
#   --write   puts what the commands print into the page
# Exit code: 0 if the page is right, 1 if not; differences are shown.
set -euo pipefail

here="$(cd "$(dirname "$0")" && pwd)"
# shellcheck source=tests/e2e/session.sh
. "$here/session.sh"

start_jobsd --disk-reserve 0
start_endpoint "$here/echo_endpoint.py"
export ECHO="$endpoint"
PATH="$DUCTAPE_BINARY_DIR/bin:$PATH" python3 "$here/console_blocks.py" "$root/docs/events/templates.md" "$@"
