#!/usr/bin/env bash
# What tests/nightly.sh runs of the fuzzers: ten minutes each. Exit codes and last line: those of run.sh.
set -euo pipefail
exec "$(dirname "${BASH_SOURCE[0]}")/run.sh" --seconds 600
