"""The rows about next times, which need no server; the peers are those that tests/oracles compares with."""

import functools
import statistics
import subprocess

from . import redis, tools
from .rows import row

FOLDER = tools.ROOT / "tests" / "bench" / "schedules"
PROGRAM = tools.BUILD / "tests" / "bench" / "schedules" / "bench_schedules"
# Stepped through are the times of ten years from the day before clocks change in Europe on, of each schedule this many at most.
STRETCH = (1774656000, 2090188800, 5000)  # 2026-03-28T00:00:00Z, 2036-03-27T00:00:00Z


@functools.lru_cache(maxsize=None)
def oracles():
    """Installs the peers: Python's path to cronsim and dateutil, and croner's module, each None where it is not to be had."""
    if not redis.wanted:
        return None, None
    try:
        setup = subprocess.run([tools.ROOT / "tests" / "oracles" / "setup.sh"], stdout=subprocess.PIPE, text=True, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        tools.note(f"    no figures of the peers: {error}")
        return None, None
    path, croner = setup.stdout.splitlines()
    if not croner:
        tools.note("    no figures of croner: node or npm not on PATH, or npm ci failed")
    return path, croner or None


def walk(command, timeout=60):
    """The schedules that a program stepped through; None where it fails or takes too long."""
    try:
        return tools.run_json([*command, *STRETCH], timeout)["cases"]
    except (OSError, subprocess.SubprocessError) as error:  # without node, among others
        tools.note(f"    no figure of the peer: {error}")
        return None


def python(kind, file):
    path, _ = oracles()
    if path is None:
        return None
    return walk(["env", f"PYTHONPATH={path}", "python3", FOLDER / "python_walk.py", kind, FOLDER / file])


def croner(file):
    _, module = oracles()
    return None if module is None else walk(["node", FOLDER / "croner_walk.mjs", module, FOLDER / file])


def median(cases, figure="ns"):
    """Of all schedules, each of which counts the same, however many times it has."""
    return statistics.median(case[figure] for case in cases)


def same_times(ours, theirs):
    """Whether a peer stepped through the same times; what it did otherwise is noted. One that did is no peer."""
    if [case["pattern"] for case in ours] != [case["pattern"] for case in theirs]:
        tools.note("    the peer has other schedules")
        return False
    differing = [mine["pattern"] for mine, other in zip(ours, theirs) if (mine["times"], mine["sum"]) != (other["times"], other["sum"])]
    if differing:
        tools.note(f"    the peer steps through other times: {', '.join(differing)}")
    return not differing


def peer_ns(name, ours, theirs):
    """The figure of a peer, noted with how much longer it takes; None where it is not to be had or computes something else."""
    if theirs is None or not same_times(ours, theirs):
        return None
    least = min(other["ns"] / mine["ns"] for mine, other in zip(ours, theirs))
    tools.note(f"    {name}: {median(theirs):.0f} ns, the same times; {median(theirs) / median(ours):.0f} times as long as ours, "
               f"{least:.0f} times for the schedule where it is closest")
    return median(theirs)


def next_cron(_):
    ours = tools.run_json([PROGRAM, "cron", FOLDER / "cron.txt", *STRETCH], 60)["cases"]
    peer = peer_ns("croner", ours, croner("cron.txt"))
    peer_ns("cronsim", ours, python("cron", "cron.txt"))
    worst = tools.run_json([PROGRAM, "worst", FOLDER / "worst.txt"], 60)["worst"]["ns"]
    return [
        row("cron_next_ns_common", median(ours), median(ours, "limit_ns"), peer, "ns"),
        row("cron_next_ns_worst", worst, None, None, "ns"),
    ]


def next_rule(_):
    ours = tools.run_json([PROGRAM, "rule", FOLDER / "rules.txt", *STRETCH], 60)["cases"]
    peer = peer_ns("dateutil", ours, python("rule", "rules.txt"))
    return [row("rule_next_ns_common", median(ours), median(ours, "limit_ns"), peer, "ns")]
