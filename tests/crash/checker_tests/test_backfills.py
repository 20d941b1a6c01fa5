import unittest

from checker import backfills
from checker_tests.story import Story, job, run

# Of the job, which is due every 100 ms: 500, 600, 700 and 800, before its start.
PAST = (450, 900)


def backfilled(number, time, at, **changes):
    return run(number, time, trigger="BACKFILL", **({"due": at, "create": at, "start": at, "end": at + 5} | changes))


def told(created, total=4, begin=PAST[0], end=PAST[1], first=500):
    last = first + 100 * (created - 1) if created else None
    return {"start": begin, "end": end, "total": total, "created": created, "last": last}


class Backfills(unittest.TestCase):
    def setUp(self):
        self.story = Story()
        self.story.create()

    def backfill(self, begin=1010, end=1020, span=PAST, limit=None, created=1, total=4, **more):
        first = -(-span[0] // 100) * 100
        answer = job(backfill=told(created, total, *span, first)) | {"occurrences": total}
        args = {"start": span[0], "end": span[1], "limit": limit}
        return self.story.call("backfill", begin, end, answer | more.pop("answer", {}), args=args, **more)

    def lost(self, begin=1010, span=PAST, limit=None):
        return self.story.lost("backfill", begin, args={"start": span[0], "end": span[1], "limit": limit})

    def cancel(self, begin, end, **answer):
        return self.story.call("backfill", begin, end, job() | {"occurrences": 0} | answer, args={"cancel": True})

    def texts(self, *runs, **changes):
        jobs = [job(**({"state": "PAUSED"} | changes))] if changes.pop("stands", True) else []
        self.story.final(5000, jobs, list(runs))
        return self.story.texts(backfills)

    def holds(self, *runs, **changes):
        self.assertEqual(self.texts(*runs, **changes), [])

    def breaks(self, text, *runs, **changes):
        texts = self.texts(*runs, **changes)
        self.assertTrue(len(texts) == 1 and text in texts[0], texts)


def runs_of(*times, first=1, at=1015):
    return [backfilled(first + place, time, at + 10 * place) for place, time in enumerate(times)]


class Records(Backfills):
    def test_all_of_a_range(self):
        self.backfill()
        self.holds(*runs_of(500, 600, 700, 800))

    def test_beside_the_schedule(self):
        self.backfill()
        first, *others = runs_of(500, 600, 700, 800, first=2)
        self.holds(run(1, 1000), first, *[other | {"number": n} for n, other in enumerate(others, 3)], run(6, 1100))

    def test_not_all_of_it(self):
        self.backfill()
        self.breaks("has not created all", *runs_of(500, 600, 700))

    def test_none_of_it(self):
        self.backfill(created=0)
        self.breaks("has not created all")

    def test_one_left_out(self):
        self.backfill()
        self.breaks("not the next", *runs_of(500, 700, 800))

    def test_one_twice(self):
        self.backfill()
        self.breaks("not the next", *runs_of(500, 600, 600, 700, 800))

    def test_out_of_order(self):
        self.backfill()
        self.breaks("not the next", *runs_of(500, 700, 600, 800))

    def test_all_twice(self):
        self.backfill()
        self.breaks("not the next", *runs_of(500, 600, 700, 800, 500, 600, 700, 800))

    def test_repeated_under_one_request_id(self):
        self.backfill(tries=3, last_invoke=1018)
        self.breaks("not the next", *runs_of(500, 600, 700, 800, 500, 600, 700, 800))

    def test_a_range_twice(self):
        self.backfill()
        self.backfill(1100, 1110)
        self.holds(*runs_of(500, 600, 700, 800), *runs_of(500, 600, 700, 800, first=5, at=1105))

    def test_two_at_a_time(self):
        self.backfill()
        self.backfill(1022, 1030, (600, 700), total=1)
        broken = [*runs_of(500, 600), backfilled(3, 600, 1035), *runs_of(700, 800, first=4, at=1050)]
        self.breaks("not the next", *broken)

    def test_the_next_begins_when_the_last_run_has_ended(self):
        self.backfill(limit=2, created=2)
        self.backfill(1060, 1110, (600, 700), total=1, limit=5)
        runs = runs_of(500, 600, 700, 800)
        runs[3]["end"] = 1500
        self.breaks("not the next", *runs, backfilled(5, 600, 1105))

    def test_out_of_its_range(self):
        self.backfill(limit=3, created=1)
        self.breaks("nobody asked for", *runs_of(500, 600, 700, 800, 900))

    def test_no_occurrence(self):
        self.backfill()
        self.breaks("nobody asked for", *runs_of(510, 600, 700, 800))

    def test_that_nobody_asked_for(self):
        self.breaks("nobody asked for", *runs_of(500))

    def test_before_it_was_asked_for(self):
        self.lost(2000)
        self.breaks("nobody asked for", *runs_of(500))

    def test_excluded_times(self):
        self.setUp()
        story = self.story = Story()
        story.create(exclude=[600])
        self.backfill(total=3, answer={"exclude": [600]})
        self.holds(*runs_of(500, 700, 800), exclude=[600])

    def test_a_rule_has_nothing_before_its_start(self):
        rule = {"interval": 0, "rule": "FREQ=SECONDLY", "start": 3000}
        self.story = Story()
        self.story.create(**rule)
        shown = {"start": 1000, "end": 6000, "total": 3, "created": 1, "last": 3000}
        self.backfill(7000, 7010, (1000, 6000), total=3, answer=rule | {"backfill": shown})
        self.holds(*runs_of(3000, 4000, 5000, at=7005), **rule)

    def test_a_cron_pattern_has(self):
        cron = {"interval": 0, "cron": "*/2 * * * * *", "start": 9000}
        self.story = Story()
        self.story.create(**cron)
        shown = {"start": 2000, "end": 6000, "total": 2, "created": 1, "last": 2000}
        self.backfill(9500, 9510, (2000, 6000), total=2, answer=cron | {"backfill": shown})
        self.holds(*runs_of(2000, 4000, at=9505), **cron)

    def test_dropped_records_tell_nothing_of_the_order(self):
        self.backfill()
        self.holds(*runs_of(700, 800, first=8))


class Beside(Backfills):
    """How many runs of the job may be active."""

    def parallel(self, limit, count, **other):
        self.backfill(limit=limit, created=limit or 1)
        runs = [backfilled(n, 400 + 100 * n, 1015, end=1050) for n in range(1, count + 1)]
        return [*runs, *runs_of(*range(500 + 100 * count, 900, 100), first=count + 1, at=1050)]

    def test_one_by_one(self):
        self.holds(*self.parallel(None, 1))
        self.setUp()
        self.breaks("beside 1 active", *self.parallel(None, 2))

    def test_up_to_its_limit(self):
        self.holds(*self.parallel(3, 3))
        self.setUp()
        self.breaks("beside 3 active", *self.parallel(3, 4))

    def test_a_run_of_the_schedule_counts(self):
        self.backfill(created=0)
        self.breaks("beside 1 active", run(1, 1000, end=1020), *runs_of(500, 600, 700, 800, first=2))

    def test_what_is_skipped_does_not(self):
        self.backfill()
        stretch = run(1, 1000, state="SKIPPED", end=None)
        self.holds(stretch, *runs_of(500, 600, 700, 800, first=2))


class Ended(Backfills):
    def test_by_a_cancel(self):
        self.backfill()
        self.cancel(1030, 1040)
        self.holds(*runs_of(500, 600))

    def test_by_a_cancel_without_answer(self):
        self.backfill()
        self.story.lost("backfill", 1030, args={"cancel": True})
        self.holds(*runs_of(500, 600))

    def test_by_no_cancel_before_it(self):
        self.cancel(1002, 1005)
        self.backfill()
        self.breaks("has not created all", *runs_of(500, 600))

    def test_and_another_after_it(self):
        self.backfill()
        self.cancel(1030, 1040)
        self.backfill(1050, 1060)
        self.holds(*runs_of(500, 600), *runs_of(500, 600, 700, 800, first=3, at=1055))

    def test_by_a_delete(self):
        self.backfill()
        self.holds(*runs_of(500, 600), stands=False)

    def test_less_than_it_answered(self):
        self.backfill(limit=3, created=3)
        self.breaks("has not created all", *runs_of(500, 600), stands=False)

    def test_by_an_update_of_the_timing(self):
        self.backfill()
        changed = {"generation": 2, "name": "n2", "etag": "e2", "update": 1035}
        self.story.update(1030, 1040, **changed, jitter=5)
        self.holds(*runs_of(500, 600), jitter=5, **changed)

    def test_gone_on_after_an_update_of_the_timing(self):
        self.backfill()
        changed = {"generation": 2, "name": "n2", "etag": "e2", "update": 1035, "jitter": 5}
        self.story.update(1030, 1040, **changed)
        last = [dict(r, generation=2) for r in runs_of(700, 800, first=3, at=1040)]
        self.breaks("not the next", *runs_of(500, 600), *last, **changed)

    def test_by_no_other_update(self):
        self.backfill()
        changed = {"generation": 2, "name": "n2", "etag": "e2", "update": 1035, "executions": 7}
        self.story.update(1030, 1040, **changed)
        last = [dict(r, generation=2) for r in runs_of(700, 800, first=3, at=1040)]
        self.holds(*runs_of(500, 600), *last, **changed)
        self.setUp()
        self.backfill()
        self.story.update(1030, 1040, **changed)
        self.breaks("has not created all", *runs_of(500, 600), **changed)

    def test_a_lost_answer(self):
        self.lost()
        self.holds()
        self.setUp()
        self.lost()
        self.holds(*runs_of(500, 600, 700, 800))

    def test_a_lost_answer_of_one_that_was_begun(self):
        self.lost()
        self.breaks("has not created all", *runs_of(500, 600))


class UnderWay(Backfills):
    """At rest a backfill may wait behind what a pause holds."""

    def waiting(self, number):
        return run(number, 1000, create=1025, state="SCHEDULED", end=None)

    def test_behind_a_held_run(self):
        self.backfill()
        self.holds(*runs_of(500, 600), self.waiting(3), backfill=told(2))

    def test_behind_nothing(self):
        self.backfill()
        self.breaks("has not created all", *runs_of(500, 600), backfill=told(2))

    def test_behind_fewer_than_its_limit(self):
        self.backfill(limit=2)
        self.breaks("has not created all", *runs_of(500, 600), self.waiting(3), backfill=told(2))

    def test_another_number_than_its_runs(self):
        self.backfill()
        self.breaks("has not created all", *runs_of(500, 600), self.waiting(3), backfill=told(3))

    def test_that_is_over_and_still_shown(self):
        self.backfill()
        self.breaks("has not created all", *runs_of(500, 600, 700, 800), backfill=told(4))


class Told(Backfills):
    def get(self, **backfill):
        self.story.call("get", 1030, 1031, job(backfill=told(2) | backfill))

    def test_how_far_it_is(self):
        self.backfill()
        self.get()
        self.holds(*runs_of(500, 600, 700, 800))

    def test_a_wrong_total(self):
        self.backfill()
        self.get(total=5)
        self.breaks("has 4 occurrences", *runs_of(500, 600, 700, 800))

    def test_a_wrong_last_time(self):
        self.backfill()
        self.get(last=700)
        self.breaks("number 2 is at 600", *runs_of(500, 600, 700, 800))

    def test_more_than_all(self):
        self.backfill()
        self.get(created=5, last=900)
        self.breaks("has 4 occurrences", *runs_of(500, 600, 700, 800))

    def test_that_nobody_asked_for(self):
        self.get()
        self.breaks("nobody asked for")

    def test_its_own_answer(self):
        self.backfill(answer={"occurrences": 5})
        self.breaks("of 4 occurrences has 5", *runs_of(500, 600, 700, 800))

    def test_an_answer_without_it(self):
        self.backfill(answer={"backfill": None})
        self.breaks("of 4 occurrences has 4", *runs_of(500, 600, 700, 800))

    def test_a_cancelled_one(self):
        self.backfill()
        self.cancel(1030, 1040, backfill=told(2))
        self.breaks("goes on", *runs_of(500, 600))


if __name__ == "__main__":
    unittest.main()
