#!/usr/bin/env python3
"""Compares the runs of a target's jobs with what came to the target, after both and the server were killed.

Usage: effects_agree.py TARGET RUNS EFFECTS     RUNS: JSON lines of `jobctl run list`; EFFECTS: a run id a line
Every run has ended and none has failed, each completed one has its effect, and each effect is that of a run that is known; effects that came
twice have the same run id. Exit code: 0 if that is so.
"""

import collections
import json
import sys

MOST_TWICE = 0.5  # of the effects: redelivery is for what was under way


def main():
    target, runs_file, effects_file = sys.argv[1:4]
    with open(runs_file, encoding="utf-8") as lines:
        runs = [json.loads(line) for line in lines]
    with open(effects_file, encoding="utf-8") as lines:
        effects = collections.Counter(lines.read().replace('"', "").split())  # a message of one value is JSON
    runs = [run for run in runs if run["state"] not in ("SKIPPED", "MISSED")]
    states = {run["run_id"]: run["state"] for run in runs}
    completed = {run for run, state in states.items() if state == "COMPLETED"}
    others = collections.Counter(state for state in states.values() if state != "COMPLETED")
    twice = [run for run, count in effects.items() if count > 1]
    retried = [run for run in runs if int(run.get("attempt_count", 1)) > 1]
    codes = collections.Counter(
        attempt.get("error", {}).get("code", "") for run in retried for attempt in run.get("attempts", []) if attempt.get("error")
    )
    print(target, len(runs), "runs", len(completed), "completed", len(retried), "retried", dict(codes), sum(effects.values()), "effects", len(twice), "twice")
    problems = []
    if others:
        problems.append(f"not completed: {dict(others)}")
    if lost := completed - effects.keys():
        problems.append(f"without effect: {sorted(lost)[:5]}")
    if unknown := effects.keys() - states.keys():
        problems.append(f"unknown: {sorted(unknown)[:5]}")
    if len(completed) < 50 or not retried:
        problems.append("too little has happened")
    if len(twice) > MOST_TWICE * len(effects):
        problems.append("too many came twice")
    sys.exit("; ".join(problems) or 0)


main()
