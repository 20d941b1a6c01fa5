"""Checks one round's folder.

Usage: python3 -m checker.main FOLDER
Exit codes: 0 all rules hold, 1 a rule is broken (its report is on stdout), 2 usage, or the evidence could not be read.
"""

import pathlib
import sys
import traceback

from checker import (
    r1_coverage,
    r2_executions,
    r3_duplicates,
    r4_early,
    r5_lateness,
    r6_linearizable,
    r7_epochs,
    r8_stopped,
    r9_healing,
    r10_agreement,
)
from checker.calendar_versions import CHANGING
from checker.generations import histories
from checker.load import load
from checker.report import show

RULES = (
    r1_coverage,
    r2_executions,
    r3_duplicates,
    r4_early,
    r5_lateness,
    r6_linearizable,
    r7_epochs,
    r8_stopped,
    r9_healing,
    r10_agreement,
)


def violations(evidence):
    known = histories(evidence)
    return [violation for rule in RULES for violation in rule.check(evidence, known)]


def summary(evidence):
    runs = [run for runs in (evidence.last.runs.values() if evidence.last else ()) for run in runs]
    backfilled = sum(1 for run in runs if run["trigger"] == "BACKFILL")
    requested = sum(1 for run in runs if run["state"] == "SKIPPED" and run["reason"] == "REQUESTED")
    unknown = sum(1 for call in evidence.calls if call.outcome == "unknown")
    changes = sum(1 for call in evidence.calls if call.kind in CHANGING and call.outcome == "ok")
    return (
        f"{len(evidence.calls)} calls ({unknown} unknown, {changes} changed a calendar), {len(evidence.starts)} starts, "
        f"{len(evidence.deliveries)} deliveries, {len(runs)} records ({backfilled} of backfills, {requested} skipped by request)"
    )


def main(arguments):
    if len(arguments) != 1 or not pathlib.Path(arguments[0]).is_dir():
        sys.stderr.write(__doc__)
        return 2
    evidence = load(arguments[0])
    broken = violations(evidence)
    print(summary(evidence))
    show(broken, sys.stdout)
    return 1 if broken else 0


if __name__ == "__main__":
    try:
        code = main(sys.argv[1:])
    except Exception:  # Python's own exit code for it is 1, which says that a rule was broken
        traceback.print_exc()
        code = 2
    sys.exit(code)
