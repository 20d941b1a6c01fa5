import unittest

from checker import r4_early
from checker_tests.story import Story, job, run, simple


class Early(unittest.TestCase):
    def test_at_its_time_or_later(self):
        story = simple()
        story.delivery(1, 1000, 1000)
        story.delivery(2, 1150, 1100)
        self.assertEqual(story.texts(r4_early), [])

    def test_arrives_early(self):
        story = simple()
        story.delivery(1, 999, 1000)
        self.assertEqual(story.texts(r4_early), [f"run {story.evidence.deliveries[0].run} arrived 1 ms early"])

    def test_before_its_jitter_is_over(self):
        story = Story()
        story.create(jitter=50)
        story.final(2000, [job(jitter=50)], [run(1, 1000, due=1040, create=1040, start=1041)])
        story.delivery(1, 1040, 1000)
        self.assertEqual(story.texts(r4_early), [])
        story.delivery(1, 1039, 1000)
        self.assertEqual(story.texts(r4_early), [f"run {story.evidence.deliveries[0].run} arrived 1 ms early"])

    def test_recorded_before_its_jitter_is_over(self):
        for early in ({"create": 1039}, {"start": 1039}):
            story = Story()
            story.create(jitter=50)
            story.final(2000, [job(jitter=50)], [run(1, 1000, **({"due": 1040, "create": 1040, "start": 1041} | early))])
            self.assertEqual(len(story.texts(r4_early)), 1, early)

    def test_recorded_early(self):
        for early in ({"create": 999}, {"start": 999}):
            story = Story()
            story.create()
            story.final(2000, [job()], [run(1, 1000, **early)])
            self.assertEqual(len(story.texts(r4_early)), 1, early)


if __name__ == "__main__":
    unittest.main()
