import unittest

from checker import r3_duplicates
from checker_tests.story import Story, token


class Duplicates(unittest.TestCase):
    def setUp(self):
        self.story = Story()

    def holds(self):
        self.assertEqual(self.story.texts(r3_duplicates), [])

    def breaks(self, text):
        texts = self.story.texts(r3_duplicates)
        self.assertTrue(len(texts) == 1 and text in texts[0], texts)

    def test_each_run_once(self):
        self.story.delivery(1, 1001, 1000)
        self.story.delivery(2, 1101, 1100)
        self.holds()

    def test_a_retry_after_a_failure(self):
        self.story.delivery(1, 1001, 1000, answer="fail:503")
        self.story.delivery(1, 1040, 1000, attempt=2, token=token(1, 2))
        self.holds()

    def test_again_after_a_restart(self):
        self.story.delivery(1, 1001, 1000)
        self.story.restart(1010, 1050, 2)
        self.story.delivery(1, 1060, 1000, token=token(2, 1))
        self.holds()

    def test_long_settled_before_the_restart(self):
        self.story.delivery(1, 1001, 1000)
        self.story.restart(3000, 3050, 2)
        self.story.delivery(1, 3060, 1000, token=token(2, 1))
        self.breaks("long before the restart")

    def test_again_after_success(self):
        self.story.delivery(1, 1001, 1000)
        self.story.delivery(1, 1040, 1000, attempt=2, token=token(1, 2))
        self.breaks("after it succeeded")

    def test_an_answer_too_late_to_count(self):
        self.story.delivery(1, 1001, 1000, answered=1900)
        self.story.delivery(1, 2040, 1000, attempt=2, token=token(1, 2))
        self.holds()

    def test_an_answer_in_a_stall(self):
        self.story.delivery(1, 1001, 1000, answered=1002)
        self.story.stall(1003, 1800)
        self.story.delivery(1, 2040, 1000, attempt=2, token=token(1, 2))
        self.holds()

    def test_one_token_twice(self):
        self.story.delivery(1, 1001, 1000, answer="reset")
        self.story.delivery(1, 1003, 1000)
        self.breaks("with one token")

    def test_an_older_token_later(self):
        self.story.delivery(1, 1040, 1000, answer="reset")
        self.story.delivery(1, 1001, 1000, attempt=2, token=token(1, 2))
        self.breaks("older token")

    def test_a_token_that_rises_with_an_attempt_that_falls(self):
        self.story.delivery(1, 1001, 1000, attempt=2, answer="reset")
        self.story.delivery(1, 1040, 1000, attempt=1, token=token(2, 1))
        self.breaks("went back")

    def test_one_attempt_twice(self):
        self.story.delivery(1, 1001, 1000, answer="reset")
        self.story.delivery(1, 1040, 1000, token=token(1, 2))
        self.breaks("as one attempt")

    def test_one_id_for_two_targets(self):
        self.story.delivery(1, 1001, 1000, answer="reset")
        self.story.delivery(1, 1101, 1100, attempt=2, token=token(1, 2))
        self.breaks("two targets")

    def test_a_worker_that_was_acknowledged(self):
        self.story.work(1, 1001, 1000)
        self.story.restart(1010, 1050, 2)
        self.story.work(1, 1060, 1000, token=token(2, 1), accepted="")
        self.breaks("acknowledged")

    def test_a_worker_that_was_not_acknowledged(self):
        self.story.work(1, 1001, 1000, accepted="")
        self.story.restart(1010, 1050, 2)
        self.story.work(1, 1060, 1000, token=token(2, 1))
        self.holds()

    def test_a_worker_that_stopped_what_had_timed_out(self):
        self.story.work(1, 1001, 1000, accepted="cancelled")
        self.story.work(1, 2010, 1000, attempt=2, token=token(1, 2))
        self.holds()

    def test_a_release(self):
        self.story.work(1, 1001, 1000, accepted="released")
        self.story.work(1, 1010, 1000, attempt=2, token=token(1, 2))
        self.holds()


if __name__ == "__main__":
    unittest.main()
