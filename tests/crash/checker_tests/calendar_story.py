"""Histories with calendars. Of these each covers whole seconds, given as (first, last) since 1970, the last one too."""

from checker.records import INFINITY
from checker_tests.story import Story

OFF = "off"


def definition(*seconds):
    """Of a calendar that covers them; without any it covers nothing."""
    events = [f"BEGIN:VEVENT\nDTSTART:{moment(a)}\nDTEND:{moment(b + 1)}\nEND:VEVENT\n" for a, b in seconds]
    return {"zone": "", "dates": [], "ranges": [], "yearly": [], "hours": [], "icalendar": "".join(events)}


def moment(second):
    return f"19700101T00{second // 60:02}{second % 60:02}Z"


def view(name, *seconds, **changes):
    standing = {"tag": OFF, "uid": "c1", "name": name, "generation": 1, "etag": name, "job_count": 1}
    return standing | {"calendar": definition(*seconds)} | changes


class CalendarStory(Story):
    def put(self, kind, begin, end, name, *seconds, **changes):
        """An answered create or update: its version number is that of its name, v3."""
        answer = view(name, *seconds, **({"generation": int(name[1:])} | changes))
        args = {"name": name, "calendar": answer["calendar"]}
        return self.call(f"calendar.{kind}", begin, end, answer, key=OFF, args=args)

    def lose(self, begin, name, *seconds, given_up=INFINITY, kind="update"):
        args = {"name": name, "calendar": definition(*seconds)}
        micros = given_up if given_up == INFINITY else given_up * 1000
        return self.lost(f"calendar.{kind}", begin, key=OFF, args=args, given_up=micros)

    def remove(self, begin, end):
        return self.call("calendar.delete", begin, end, key=OFF)

    def get(self, begin, end, name, **changes):
        return self.call("calendar.get", begin, end, view(name, **({"generation": int(name[1:])} | changes)), key=OFF)

    def get_none(self, begin, end):
        return self.refused("calendar.get", begin, end, "NOT_FOUND", "CALENDAR_NOT_FOUND", key=OFF)
