"""Runs the commands of a page's console blocks and compares what they print with what the page shows.

Usage: console_blocks.py PAGE [--write] [--any-time] [--any-id]
  --write: puts what they print into the page, where it differs from what is shown
  --any-time: times, durations with their bars and ids of runs are not compared either
  --any-id: nor are values in JSON that are new each time: uids, etags, ids of sessions, tokens, durations, local ports, and
    what an HTTP server tells of itself and its date
A command is a line that begins with "$ ", with the lines after it while one ends with a backslash; what follows up to the next one
is its output, of both streams. A command `NAME=$(...)` sets a variable for those after it. How long something is ahead or ago, and
how columns are padded for it, is not compared. Exit codes: 0 all as shown, 1 not.
"""

import os
import re
import subprocess
import sys

BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z|(\u2587+ )?\b(\d+(ms|[smhd]))+\b|\b[0-9a-z]{13}-\d+\b")
ID = re.compile(
    r'"(uid|jobUid|job_uid|etag|sessionId|session_id|token|nextPageToken|traceparent|serverId|version|timeZoneVersion|epoch)": *"[^"]*"'
    r'|\b00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}\b|(Date|Server): [^\\"]+|"[0-9.]+s"|\b127\.0\.0\.1:\d+\b'
)
ASSIGNMENT = re.compile(r"([A-Za-z_]+)=\$\(.*\)$", re.DOTALL)
DISTANCE = re.compile(r"(in )?\b\d+(ms|[smhdwy]|mo)\b( ago)?")


def printed(command):
    assignment = ASSIGNMENT.match(command)
    if assignment:
        command += f'; printf %s "${assignment[1]}"'
    done = subprocess.run(
        ["bash", "-c", command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60
    )
    if assignment:
        os.environ[assignment[1]] = done.stdout
        return ""
    return done.stdout


def examples(block):
    """[(command, shown output)]"""
    found = []
    for line in block.splitlines(keepends=True):
        if line.startswith("$ "):
            found.append([line[2:].rstrip("\n"), ""])
        elif found and found[-1][0].endswith("\\") and not found[-1][1]:
            found[-1][0] += "\n" + line.rstrip("\n")
        elif found:
            found[-1][1] += line
    return found


def timeless(text):
    any_time = "--any-time" in sys.argv[2:]
    if "--any-id" in sys.argv[2:]:
        text = ID.sub("~", text)
    lines = [DISTANCE.sub("~", line) for line in text.splitlines()]
    return [" ".join((TIME.sub("~", line) if any_time else line).split()) for line in lines]


def main():
    path = sys.argv[1]
    write = "--write" in sys.argv[2:]
    with open(path, encoding="utf-8") as file:
        page = file.read()
    run = wrong = 0

    def replay(block):
        nonlocal run, wrong
        text = ""
        for command, shown in examples(block.group(1)):
            output = printed(command)
            run += 1
            if timeless(output) != timeless(shown):
                wrong += 1
                if not write:
                    print(f"$ {command}\nshown:\n{shown}printed:\n{output}", file=sys.stderr)
            else:
                output = shown
            text += f"$ {command}\n{output}"
        return f"```console\n{text}```"

    replayed = BLOCK.sub(replay, page)
    if write:
        with open(path, "w", encoding="utf-8") as file:
            file.write(replayed)
        return 0
    print(f"{run} commands, {wrong} print something else than {path} shows")
    return 0 if run and not wrong else 1


if __name__ == "__main__":
    sys.exit(main())
