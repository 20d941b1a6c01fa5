"""Calendar rules as far as the workload writes them: SECONDLY, MINUTELY and HOURLY without BYHOUR, which follow real time.

No round is longer than some seconds, and its rules begin shortly before it: INTERVAL counts with the zone's offset at the start.
"""

import datetime
import functools

from checker.seconds import UTC, first_after, local, zone_of

UNITS = {"SECONDLY": 1, "MINUTELY": 60, "HOURLY": 3600}
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def time_of(text, zone):
    """20261129T170000Z, or 20261129T170000 in the zone, as a second since 1970."""
    of = UTC if text.endswith("Z") else zone
    return int(datetime.datetime.strptime(text.removesuffix("Z"), "%Y%m%dT%H%M%S").replace(tzinfo=of).timestamp())


def numbers(text):
    return {int(number) for number in text.split(",")}


class Recurrence:
    """An RRULE from its start on, a second since 1970."""

    def __init__(self, text, zone, start):
        parts = dict(part.split("=") for part in text.split(";"))
        begin = local(start, zone)
        self.zone = zone
        self.start = start
        self.unit = UNITS[parts["FREQ"]]
        self.interval = int(parts.get("INTERVAL", 1))
        self.offset = int(begin.utcoffset().total_seconds())
        # What a rule leaves out it takes from its start, where that is shorter than its unit. None: all are allowed.
        self.seconds = numbers(parts["BYSECOND"]) if "BYSECOND" in parts else {begin.second} if self.unit > 1 else None
        self.minutes = numbers(parts["BYMINUTE"]) if "BYMINUTE" in parts else {begin.minute} if self.unit > 60 else None
        self.months = numbers(parts["BYMONTH"]) if "BYMONTH" in parts else None
        self.weekdays = {WEEKDAYS.index(day) for day in parts["BYDAY"].split(",")} if "BYDAY" in parts else None
        self.last = time_of(parts["UNTIL"], zone) if "UNTIL" in parts else None
        if "COUNT" in parts:
            self.last = self.place_of(int(parts["COUNT"]))

    def place_of(self, nth):
        """Where the nth time is, or the last one if there are fewer."""
        second = self.start - 1
        for _ in range(nth):
            following = self.next(second)
            if following is None:
                break
            second = following
        return second

    def admits_day(self, second):
        at = local(second, self.zone)
        return (self.months is None or at.month in self.months) and (self.weekdays is None or at.weekday() in self.weekdays)

    def holds(self, second):
        at = local(second, self.zone)
        if not self.admits_day(second):
            return False
        if (self.seconds and at.second not in self.seconds) or (self.minutes and at.minute not in self.minutes):
            return False
        passed = (second + self.offset) // self.unit - (self.start + self.offset) // self.unit
        return passed % self.interval == 0

    def next(self, after):
        if self.last is not None and after >= self.last:
            return None
        second = first_after(max(after, self.start - 1), self.holds, self.admits_day)
        return None if self.last is not None and second is not None and second > self.last else second


class Rule:
    """A job's rule: RRULE, which may be written bare, RDATE and EXDATE, a line each."""

    def __init__(self, text, zone, start):
        zone = zone_of(zone)
        self.start = start
        self.recurrence = None
        self.dates = set()
        self.excluded = set()
        for line in text.split("\n"):
            name, _, value = line.rpartition(":")
            if name in ("RDATE", "EXDATE"):
                times = self.dates if name == "RDATE" else self.excluded
                times.update(time_of(time, zone) for time in value.split(","))
            else:
                self.recurrence = Recurrence(value, zone, start)

    def recurring(self, after):
        return None if self.recurrence is None else self.recurrence.next(after)

    @functools.cache  # noqa: B019 - as few as a round has rules
    def next(self, after):
        second = self.recurring(after)
        while second in self.excluded:
            second = self.recurring(second)
        added = [date for date in self.dates - self.excluded if date > after and date >= self.start]
        return min([*added, *([] if second is None else [second])], default=None)
