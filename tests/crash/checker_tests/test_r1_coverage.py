import unittest

from checker import r1_coverage
from checker_tests.story import Story, job, run, simple, stretch


def story_of(runs, **changes):
    story = Story()
    story.create(**changes)
    story.final(5000, [job(**changes)], runs)
    return story


class Coverage(unittest.TestCase):
    def holds(self, story):
        self.assertEqual(story.texts(r1_coverage), [])

    def breaks(self, story, text):
        texts = story.texts(r1_coverage)
        self.assertTrue(any(text in t for t in texts), texts)

    def test_runs_one_after_another(self):
        self.holds(simple())

    def test_stretches_between_runs(self):
        runs = [run(1, 1000), stretch(2, 1100, 1400, 4), run(3, 1500), stretch(4, 1600, 1900, 4, state="MISSED")]
        self.holds(story_of(runs))

    def test_manual_runs_are_not_of_the_schedule(self):
        self.holds(story_of([run(1, 1000), run(2, 1042, trigger="MANUAL"), run(3, 1100)]))

    def test_a_gap(self):
        self.breaks(story_of([run(1, 1000), run(2, 1200)]), "covered by no record")

    def test_a_gap_before_the_first(self):
        self.breaks(story_of([run(1, 1100)]), "covered by no record")

    def test_what_the_history_limit_dropped_is_no_gap(self):
        self.holds(story_of([run(7, 1600), run(8, 1700)]))

    def test_an_open_run_among_what_the_history_limit_dropped(self):
        waiting = run(2, 1100, state="RETRY_SCHEDULED", end=None)
        self.holds(story_of([waiting, run(7, 1600), run(8, 1700)]))
        self.breaks(story_of([waiting, run(7, 1600), run(8, 1800)]), "covered by no record")

    def test_an_open_first_run_among_what_the_history_limit_dropped(self):
        waiting = run(1, 1000, state="RETRY_SCHEDULED", end=None)
        self.holds(story_of([waiting, run(7, 1600), run(8, 1700)]))

    def test_covered_twice(self):
        self.breaks(story_of([run(1, 1000), run(2, 1000)]), "covered twice")

    def test_a_run_inside_a_stretch(self):
        self.breaks(story_of([stretch(1, 1000, 1300, 4), run(2, 1200)]), "covered twice")

    def test_a_wrong_count(self):
        self.breaks(story_of([stretch(1, 1000, 1300, 5)]), "counts 5")

    def test_a_time_that_is_not_due(self):
        self.breaks(story_of([run(1, 1007)]), "not due")

    def test_past_the_end(self):
        self.breaks(story_of([run(1, 1000), run(2, 1100)], end=1100), "not due")

    def test_given_times(self):
        times = {"interval": 0, "times": [1000, 1003, 1500]}
        self.holds(story_of([run(1, 1000), run(2, 1003), run(3, 1500)], **times))
        self.breaks(story_of([run(1, 1000), run(2, 1500)], **times), "covered by no record")


