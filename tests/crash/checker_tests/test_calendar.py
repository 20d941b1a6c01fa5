import datetime
import unittest

from checker.calendar import Calendar
from checker.seconds import zone_of


def second(text):
    """Of 2026-11-29T17:00:00+00:00."""
    return int(datetime.datetime.fromisoformat(text).timestamp())


def view(**changes):
    return {"zone": "", "dates": [], "ranges": [], "yearly": [], "hours": [], "icalendar": ""} | changes


class Checks(unittest.TestCase):
    def check(self, covered, clear, clocks="UTC", **parts):
        """`clocks`: the job's zone."""
        calendar = Calendar(view(**parts))
        for expected, times in ((True, covered), (False, clear)):
            for time in times:
                self.assertEqual(calendar.covers(second(time), zone_of(clocks)), expected, time)


class Days(Checks):
    def test_nothing(self):
        self.check([], ["2026-11-29T17:00:00Z"])

    def test_a_date(self):
        covered = ["2026-11-29T00:00:00Z", "2026-11-29T23:59:59Z"]
        self.check(covered, ["2026-11-28T23:59:59Z", "2026-11-30T00:00:00Z", "2025-11-29T12:00:00Z"], dates=["2026-11-29"])

    def test_a_range_with_both_its_days(self):
        covered = ["2026-11-28T00:00:00Z", "2026-11-30T23:59:59Z"]
        self.check(covered, ["2026-11-27T23:59:59Z", "2026-12-01T00:00:00Z"], ranges=[["2026-11-28", "2026-11-30"]])

    def test_a_day_of_every_year(self):
        covered = ["2026-11-29T12:00:00Z", "1999-11-29T12:00:00Z"]
        self.check(covered, ["2026-11-30T00:00:00Z"], yearly=["11-29"])
        self.check(["2028-02-29T12:00:00Z"], ["2027-02-28T12:00:00Z", "2027-03-01T12:00:00Z"], yearly=["02-29"])

    def test_hours_of_some_weekdays(self):
        covered = ["2026-11-29T17:01:00Z", "2026-11-29T17:02:59Z", "2026-11-23T17:01:30Z"]
        clear = ["2026-11-29T17:00:59Z", "2026-11-29T17:03:00Z", "2026-11-24T17:01:30Z"]
        self.check(covered, clear, hours=[[[1, 7], "17:01", "17:03"]])
        self.check(["2026-11-29T23:59:59Z"], ["2026-11-30T00:00:00Z"], hours=[[[7], "22:00", "24:00"]])

    def test_by_its_own_clocks(self):
        berlin = {"zone": "Europe/Berlin", "dates": ["2026-11-29"]}
        self.check(["2026-11-28T23:00:00Z"], ["2026-11-28T22:59:59Z", "2026-11-29T23:00:00Z"], **berlin)
        self.check(["2026-11-28T23:00:00Z"], ["2026-11-29T23:00:00Z"], clocks="Asia/Kolkata", **berlin)

    def test_by_the_clocks_of_the_job(self):
        kolkata = {"zone": "Asia/Kolkata", "hours": [[[7], "22:30", "22:31"]]}
        self.check(["2026-11-29T22:30:00Z"], ["2026-11-29T17:00:00Z"], hours=kolkata["hours"])
        self.check(["2026-11-29T17:00:00Z"], ["2026-11-29T22:30:00Z"], **kolkata)

    def test_hours_that_clocks_show_twice(self):
        berlin = {"zone": "Europe/Berlin", "hours": [[[7], "02:30", "02:31"]]}
        self.check(["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"], ["2026-10-25T02:30:00Z"], **berlin)


class Events(Checks):
    def check_event(self, covered, clear, *lines, **more):
        text = "\r\n".join(["BEGIN:VCALENDAR", "BEGIN:VEVENT", "UID:1", *lines, "END:VEVENT", "END:VCALENDAR", ""])
        self.check(covered, clear, icalendar=text, **more)

    def test_in_utc(self):
        times = (["2026-11-29T17:00:00Z", "2026-11-29T17:00:04Z"], ["2026-11-29T16:59:59Z", "2026-11-29T17:00:05Z"])
        self.check_event(*times, "DTSTART:20261129T170000Z", "DTEND:20261129T170005Z", clocks="Asia/Kolkata")
        self.check_event(*times, "DTSTART:20261129T170000Z", "DURATION:PT5S")

    def test_by_the_clock_on_the_wall(self):
        lines = ("DTSTART:20261129T223000", "DTEND:20261129T223005")
        clear = ["2026-11-29T17:00:05Z", "2026-11-29T22:30:00Z"]
        self.check_event(["2026-11-29T17:00:04Z"], clear, *lines, clocks="Asia/Kolkata")

    def test_on_a_day(self):
        times = (["2026-11-29T00:00:00Z", "2026-11-29T23:59:59Z"], ["2026-11-30T00:00:00Z"])
        self.check_event(*times, "DTSTART;VALUE=DATE:20261129", "TRANSP:TRANSPARENT")
        self.check_event(*times, "DTSTART;VALUE=DATE:20261129", "DTEND;VALUE=DATE:20261130")

    def test_that_take_no_time(self):
        for line in ("STATUS:CANCELLED", "TRANSP:TRANSPARENT"):
            self.check_event([], ["2026-11-29T17:00:00Z"], "DTSTART:20261129T170000Z", "DTEND:20261129T170005Z", line)
        self.check_event([], ["2026-11-29T17:00:00Z"], "DTSTART:20261129T170000Z")


class SameUntil(unittest.TestCase):
    def until(self, time, zone="UTC", **parts):
        calendar = Calendar(view(**parts))
        return datetime.datetime.fromtimestamp(calendar.same_until(second(time), zone_of(zone)), datetime.timezone.utc)

    def test_days_and_hours_end_at_whole_minutes(self):
        self.assertEqual(f"{self.until('2026-11-29T17:00:00Z', dates=['2026-11-29']):%H:%M:%S}", "17:01:00")

    def test_events_end_at_any_second(self):
        text = "BEGIN:VEVENT\nDTSTART:20261129T170003Z\nDTEND:20261129T170005Z\nEND:VEVENT\n"
        self.assertEqual(f"{self.until('2026-11-29T17:00:00Z', icalendar=text):%H:%M:%S}", "17:00:03")
        self.assertEqual(f"{self.until('2026-11-29T17:00:03Z', icalendar=text):%H:%M:%S}", "17:00:05")
        local = text.replace("Z", "").replace("T17", "T22")
        self.assertEqual(f"{self.until('2026-11-29T16:30:00Z', 'Asia/Kolkata', icalendar=local):%H:%M:%S}", "16:30:03")


if __name__ == "__main__":
    unittest.main()
