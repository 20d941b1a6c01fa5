import datetime
import unittest

from checker.cron import Cron, values


def second(text):
    return int(datetime.datetime.fromisoformat(text).timestamp())


def times(pattern, after, count=3):
    found = []
    for _ in range(count):
        after = pattern.next(after)
        found.append(after)
    return found


class Fields(unittest.TestCase):
    def test_values(self):
        for field, wanted in (
            ("*", range(10)),
            ("?", range(10)),
            ("3", [3]),
            ("1,7,5", [1, 5, 7]),
            ("2-5", [2, 3, 4, 5]),
            ("*/4", [0, 4, 8]),
            ("2-8/3,0", [0, 2, 5, 8]),
            ("MON-WED,fri".upper(), [1, 2, 3, 5]),
        ):
            self.assertEqual(values(field, 0, 9), set(wanted), field)


class Patterns(unittest.TestCase):
    def cron(self, text, zone="", gap="RUN_AFTER", fold="FIRST"):
        return Cron(text, zone, gap, fold)

    def first(self, text, after, **more):
        return datetime.datetime.fromtimestamp(self.cron(text, **more).next(second(after)), datetime.timezone.utc)

    def firsts(self, text, after, *wanted, **more):
        self.assertEqual(times(self.cron(text, **more), second(after), len(wanted)), [second(w) for w in wanted])

    def test_seconds(self):
        self.firsts("*/20 * * * * *", "2026-11-29T10:59:30Z", "2026-11-29T10:59:40Z", "2026-11-29T11:00:00Z")
        self.firsts("5,6 59 * * * *", "2026-11-29T10:59:05Z", "2026-11-29T10:59:06Z", "2026-11-29T11:59:05Z")

    def test_the_zone(self):
        self.firsts("0 0 9 * * *", "2026-11-29T00:00:00Z", "2026-11-29T03:30:00Z", zone="Asia/Kolkata")
        self.firsts("0 30 * * * *", "2026-11-29T00:00:00Z", "2026-11-29T00:45:00Z", zone="Asia/Kathmandu")

    def test_days(self):
        sunday = "2026-11-29T12:00:00Z"
        self.firsts("0 0 0 2 * *", sunday, "2026-12-02T00:00:00Z", "2027-01-02T00:00:00Z")
        self.firsts("0 0 0 ? * TUE-WED", sunday, "2026-12-01T00:00:00Z", "2026-12-02T00:00:00Z")
        self.firsts("0 0 0 * FEB SUN", sunday, "2027-02-07T00:00:00Z")

    def test_either_day_unless_both_are_asked_for(self):
        sunday = "2026-11-29T12:00:00Z"
        self.firsts("0 0 0 3 * MON", sunday, "2026-11-30T00:00:00Z", "2026-12-03T00:00:00Z", "2026-12-07T00:00:00Z")
        self.firsts("0 0 0 7 * +MON", sunday, "2026-12-07T00:00:00Z")
        self.firsts("0 0 0 1-31 * MON", sunday, "2026-11-30T00:00:00Z", "2026-12-01T00:00:00Z")  # 1-31 is no star

    def test_years(self):
        self.firsts("0 0 0 1 1 * 2020-2199/2", "2026-11-29T12:00:00Z", "2028-01-01T00:00:00Z")
        self.assertIsNone(self.cron("* * * * * * 2026").next(second("2026-12-31T23:59:59Z")))

    def test_the_day_begins_where_the_zone_has_it(self):
        self.firsts("0 0 0 * * MON", "2026-11-29T00:00:00Z", "2026-11-29T10:15:00Z", zone="Pacific/Chatham")


class ClockChanges(unittest.TestCase):
    """Berlin: 2026-03-29 from 02:00 to 03:00, 2026-10-25 from 03:00 back to 02:00."""

    def firsts(self, text, after, count, gap="RUN_AFTER", fold="FIRST"):
        found = times(Cron(text, "Europe/Berlin", gap, fold), second(after), count)
        return [datetime.datetime.fromtimestamp(t, datetime.timezone.utc).strftime("%dT%H:%M") for t in found]

    def test_every_hour_follows_real_time(self):
        self.assertEqual(self.firsts("0 30 * * * *", "2026-03-29T00:00:00Z", 2), ["29T00:30", "29T01:30"])
        self.assertEqual(self.firsts("0 30 0-23 * * *", "2026-10-25T00:00:00Z", 3), ["25T00:30", "25T01:30", "25T02:30"])

    def test_a_gap(self):
        self.assertEqual(self.firsts("0 10,30 2 * * *", "2026-03-28T12:00:00Z", 2), ["29T01:00", "30T00:10"])
        self.assertEqual(self.firsts("0 10,30 2 * * *", "2026-03-28T12:00:00Z", 2, gap="SKIP"), ["30T00:10", "30T00:30"])

    def test_a_fold(self):
        self.assertEqual(self.firsts("0 30 2 * * *", "2026-10-24T12:00:00Z", 2), ["25T00:30", "26T01:30"])
        self.assertEqual(self.firsts("0 30 2 * * *", "2026-10-24T12:00:00Z", 2, fold="BOTH"), ["25T00:30", "25T01:30"])


if __name__ == "__main__":
    unittest.main()
