import unittest

from checker import r6_linearizable
from checker_tests.story import Story, job, run, token

SECOND = {"generation": 2, "name": "n2", "etag": "e2"}
THIRD = {"generation": 3, "name": "n3", "etag": "e3"}


class Calls(unittest.TestCase):
    def setUp(self):
        self.story = Story()
        self.story.create()

    def holds(self):
        self.assertEqual(self.story.texts(r6_linearizable), [])

    def breaks(self, text="no order"):
        texts = self.story.texts(r6_linearizable)
        self.assertTrue(len(texts) == 1 and text in texts[0], texts)

    def get(self, begin, end, **changes):
        return self.story.call("get", begin, end, job(**changes))

    def test_a_skip_and_a_backfill_show_the_job_and_leave_it(self):
        self.story.update(1010, 1020, **SECOND)
        for kind in ("skip", "backfill"):
            self.story.call(kind, 1030, 1031, job(**SECOND))
        self.get(1040, 1041, **SECOND)
        self.holds()

    def test_a_skip_that_shows_an_older_job(self):
        self.story.update(1010, 1020, **SECOND)
        self.story.call("skip", 1030, 1031, job())
        self.breaks()

    def test_a_refusal_of_a_job_that_is_gone(self):
        self.story.call("delete", 1010, 1020)
        self.story.refused("skip", 1030, 1031, "NOT_FOUND", "JOB_NOT_FOUND")
        self.holds()
        self.story.refused("backfill", 1040, 1041, "FAILED_PRECONDITION", "BACKFILL_ACTIVE")
        self.breaks()

    def test_create_update_get(self):
        self.story.update(1010, 1020, **SECOND)
        self.get(1030, 1031, **SECOND)
        self.holds()

    def test_a_lost_update(self):
        self.story.update(1010, 1020, **SECOND)
        self.get(1030, 1031)
        self.breaks()

    def test_an_acknowledged_create_that_is_gone(self):
        self.story.final(2000, [], [])
        self.breaks()

    def test_an_update_that_is_undone_at_the_end(self):
        self.story.update(1010, 1020, **SECOND)
        self.story.final(2000, [job()], [])
        self.breaks()

    def test_a_lost_answer_may_mean_either(self):
        self.story.lost("update", 1010, args={"name": "n2"})
        self.get(1030, 1031)
        self.holds()
        self.get(1040, 1041, **SECOND)
        self.holds()
        self.get(1050, 1051)
        self.breaks()

    def test_two_updates_of_one_generation(self):
        self.story.update(1010, 1020, **SECOND)
        self.story.update(1030, 1040, **(SECOND | {"name": "n3"}))
        self.breaks()

    def test_a_replay_shows_what_stands_now(self):
        self.story.update(1030, 1040, **THIRD)
        replay = self.story.update(1010, 1060, **THIRD)
        replay.args, replay.tries, replay.last_invoke = {"name": "n2"}, 2, 1_050_000
        self.holds()

    def test_delete_and_create_again(self):
        self.story.call("delete", 1010, 1011)
        self.story.refused("get", 1012, 1013, "NOT_FOUND", "JOB_NOT_FOUND")
        self.story.create(1014, 1015, uid="0000000000201", name="n9", etag="e9")
        self.get(1016, 1017, uid="0000000000201", name="n9", etag="e9")
        self.holds()

    def test_found_after_its_delete(self):
        self.story.call("delete", 1010, 1011)
        self.get(1012, 1013)
        self.breaks()

    def test_created_twice(self):
        self.story.create(1010, 1011, uid="0000000000201", name="n9")
        self.breaks()

    def test_refused_for_what_stands(self):
        self.story.refused("create", 1010, 1011, "ALREADY_EXISTS", "JOB_ALREADY_EXISTS", args={"name": "n9"})
        self.story.refused("update", 1012, 1013, "ABORTED", "ETAG_MISMATCH", args={"name": "n9", "etag": "e0"})
        self.holds()

    def test_refused_for_what_does_not_stand(self):
        self.story.refused("update", 1012, 1013, "ABORTED", "ETAG_MISMATCH", args={"name": "n9", "etag": "e1"})
        self.breaks()

    def test_pause_and_resume(self):
        self.story.call("pause", 1010, 1011, job(state="PAUSED", etag="e1p"))
        self.get(1012, 1013, state="PAUSED", etag="e1p")
        self.story.call("resume", 1014, 1015, job(etag="e1r"))
        self.get(1016, 1017, state="COMPLETED", etag="e1r")
        self.holds()

    def test_active_while_paused(self):
        self.story.call("pause", 1010, 1011, job(state="PAUSED", etag="e1p"))
        self.get(1012, 1013)
        self.breaks()

    def test_an_etag_that_changes_by_itself(self):
        self.get(1012, 1013, etag="other")
        self.breaks()

    def test_an_answer_that_the_contract_does_not_have(self):
        self.story.refused("get", 1012, 1013, "INTERNAL", "STORE_IO")
        self.breaks("INTERNAL")

    def test_listings_are_reads(self):
        self.story.listing(1005, 1015, job())
        self.story.update(1010, 1020, **SECOND)
        self.story.listing(1015, 1030, job(**SECOND))
        self.holds()
        self.story.listing(1040, 1050, job())
        self.breaks()

    def test_a_listing_that_leaves_a_job_out(self):
        self.story.listing(1040, 1050)
        self.breaks()

    def test_a_listing_while_it_is_created(self):
        self.story.call("delete", 1010, 1011)
        self.story.listing(1012, 1030)
        self.story.create(1020, 1021, uid="0000000000201", name="n9", etag="e9")
        self.holds()

    def test_events(self):
        event = {"uid": "0000000000301", "name": "a", "generation": 1, "etag": "x"}
        self.story.call("event.create", 1010, 1011, event, key="job", args={"name": "a"})
        self.story.call("event.get", 1012, 1013, event, key="job")
        self.holds()
        self.story.call("event.delete", 1014, 1015, key="job")
        self.story.call("event.get", 1016, 1017, event, key="job")
        self.breaks()


