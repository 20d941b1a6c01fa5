"""One stream of one worker, from its Hello to its break."""

import heapq
import itertools
import queue
import threading
import time

import grpc
from ductape.jobs.v1 import run_pb2, worker_pb2, worker_pb2_grpc
from google.protobuf import duration_pb2, empty_pb2

from harness.api import channel_to
from harness.workload import PRODUCT

LEASE_SECONDS = 6
HEARTBEAT_SECONDS = 1
WINDOW = 300
BREAK_EVERY_SECONDS = 4.0  # on average, while it is not calm


def behaviour(event_tag, calm, rng):
    """(kind of result, delay in seconds); the kind `none` is not sent at all."""
    if calm:
        return ("ok", 0)
    roll = rng.random()
    if event_tag == "steady":
        return ("ok", 0 if roll < 0.8 else rng.random() * 0.03)
    if roll < 0.60:
        return ("ok", rng.random() * 0.15 if roll < 0.2 else 0)
    if roll < 0.80:
        return (rng.choice(("fail:UNAVAILABLE", "fail:RATE_LIMITED", "fail:VALIDATION", "fail:ODD_CODE")), 0)
    if roll < 0.88:
        return ("released", 0)
    if roll < 0.97:
        return ("twice", rng.random() * 0.02)
    return ("none", 0)


def result_message(run, token, kind):
    result = worker_pb2.Result(run=worker_pb2.RunRef(run_id=run, token=token))
    if kind == "released":
        result.released.CopyFrom(empty_pb2.Empty())
    elif kind == "cancelled":
        result.cancelled.CopyFrom(empty_pb2.Empty())
    elif kind.startswith("fail:"):
        result.failure.CopyFrom(run_pb2.Run.Error(code=kind.removeprefix("fail:"), message="as the workload wants"))
    else:
        result.output = b'{"done":true}'
    return result


