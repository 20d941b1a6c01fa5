"""Events of an iCalendar text as far as the workload writes them: no recurrences, no TZID, no folded lines."""

import datetime
from dataclasses import dataclass

from checker.seconds import UTC


@dataclass(frozen=True, slots=True)
class Event:
    """From its start up to its end, as instants or as a clock shows them."""

    start: datetime.datetime
    end: datetime.datetime

    def covers(self, second, at):
        """Whether it takes the second, at which the clock shows `at`."""
        if self.start.tzinfo is not None:
            return self.start.timestamp() <= second < self.end.timestamp()
        return self.start <= at.replace(tzinfo=None) < self.end

    def edges(self, zone):
        """The seconds since 1970 at which it begins and ends: both where clocks show a time twice."""
        moments = (self.start, self.end)
        if self.start.tzinfo is not None:
            return [int(moment.timestamp()) for moment in moments]
        return [int(moment.replace(tzinfo=zone, fold=fold).timestamp()) for moment in moments for fold in (0, 1)]


def moment_of(text):
    """20261129T170000Z, 20261129T170000, or a day: its midnight."""
    if "T" not in text:
        return datetime.datetime.strptime(text, "%Y%m%d")
    moment = datetime.datetime.strptime(text.removesuffix("Z"), "%Y%m%dT%H%M%S")
    return moment.replace(tzinfo=UTC) if text.endswith("Z") else moment


def event_of(lines):
    """None if the event takes no time."""
    values = {}
    for line in lines:
        name, _, value = line.partition(":")
        values[name.partition(";")[0]] = value
    on_days = "T" not in values["DTSTART"]
    start = moment_of(values["DTSTART"])
    if "DTEND" in values:
        end = moment_of(values["DTEND"])
    elif "DURATION" in values:  # PT5S
        end = start + datetime.timedelta(seconds=int(values["DURATION"][2:-1]))
    else:
        end = start + datetime.timedelta(days=1 if on_days else 0)
    free = values.get("STATUS") == "CANCELLED" or (values.get("TRANSP") == "TRANSPARENT" and not on_days)
    return None if free or end <= start else Event(start, end)


def events_of(text):
    found = []
    event = None
    for line in text.splitlines():
        if line == "BEGIN:VEVENT":
            event = []
        elif line == "END:VEVENT":
            found.append(event_of(event))
            event = None
        elif event is not None:
            event.append(line)
    return [event for event in found if event is not None]
