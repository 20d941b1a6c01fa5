"""The due times of a definition: an independent, slow and obvious account of what the service schedules.

Where calendars were changed, it is not known of every time whether it was due. What may be due is a due time here, and what is
surely one is asked for by name.
"""

import functools
from dataclasses import dataclass, replace

from checker.cover import CLEAR, Cover
from checker.cron import Cron
from checker.rule import Rule

# Calendars of the workload leave a time of each pattern free within that: a pattern of a few days a year may find several of them
# covered.
LONGEST_COVER_MS = 400 * 86_400_000


@functools.cache
def pattern_of(cron, rule, zone, dst, start):
    """The seconds of a cron pattern or a rule: next(after) gives the first later one, or None."""
    return Cron(cron, zone, *dst) if cron else Rule(rule, zone, start)


@dataclass(frozen=True, slots=True)
class Definition:
    """What decides the due times of one generation of a job. Times in milliseconds; end is exclusive."""

    interval: int = 0  # this, `cron`, `rule` or `times`
    times: tuple = ()
    cron: str = ""
    rule: str = ""
    zone: str = ""
    dst: tuple = ("RUN_AFTER", "FIRST")  # gap and fold
    start: int = 0
    end: int | None = None
    jitter: int = 0
    exclude: tuple = ()
    cover: Cover | None = None  # of the calendars that it excludes
    fixed_delay: bool = False
    executions: int = 0  # 0: without limit

    @staticmethod
    def of(job):
        return Definition(
            interval=job["interval"],
            times=tuple(job["times"]),
            cron=job["cron"],
            rule=job["rule"],
            zone=job["zone"],
            dst=tuple(job["dst"]),
            start=job["start"],
            end=job["end"],
            jitter=job["jitter"],
            exclude=tuple(job["exclude"]),
            cover=job.get("cover"),
            fixed_delay=job["mode"] == "FIXED_DELAY",
            executions=job["executions"],
        )

    def __str__(self):
        shown = {name: getattr(self, name) for name in self.__slots__ if getattr(self, name)}
        return f"definition {shown}"

    @property
    def timing(self):
        """All but executions: an update of any of it begins anew at its commit."""
        return tuple(getattr(self, name) for name in self.__slots__ if name != "executions")

    def named(self, after):
        """The first time > after, from the start on, that the timing names; None if there is none."""
        after = max(after, self.start - 1)
        if self.interval:
            return self.start + ((after - self.start) // self.interval + 1) * self.interval
        if self.times:
            return next((t for t in self.times if t > after), None)
        start = -(-self.start // 1000) if self.rule else 0
        second = pattern_of(self.cron, self.rule, self.zone, self.dst, start).next(after // 1000)
        return None if second is None else second * 1000

    def as_decided(self):
        """By the calendars that decided each time, instead of those of an answer."""
        return replace(self, cover=replace(self.cover, seen=None)) if self.cover else self

    def at(self, begin, end):
        """By the calendars as they were at some moment of [begin, end]."""
        return replace(self, cover=self.cover.at(begin, end)) if self.cover else self

    def calendars(self, begin, end):
        """What was in force of its calendars throughout [begin, end]; None where that is not known."""
        return self.cover.signature(begin, end) if self.cover else ()

    def listed(self, after):
        """The first time > after that is not excluded, calendars aside."""
        time = self.named(after)
        while time in self.exclude:
            time = self.named(time)
        return time if time is not None and (self.end is None or time < self.end) else None

    def next(self, after, surely=False, until=None):
        """The first due time > after; None if there is none, or none is found by `until`. Jitter aside."""
        time = self.listed(after)
        if self.cover is None:
            return time
        last = after + LONGEST_COVER_MS if until is None else until
        while time is not None and self.cover.leaves_out(time, surely):
            time = self.listed(self.cover.same_until(time) - 1) if time <= last else None
        return time

    def surely_next(self, after):
        """The first time > after that surely is a due time; None if there is none."""
        return self.next(after, surely=True)

    def holds(self, time):
        """Whether the time is one of the due times."""
        return self.next(time - 1) == time

    def surely_holds(self, time, since):
        """Whether it was a due time throughout, from a moment on until it was due."""
        return self.listed(time - 1) == time and (self.cover is None or self.cover.stays_clear(time, since))

    def count(self, first, last, surely=False):
        """How many due times lie in [first, last]."""
        if not self.interval or self.cover is not None:
            found = 0
            while (first := self.next(first - 1, surely)) is not None and first <= last:
                found += 1
                first += 1
            return found
        low = max(first, self.start)
        high = last if self.end is None else min(last, self.end - 1)
        if high < low:
            return 0
        excluded = sum(1 for t in self.exclude if low <= t <= high and (t - self.start) % self.interval == 0)
        return (high - self.start) // self.interval - (low - 1 - self.start) // self.interval - excluded

    def latest(self, time):
        """Until when jitter may put off a due time: never to the next one."""
        last = time + self.jitter
        following = None if self.fixed_delay else self.at(time, last).next(time, surely=True, until=last)
        return last if following is None else min(last, following - 1)

    def without(self, times):
        """The definition of what is left when these times are left out as well."""
        return replace(self, exclude=(*self.exclude, *times)) if times else self

    def in_range(self, begin, end):
        """The due times of [begin, end), be they before the start: intervals count back from it. A rule begins with it."""
        start = self.start
        if not self.rule and begin < start:
            start = start - -((begin - start) // self.interval) * self.interval if self.interval else begin
        whole = replace(self, start=start, end=end if self.end is None else min(self.end, end))
        found = []
        time = begin - 1
        while (time := whole.next(time)) is not None:
            found.append(time)
        return found

    def put_off_to(self, time):
        """The due times of which jitter may have put off one to this time: the last one, where calendars leave no doubt."""
        found = []
        due = self.next(time - self.jitter - 1)
        while due is not None and due <= time:
            if self.cover is None or self.cover.verdict(due) == CLEAR:
                found.clear()
            found.append(due)
            due = self.next(due)
        return found
