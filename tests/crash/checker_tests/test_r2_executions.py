import unittest

from checker import r2_executions
from checker_tests.story import Story, job, run, simple, stretch, token


class Executions(unittest.TestCase):
    def story(self, runs, **changes):
        story = Story()
        story.create(**changes)
        story.final(5000, [job(**changes)], runs)
        return story

    def test_as_many_as_executions(self):
        runs = [run(1, 1000), stretch(2, 1100, 1200, 2), run(3, 1300), run(4, 1333, trigger="MANUAL")]
        story = self.story(runs, executions=2, state="COMPLETED", state_reason="EXECUTIONS")
        self.assertEqual(story.texts(r2_executions), [])

    def test_without_limit(self):
        self.assertEqual(simple(9).texts(r2_executions), [])

    def test_one_too_many(self):
        story = self.story([run(1, 1000), run(2, 1100), run(3, 1200)], executions=2)
        self.assertEqual(len(story.texts(r2_executions)), 1)

    def test_a_cancelled_run_counts(self):
        story = self.story([run(1, 1000, state="CANCELLED"), run(2, 1100)], executions=1)
        self.assertEqual(len(story.texts(r2_executions)), 1)

    def test_each_run_against_its_own_generation(self):
        story = Story()
        story.create(executions=1)
        changed = {"generation": 2, "name": "n2", "etag": "e2", "update": 1050, "executions": 2}
        story.update(1040, 1060, **changed)
        story.final(5000, [job(**changed)], [run(1, 1000), run(2, 1100, generation=2)])
        self.assertEqual(story.texts(r2_executions), [])

    def test_completed_too_soon(self):
        story = self.story([run(1, 1000)], executions=2, state="COMPLETED", state_reason="EXECUTIONS")
        self.assertEqual(len(story.texts(r2_executions)), 1)

    def test_completed_by_its_end(self):
        story = self.story([run(1, 1000)], executions=2, end=1100, state="COMPLETED", state_reason="END_TIME")
        self.assertEqual(story.texts(r2_executions), [])

    def test_more_targets_at_the_sinks_than_executions(self):
        story = self.story([run(1, 1000)], executions=1)
        story.delivery(1, 1001, 1000)
        story.delivery(1, 1101, 1100, token=token(2, 1))
        self.assertEqual(len(story.texts(r2_executions)), 1)

    def test_a_limit_that_no_answer_showed(self):
        story = self.story([run(1, 1000), run(2, 1100, generation=2)], executions=1)
        story.delivery(1, 1001, 1000)
        story.delivery(2, 1101, 1100)
        self.assertEqual(story.texts(r2_executions), [])

    def test_runs_of_a_backfill_are_no_targets(self):
        runs = [run(1, 1000), run(2, 700, trigger="BACKFILL"), run(3, 800, trigger="BACKFILL")]
        story = self.story(runs, executions=1)
        for number, time in ((1, 1000), (2, 700)):
            story.delivery(number, 1001, time)
        story.delivery(3, 1002, 800, sink="worker", trigger="BACKFILL")
        self.assertEqual(story.texts(r2_executions), [])

    def test_redeliveries_are_one_target(self):
        story = self.story([run(1, 1000)], executions=1)
        story.delivery(1, 1001, 1000)
        story.delivery(1, 1101, 1000, token=token(2, 1))
        self.assertEqual(story.texts(r2_executions), [])


if __name__ == "__main__":
    unittest.main()
