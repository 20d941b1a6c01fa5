import unittest

from checker import r8_stopped
from checker_tests.story import Story, job, run, stretch, token


class Stopped(unittest.TestCase):
    def setUp(self):
        self.story = Story()
        self.story.create()

    def texts(self, *runs):
        self.story.final(9000, [], list(runs))
        return self.story.texts(r8_stopped)

    def pause(self, begin, end):
        return self.story.call("pause", begin, end, job(state="PAUSED"))

    def test_nothing_after_a_delete(self):
        self.story.call("delete", 1050, 1060)
        self.story.delivery(1, 1001, 1000)
        self.assertEqual(self.texts(run(1, 1000)), [])

    def test_what_was_under_way(self):
        self.story.call("delete", 1050, 1060)
        self.story.delivery(1, 1062, 1000)
        self.assertEqual(self.texts(run(1, 1000)), [])

    def test_delivered_after_a_delete(self):
        self.story.call("delete", 1050, 1060)
        self.story.delivery(2, 2000, 1100)
        self.assertEqual(len(self.texts(run(1, 1000))), 1)

    def test_delivered_for_a_time_after_the_delete(self):
        self.story.call("delete", 1050, 1060)
        self.story.delivery(2, 1101, 1100)
        self.assertEqual(len(self.texts(run(1, 1000))), 1)

    def test_created_after_a_delete(self):
        self.story.call("delete", 1050, 1060)
        self.assertEqual(len(self.texts(run(1, 1000), run(2, 1100))), 1)

    def test_another_job_under_the_tag(self):
        other = "0000000000201"
        self.story.call("delete", 1050, 1060)
        self.story.create(1070, 1071, uid=other)
        self.story.delivery(1, 3000, 3000, uid=other)
        self.assertEqual(self.texts(run(1, 3000, uid=other)), [])

    def test_a_delete_without_answer(self):
        self.story.lost("delete", 1050)
        self.story.delivery(2, 3000, 3000)
        self.assertEqual(self.texts(run(2, 3000)), [])

    def test_nothing_in_a_pause(self):
        self.pause(1050, 1060)
        self.story.call("resume", 3000, 3010, job())
        self.story.delivery(4, 3020, 3020)
        runs = [run(1, 1000), stretch(2, 1100, 2900, 19, create=3005), run(3, 1200, trigger="MANUAL"), run(4, 3020)]
        self.assertEqual(self.texts(*runs), [])

    def test_a_backfill_goes_on_in_a_pause(self):
        self.pause(1050, 1060)
        self.story.delivery(2, 2000, 800)
        self.assertEqual(self.texts(run(1, 1000), run(2, 800, trigger="BACKFILL", create=1900)), [])

    def test_a_backfill_ends_with_its_job(self):
        self.story.call("delete", 1050, 1060)
        self.assertEqual(len(self.texts(run(1, 1000), run(2, 800, trigger="BACKFILL", create=1900))), 1)

    def test_created_in_a_pause(self):
        self.pause(1050, 1060)
        self.story.call("resume", 3000, 3010, job())
        self.assertEqual(len(self.texts(run(1, 1000), run(2, 1100))), 1)

    def test_first_dispatched_in_a_pause(self):
        self.pause(1050, 1060)
        self.story.delivery(1, 2000, 1000)
        self.assertEqual(len(self.texts(run(1, 1000, start=2000))), 1)

    def test_a_sink_that_is_behind(self):
        self.pause(1050, 1060)
        self.story.delivery(1, 2000, 1000)
        self.assertEqual(self.texts(run(1, 1000, start=1001)), [])

    def test_a_sink_that_is_too_far_behind(self):
        self.pause(1050, 1060)
        self.story.delivery(1, 12_000, 1000)
        self.assertEqual(len(self.texts(run(1, 1000, start=1001))), 1)

    def test_a_retry_goes_on(self):
        self.story.delivery(1, 1001, 1000, answer="fail:503")
        self.pause(1050, 1060)
        self.story.delivery(1, 2000, 1000, attempt=2, token=token(1, 2))
        self.assertEqual(self.texts(run(1, 1000)), [])

    def test_a_resume_that_may_come_after(self):
        self.pause(1050, 1060)
        self.story.call("resume", 1055, 1070, job())
        self.assertEqual(self.texts(run(1, 1000), run(2, 1100)), [])

    def test_a_resume_that_came_before(self):
        self.story.call("resume", 1001, 1010, job())
        self.pause(1050, 1060)
        self.assertEqual(len(self.texts(run(1, 1000), run(2, 1100))), 1)


if __name__ == "__main__":
    unittest.main()
