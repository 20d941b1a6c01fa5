import unittest

from checker import r7_epochs
from checker_tests.story import Story, job, run, token


class Epochs(unittest.TestCase):
    def setUp(self):
        self.story = Story()
        self.story.create()

    def holds(self):
        self.assertEqual(self.story.texts(r7_epochs), [])

    def breaks(self, text):
        texts = self.story.texts(r7_epochs)
        self.assertTrue(len(texts) == 1 and text in texts[0], texts)

    def final(self, **changes):
        self.story.final(5000, [job()], [run(1, 1000, **changes)])

    def test_completed_by_what_succeeded(self):
        self.story.work(1, 1001, 1000)
        self.final()
        self.holds()

    def test_a_stale_result_is_refused(self):
        self.story.work(1, 1001, 1000, accepted="")
        self.story.work(1, 1020, 1000, token=token(1, 2), attempt=2)
        self.holds()

    def test_a_stale_result_is_taken(self):
        stale = self.story.work(1, 1001, 1000)
        stale.accepted_sent = 1_030_000
        self.story.work(1, 1020, 1000, token=token(1, 2), attempt=2, accepted="")
        self.breaks("older token")

    def test_a_late_word_that_it_stopped(self):
        stopped = self.story.work(1, 1001, 1000, accepted="cancelled")
        stopped.accepted_sent = 1_030_000
        self.story.work(1, 1020, 1000, token=token(1, 2), attempt=2)
        self.holds()

    def test_a_result_taken_before_the_next_delivery(self):
        self.story.work(1, 1001, 1000, accepted="fail:X")
        self.story.work(1, 1020, 1000, token=token(1, 2), attempt=2)
        self.holds()

    def test_a_result_with_the_token_of_another_start(self):
        stale = self.story.work(1, 1001, 1000)
        self.story.restart(1010, 1050, 2)
        stale.accepted_sent = 1_060_000
        self.breaks("another start")

    def test_an_epoch_that_does_not_rise(self):
        self.story.restart(1010, 1050, 1)
        self.breaks("did not rise")

    def test_a_start_that_was_killed_is_passed_over(self):
        self.story.restart(1010, 1050, None)
        self.story.restart(1060, 1070, 3)
        self.holds()

    def test_delivered_by_a_server_that_had_ended(self):
        self.story.restart(1010, 1050, 2)
        self.story.delivery(1, 4000, 1000)
        self.breaks("had ended")

    def test_a_session_that_keeps_what_is_not_current(self):
        self.story.restart(1010, 1050, 2)
        kept = {"at": 1_060_000, "what": "kept", "run": "x-1", "token": token(2, 5)}
        self.story.evidence.kept.append(kept)
        self.holds()
        self.story.evidence.kept.append(kept | {"token": token(1, 5)})
        self.breaks("kept")

    def test_a_result_taken_for_a_delivery_that_never_was(self):
        self.story.evidence.kept.append({"at": 1_060_000, "what": "accepted", "run": "x-1", "token": token(1, 5)})
        self.breaks("accepted")

    def test_completed_by_an_attempt_that_failed(self):
        self.story.delivery(1, 1001, 1000, answer="fail:503")
        self.final()
        self.breaks("did not succeed")

    def test_completed_by_an_attempt_that_no_sink_saw(self):
        self.story.delivery(1, 1001, 1000)
        self.final(attempts=[{"attempt": 2, "token": token(1, 9), "code": ""}])
        self.breaks("no sink saw")


if __name__ == "__main__":
    unittest.main()
