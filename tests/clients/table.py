#!/usr/bin/env python3
"""Prints the table of languages and scenario steps, in markdown, from the logs of tests/clients/run.sh.

Usage: table.py SCENARIO LOGS LANGUAGE:STATE:PASSED:FAILED:SECONDS...
"""

import json
import pathlib
import sys


def outcomes(log, steps):
    """The outcome of each step that the log tells of: `ok STEP` or `FAIL STEP: why`; `ok scenario` stands for all of them.

    Where the scenario was taken more than once, a step has to pass each time.
    """
    lines = log.read_text(errors="replace").splitlines()
    found = dict.fromkeys(steps, True) if "ok scenario" in lines else {}
    for line in lines:
        word, _, rest = line.partition(" ")
        if word == "ok" and rest in steps:
            found.setdefault(rest, True)
        elif word == "FAIL":
            for step in steps:
                if rest == step or rest.startswith(step + ":"):
                    found[step] = False
    return found


def parts(steps):
    """The steps by what they call: one column of the table each."""
    columns = {}
    for step in steps:
        call = step.get("call", "")
        if "worker" in step:
            columns.setdefault("workers", []).append(step["step"])
        elif "error" in step:
            columns.setdefault("errors", []).append(step["step"])
        elif step.get("all"):
            columns.setdefault("pages", []).append(step["step"])
        else:
            names = {"Event": "events", "Connection": "connections", "Calendar": "calendars"}
            names |= {"GetRun": "runs", "CancelRun": "runs", "ServerInfo": "server"}
            columns.setdefault(next((names[name] for name in names if name in call), "jobs"), []).append(step["step"])
    return columns


def main():
    steps = json.loads(pathlib.Path(sys.argv[1]).read_text())["steps"]
    columns = parts(steps)
    names = [step["step"] for step in steps]
    print("| language | " + " | ".join(columns) + " | scenario | all checks | s |")
    print("| --- |" + " ---: |" * (len(columns) + 3))
    for result in sys.argv[3:]:
        language, state, passed, failed, seconds = result.split(":")
        if state == "skipped":
            print(f"| {language} |" + " – |" * (len(columns) + 1) + f" skipped | {seconds} |")
            continue
        found = outcomes(pathlib.Path(sys.argv[2]) / f"{language}.log", set(names))
        cells = [f"{sum(found.get(name, False) for name in group)}/{len(group)}" for group in columns.values()]
        cells.append(f"{sum(found.values())}/{len(names)}")
        cells.append(f"{passed}/{int(passed) + int(failed)}")
        print(f"| {language} | " + " | ".join(cells) + f" | {seconds} |")


main()
