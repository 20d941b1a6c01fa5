import unittest

from checker import r1_coverage
from checker_tests.story import Story, job, run, simple, stretch


def story_of(runs, **changes):
    story = Story()
    story.create(**changes)
    story.final(5000, [job(**changes)], runs)
    return story


class Coverage(unittest.TestCase):
    def holds(self, story):
        self.assertEqual(story.texts(r1_coverage), [])

    def breaks(self, story, text):
        texts = story.texts(r1_coverage)
        self.assertTrue(any(text in t for t in texts), texts)

    def test_runs_one_after_another(self):
        self.holds(simple())

    def test_stretches_between_runs(self):
        runs = [run(1, 1000), stretch(2, 1100, 1400, 4), run(3, 1500), stretch(4, 1600, 1900, 4, state="MISSED")]
        self.holds(story_of(runs))

    def test_manual_runs_are_not_of_the_schedule(self):
        self.holds(story_of([run(1, 1000), run(2, 1042, trigger="MANUAL"), run(3, 1100)]))

    def test_a_gap(self):
        self.breaks(story_of([run(1, 1000), run(2, 1200)]), "covered by no record")

    def test_a_gap_before_the_first(self):
        self.breaks(story_of([run(1, 1100)]), "covered by no record")

    def test_what_the_history_limit_dropped_is_no_gap(self):
        self.holds(story_of([run(7, 1600), run(8, 1700)]))

    def test_an_open_run_among_what_the_history_limit_dropped(self):
        waiting = run(2, 1100, state="RETRY_SCHEDULED", end=None)
        self.holds(story_of([waiting, run(7, 1600), run(8, 1700)]))
        self.breaks(story_of([waiting, run(7, 1600), run(8, 1800)]), "covered by no record")

    def test_an_open_first_run_among_what_the_history_limit_dropped(self):
        waiting = run(1, 1000, state="RETRY_SCHEDULED", end=None)
        self.holds(story_of([waiting, run(7, 1600), run(8, 1700)]))

    def test_covered_twice(self):
        self.breaks(story_of([run(1, 1000), run(2, 1000)]), "covered twice")

    def test_a_run_inside_a_stretch(self):
        self.breaks(story_of([stretch(1, 1000, 1300, 4), run(2, 1200)]), "covered twice")

    def test_a_wrong_count(self):
        self.breaks(story_of([stretch(1, 1000, 1300, 5)]), "counts 5")

    def test_a_time_that_is_not_due(self):
        self.breaks(story_of([run(1, 1007)]), "not due")

    def test_past_the_end(self):
        self.breaks(story_of([run(1, 1000), run(2, 1100)], end=1100), "not due")

    def test_given_times(self):
        times = {"interval": 0, "times": [1000, 1003, 1500]}
        self.holds(story_of([run(1, 1000), run(2, 1003), run(3, 1500)], **times))
        self.breaks(story_of([run(1, 1000), run(2, 1500)], **times), "covered by no record")

    def test_a_cron_pattern(self):
        cron = {"interval": 0, "cron": "*/2 * * * * *"}
        self.holds(story_of([run(1, 2000), run(2, 4000), stretch(3, 6000, 10_000, 3)], **cron))
        self.breaks(story_of([run(1, 2000), run(2, 6000)], **cron), "covered by no record")
        self.breaks(story_of([run(1, 2000), run(2, 3000)], **cron), "not due")
        self.breaks(story_of([stretch(1, 2000, 10_000, 9)], **cron), "counts 9")

    def test_a_cron_pattern_in_a_zone(self):
        hour = 3_600_000
        cron = {"interval": 0, "cron": "0 30 * * * *"}
        self.holds(story_of([run(1, hour), run(2, 2 * hour)], **cron, zone="Asia/Kolkata"))
        self.breaks(story_of([run(1, hour // 2)], **cron, zone="Asia/Kolkata"), "not due")

    def test_a_rule(self):
        rule = {"interval": 0, "rule": "RRULE:FREQ=SECONDLY;INTERVAL=3;COUNT=3\nRDATE:19700101T000002Z", "start": 1000}
        self.holds(story_of([run(1, 1000), run(2, 2000), run(3, 4000), run(4, 7000)], **rule))
        self.breaks(story_of([run(1, 1000), run(2, 4000)], **rule), "covered by no record")
        self.breaks(story_of([run(1, 1000), run(2, 2000), run(3, 4000), run(4, 7000), run(5, 10_000)], **rule), "not due")

    def test_excluded_times(self):
        self.holds(story_of([run(1, 1000), stretch(2, 1200, 1400, 2), run(3, 1500)], exclude=[1100, 1300]))
        self.breaks(story_of([run(1, 1000), run(2, 1100)], exclude=[1100]), "not due")
        self.breaks(story_of([run(1, 1000), stretch(2, 1200, 1400, 3)], exclude=[1100, 1300]), "counts 3")
        self.breaks(story_of([run(1, 1000), run(2, 1300)], exclude=[1100]), "covered by no record")


class Exhausted(unittest.TestCase):
    def texts(self, runs, reason="SCHEDULE_EXHAUSTED", **changes):
        return story_of(runs, **({"state": "COMPLETED", "state_reason": reason} | changes)).texts(r1_coverage)

    def test_no_time_is_left(self):
        rule = {"interval": 0, "rule": "FREQ=SECONDLY;COUNT=2"}
        self.assertEqual(self.texts([run(1, 1000), run(2, 2000)], **rule), [])
        self.assertEqual(self.texts([run(1, 1000), run(2, 1100)], "END_TIME", end=1200), [])
        self.assertEqual(self.texts([run(1, 1000)], "END_TIME", end=1200, exclude=[1100]), [])

    def test_times_are_left(self):
        rule = {"interval": 0, "rule": "FREQ=SECONDLY;COUNT=3"}
        self.assertEqual(len(self.texts([run(1, 1000), run(2, 2000)], **rule)), 1)
        self.assertEqual(len(self.texts([run(1, 1000)], "END_TIME", end=1101)), 1)
        self.assertEqual(len(self.texts([], interval=0, times=[1000])), 1)

    def test_records_beyond_the_history_limit_tell_nothing(self):
        manual = [run(number, 5000 + number, trigger="MANUAL") for number in (4, 5, 6)]
        self.assertEqual(self.texts(manual, "END_TIME", end=1101, history_limit=3, last_number=6), [])
        open_run = [run(1, 1000, end=None, state="RUNNING"), *manual]
        self.assertEqual(self.texts(open_run, "END_TIME", end=1201, history_limit=3, last_number=6), [])


class Jitter(unittest.TestCase):
    def texts(self, sched, due, **changes):
        return story_of([run(1, sched, due=due, create=due, end=due + 5)], **changes).texts(r1_coverage)

    def test_within_its_bound(self):
        for due in (1000, 1017, 1030):
            self.assertEqual(self.texts(1000, due, jitter=30), [])

    def test_beyond_its_bound(self):
        self.assertEqual(len(self.texts(1000, 1031, jitter=30)), 1)
        self.assertEqual(len(self.texts(1000, 999, jitter=30)), 1)
        self.assertEqual(len(self.texts(1000, 1001)), 1)

    def test_before_the_next_time(self):
        self.assertEqual(self.texts(1000, 1099, jitter=500), [])
        self.assertEqual(len(self.texts(1000, 1100, jitter=500)), 1)
        self.assertEqual(self.texts(1000, 1199, jitter=500, exclude=[1100]), [])

    def test_the_chain_goes_by_the_times_it_moves(self):
        runs = [run(1, 1000, due=1080, create=1080), run(2, 1100, due=1101, create=1101)]
        self.assertEqual(story_of(runs, jitter=90).texts(r1_coverage), [])

    def test_of_a_fixed_delay(self):
        fixed = {"mode": "FIXED_DELAY", "jitter": 300}
        self.assertEqual(self.texts(1000, 1300, **fixed), [])
        self.assertEqual(len(self.texts(1000, 1301, **fixed)), 1)


class Updates(unittest.TestCase):
    """An update of the timing begins anew at its commit."""

    def story(self, runs, **second):
        story = Story()
        story.create()
        changed = {"generation": 2, "name": "n2", "etag": "e2", "update": 1250} | second
        story.update(1240, 1260, **changed)
        story.final(5000, [job(**changed)], runs)
        return story.texts(r1_coverage)

    def test_begins_after_the_commit(self):
        runs = [run(1, 1000), run(2, 1100), run(3, 1260, generation=2), run(4, 1290, generation=2)]
        self.assertEqual(self.story(runs, interval=30, start=1200), [])  # 1230 lies before the commit

    def test_what_was_undecided_at_the_commit_is_gone(self):
        runs = [run(1, 1000), run(2, 1260, generation=2)]
        self.assertEqual(self.story(runs, interval=65), [])

    def test_skips_the_first_after_the_commit(self):
        runs = [run(1, 1000), run(2, 1290, generation=2)]
        self.assertEqual(len(self.story(runs, interval=30, start=1200)), 1)

    def test_to_another_kind(self):
        runs = [run(1, 1000), run(2, 1100), run(3, 2000, generation=2), run(4, 3000, generation=2)]
        self.assertEqual(self.story(runs, interval=0, cron="* * * * * *"), [])
        self.assertEqual(len(self.story([*runs[:2], run(3, 3000, generation=2)], interval=0, cron="* * * * * *")), 1)

    def test_of_what_goes_with_the_timing(self):
        runs = [run(1, 1000), run(2, 1300, generation=2)]  # 1100 and 1200 were undecided at the commit
        self.assertEqual(len(self.story(runs)), 1)
        for change in ({"jitter": 5}, {"exclude": [1150]}, {"end": 9000}):
            self.assertEqual(self.story(runs, **change), [], change)

    def test_before_the_commit(self):
        runs = [run(1, 1000), run(2, 1230, generation=2)]
        self.assertEqual(len(self.story(runs, interval=30, start=1200)), 1)

    def test_of_something_else_begins_nothing_anew(self):
        runs = [run(1, 1000), run(2, 1100), run(3, 1300, generation=2)]
        self.assertEqual(len(self.story(runs)), 1)

    def test_of_the_end_at_a_time_that_is_covered(self):
        times = {"interval": 0, "times": [1000, 1250, 1700], "start": 900}
        story = Story()
        story.create(**times)
        changed = {"generation": 2, "name": "n2", "etag": "e2", "update": 1250, "end": 1800} | times
        story.update(1240, 1260, **changed)
        story.final(5000, [job(**changed)], [run(1, 1000), stretch(2, 1250, 1250, 1), run(3, 1700, generation=2)])
        self.assertEqual(story.texts(r1_coverage), [])

    def new_list(self, runs):
        story = Story()
        story.create(interval=0, times=[1000, 1250], start=900)
        changed = {"generation": 2, "name": "n2", "etag": "e2", "update": 1250, "interval": 0, "start": 900}
        changed["times"] = [1250, 1700]
        story.update(1240, 1260, **changed)
        story.final(5000, [job(**changed)], runs)
        return story.texts(r1_coverage)

    def test_a_new_list_holds_its_commit(self):
        self.assertEqual(self.new_list([run(1, 1000), run(2, 1250, generation=2), run(3, 1700, generation=2)]), [])
        self.assertEqual(len(self.new_list([run(1, 1000), run(2, 1700, generation=2)])), 1)

    def test_a_new_list_covers_no_time_twice(self):
        runs = [run(1, 1000), run(2, 1250), run(3, 1700, generation=2)]
        self.assertEqual(self.new_list(runs), [])
        runs = [run(1, 1000), run(2, 1250), run(3, 1250, generation=2), run(4, 1700, generation=2)]
        self.assertIn("a due time is covered twice, or out of order", self.new_list(runs))

    def test_out_of_completed(self):
        story = Story()
        story.create(executions=1)
        changed = {"generation": 2, "name": "n2", "etag": "e2", "update": 1750, "executions": 5}
        story.update(1740, 1760, **changed)
        story.final(5000, [job(**changed)], [run(1, 1000), run(2, 1800, generation=2)])
        self.assertEqual(story.texts(r1_coverage), [])

    def test_out_of_completed_with_dropped_records(self):
        story = Story()
        story.create(executions=5)
        changed = {"generation": 2, "name": "n2", "etag": "e2", "update": 1750, "executions": 9}
        story.update(1740, 1760, **changed)
        story.final(5000, [job(**changed)], [run(5, 1400), run(6, 1800, generation=2)])
        self.assertEqual(story.texts(r1_coverage), [])

    def test_a_lost_answer_leaves_the_commit_open(self):
        story = Story()
        story.create()
        story.lost("update", 1200, args={"name": "n2"})
        changed = {"generation": 2, "name": "n2", "etag": "e2", "interval": 30}
        story.call("get", 2000, 2001, job(**changed))
        story.final(5000, [job(**changed)], [run(1, 1000), run(2, 1540, generation=2)])
        self.assertEqual(story.texts(r1_coverage), [])


class FixedDelay(unittest.TestCase):
    def story(self, runs):
        story = Story()
        story.create(mode="FIXED_DELAY")
        story.final(5000, [job(mode="FIXED_DELAY")], runs)
        return story

    def test_from_end_to_next(self):
        self.assertEqual(self.story([run(1, 1000, end=1040), run(2, 1140)]).texts(r1_coverage), [])

    def test_too_soon(self):
        story = self.story([run(1, 1000, end=1040), run(2, 1130)])
        self.assertEqual(len(story.texts(r1_coverage)), 1)

    def test_the_end_of_a_stretch_is_none_of_a_run(self):
        runs = [run(1, 1000, end=1040), stretch(2, 1060, 1060, 1, end=1110)]
        self.assertEqual(self.story([*runs, run(3, 1140)]).texts(r1_coverage), [])
        self.assertEqual(len(self.story([*runs, run(3, 1130)]).texts(r1_coverage)), 1)

    def test_at_once_after_a_resume(self):
        story = self.story([run(1, 1000, end=1040), run(2, 1130)])
        story.call("resume", 1120, 1135, job(mode="FIXED_DELAY"))
        self.assertEqual(story.texts(r1_coverage), [])


class Settled(unittest.TestCase):
    def test_a_terminal_record_that_changed(self):
        story = simple()
        story.final(4000, [job()], [run(1, 1000), run(2, 1100, state="FAILED"), run(3, 1200)])
        self.assertEqual(story.texts(r1_coverage), ["a terminal record changed"])

    def test_an_open_run_that_is_for_another_time(self):
        for change in ({"due": 1105}, {"sched": 1105}, {"create": 1105}, {"generation": 2}):
            story = story_of([run(1, 1000), run(2, 1100, state="QUEUED", end=None)], jitter=50)
            story.final(6000, [job()], [run(1, 1000), run(2, 1100) | change])
            self.assertIn("an open record changed what it is for", story.texts(r1_coverage), change)

    def test_an_open_stretch_may_grow(self):
        story = story_of([stretch(1, 1000, 1300, 4, end=None)])
        story.final(6000, [job()], [stretch(1, 1000, 1500, 6)])
        self.assertEqual(story.texts(r1_coverage), [])


if __name__ == "__main__":
    unittest.main()
