#!/usr/bin/env bash
# Crash rounds: a server is killed by kill -9 again and again, also while it recovers, while clients create, update, pause, delete
# and run jobs and sinks take their runs. After each round the checker holds what clients and sinks saw, and the final state,
# against the rules R1 to R10. Half of the rounds run the service itself, half run the crash tests' server, whose file system keeps
# unsynced bytes in the process, so that a kill loses them as a power cut does.
#
# Usage: tests/crash/run.sh [--rounds N] [--fault NAME] [--list-faults] [--seed S] [--jobs J] [--keep]
#   --rounds N      how many rounds (default 10; with --fault at most N, default 40)
#   --fault NAME    a server with one seeded bug, in rounds until the checker flags it
#   --list-faults   prints the names of the faults
#   --seed S        a word that all random choices follow from; printed at the end (default: a new one). Kills fall where time
#                   and machine have them, so a seed repeats the choices, not each interleaving.
#   --jobs J        rounds that run at once (default 2)
#   --keep          keep the folders of rounds that held as well
# Environment: DUCTAPE_BINARY_DIR, the build's folder (default build/release); DUCTAPE_CRASH_DIR, where the rounds' folders are
# made (default build/crash). The folder of a broken round is kept, and its report printed.
# Exit codes: 0 all rounds held (with --fault: it escaped), 1 a rule was broken (with --fault: it was flagged), 2 usage or setup.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
case " $* " in
  *" --help "* | *" -h "*)
    sed -n '2,/^set /s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
    exit 0
    ;;
esac

export DUCTAPE_BINARY_DIR=${DUCTAPE_BINARY_DIR:-$root/build/release}
export DUCTAPE_CRASH_DIR=${DUCTAPE_CRASH_DIR:-$root/build/crash}
setup=$("$root/tests/crash/setup.sh") || exit 2
PYTHONPATH=$(sed -n 2p <<<"$setup")
export PYTHONPATH
exec "$(sed -n 1p <<<"$setup")" -m harness.main "$@"
