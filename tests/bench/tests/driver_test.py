"""Tests of the driver's decisions: what counts as held, how the highest rate is found, which rows are shown, when a
peer of schedules is one."""

import argparse
import contextlib
import io
import json
import pathlib
import tempfile
import unittest

from driver import keeps_up, main, schedules


def stretch(completed=1000, early=1.0, late=1.0):
    return {"due": 1000, "completed": completed, "first_quarter_p50_ms": early, "last_quarter_p50_ms": late}


class KeptUpTest(unittest.TestCase):
    def test_all_that_was_due_must_be_completed(self):
        self.assertTrue(keeps_up.kept_up(stretch(completed=995)))
        self.assertFalse(keeps_up.kept_up(stretch(completed=994)))

    def test_lateness_must_not_grow(self):
        self.assertTrue(keeps_up.kept_up(stretch(early=1.0, late=6.9)))
        self.assertFalse(keeps_up.kept_up(stretch(early=1.0, late=7.1)))
        self.assertFalse(keeps_up.kept_up(stretch(early=400, late=900)))

    def test_a_stretch_without_arrivals_is_not_held(self):
        self.assertFalse(keeps_up.kept_up(stretch(completed=0, early=None, late=None)))


class HighestTest(unittest.TestCase):
    def search(self, probed_up_to, held_up_to, rates=(100, 200, 300, 400)):
        asked = []

        def probe(rate):
            asked.append(rate)
            return stretch(completed=1000 if rate <= probed_up_to else 0)

        def hold(rate):
            return stretch(completed=1000 if rate <= held_up_to else 0)

        result, rate = keeps_up.highest(rates, probe, hold)
        return rate, result is not None, asked

    def test_stops_at_the_first_rate_that_is_not_held(self):
        self.assertEqual(self.search(200, 999), (200, True, [100, 200, 300]))

    def test_goes_through_all_rates_that_are_held(self):
        self.assertEqual(self.search(999, 999), (400, True, [100, 200, 300, 400]))

    def test_steps_down_until_the_whole_stretch_is_held(self):
        rate, found, _ = self.search(300, 250)
        self.assertTrue(found)
        self.assertEqual(rate, 243)

    def test_gives_up_in_the_end(self):
        self.assertEqual(self.search(300, 10)[:2], (0, False))
        self.assertEqual(self.search(50, 999)[:2], (0, False))


class SelectTest(unittest.TestCase):
    def select(self, rows=None, large=False):
        groups, wanted = main.select(argparse.Namespace(rows=rows, large=large))
        return [names for _, names in groups], wanted

    def test_all_rows_without_a_choice(self):
        groups, wanted = self.select()
        self.assertEqual([name for names in groups for name in names], wanted)
        self.assertEqual(len(wanted), 26)
        self.assertNotIn("bytes_per_job_10m", wanted)

    def test_large_rows_on_request(self):
        _, wanted = self.select(large=True)
        self.assertEqual(wanted[-2:], ["bytes_per_job_10m", "growth_10m_to_10k"])

    def test_only_the_groups_of_the_chosen_rows(self):
        groups, wanted = self.select(rows="cpu_us_per_fire,burst_20k_last_ms")
        self.assertEqual(len(groups), 2)
        self.assertEqual(wanted, ["cpu_us_per_fire", "burst_20k_last_ms"])

    def test_unknown_rows_are_refused(self):
        with self.assertRaises(SystemExit):
            self.select(rows="cpu_us_per_fire,nonsense")


class MeasureAllTest(unittest.TestCase):
    def test_a_group_that_fails_leaves_the_rows_before_it(self):
        def good(_):
            return [main.rows.row(name, 1, 2, None, "ms") for name in ("a", "b", "c")]

        def bad(_):
            self.assertEqual([json.loads(line)["row"] for line in out.read_text().splitlines()], ["a", "c"])
            raise RuntimeError("the load failed")

        table = io.StringIO()
        with tempfile.TemporaryDirectory() as directory:
            out = pathlib.Path(directory) / "rows.jsonl"
            with open(out, "w", encoding="ascii") as file, contextlib.redirect_stdout(table), contextlib.redirect_stderr(io.StringIO()):
                with self.assertRaises(RuntimeError):
                    main.measure_all([(good, ["a", "b", "c"]), (bad, ["d"])], ["a", "c", "d"], None, file)
        self.assertEqual([line.split()[0] for line in table.getvalue().splitlines()], ["row", "a", "c"])


class PeerOfSchedulesTest(unittest.TestCase):
    def case(self, pattern="0 9 * * *", times=10, total=7, nanos=100.0):
        return {"pattern": pattern, "times": times, "sum": total, "ns": nanos}

    def peer(self, ours, theirs):
        with contextlib.redirect_stderr(io.StringIO()) as told:
            return schedules.peer_ns("peer", ours, theirs), told.getvalue()

    def test_every_schedule_counts_the_same(self):
        ours = [self.case(), self.case(times=5000), self.case()]
        theirs = [self.case(nanos=1000.0), self.case(times=5000, nanos=9000.0), self.case(nanos=4000.0)]
        figure, told = self.peer(ours, theirs)
        self.assertEqual(figure, 4000.0)
        self.assertIn("40 times as long as ours, 10 times for the schedule where it is closest", told)

    def test_one_that_finds_other_times_is_no_peer(self):
        for theirs in (self.case(total=8), self.case(times=9)):
            figure, told = self.peer([self.case("* * * * *"), self.case()], [self.case("* * * * *"), theirs])
            self.assertIsNone(figure)
            self.assertIn("other times: 0 9 * * *", told)

    def test_nor_one_that_went_through_another_list(self):
        self.assertIsNone(self.peer([self.case()], [])[0])
        self.assertIsNone(self.peer([self.case()], [self.case("0 8 * * *")])[0])

    def test_nor_one_that_is_not_there(self):
        self.assertEqual(self.peer([self.case()], None), (None, ""))


class FigureTest(unittest.TestCase):
    def test_three_digits_and_thousands(self):
        self.assertEqual([main.figure(value) for value in (None, 0.1234, 12.34, 123456.7)], ["-", "0.123", "12.3", "123,457"])


if __name__ == "__main__":
    unittest.main()
