"""What the calendars that a job excludes say of its times: COVERED, CLEAR, or EITHER where that is not known.

A time is decided when it is due, which jitter puts off, by the calendars that are in force then. What an answer says of times to
come rests on the calendars at the moment of the answer.
"""

import bisect
import functools
from dataclasses import dataclass, replace

from checker.answers import answers
from checker.calendar_versions import Calendars, calendars_of
from checker.records import INFINITY, ms
from checker.seconds import zone_of

COVERED, CLEAR, EITHER = "covered", "clear", "either"


@dataclass(frozen=True, repr=False)
class Cover:
    """Milliseconds throughout."""

    tags: tuple  # of the calendars
    zone: str  # the job's
    jitter: int
    calendars: Calendars
    seen: tuple | None = None  # the moments of an answer: what took effect later does not count

    def __repr__(self):
        return f"{list(self.tags)}" + (f" as seen in {self.seen}" if self.seen else "")

    def at(self, begin, end):
        """What an answer of [begin, end] rests on."""
        return replace(self, seen=(begin, end))

    def decided(self, time):
        """The moments of which one decides a time."""
        low, high = time, time + self.jitter
        return (low, high) if self.seen is None else (min(low, self.seen[0]), min(high, self.seen[1]))

    @functools.cache  # noqa: B019 - as few as a round has
    def verdict(self, time):
        zone = zone_of(self.zone)
        low, high = self.decided(time)
        deciding = [versions.in_force_for_jobs(low, high) for versions in self.calendars.of(self.tags)]
        said = [said_by(changes, time // 1000, zone) for changes in deciding]
        if {True} in said:
            return COVERED
        return CLEAR if all(one == {False} for one in said) else EITHER

    def leaves_out(self, time, surely):
        """Whether the time is surely left out; with `surely`: whether it may be, so that what is not is due surely."""
        return self.verdict(time) in ((COVERED, EITHER) if surely else (COVERED,))

    def stays_clear(self, time, since):
        """Whether no calendar can have covered the time from a moment on until it was due."""
        return self.at(since, INFINITY).verdict(time) == CLEAR

    @functools.cached_property
    def edges(self):
        """The times of which the verdict may be another since other versions decide."""
        edges = {edge for versions in self.calendars.of(self.tags) for edge in versions.edges()}
        edges |= set(self.seen or ())
        return sorted({edge - put_off for edge in edges for put_off in (0, self.jitter)})

    def same_until(self, time):
        """A time > `time` until which the verdict is surely the same."""
        zone = zone_of(self.zone)
        changes = [change for versions in self.calendars.of(self.tags) for change in versions.changes]
        second = min(c.calendar.same_until(time // 1000, zone) for c in changes if c.calendar is not None)
        place = bisect.bisect_right(self.edges, time)
        return min([second * 1000, *self.edges[place : place + 1]])

    def signature(self, begin, end):
        """What is in force throughout [begin, end]: None where that is not known."""
        in_force = [versions.in_force_for_jobs(begin, end) for versions in self.calendars.of(self.tags)]
        return tuple(id(changes[0]) for changes in in_force) if all(len(changes) == 1 for changes in in_force) else None


def said_by(changes, second, zone):
    return {change.calendar is not None and change.calendar.covers(second, zone) for change in changes}


def attach(evidence):
    """Gives each job that an answer showed the cover of its calendars as they were then."""
    calendars = calendars_of(evidence)
    for answer in answers(evidence):
        job = answer.job
        if job["calendars"]:
            cover = Cover(tuple(job["calendars"]), job["zone"], job["jitter"], calendars)
            job["cover"] = cover.at(ms(answer.begin), ms(answer.end))
