import unittest

from checker import skips
from checker_tests.story import Story, job, run, stretch


class Skips(unittest.TestCase):
    def setUp(self):
        self.story = Story()
        self.story.create()

    def skip(self, begin, end, time, shown=None, undo=False, **changes):
        shown = ([] if undo else [time]) if shown is None else shown
        answer = job(skipped=shown, **changes)
        return self.story.call("skip", begin, end, answer, args={"time": time, "undo": undo})

    def lost(self, begin, time, undo=False):
        return self.story.lost("skip", begin, args={"time": time, "undo": undo})

    def texts(self, *runs, **told):
        self.story.final(5000, [job(**({"state": "PAUSED"} | told))], list(runs))
        return self.story.texts(skips)

    def holds(self, *runs, **told):
        self.assertEqual(self.texts(*runs, **told), [])

    def breaks(self, text, *runs, **told):
        texts = self.texts(*runs, **told)
        self.assertTrue(len(texts) == 1 and text in texts[0], texts)


def requested(number, time, **changes):
    return stretch(number, time, time, 1, reason="REQUESTED", **changes)


class Records(Skips):
    def test_an_occurrence_that_was_skipped(self):
        self.skip(1010, 1020, 1200)
        self.holds(run(1, 1000), run(2, 1100), requested(3, 1200), run(4, 1300))

    def test_asked_for_without_answer(self):
        self.lost(1010, 1200)
        self.holds(requested(1, 1200))

    def test_a_lost_answer_that_did_not_happen(self):
        self.lost(1010, 1200)
        self.holds(run(1, 1200))

    def test_that_nobody_asked_for(self):
        self.skip(1010, 1020, 1300)
        self.breaks("nobody asked for", requested(1, 1200), requested(2, 1300))

    def test_that_was_asked_for_of_another_job(self):
        self.skip(1010, 1020, 1200, uid="0000000000201")
        self.breaks("nobody asked for", requested(1, 1200))

    def test_that_was_asked_for_later(self):
        self.lost(1500, 1200)
        self.breaks("nobody asked for", requested(1, 1200))

    def test_that_was_refused(self):
        args = {"time": 1200, "undo": False}
        self.story.refused("skip", 1010, 1020, "FAILED_PRECONDITION", "NOT_AN_OCCURRENCE", args=args)
        self.breaks("nobody asked for", requested(1, 1200))

    def test_a_refusal_after_a_lost_answer(self):
        args = {"time": 1200, "undo": False}
        self.story.refused("skip", 1010, 1220, "FAILED_PRECONDITION", "NOT_AN_OCCURRENCE", args=args, tries=2)
        self.holds(requested(1, 1200))

    def test_that_covers_more(self):
        self.skip(1010, 1020, 1200)
        self.breaks("covers more", stretch(1, 1200, 1300, 2, reason="REQUESTED"))

    def test_that_was_run_all_the_same(self):
        self.skip(1010, 1020, 1200)
        self.breaks("not left out", run(1, 1200))

    def test_that_was_caught_up_all_the_same(self):
        self.skip(1010, 1020, 1200)
        self.breaks("not left out", run(1, 1200, trigger="CATCHUP", create=3000))

    def test_that_begins_a_stretch_of_overlap(self):
        self.skip(1010, 1020, 1200)
        self.breaks("not left out", stretch(1, 1200, 1400, 3, reason="OVERLAP"))

    def test_within_a_stretch_of_another_reason(self):
        self.skip(1010, 1020, 1200)
        self.holds(stretch(1, 1100, 1400, 4, reason="OVERLAP"))

    def test_that_begins_a_pause(self):
        self.skip(1010, 1020, 1200)
        self.holds(stretch(1, 1200, 1400, 3, reason="PAUSED"))

    def test_runs_that_are_not_of_the_schedule(self):
        self.skip(1010, 1020, 1200)
        self.holds(run(1, 1200, trigger="BACKFILL"), run(2, 1200, trigger="MANUAL"))


class Undone(Skips):
    def test_a_skip_that_was_undone(self):
        self.skip(1010, 1020, 1200)
        self.skip(1030, 1040, 1200, undo=True)
        self.holds(run(1, 1200))

    def test_left_out_though_undone(self):
        self.skip(1010, 1020, 1200)
        self.skip(1030, 1040, 1200, undo=True)
        self.breaks("though that was undone", requested(1, 1200))

    def test_skipped_again(self):
        self.skip(1010, 1020, 1200)
        self.skip(1030, 1040, 1200, undo=True)
        self.skip(1050, 1060, 1200)
        self.holds(requested(1, 1200))

    def test_skipped_again_and_run(self):
        self.skip(1010, 1020, 1200)
        self.skip(1030, 1040, 1200, undo=True)
        self.skip(1050, 1060, 1200)
        self.breaks("not left out", run(1, 1200))

    def test_at_the_same_time(self):
        for record in (run(1, 1200), requested(1, 1200)):
            self.setUp()
            self.skip(1010, 1040, 1200)
            self.skip(1030, 1050, 1200, undo=True)
            self.holds(record)

    def test_an_undo_without_answer(self):
        for record in (run(1, 1200), requested(1, 1200)):
            self.setUp()
            self.skip(1010, 1020, 1200)
            self.lost(1030, 1200, undo=True)
            self.holds(record)

    def test_a_skip_without_answer_before_an_undo(self):
        self.lost(1010, 1200)
        self.skip(1030, 1040, 1200, undo=True)
        self.holds(requested(1, 1200))


