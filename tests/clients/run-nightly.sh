#!/usr/bin/env bash
# Every client's package against the server of build/release: see tests/clients/run.sh.
#
# Usage: tests/clients/run-nightly.sh
set -euo pipefail
exec "$(dirname "${BASH_SOURCE[0]}")/run.sh"
