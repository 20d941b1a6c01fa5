import unittest

from checker import r1_coverage, skips
from checker_tests.calendar_story import OFF, CalendarStory
from checker_tests.story import job, run, stretch


class Calendars(unittest.TestCase):
    """A job that is due every 500 ms from 1000 on, and excludes a calendar that covers second 2 at first."""

    def setUp(self):
        self.story = CalendarStory()
        self.story.put("create", 500, 510, "v1", (2, 2))
        self.told = {"interval": 500, "calendars": [OFF]}
        self.story.create(**self.told)

    def texts(self, *records, at=9000, **changes):
        runs = [r if isinstance(r, dict) else run(n, r) for n, r in enumerate(records, 1)]
        self.story.final(at, [job(**self.told, state="PAUSED", **changes)], runs)
        return self.story.texts(r1_coverage)

    def holds(self, *records, **more):
        self.assertEqual(self.texts(*records, **more), [])

    def breaks(self, text, *records, **more):
        texts = self.texts(*records, **more)
        self.assertTrue(any(text in t for t in texts), texts)


class OneVersion(Calendars):
    def test_what_is_covered_is_no_occurrence(self):
        self.holds(1000, 1500, 3000, 3500)

    def test_a_covered_time_that_ran(self):
        self.breaks("at which the job is not due", 1000, 1500, 2000, 3000)

    def test_a_covered_time_that_is_recorded_as_missed(self):
        missed = stretch(3, 2000, 2500, 2, state="MISSED", trigger="CATCHUP")
        self.breaks("at which the job is not due", 1000, 1500, missed, run(4, 3000))

    def test_a_covered_time_that_counts_in_a_stretch(self):
        self.holds(1000, stretch(2, 1500, 3500, 3), run(3, 4000))
        self.setUp()
        self.breaks("counts 5 due times from its first to its last, there are 3", 1000, stretch(2, 1500, 3500, 5), run(3, 4000))

    def test_a_time_before_it_that_was_dropped(self):
        self.breaks("covered by no record", 1000, 3000)

    def test_a_time_after_it_that_was_dropped(self):
        self.breaks("covered by no record", 1000, 1500, 3500)

    def test_that_was_created_after_another_was_deleted(self):
        self.story.remove(3100, 3110)
        self.story.put("create", 3600, 3610, "v9", (4, 4), uid="c2", generation=1)
        self.holds(1000, 1500, 3000, 3500, 5000)
        self.setUp()
        self.story.remove(3100, 3110)
        self.story.put("create", 3600, 3610, "v9", (4, 4), uid="c2", generation=1)
        self.breaks("at which the job is not due", 1000, 1500, 3000, 3500, 4000)


class Changed(Calendars):
    def test_what_was_due_before_is_decided_by_the_one_before(self):
        self.story.put("update", 3200, 3210, "v2", (1, 1), (4, 4))
        self.holds(1000, 1500, 3000, 3500, 5000)

    def test_a_time_that_a_tighter_one_takes_back(self):
        self.story.put("update", 3200, 3210, "v2", (1, 1), (2, 3))
        self.breaks("covered by no record", 1000, 1500, 4000)

    def test_the_past_does_not_come_back_when_it_is_loosened(self):
        self.story.put("update", 3200, 3210, "v2")
        self.breaks("at which the job is not due", 1000, 1500, run(3, 2000, create=3205), run(4, 2500, create=3206), run(5, 3000))

    def test_what_is_due_later_is_decided_by_the_one_after(self):
        self.story.put("update", 3200, 3210, "v2", (4, 4))
        self.breaks("at which the job is not due", 1000, 1500, 3000, 3500, 4000, 4500)

    def test_a_time_that_it_does_not_cover_any_more(self):
        self.story.put("update", 1700, 1710, "v2")
        self.breaks("covered by no record", 1000, 1500, 3000)

    def test_by_a_deletion(self):
        self.story.remove(2200, 2210)
        self.holds(1000, 1500, 2500, 3000)
        self.setUp()
        self.story.remove(2200, 2210)
        self.breaks("covered by no record", 1000, 1500, 3000)

    def test_at_the_moment_of_the_change_either_holds(self):
        for records in ((1000, 1500, 2500, 3000), (1000, 1500, 3000)):
            self.setUp()
            self.story.put("update", 2480, 2510, "v2")
            self.holds(*records)

    def test_just_before_its_moment_the_one_before_decides(self):
        self.story.put("update", 2610, 2620, "v2")
        self.breaks("at which the job is not due", 1000, 1500, 2500, 3000)

    def test_just_after_its_moment_the_one_after_decides(self):
        self.story.put("update", 2480, 2490, "v2")
        self.breaks("covered by no record", 1000, 1500, 3000)


