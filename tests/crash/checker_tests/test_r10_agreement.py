import unittest

from checker import r10_agreement
from checker_tests.story import UID, Story, job, run, simple, stretch

STATS = job()["stats"]


class Agreement(unittest.TestCase):
    def breaks(self, story, text):
        texts = story.texts(r10_agreement)
        self.assertTrue(len(texts) == 1 and text in texts[0], texts)

    def story(self, runs, **changes):
        story = Story()
        story.create()
        story.final(5000, [job(**changes)], runs)
        return story

    def test_all_agrees(self):
        story = simple()
        story.delivery(1, 1001, 1000)
        self.assertEqual(story.texts(r10_agreement), [])

    def test_a_missing_number(self):
        told = {"execution_count": 2, "last_number": 3, "stats": STATS | {"completed": 2}}
        self.breaks(self.story([run(1, 1000), run(3, 1100)], **told), "are missing")

    def test_what_the_history_limit_dropped(self):
        story = Story()
        told = {"history_limit": 2, "execution_count": 9, "last_number": 9}
        story.create(**told)
        story.final(5000, [job(**told)], [run(8, 1700), run(9, 1800)])
        story.delivery(3, 1201, 1200)
        self.assertEqual(story.texts(r10_agreement), [])

    def test_an_open_run_that_the_history_limit_spared(self):
        story = Story()
        told = {"history_limit": 2, "execution_count": 9, "last_number": 9, "active": [f"{UID}-1"]}
        story.create(**told)
        story.final(5000, [job(**told)], [run(1, 1000, state="RETRY_SCHEDULED", end=None), run(8, 1700), run(9, 1800)])
        self.assertEqual(story.texts(r10_agreement), [])

    def test_counts(self):
        runs = [
            run(1, 1000, state="FAILED", attempts=[{"attempt": n, "token": n, "code": "TIMEOUT"} for n in (1, 2, 3)]),
            stretch(2, 1100, 1400, 4),
            stretch(3, 1500, 1600, 2, state="MISSED", trigger="CATCHUP"),
            run(4, 1650, trigger="MANUAL", state="CANCELLED", attempts=[]),
            run(5, 1700, attempts=[{"attempt": 1, "token": 1, "code": "WORKER_LOST"}, {"attempt": 2, "token": 2, "code": ""}]),
        ]
        for record in runs:
            record["attempt_count"] = len(record["attempts"])
        stats = {"completed": 1, "failed": 1, "cancelled": 1, "skipped": 4, "missed": 2, "retried": 2}
        told = {"execution_count": 2, "last_number": 5, "stats": stats}
        self.assertEqual(self.story(runs, **told).texts(r10_agreement), [])
        self.breaks(self.story(runs, **(told | {"execution_count": 3})), "execution_count is 3, its records give 2")
        self.breaks(self.story(runs, **(told | {"stats": stats | {"skipped": 5}})), "skipped is 5")
        self.breaks(self.story(runs, **(told | {"stats": stats | {"retried": 3}})), "retried is 3")

    def test_active_runs(self):
        story = simple(active=[f"{UID}-3"])
        self.breaks(story, "active runs are")

    def test_the_last_run(self):
        self.breaks(simple(last_number=2), "last run is number 2")

    def test_a_job_listed_twice(self):
        story = simple()
        story.evidence.last.listed.append("job")
        self.breaks(story, "more than once")

    def test_a_job_listed_twice_under_load(self):
        story = simple()
        story.listing(1000, 1010, job(), job())
        self.breaks(story, "more than once")

    def test_a_tag_that_was_created_again_may_be_listed_twice(self):
        story = simple()
        story.listing(1000, 1010, job(), job(uid="0000000000201"))
        self.assertEqual(story.texts(r10_agreement), [])

    def test_a_run_listed_twice(self):
        story = simple()
        records = story.evidence.last.runs[UID]
        records.insert(1, records[1])
        self.assertIn("the pages of ListRuns are not descending by number", story.texts(r10_agreement))

    def test_dispatched_without_record(self):
        story = simple()
        story.delivery(4, 1301, 1300)
        self.breaks(story, "has no record")

    def test_dispatched_for_another_time(self):
        story = simple()
        story.delivery(3, 1301, 1300)
        self.breaks(story, "says otherwise")

    def test_dispatched_by_another_trigger(self):
        story = simple()
        story.delivery(3, 1201, 1200, trigger="CATCHUP")
        self.breaks(story, "CATCHUP")

    def test_timers(self):
        for following, broken in ((1300, 0), (1400, 1)):
            story = simple()
            story.probe(1250, job(next=following))
            self.assertEqual(len(story.texts(r10_agreement)), broken)

    def test_a_timer_that_jitter_puts_off(self):
        for following, broken in ((1300, 0), (1340, 0), (1350, 1), (1400, 1)):
            story = Story()
            told = {"jitter": 40, "execution_count": 3, "last_number": 3, "stats": STATS | {"completed": 3}}
            story.create(jitter=40)
            story.final(2000, [job(state="PAUSED", **told)], [run(n, 900 + 100 * n) for n in (1, 2, 3)])
            story.probe(1250, job(next=following, jitter=40))
            self.assertEqual(len(story.texts(r10_agreement)), broken, following)

    def test_timers_beyond_skipped_times(self):
        for following, skipped, broken in ((1400, [1300], 0), (1500, [1300, 1400], 0), (1500, [1300], 1), (1300, [1400], 0)):
            story = simple()
            story.probe(1250, job(next=following, skipped=skipped))
            self.assertEqual(len(story.texts(r10_agreement)), broken, (following, skipped))

    def test_a_timer_beyond_what_was_recorded_as_skipped(self):
        told = {"state": "PAUSED", "execution_count": 1, "last_number": 2, "stats": STATS | {"completed": 1, "skipped": 1}}
        story = self.story([run(1, 1000), stretch(2, 1100, 1100, 1, reason="REQUESTED")], **told)
        story.probe(1050, job(next=1200, skipped=[1100]))
        story.probe(1150, job(next=1200))
        self.assertEqual(story.texts(r10_agreement), [])

    def test_a_next_time_that_is_skipped(self):
        story = simple()
        story.call("get", 1205, 1206, job(next=1300, skipped=[1300]))
        self.breaks(story, "which is skipped")

    def test_runs_of_a_backfill_do_not_count(self):
        told = {"execution_count": 1, "last_number": 2, "stats": STATS | {"completed": 2}}
        runs = [run(1, 1000), run(2, 800, trigger="BACKFILL", create=1050)]
        self.assertEqual(self.story(runs, **told).texts(r10_agreement), [])
        self.breaks(self.story(runs, **(told | {"execution_count": 2})), "execution_count is 2")

    def test_a_next_time_at_which_it_is_not_due(self):
        story = simple()
        story.call("get", 1205, 1206, job(next=1301))
        self.breaks(story, "is not due then")

    def test_a_next_time_of_another_definition_in_a_listing(self):
        story = simple()
        story.listing(1205, 1206, job(next=1300))
        self.assertEqual(story.texts(r10_agreement), [])
        story.listing(1207, 1208, job(next=1330))
        self.breaks(story, "is not due then")

    def jittered(self, due):
        told = {"jitter": 40, "state": "PAUSED", "execution_count": 1, "last_number": 1, "stats": STATS | {"completed": 1}}
        story = self.story([run(1, 1000, due=due)], **told)
        story.call("get", 900, 901, job(next=1017, jitter=40))
        return story

    def test_a_record_is_due_when_its_job_said(self):
        self.assertEqual(self.jittered(1017).texts(r10_agreement), [])
        self.breaks(self.jittered(1018), "was due at 1017, and then at 1018")

    def test_two_answers_say_the_same(self):
        story = self.jittered(1017)
        story.call("get", 950, 951, job(next=1017, jitter=40))
        story.call("get", 960, 961, job(next=1030, jitter=70, generation=2))
        self.assertEqual(story.texts(r10_agreement), [])
        story.call("get", 970, 971, job(next=1020, jitter=40))
        self.breaks(story, "was due at 1017, and then at 1020")

    def test_a_timer_inside_a_stretch_that_was_open(self):
        told = {"state": "PAUSED", "execution_count": 1, "last_number": 2, "stats": STATS | {"completed": 1, "skipped": 5}}
        story = self.story([run(1, 1000, end=1550), stretch(2, 1100, 1500, 5)], **told)
        story.probe(1250, job(next=1300))
        self.assertEqual(story.texts(r10_agreement), [])


if __name__ == "__main__":
    unittest.main()
