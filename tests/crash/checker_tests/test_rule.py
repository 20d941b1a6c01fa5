import datetime
import unittest

from checker.rule import Rule

START = int(datetime.datetime.fromisoformat("2026-11-29T10:00:07Z").timestamp())  # a Sunday


class Rules(unittest.TestCase):
    def times(self, text, count=4, zone="", after=START - 100):
        """The first times, in seconds from the start."""
        rule = Rule(text, zone, START)
        found = []
        for _ in range(count):
            after = rule.next(after)
            if after is None:
                break
            found.append(after - START)
        return found

    def test_seconds(self):
        self.assertEqual(self.times("FREQ=SECONDLY"), [0, 1, 2, 3])
        self.assertEqual(self.times("RRULE:FREQ=SECONDLY;INTERVAL=7", after=START), [7, 14, 21, 28])
        self.assertEqual(self.times("FREQ=SECONDLY;INTERVAL=2;BYSECOND=8,9,10,11"), [2, 4, 62, 64])

    def test_minutes_take_the_second_from_the_start(self):
        self.assertEqual(self.times("FREQ=MINUTELY", 2), [0, 60])
        self.assertEqual(self.times("FREQ=MINUTELY;BYSECOND=5,10"), [3, 58, 63, 118])

    def test_minutes_count_from_that_of_the_start(self):
        self.assertEqual(self.times("FREQ=MINUTELY;INTERVAL=2;BYSECOND=5,10"), [3, 118, 123, 238])

    def test_hours(self):
        self.assertEqual(self.times("FREQ=HOURLY", 2), [0, 3600])
        self.assertEqual(self.times("FREQ=HOURLY;BYMINUTE=0,1;BYSECOND=8"), [1, 61, 3601, 3661])

    def test_hours_of_a_zone_with_half_an_hour(self):
        """10:00:07 is 15:30:07 there: the first hour ends half an hour later."""
        rule = "FREQ=HOURLY;INTERVAL=2;BYMINUTE=29,31;BYSECOND=7"
        self.assertEqual(self.times(rule, zone="Asia/Kolkata"), [60, 7140, 7260, 14340])

    def test_count(self):
        self.assertEqual(self.times("FREQ=SECONDLY;INTERVAL=2;COUNT=3"), [0, 2, 4])

    def test_until_is_inclusive(self):
        self.assertEqual(self.times("FREQ=SECONDLY;UNTIL=20261129T100009Z"), [0, 1, 2])

    def test_days(self):
        monday = 14 * 3600 - 7
        self.assertEqual(self.times("FREQ=SECONDLY;BYDAY=MO,TU", 2), [monday, monday + 1])
        self.assertEqual(self.times("FREQ=SECONDLY;BYDAY=MO", 1, zone="Asia/Kolkata"), [monday - 19800])
        self.assertEqual(self.times("FREQ=SECONDLY;BYMONTH=12", 1), [monday + 86400])

    def test_dates_are_added_and_taken_away(self):
        dates = "RDATE:20261129T100007Z,20261129T100008Z,20261129T100006Z\nEXDATE:20261129T100009Z"
        self.assertEqual(self.times(dates + "\nRRULE:FREQ=SECONDLY;INTERVAL=2"), [0, 1, 4, 6])

    def test_what_is_taken_away_is_counted(self):
        self.assertEqual(self.times("RRULE:FREQ=SECONDLY;COUNT=3\nEXDATE:20261129T100008Z"), [0, 2])

    def test_dates_alone_in_the_zone(self):
        self.assertEqual(self.times("RDATE:20261129T153010", zone="Asia/Kolkata"), [3])


if __name__ == "__main__":
    unittest.main()
