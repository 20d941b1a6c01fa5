"""Runs the commands of a page's console blocks and compares what they print with what the page shows.

Usage: console_blocks.py PAGE [--write] [--any-time]
  --write: puts what they print into the page   --any-time: times, durations with their bars and ids of runs are not compared either
A command is a line that begins with "$ "; what follows up to the next one is its output, of both streams. How long something is
ahead or ago, and how columns are padded for it, is not compared. Exit codes: 0 all as shown, 1 not.
"""

import re
import subprocess
import sys

BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z|(\u2587+ )?\b(\d+(ms|[smhd]))+\b|\b[0-9a-z]{13}-\d+\b")
DISTANCE = re.compile(r"(in )?\b\d+(ms|[smhdwy]|mo)\b( ago)?")


def printed(command):
    done = subprocess.run(
        ["bash", "-c", command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60
    )
    return done.stdout


def examples(block):
    """[(command, shown output)]"""
    found = []
    for line in block.splitlines(keepends=True):
        if line.startswith("$ "):
            found.append([line[2:].rstrip("\n"), ""])
        elif found:
            found[-1][1] += line
    return found


def timeless(text):
    any_time = "--any-time" in sys.argv[2:]
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
