"""The due times of a definition: an independent, slow and obvious account of what the service schedules."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Definition:
    """What decides the due times of one generation of a job. Times in milliseconds; end is exclusive."""

    interval: int = 0  # 0: `times` count
    times: tuple = ()
    start: int = 0
    end: int | None = None
    fixed_delay: bool = False
    executions: int = 0  # 0: without limit

    @staticmethod
    def of(job):
        return Definition(
            interval=job["interval"],
            times=tuple(job["times"]),
            start=job["start"],
            end=job["end"],
            fixed_delay=job["mode"] == "FIXED_DELAY",
            executions=job["executions"],
        )

    @property
    def timing(self):
        """All but executions: an update of any of it begins anew at its commit."""
        return (self.interval, self.times, self.start, self.end, self.fixed_delay)

    def inside(self, time):
        return time >= self.start and (self.end is None or time < self.end)

    def next(self, after):
        """The first due time > after; None if there is none."""
        if self.interval:
            k = 0 if after < self.start else (after - self.start) // self.interval + 1
            time = self.start + k * self.interval
            return time if self.inside(time) else None
        return next((t for t in self.times if t > after and self.inside(t)), None)

    def holds(self, time):
        """Whether the time is one of the due times."""
        return self.next(time - 1) == time

    def count(self, first, last):
        """How many due times lie in [first, last]."""
        if not self.interval:
            return sum(1 for t in self.times if first <= t <= last and self.inside(t))
        low = max(first, self.start)
        high = last if self.end is None else min(last, self.end - 1)
        if high < low:
            return 0
        return (high - self.start) // self.interval - (low - 1 - self.start) // self.interval
