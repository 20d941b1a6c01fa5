import unittest

from checker import r5_lateness
from checker_tests.story import INFINITY, Story, job, run, stretch


class Lateness(unittest.TestCase):
    def setUp(self):
        self.story = Story()
        self.story.create()

    def texts(self, *runs, **changes):
        self.story.final(9000, [job(**changes)], runs)
        return self.story.texts(r5_lateness)

    def caught_up(self, number=1, sched=1000):
        return run(number, sched, trigger="CATCHUP", create=2600, end=2700)

    def test_on_time(self):
        self.story.delivery(1, 1003, 1000)
        self.assertEqual(self.texts(run(1, 1000)), [])

    def test_late_and_not_marked(self):
        self.assertEqual(len(self.texts(run(1, 1000, create=2200))), 1)

    def test_jitter_is_no_lateness(self):
        jittered = {"due": 1900, "create": 2200}
        self.assertEqual(self.texts(run(1, 1000, **jittered)), [])
        self.assertEqual(len(self.texts(run(1, 1000, **(jittered | {"create": 2901})))), 1)

    def test_missed_as_late_as_the_jitter_lets_it_be(self):
        missed = {"state": "MISSED", "trigger": "CATCHUP"}
        for create, broken in ((3000, 0), (3200, 1)):
            story = Story()
            story.create(interval=2000, jitter=900)
            story.final(9000, [job(interval=2000, jitter=900)], [stretch(1, 1000, 1000, 1, create=create, **missed)])
            self.assertEqual(len(story.texts(r5_lateness)), broken)

    def test_caught_up_after_a_crash(self):
        self.story.restart(900, 2590, 2)
        self.assertEqual(self.texts(self.caught_up()), [])

    def test_caught_up_without_a_crash(self):
        self.assertEqual(len(self.texts(self.caught_up())), 1)

    def test_missed_without_a_crash(self):
        self.assertEqual(len(self.texts(stretch(1, 1000, 1400, 5, state="MISSED", trigger="CATCHUP", create=2600))), 1)

    def test_caught_up_in_a_stall(self):
        self.story.stall(900, 2550)
        self.assertEqual(self.texts(self.caught_up()), [])

    def test_caught_up_by_a_resume(self):
        self.story.call("resume", 2590, 2601, job(), args={"catch_up": True})
        self.assertEqual(self.texts(self.caught_up()), [])

    def test_one_after_another(self):
        self.assertEqual(self.texts(run(1, 1000, end=2600), self.caught_up(2, 1100)), [])

    def test_dispatched_late(self):
        self.story.delivery(1, 3200, 1000)
        self.assertEqual(len(self.texts(run(1, 1000))), 1)

    def test_dispatched_after_a_restart(self):
        self.story.restart(1002, 2900, 2)
        self.story.delivery(1, 3200, 1000)
        self.assertEqual(self.texts(run(1, 1000)), [])

    def test_dispatched_late_after_a_restart(self):
        self.story.restart(1002, 2900, 2)
        self.story.delivery(1, 5200, 1000)
        self.assertEqual(len(self.texts(run(1, 1000))), 1)

    def test_dispatched_behind_another_run(self):
        self.story.delivery(2, 3610, 1100)
        self.assertEqual(self.texts(run(1, 1000, end=3600), run(2, 1100)), [])

    def test_dispatched_after_a_pause(self):
        self.story.call("pause", 1001, 1002, job(state="PAUSED"))
        self.story.call("resume", 4000, 4001, job())
        self.story.delivery(1, 4005, 1000)
        self.assertEqual(self.texts(run(1, 1000)), [])

    def test_held_for_ever_by_a_lost_resume(self):
        self.story.lost("resume", 1001)
        self.story.delivery(1, 9000, 1000, answered=INFINITY)
        self.assertEqual(self.texts(run(1, 1000)), [])


if __name__ == "__main__":
    unittest.main()
