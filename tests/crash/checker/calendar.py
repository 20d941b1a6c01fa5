"""The times that a calendar covers: an obvious account of what a clock shows, second by second."""

import bisect
import functools

from checker.icalendar import events_of
from checker.seconds import local, zone_of

MINUTE = 60


class Calendar:
    """One version of a calendar, as a client put it."""

    def __init__(self, view):
        self.zone = zone_of(view["zone"]) if view["zone"] else None
        self.dates = set(view["dates"])
        self.ranges = view["ranges"]  # of the first and the last day
        self.yearly = set(view["yearly"])
        self.hours = view["hours"]  # of weekdays, from when, until when
        self.events = events_of(view["icalendar"])

    @functools.cache  # noqa: B019 - as few as a round has calendars
    def covers(self, second, zone):
        """Whether it covers a second since 1970. `zone` counts where it has none of its own."""
        at = local(second, self.zone or zone)
        return self.covers_day(at) or self.covers_hour(at) or any(event.covers(second, at) for event in self.events)

    def covers_day(self, at):
        day = f"{at:%Y-%m-%d}"
        return day in self.dates or day[5:] in self.yearly or any(first <= day <= last for first, last in self.ranges)

    def covers_hour(self, at):
        time = f"{at:%H:%M}"
        return any(at.isoweekday() in weekdays and start <= time < end for weekdays, start, end in self.hours)

    def same_until(self, second, zone):
        """The next second at which it may begin or cease to cover: days and hours do so at whole minutes."""
        edges = self.edges(self.zone or zone)
        place = bisect.bisect_right(edges, second)
        return min([(second // MINUTE + 1) * MINUTE, *edges[place : place + 1]])

    @functools.cache  # noqa: B019
    def edges(self, zone):
        return sorted({edge for event in self.events for edge in event.edges(zone)})
