#!/usr/bin/env bash
# What tests/nightly.sh runs of the oracles: 200,000 patterns and 50,000 rules, others each night. Exit codes and last line: those of
# run.sh.
set -euo pipefail
exec "$(dirname "${BASH_SOURCE[0]}")/run.sh" --count 200000 --seed "$(date +%j)"
