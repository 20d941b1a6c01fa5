"""Patterns of local times, walked second by second: what is obvious is slow, and what a round lasts is short."""

import datetime
import functools
import zoneinfo

# Where days begin and clocks are turned, in UTC: at whole quarters of an hour, in every zone today.
QUARTER = 900
# A pattern of the workload that has no time for so long has none any more: it names years, every second one at most.
HORIZON = 3 * 366 * 86_400

UTC = datetime.timezone.utc


@functools.cache
def zone_of(name):
    return zoneinfo.ZoneInfo(name or "UTC")


def local(second, zone):
    """What clocks show at a second since 1970."""
    return datetime.datetime.fromtimestamp(second, zone)


def first_after(after, holds, admits_hour):
    """The first second > after that holds; None if there is none. `admits_hour` says whether another one of its hour may."""
    second = after + 1
    while second <= after + HORIZON:
        if holds(second):
            return second
        second = second + 1 if admits_hour(second) else (second // QUARTER + 1) * QUARTER
    return None