class Killed(Calendars):
    """The server is killed at 2300, and up again at 4100."""

    def lose(self, begin, *seconds):
        self.story.lose(begin, "v2", *seconds, given_up=2300)
        self.story.restart(2300, 4100, 2)

    def caught_up(self, first, last, count):
        return stretch(3, first, last, count, state="MISSED", trigger="CATCHUP", create=4100)

    def test_a_change_that_happened(self):
        self.lose(1800, (4, 4))
        self.story.get(4200, 4210, "v2")
        self.holds(1000, 1500, self.caught_up(2500, 3500, 3), run(4, 5000))

    def test_a_change_that_did_not(self):
        self.lose(1800, (4, 4))
        self.story.get(4200, 4210, "v1")
        self.holds(1000, 1500, self.caught_up(3000, 3500, 2), run(4, 4000), run(5, 4500))

    def test_a_change_that_did_not_and_was_planned_by(self):
        self.lose(1800, (4, 4))
        self.story.get(4200, 4210, "v1")
        self.breaks("at which the job is not due", 1000, 1500, self.caught_up(2000, 3500, 4), run(4, 4000))

    def test_what_was_due_before_the_change_after_a_kill(self):
        """It committed, and the restart plans by it what was due before its call."""
        self.lose(2200, (1, 4))
        self.story.get(4200, 4210, "v2")
        self.holds(1000, 1500, 5000)
        self.setUp()
        self.lose(2200, (1, 4))
        self.story.get(4200, 4210, "v2")
        self.breaks("covered by no record", 1000, 5000)

    def test_what_was_due_while_the_server_was_down(self):
        self.lose(2200)
        self.story.get(4200, 4210, "v2")
        self.breaks("there are", 1000, 1500, self.caught_up(3000, 4000, 4), run(4, 4500))


class Answers(Calendars):
    def test_a_skip_of_a_covered_time(self):
        self.story.call("skip", 1100, 1110, job(**self.told, skipped=[2500]), args={"time": 2500, "undo": False})
        self.story.final(9000, [job(**self.told, state="PAUSED")], [])
        self.assertIn("it says that 2500 is skipped, and is not due then", self.story.texts(skips))

    def test_a_skip_that_a_calendar_may_have_ended(self):
        self.story.call("skip", 1100, 1110, job(**self.told, skipped=[3500]), args={"time": 3500, "undo": False})
        self.story.put("update", 1200, 1210, "v2", (3, 3))
        self.story.put("update", 1400, 1410, "v3", (2, 2))
        self.story.final(9000, [job(**self.told, state="PAUSED")], [run(1, 3500)])
        self.assertEqual(self.story.texts(skips), [])

    def test_a_skip_of_a_time_that_was_clear_throughout(self):
        self.story.call("skip", 1100, 1110, job(**self.told, skipped=[3500]), args={"time": 3500, "undo": False})
        self.story.put("update", 1200, 1210, "v2", (4, 4))
        self.story.final(9000, [job(**self.told, state="PAUSED")], [run(1, 3500)])
        self.assertEqual(self.story.texts(skips), ["a skipped occurrence was not left out"])

    def test_it_says_that_no_time_is_left(self):
        ended = {"state_reason": "SCHEDULE_EXHAUSTED"}
        self.told |= {"interval": 0, "times": [1000, 2500]}
        self.setUp_again()
        self.holds(1000, **ended)
        self.story.put("update", 1100, 1110, "v2")
        self.breaks("times are left", 1000, **ended)

    def setUp_again(self):
        told = self.told
        self.setUp()
        self.told = told
        self.story.evidence.calls.pop()
        self.story.create(**told)


if __name__ == "__main__":
    unittest.main()
