#!/usr/bin/env bash
# Runs the commands of docs/jobctl.md against a server of this build and compares their output with what the page shows. The files of
# the page, blocks after a line `<!-- file: PATH -->`, are written first, below a folder of its own that is also the home.
#
# Usage: tests/e2e/jobctl_doc_test.sh [--write]      (with DUCTAPE_BINARY_DIR, an absolute path, built)
#   --write   puts what the commands print into the page
# Exit code: 0 if the page is right, 1 if not; differences are shown.
set -euo pipefail

here="$(cd "$(dirname "$0")" && pwd)"
# shellcheck source=tests/e2e/session.sh
. "$here/session.sh"
export HOME="$work/page"
unset XDG_CONFIG_HOME
mkdir "$HOME"
awk -v home="$HOME" '
  /^<!-- file: .* -->$/ { path = home "/" $3; next }
  path != "" && /^```/ && !open { folder = path; sub("/[^/]*$", "", folder); system("mkdir -p \"" folder "\""); open = 1; next }
  open && /^```$/ { open = 0; close(path); path = ""; next }
  open { print > path }' "$root/docs/jobctl.md"

start_jobsd --disk-reserve 0
start_endpoint "$root/deploy/quickstart_endpoint.py"
cd "$HOME"
ENDPOINT=$endpoint PATH="$DUCTAPE_BINARY_DIR/bin:$PATH" \
  python3 "$here/console_blocks.py" "$root/docs/jobctl.md" --any-time "$@"