class Runs(unittest.TestCase):
    def setUp(self):
        self.story = Story()
        self.story.create()

    def breaks(self, text):
        texts = self.story.texts(r6_linearizable)
        self.assertTrue(len(texts) == 1 and text in texts[0], texts)

    def manual(self, number, **changes):
        return run(number, 1050, trigger="MANUAL", **changes)

    def test_each_manual_run_has_its_call(self):
        self.story.call("run", 1050, 1051, self.manual(2))
        self.story.lost("run", 1060)
        self.story.final(2000, [job()], [run(1, 1000), self.manual(2), self.manual(3)])
        self.assertEqual(self.story.texts(r6_linearizable), [])

    def test_an_acknowledged_run_that_is_gone(self):
        self.story.call("run", 1050, 1051, self.manual(2))
        self.story.final(2000, [job()], [run(1, 1000)])
        self.breaks("gone")

    def test_a_run_that_nobody_asked_for(self):
        self.story.final(2000, [job()], [run(1, 1000), self.manual(2)])
        self.breaks("could have made them")

    def test_one_run_for_two_calls(self):
        self.story.call("run", 1050, 1051, self.manual(2))
        self.story.call("run", 1052, 1053, self.manual(2))
        self.breaks("two calls")

    def test_a_cancel_that_does_not_stand(self):
        self.story.call("cancel", 1050, 1051, run(1, 1000, state="CANCELLED"), key=run(1, 1000)["id"])
        self.story.final(2000, [job()], [run(1, 1000, state="CANCELLED")])
        self.assertEqual(self.story.texts(r6_linearizable), [])
        self.story.final(3000, [job()], [run(1, 1000)])
        self.breaks("cancelled")

    def test_an_acknowledged_result_stands(self):
        self.story.work(1, 1001, 1000)
        self.story.final(2000, [job()], [run(1, 1000)])
        self.assertEqual(self.story.texts(r6_linearizable), [])

    def test_an_acknowledged_result_that_is_gone(self):
        self.story.work(1, 1001, 1000)
        self.story.final(2000, [job()], [run(1, 1000, state="FAILED")])
        self.breaks("acknowledged success")

    def test_another_attempt_than_the_acknowledged_one(self):
        self.story.work(1, 1001, 1000)
        self.story.final(2000, [job()], [run(1, 1000, attempts=[{"attempt": 1, "token": token(2, 9), "code": ""}])])
        self.breaks("acknowledged success")


if __name__ == "__main__":
    unittest.main()