class WorkerStream:
    def __init__(self, name, address, shared, rng, before=None):
        self.name = name
        self.shared = shared
        self.rng = rng
        self.channel = channel_to(address)
        self.number = shared.log.next_stream()
        self.session = before.session if before else ""
        self.pending = dict(before.pending) if before else {}  # (run, token) -> event tag: not answered yet
        self.unacknowledged = before.all_unacknowledged() if before else []  # results to send again
        self.tokens = before.tokens if before else {}  # run -> last token, ever
        self.sent = {}  # sequence -> results
        self.sequences = itertools.count(1)
        self.outbox = queue.Queue()
        self.later = []  # heap of (time, tie, run, token, kind)
        self.ties = itertools.count()
        self.lock = threading.Lock()
        self.open = True
        self.call = None

    def all_unacknowledged(self):
        return [r for batch in self.sent.values() for r in batch]

    # ---- the stream

    def held(self):
        """What it says it still has: what it works on, and mostly what it answered without an acknowledgement."""
        unacknowledged = [(r, t) for r, t, _ in self.unacknowledged if self.rng.random() < 0.8]
        return dict.fromkeys([*self.pending, *unacknowledged])

    def requests(self):
        hello = worker_pb2.Hello(
            product=PRODUCT,
            worker=self.name,
            session_id=self.session,
            queues=["steady", "flaky"],
            max_in_flight=WINDOW,
            lease=duration_pb2.Duration(seconds=LEASE_SECONDS),
            in_flight=[worker_pb2.RunRef(run_id=r, token=t) for r, t in self.held()],
        )
        yield worker_pb2.WorkRequest(hello=hello)
        while self.open:
            try:
                yield self.outbox.get(timeout=HEARTBEAT_SECONDS)
            except queue.Empty:
                yield worker_pb2.WorkRequest(heartbeat=worker_pb2.Heartbeat())

    def run(self):
        timer = threading.Thread(target=self.send_later, daemon=True)
        timer.start()
        try:
            self.call = worker_pb2_grpc.WorkerServiceStub(self.channel).Work(self.requests())
            for response in self.call:
                self.take(response)
        except grpc.RpcError:
            pass
        self.open = False
        self.shared.log.add({"t": "closed", "stream": self.number})
        timer.join()
        self.channel.close()

    def take(self, response):
        what = response.WhichOneof("message")
        if what == "welcome":
            self.welcome(response.welcome)
        elif what == "deliveries":
            self.deliver(response.deliveries.deliveries)
        elif what == "acks":
            self.acknowledged(response.acks)
        elif what == "cancels":
            self.cancelled(response.cancels)

    # ---- what the server says

    def welcome(self, welcome):
        self.session = welcome.session_id
        kept = {(r.run_id, r.token) for r in welcome.kept}
        self.shared.log.add(
            {"t": "welcome", "stream": self.number, "session": self.session, "kept": sorted(kept)}, synced=True
        )
        for run, token, kind in self.unacknowledged:
            self.send(run, token, kind)
        for (run, token), tag in list(self.pending.items()):
            kind, delay = behaviour(tag, self.shared.calm.is_set(), self.rng)
            if (run, token) in kept:
                self.plan(run, token, "ok" if kind == "none" else kind, delay)
            else:
                del self.pending[(run, token)]
                if self.rng.random() < 0.6:  # a late result of a delivery that is not its own any more
                    self.plan(run, token, "ok", self.rng.random() * 0.1)

    def deliver(self, deliveries):
        lines = []
        for d in deliveries:
            lines.append(
                {
                    "t": "deliver",
                    "stream": self.number,
                    "run": d.run.run_id,
                    "attempt": d.attempt,
                    "token": d.run.token,
                    "sched": d.scheduled_time.seconds * 1000 + d.scheduled_time.nanos // 1_000_000,
                    "job": d.job_tag,
                    "trigger": run_pb2.Run.Trigger.Name(d.trigger),
                }
            )
        self.shared.log.add(*lines, synced=True)
        calm = self.shared.calm.is_set()
        for d in deliveries:
            run, token = d.run.run_id, d.run.token
            older = self.tokens.get(run)
            self.tokens[run] = token
            self.pending[(run, token)] = d.event_tag
            if older is not None and not calm and self.rng.random() < 0.6:
                self.send(run, older, "ok")  # a stale result, ahead of the right one
            kind, delay = behaviour(d.event_tag, calm, self.rng)
            if kind != "none":
                self.plan(run, token, kind, delay)

    def acknowledged(self, acks):
        refused = [[r.run.run_id, r.run.token, r.reason] for r in acks.refused]
        self.shared.log.add({"t": "acks", "stream": self.number, "through": acks.acked_through, "refused": refused})
        with self.lock:
            for sequence in [s for s in self.sent if s <= acks.acked_through]:
                del self.sent[sequence]

    def cancelled(self, cancels):
        for ref in cancels.runs:
            if self.pending.pop((ref.run_id, ref.token), None) is not None and self.rng.random() < 0.7:
                self.send(ref.run_id, ref.token, "cancelled")

    # ---- what the worker says

    def plan(self, run, token, kind, delay):
        if delay <= 0:
            self.answer(run, token, kind)
            return
        with self.lock:
            heapq.heappush(self.later, (time.monotonic() + delay, next(self.ties), run, token, kind))

    def answer(self, run, token, kind):
        self.pending.pop((run, token), None)
        self.send(run, token, "ok" if kind == "twice" else kind)
        if kind == "twice":
            self.send(run, token, "ok")

    def send(self, run, token, kind):
        with self.lock:
            sequence = next(self.sequences)
            self.sent[sequence] = [(run, token, kind)]
            line = {"t": "result", "stream": self.number, "sequence": sequence, "run": run, "token": token, "kind": kind}
            self.shared.log.add(line)
            results = worker_pb2.Results(sequence=sequence, results=[result_message(run, token, kind)])
            self.outbox.put(worker_pb2.WorkRequest(results=results))

    def send_later(self):
        """Sends what was planned for later, and breaks the stream now and then."""
        breaks = time.monotonic() + self.rng.expovariate(1 / BREAK_EVERY_SECONDS)
        while self.open and not self.shared.over.is_set():
            time.sleep(0.005)
            moment = time.monotonic()
            if moment > breaks and not self.shared.calm.is_set() and self.call is not None:
                self.call.cancel()
                return
            while True:
                with self.lock:
                    if not self.later or self.later[0][0] > moment:
                        break
                    _, _, run, token, kind = heapq.heappop(self.later)
                self.answer(run, token, kind)