class Updates(unittest.TestCase):
    """An update of the timing begins anew at its commit."""

    def story(self, runs, **second):
        story = Story()
        story.create()
        changed = {"generation": 2, "name": "n2", "etag": "e2", "update": 1250} | second
        story.update(1240, 1260, **changed)
        story.final(5000, [job(**changed)], runs)
        return story.texts(r1_coverage)

    def test_begins_after_the_commit(self):
        runs = [run(1, 1000), run(2, 1100), run(3, 1260, generation=2), run(4, 1290, generation=2)]
        self.assertEqual(self.story(runs, interval=30, start=1200), [])  # 1230 lies before the commit

    def test_what_was_undecided_at_the_commit_is_gone(self):
        runs = [run(1, 1000), run(2, 1260, generation=2)]
        self.assertEqual(self.story(runs, interval=65), [])

    def test_skips_the_first_after_the_commit(self):
        runs = [run(1, 1000), run(2, 1290, generation=2)]
        self.assertEqual(len(self.story(runs, interval=30, start=1200)), 1)

    def test_before_the_commit(self):
        runs = [run(1, 1000), run(2, 1230, generation=2)]
        self.assertEqual(len(self.story(runs, interval=30, start=1200)), 1)

    def test_of_something_else_begins_nothing_anew(self):
        runs = [run(1, 1000), run(2, 1100), run(3, 1300, generation=2)]
        self.assertEqual(len(self.story(runs)), 1)

    def test_of_the_end_at_a_time_that_is_covered(self):
        times = {"interval": 0, "times": [1000, 1250, 1700], "start": 900}
        story = Story()
        story.create(**times)
        changed = {"generation": 2, "name": "n2", "etag": "e2", "update": 1250, "end": 1800} | times
        story.update(1240, 1260, **changed)
        story.final(5000, [job(**changed)], [run(1, 1000), stretch(2, 1250, 1250, 1), run(3, 1700, generation=2)])
        self.assertEqual(story.texts(r1_coverage), [])

    def new_list(self, runs):
        story = Story()
        story.create(interval=0, times=[1000, 1250], start=900)
        changed = {"generation": 2, "name": "n2", "etag": "e2", "update": 1250, "interval": 0, "start": 900}
        changed["times"] = [1250, 1700]
        story.update(1240, 1260, **changed)
        story.final(5000, [job(**changed)], runs)
        return story.texts(r1_coverage)

    def test_a_new_list_holds_its_commit(self):
        self.assertEqual(self.new_list([run(1, 1000), run(2, 1250, generation=2), run(3, 1700, generation=2)]), [])
        self.assertEqual(len(self.new_list([run(1, 1000), run(2, 1700, generation=2)])), 1)

    def test_a_new_list_covers_no_time_twice(self):
        runs = [run(1, 1000), run(2, 1250), run(3, 1700, generation=2)]
        self.assertEqual(self.new_list(runs), [])
        runs = [run(1, 1000), run(2, 1250), run(3, 1250, generation=2), run(4, 1700, generation=2)]
        self.assertIn("a due time is covered twice, or out of order", self.new_list(runs))

    def test_out_of_completed(self):
        story = Story()
        story.create(executions=1)
        changed = {"generation": 2, "name": "n2", "etag": "e2", "update": 1750, "executions": 5}
        story.update(1740, 1760, **changed)
        story.final(5000, [job(**changed)], [run(1, 1000), run(2, 1800, generation=2)])
        self.assertEqual(story.texts(r1_coverage), [])

    def test_out_of_completed_with_dropped_records(self):
        story = Story()
        story.create(executions=5)
        changed = {"generation": 2, "name": "n2", "etag": "e2", "update": 1750, "executions": 9}
        story.update(1740, 1760, **changed)
        story.final(5000, [job(**changed)], [run(5, 1400), run(6, 1800, generation=2)])
        self.assertEqual(story.texts(r1_coverage), [])

    def test_a_lost_answer_leaves_the_commit_open(self):
        story = Story()
        story.create()
        story.lost("update", 1200, args={"name": "n2"})
        changed = {"generation": 2, "name": "n2", "etag": "e2", "interval": 30}
        story.call("get", 2000, 2001, job(**changed))
        story.final(5000, [job(**changed)], [run(1, 1000), run(2, 1540, generation=2)])
        self.assertEqual(story.texts(r1_coverage), [])


class FixedDelay(unittest.TestCase):
    def story(self, runs):
        story = Story()
        story.create(mode="FIXED_DELAY")
        story.final(5000, [job(mode="FIXED_DELAY")], runs)
        return story

    def test_from_end_to_next(self):
        self.assertEqual(self.story([run(1, 1000, end=1040), run(2, 1140)]).texts(r1_coverage), [])

    def test_too_soon(self):
        story = self.story([run(1, 1000, end=1040), run(2, 1130)])
        self.assertEqual(len(story.texts(r1_coverage)), 1)

    def test_at_once_after_a_resume(self):
        story = self.story([run(1, 1000, end=1040), run(2, 1130)])
        story.call("resume", 1120, 1135, job(mode="FIXED_DELAY"))
        self.assertEqual(story.texts(r1_coverage), [])


class Settled(unittest.TestCase):
    def test_a_terminal_record_that_changed(self):
        story = simple()
        story.final(4000, [job()], [run(1, 1000), run(2, 1100, state="FAILED"), run(3, 1200)])
        self.assertEqual(story.texts(r1_coverage), ["a terminal record changed"])

    def test_an_open_stretch_may_grow(self):
        story = story_of([stretch(1, 1000, 1300, 4, end=None)])
        story.final(6000, [job()], [stretch(1, 1000, 1500, 6)])
        self.assertEqual(story.texts(r1_coverage), [])


if __name__ == "__main__":
    unittest.main()
