"""The due times of a definition: an independent, slow and obvious account of what the service schedules."""

import functools
from dataclasses import dataclass, replace

from checker.cron import Cron
from checker.rule import Rule


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

    def next(self, after):
        """The first due time > after; None if there is none. Jitter aside."""
        time = self.named(after)
        while time in self.exclude:
            time = self.named(time)
        return time if time is not None and (self.end is None or time < self.end) else None

    def holds(self, time):
        """Whether the time is one of the due times."""
        return self.next(time - 1) == time

    def count(self, first, last):
        """How many due times lie in [first, last]."""
        if not self.interval:
            found = 0
            while (first := self.next(first - 1)) is not None and first <= last:
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
        following = None if self.fixed_delay else self.next(time)
        return time + self.jitter if following is None else min(time + self.jitter, following - 1)

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
        """The due time that jitter may have put off to this time; None if there is none."""
        found = None
        due = self.next(time - self.jitter - 1)
        while due is not None and due <= time:
            found, due = due, self.next(due)
        return found
