"""What one next time costs PyPI cronsim or python-dateutil, and which times they step through: the counterpart of `bench_schedules`,
with the same output.

Usage: python_walk.py cron|rule FILE FROM UNTIL MOST

Both are iterated, which is their quickest way: each time goes on from the one before, where dateutil's `rrule.after` walks from the
start at each call. What comes out are aware datetimes; neither the reading of the pattern nor what an instant costs is counted. Times are
CPU times.
"""

import datetime
import json
import statistics
import sys
import time
import zoneinfo

import cronsim
from dateutil import rrule

REPETITIONS = 5
SECONDS = 0.06


def cron(pattern, start):
    """What gives an iterator from the start on at each call; cronsim begins after what it is given."""
    return lambda: cronsim.CronSim(pattern, start - datetime.timedelta(seconds=1))


def rule(pattern, start):
    read = rrule.rrulestr(pattern, dtstart=start)
    return lambda: iter(read)


def step(iterator, until, most, found):
    """Calls `found` with each time; returns the number of times asked for."""
    for calls in range(1, most + 1):
        at = next(iterator)
        if at >= until:
            return calls
        found(at)
    return most


def nanos_per_call(begin, until, most):
    spent, calls = 0, 0
    while spent < SECONDS * 1e9:
        iterator = begin()
        start = time.thread_time_ns()
        calls += step(iterator, until, most, lambda _: None)
        spent += time.thread_time_ns() - start
    return spent / calls


def walk(line, kind, start, until, most):
    zone_name, pattern = line.split("|")
    zone = zoneinfo.ZoneInfo(zone_name)
    begin = kind(pattern, datetime.datetime.fromtimestamp(start, zone))
    end = datetime.datetime.fromtimestamp(until, zone)
    times = []
    step(begin(), end, most, times.append)
    total = 0
    for at in times:
        total = (total * 31 + int(at.timestamp())) & 0xFFFFFFFF
    nanos = statistics.median(nanos_per_call(begin, end, most) for _ in range(REPETITIONS))
    return {"pattern": pattern, "times": len(times), "sum": total, "ns": nanos}


def main():
    kind, file, *numbers = sys.argv[1:]
    with open(file, encoding="ascii") as listed:
        lines = [line.rstrip("\n") for line in listed if "|" in line and not line.startswith("#")]
    print(json.dumps({"cases": [walk(line, {"cron": cron, "rule": rule}[kind], *map(int, numbers)) for line in lines]}))


if __name__ == "__main__":
    main()
