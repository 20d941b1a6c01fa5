import unittest

from checker import r10_agreement
from checker_tests.calendar_story import OFF, CalendarStory
from checker_tests.story import job


class Dues(unittest.TestCase):
    """A job that is due every 500 ms from 1000 on, and a calendar that covers second 2, and from 1210 on second 3."""

    def setUp(self):
        self.story = CalendarStory()
        self.story.put("create", 500, 510, "v1", (2, 2))
        self.story.put("update", 1200, 1210, "v2", (3, 3))

    def told(self, at, due, jitter):
        told = job(interval=500, calendars=[OFF], jitter=jitter, next=due)
        self.story.call("get", at, at + 1, told)

    def texts(self, at, *dues, jitter=0):
        for due in dues:
            self.told(at, due, jitter)
        self.story.final(1600, [], [])
        return self.story.texts(r10_agreement)

    def test_a_next_due_time(self):
        self.assertEqual(self.texts(1400, 1500), [])

    def test_one_that_is_covered(self):
        self.assertEqual(self.texts(1400, 3500), ["it names 3500 as its next due time, and is not due then"])

    def test_one_that_was_covered_before(self):
        self.assertEqual(self.texts(1400, 2000), [])
        self.setUp()
        self.assertEqual(self.texts(1050, 2000), ["it names 2000 as its next due time, and is not due then"])

    def test_one_that_is_covered_later(self):
        self.story.put("update", 1500, 1510, "v3", (2, 2))
        self.assertEqual(self.texts(1350, 2000), [])

    def test_while_it_changes(self):
        self.assertEqual(self.texts(1205, 2000, 3000), [])

    def test_two_moments_for_one_time(self):
        self.assertEqual(self.texts(1400, 2600, 2650, jitter=499), ["its time 2500 was due at 2600, and then at 2650"])

    def test_two_moments_by_two_versions(self):
        """Jitter ends before the next time, which is another since the calendar changed."""
        self.told(1050, 1600, 1200)
        self.assertEqual(self.texts(1400, 1550, jitter=1200), [])


if __name__ == "__main__":
    unittest.main()
