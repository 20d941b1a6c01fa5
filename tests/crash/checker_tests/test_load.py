import json
import pathlib
import tempfile
import unittest

from checker.load import load
from checker.records import INFINITY
from checker_tests.story import job, run, token


class Load(unittest.TestCase):
    def load(self, **files):
        with tempfile.TemporaryDirectory() as folder:
            for name, lines in files.items():
                text = "".join(json.dumps(line) + "\n" for line in lines)
                (pathlib.Path(folder) / f"{name.replace('_', '-')}.jsonl").write_text(text)
            return load(folder)

    def test_calls_and_lives(self):
        call = {"t": "call", "id": 7, "kind": "pause", "key": "job", "args": {}, "tries": [[5, 6], [8, 9]], "outcome": "unknown"}
        evidence = self.load(
            history=[
                {"t": "began", "at": 1},
                {"t": "ready", "at": 2, "epoch": 4},
                call,
                call | {"id": 8, "outcome": "ok", "result": job()},
                {"t": "ended", "at": 10},
                {"t": "began", "at": 11},
                {"t": "broken", "at": 12, "why": "it ended"},
            ]
        )
        self.assertEqual([(c.id, c.invoke, c.ret, c.last_invoke) for c in evidence.calls], [(7, 5, INFINITY, 8), (8, 5, 9, 8)])
        self.assertEqual([(s.ready, s.epoch, s.ended) for s in evidence.starts], [(2, 4, 10), (None, None, INFINITY)])
        self.assertEqual(len(evidence.broken_starts), 1)

    def test_requests_and_answers(self):
        deliver = {"t": "deliver", "at": 5, "request": 1, "run": "u-1", "attempt": 1, "token": token(1, 1), "sched": 0, "job": "j"}
        evidence = self.load(
            http_sink=[
                deliver,
                deliver | {"request": 2, "at": 6},
                {"t": "answer", "at": 9, "request": 1, "how": "reset"},
                {"t": "stall", "at": 300, "us": 200},
            ]
        )
        self.assertEqual([(d.answer, d.answered) for d in evidence.deliveries], [("reset", 9), ("", INFINITY)])
        self.assertEqual(evidence.stalled(0, 150), 50)

    def worker(self, *lines):
        deliver = {"t": "deliver", "at": 5, "stream": 1, "run": "u-1", "attempt": 1, "token": 3, "sched": 0, "job": "j"}
        return self.load(worker=[deliver, *lines])

    def result(self, sequence, at=7, kind="ok", token=3):
        return {"t": "result", "at": at, "stream": 1, "sequence": sequence, "run": "u-1", "token": token, "kind": kind}

    def test_a_result_is_taken_when_acknowledged(self):
        delivery = self.worker(self.result(1), {"t": "acks", "at": 9, "stream": 1, "through": 1, "refused": []}).deliveries[0]
        self.assertEqual((delivery.accepted, delivery.accepted_kind, delivery.accepted_sent), (1, "ok", 7))

    def test_a_result_is_not_taken_without_an_acknowledgement(self):
        self.assertEqual(self.worker(self.result(1)).deliveries[0].accepted, 0)

    def test_of_two_results_one_is_refused(self):
        acks = {"t": "acks", "at": 9, "stream": 1, "through": 2, "refused": [["u-1", 3, "UNKNOWN_RUN"]]}
        delivery = self.worker(self.result(1), self.result(2, at=8), acks).deliveries[0]
        self.assertEqual((delivery.results, delivery.accepted, delivery.refused), (2, 1, "UNKNOWN_RUN"))

    def test_a_run_that_was_given_back_is_not_completed_by_a_late_result(self):
        acks = {"t": "acks", "at": 9, "stream": 1, "through": 2, "refused": [["u-1", 3, "STALE_TOKEN"]]}
        delivery = self.worker(self.result(1, kind="released"), self.result(2, at=8), acks).deliveries[0]
        self.assertEqual((delivery.accepted, delivery.accepted_kind, delivery.refused), (1, "released", "STALE_TOKEN"))

    def test_a_refusal_is_of_the_result_rather_than_of_the_word_that_it_stopped(self):
        acks = {"t": "acks", "at": 9, "stream": 1, "through": 2, "refused": [["u-1", 3, "UNKNOWN_RUN"]]}
        delivery = self.worker(self.result(1, kind="cancelled"), self.result(2, at=8), acks).deliveries[0]
        self.assertEqual((delivery.accepted, delivery.accepted_kind), (1, "cancelled"))

    def test_a_refusal_may_come_before_the_acknowledgement(self):
        early = {"t": "acks", "at": 8, "stream": 1, "through": 0, "refused": [["u-1", 3, "STALE_TOKEN"]]}
        late = {"t": "acks", "at": 9, "stream": 1, "through": 1, "refused": []}
        delivery = self.worker(self.result(1), early, late).deliveries[0]
        self.assertEqual((delivery.accepted, delivery.refused), (0, "STALE_TOKEN"))

    def test_a_result_taken_for_an_unknown_delivery(self):
        acks = {"t": "acks", "at": 9, "stream": 1, "through": 1, "refused": []}
        evidence = self.worker(self.result(1, token=2), acks)
        self.assertEqual([k["what"] for k in evidence.kept], ["accepted"])

    def test_final_states_in_their_order(self):
        with tempfile.TemporaryDirectory() as folder:
            for number in (10, 2):
                state = {"read_from": number, "read_to": number, "rested": True, "waited_ms": 1, "waiting_for": [], "probes": []}
                state |= {"jobs": [job()], "calendars": [], "runs": {job()["uid"]: [run(1, 1000)]}}
                (pathlib.Path(folder) / f"final-{number}.json").write_text(json.dumps(state))
            self.assertEqual([f.read_from for f in load(folder).finals], [2, 10])

    def test_a_torn_last_line_is_left_out(self):
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "http-sink.jsonl").write_text('{"t":"stall","at":300,"us":200}\n{"t":"st')
            self.assertEqual(len(load(folder).stalls), 1)


if __name__ == "__main__":
    unittest.main()