class Updated(Skips):
    def change(self, **second):
        self.second = {"generation": 2, "name": "n2", "etag": "e2", "update": 1050} | second
        self.story.update(1045, 1055, **self.second)

    def test_to_times_of_which_it_is_none(self):
        self.skip(1010, 1020, 1200)
        self.change(interval=70)
        self.change(generation=3, name="n3", etag="e3", update=1060)
        self.holds(run(1, 1200, generation=3), **self.second)

    def test_to_times_of_which_it_is_one(self):
        self.skip(1010, 1020, 1200)
        self.change(interval=50, skipped=[1200])
        self.breaks("not left out", run(1, 1200, generation=2), **(self.second | {"skipped": []}))

    def test_by_an_update_that_nobody_saw(self):
        self.skip(1010, 1020, 1200)
        self.change(generation=3)
        self.holds(run(1, 1200, generation=3), **self.second)

    def test_forgotten_with_an_update(self):
        self.skip(1010, 1020, 1200)
        self.change(interval=50)
        self.breaks("acknowledged skip of 1200 is gone", **self.second)


class Told(Skips):
    def get(self, at, *shown, **changes):
        self.story.call("get", at, at + 1, job(skipped=list(shown), **changes))

    def test_until_its_time(self):
        self.skip(1010, 1020, 1200)
        self.get(1030, 1200)
        self.get(1300)
        self.holds()

    def test_gone_before_its_time(self):
        self.skip(1010, 1020, 1200)
        self.get(1030)
        self.breaks("acknowledged skip of 1200 is gone")

    def test_gone_from_a_listing(self):
        self.skip(1010, 1020, 1200)
        self.story.listing(1030, 1040, job())
        self.breaks("acknowledged skip of 1200 is gone")

    def test_an_answer_that_may_be_older(self):
        self.skip(1010, 1020, 1200)
        self.get(1015)
        self.holds()

    def test_undone(self):
        self.skip(1010, 1020, 1200)
        self.skip(1030, 1040, 1200, undo=True)
        self.get(1050)
        self.holds()

    def test_an_undo_that_is_gone(self):
        self.skip(1010, 1020, 1200)
        self.skip(1030, 1040, 1200, undo=True)
        self.get(1050, 1200)
        self.breaks("acknowledged undo of 1200 is gone")

    def test_that_nobody_asked_for(self):
        self.get(1030, 1200)
        self.breaks("which nobody asked for")

    def test_asked_for_without_answer(self):
        self.lost(1010, 1200)
        self.get(1030, 1200)
        self.get(1040)
        self.holds()

    def test_at_which_it_is_not_due(self):
        self.lost(1010, 1207)
        self.get(1030, 1207)
        self.breaks("is not due then")

    def test_out_of_order(self):
        self.skip(1010, 1020, 1200, shown=[1200])
        self.skip(1021, 1022, 1300, shown=[1200, 1300])
        self.get(1030, 1300, 1200)
        self.breaks("out of order")

    def test_its_own_answer(self):
        self.skip(1010, 1020, 1200, shown=[])
        self.breaks("as if it had not been called")
        self.setUp()
        self.skip(1010, 1020, 1200)
        self.skip(1030, 1040, 1200, undo=True, shown=[1200])
        self.breaks("as if it had not been called")

    def test_in_the_final_state_of_a_paused_job(self):
        self.skip(1010, 1020, 1200)
        self.holds(skipped=[1200])

    def test_in_the_final_state_behind_a_later_run(self):
        self.skip(1010, 1020, 1200)
        self.holds(run(1, 1000), run(2, 1100), run(3, 1200, trigger="BACKFILL"), skipped=[1200])
        self.setUp()
        self.skip(1010, 1020, 1200)
        self.breaks("which is past", run(1, 1000), run(2, 1300), skipped=[1200])

    def test_of_a_job_that_is_gone(self):
        self.skip(1010, 1020, 1200)
        self.story.call("delete", 1030, 1040)
        self.story.final(5000, [], [])
        self.assertEqual(self.story.texts(skips), [])


if __name__ == "__main__":
    unittest.main()
