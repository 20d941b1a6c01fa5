#!/usr/bin/env bash
# What tests/run.sh runs of the oracles: 5,000 patterns and 1,250 rules, always the same. Exit codes and last line: those of run.sh.
set -euo pipefail
exec "$(dirname "${BASH_SOURCE[0]}")/run.sh" --count 5000
