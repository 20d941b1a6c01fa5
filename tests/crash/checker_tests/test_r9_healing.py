import unittest

from checker import r9_healing
from checker_tests.calendar_story import OFF, CalendarStory
from checker_tests.story import job, run, simple


class Healing(unittest.TestCase):
    def breaks(self, story, text):
        texts = story.texts(r9_healing)
        self.assertTrue(len(texts) == 1 and text in texts[0], texts)

    def test_at_rest(self):
        story = simple()
        story.probe(1950, job(next=2000))
        story.probe(1950, job(tag="b", state="COMPLETED"))
        story.probe(1950, job(tag="c", active=["x-1"]))
        self.assertEqual(story.texts(r9_healing), [])

    def test_not_at_rest(self):
        story = simple()
        story.evidence.last.rested = False
        story.evidence.last.waited_ms = 32_000
        self.breaks(story, "32000 ms after")

    def test_did_not_start(self):
        story = simple()
        story.evidence.broken_starts.append("it ended")
        self.breaks(story, "did not come up")

    def test_overdue(self):
        story = simple()
        story.probe(9000, job(next=2000))
        self.breaks(story, "overdue")

    def test_overdue_in_a_stall(self):
        story = simple()
        story.probe(9000, job(next=2000))
        story.stall(2000, 8500)
        self.assertEqual(story.texts(r9_healing), [])

    def test_a_timer_that_was_forgotten(self):
        story = simple()
        story.probe(1950, job(next=90_000))
        self.breaks(story, "further away")
        story = simple()
        story.probe(1950, job(next=None))
        self.breaks(story, "no next")

    def test_a_timer_of_a_pattern(self):
        cron = {"interval": 0, "cron": "*/5 * * * * *", "jitter": 20}
        for following, broken in ((5000, 0), (5020, 0), (5021, 1), (10_000, 1)):
            story = simple()
            story.probe(1950, job(next=following, **cron))
            self.assertEqual(len(story.texts(r9_healing)), broken, following)

    def test_a_timer_beyond_excluded_times(self):
        story = simple()
        story.probe(1950, job(next=2300, exclude=[2000, 2100, 2200]))
        self.assertEqual(story.texts(r9_healing), [])
        story.probe(1950, job(next=2400, exclude=[2000, 2100, 2200]))
        self.breaks(story, "further away")

    def test_a_timer_beyond_skipped_times(self):
        story = simple()
        story.probe(1950, job(next=2300, skipped=[2000, 2100, 2200]))
        self.assertEqual(story.texts(r9_healing), [])
        story.probe(1950, job(next=2400, skipped=[2000, 2100, 2200]))
        self.breaks(story, "further away")

    def test_a_timer_of_which_calendars_do_not_tell(self):
        # Two changes at once, of which nobody knows which came last: by one all seconds from 2 on are covered, by the other none.
        times = {"interval": 0, "times": [2000, 3000], "jitter": 20, "calendars": [OFF]}
        for following, broken in ((2000, 0), (3020, 0), (3021, 1), (2500, 1), (90_000, 1)):
            story = simple()
            CalendarStory.put(story, "create", 100, 110, "v1", (50, 51))
            CalendarStory.put(story, "update", 500, 600, "v2", (2, 99))
            CalendarStory.remove(story, 500, 600)
            story.probe(1950, job(next=following, **times))
            self.assertEqual(len(story.texts(r9_healing)), broken, following)

    def test_all_that_is_to_come_is_skipped(self):
        story = simple()
        story.probe(1950, job(end=2200, skipped=[2000, 2100]))
        self.assertEqual(story.texts(r9_healing), [])
        story.probe(1950, job(end=2200, skipped=[2000]))
        self.breaks(story, "no next")

    def test_what_is_skipped_is_overdue(self):
        story = simple()
        story.probe(9000, job(end=2200, skipped=[2000, 2100]))
        self.breaks(story, "overdue")

    def test_a_start_that_lies_ahead(self):
        story = simple(start=50_000)
        story.probe(1950, job(start=50_000, next=50_000))
        self.assertEqual(story.texts(r9_healing), [])

    def test_what_a_pause_holds(self):
        story = simple()
        records = story.evidence.last.runs[job()["uid"]]
        records.insert(0, run(4, 1300, state="RETRY_SCHEDULED", end=None))
        self.assertEqual(story.texts(r9_healing), [])

    def test_what_a_pause_does_not_hold(self):
        for changes in ({"state": "RUNNING"}, {"state": "QUEUED", "trigger": "MANUAL"}):
            story = simple()
            story.evidence.last.runs[job()["uid"]].insert(0, run(4, 1300, end=None, **changes))
            self.breaks(story, "open though")

    def test_a_run_of_a_backfill(self):
        for state, broken in (("SCHEDULED", 0), ("QUEUED", 1), ("RETRY_SCHEDULED", 1)):
            story = simple()
            story.evidence.last.runs[job()["uid"]].insert(0, run(4, 800, trigger="BACKFILL", state=state, end=None))
            self.assertEqual(len(story.texts(r9_healing)), broken, state)

    def test_open_though_nothing_holds_it(self):
        story = simple(state="ACTIVE")
        story.evidence.last.runs[job()["uid"]].insert(0, run(4, 1300, state="QUEUED", end=None))
        self.breaks(story, "open though")


if __name__ == "__main__":
    unittest.main()
