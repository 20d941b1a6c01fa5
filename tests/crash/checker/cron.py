"""Cron patterns of six and seven fields, as far as the workload writes them: no nicknames, no L, W, # and H."""

import datetime
import functools

from checker.seconds import first_after, local, zone_of

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
NUMBERS = {name: i for i, name in enumerate(MONTHS, 1)} | {name: i for i, name in enumerate(WEEKDAYS)}


def number(text):
    return NUMBERS[text] if text in NUMBERS else int(text)


def values(field, low, high):
    """The numbers that a field allows."""
    found = set()
    for item in field.split(","):
        span, _, step = item.partition("/")
        if span in ("*", "?"):
            first, last = low, high
        elif "-" in span:
            first, last = map(number, span.split("-"))
        else:
            first = last = number(span)
        found.update(range(first, last + 1, int(step or 1)))
    return found


def is_star(field):
    return field in ("*", "?")


class Cron:
    def __init__(self, text, zone, gap, fold):
        fields = text.split()
        second, minute, hour, day, month, weekday = fields[:6]
        self.zone = zone_of(zone)
        self.gap = gap
        self.fold = fold
        self.times = (values(second, 0, 59), values(minute, 0, 59), values(hour, 0, 23))
        self.months = values(month, 1, 12)
        self.years = values(fields[6] if len(fields) > 6 else "*", 1970, 2199)
        self.days = values(day, 1, 31)
        self.weekdays = values(weekday.removeprefix("+"), 0, 6)
        both = not is_star(day) and not is_star(weekday.removeprefix("+"))
        self.either_day = both and not weekday.startswith("+")
        self.every_hour = len(self.times[2]) == 24

    def admits_day(self, at):
        days = (at.day in self.days, at.isoweekday() % 7 in self.weekdays)
        return at.year in self.years and at.month in self.months and (any(days) if self.either_day else all(days))

    def admits(self, at):
        """Whether the pattern has the local time."""
        seconds, minutes, hours = self.times
        return at.second in seconds and at.minute in minutes and at.hour in hours and self.admits_day(at)

    def holds(self, second):
        at = local(second, self.zone)
        if self.admits(at):
            return self.every_hour or self.fold == "BOTH" or at.fold == 0
        return not self.every_hour and self.gap == "RUN_AFTER" and self.ends_gap(second, at)

    def ends_gap(self, second, at):
        """Whether it is the first second after a gap that has times of the pattern."""
        skipped = local(second - 1, self.zone).replace(tzinfo=None) + datetime.timedelta(seconds=1)
        while skipped < at.replace(tzinfo=None):
            if self.admits(skipped):
                return True
            skipped += datetime.timedelta(seconds=1)
        return False

    def admits_hour(self, second):
        at = local(second, self.zone)
        return at.hour in self.times[2] and self.admits_day(at)

    @functools.cache  # noqa: B019 - as few as a round has patterns
    def next(self, after):
        return first_after(after, self.holds, self.admits_hour)
