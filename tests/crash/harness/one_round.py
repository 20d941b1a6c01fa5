"""Runs one round.

Usage: python3 -m harness.one_round FOLDER SEED NUMBER COMMAND...
NUMBER counts the rounds of a folder from 1. Exit codes: 0 the round ran (the checker decides what it showed), 2 it could not run.
"""

import sys

from harness.round import Round


def main(arguments):
    folder, seed, number, *command = arguments
    Round(command, folder, seed, int(number)).run()
    return 0


if __name__ == "__main__":
    if len(sys.argv) < 5:
        sys.stderr.write(__doc__)
        sys.exit(2)
    sys.exit(main(sys.argv[1:]))
