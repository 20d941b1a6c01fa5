"""Builds histories by hand. All times here are milliseconds; the default job is due every 100 ms from 1000 on."""

from checker.generations import histories
from checker.records import INFINITY, Call, Delivery, Evidence, Final, Listing, Stall, Start

UID = "0000000000101"
TAG = "job"


def job(**changes):
    view = {
        "tag": TAG,
        "uid": UID,
        "name": "n1",
        "generation": 1,
        "etag": "e1",
        "state": "ACTIVE",
        "state_reason": "",
        "executions": 0,
        "interval": 100,
        "times": [],
        "cron": "",
        "rule": "",
        "zone": "",
        "dst": ["RUN_AFTER", "FIRST"],
        "jitter": 0,
        "exclude": [],
        "calendars": [],
        "conditions": [],
        "mode": "FIXED_RATE",
        "start": 1000,
        "end": None,
        "history_limit": 10_000,
        "execution_count": 0,
        "stats": {"completed": 0, "failed": 0, "cancelled": 0, "skipped": 0, "missed": 0, "retried": 0},
        "next": None,
        "active": [],
        "last_number": 0,
        "overdue": False,
        "skipped": [],
        "backfill": None,
        "create": 1000,
        "update": 1000,
    }
    return view | changes


def run(number, sched, **changes):
    view = {
        "id": f"{changes.get('uid', UID)}-{number}",
        "tag": TAG,
        "uid": UID,
        "number": number,
        "generation": 1,
        "state": "COMPLETED",
        "trigger": "SCHEDULE",
        "reason": "",
        "count": 1,
        "sched": sched,
        "last": None,
        "due": sched,
        "create": sched,
        "start": sched + 1,
        "end": sched + 5,
        "attempt_count": 1,
        "attempts": [{"attempt": 1, "token": token(1, 1), "code": ""}],
        "error": "",
    }
    return view | changes


def stretch(number, first, last, count, **changes):
    more = {"state": "SKIPPED", "last": last, "count": count, "attempts": [], "attempt_count": 0, "start": None}
    return run(number, first, **(more | {"end": last + 1} | changes))


def token(epoch, dispatch):
    return epoch << 32 | dispatch


class Story:
    def __init__(self):
        self.evidence = Evidence([], [], [], [], [], [])
        self.evidence.starts.append(Start(0, 500_000, INFINITY, 1))
        self.ids = 0

    # ---- the clients

    def call(self, kind, begin, end, result=None, key=TAG, **more):
        self.ids += 1
        call = Call(
            id=self.ids,
            kind=kind,
            key=key,
            args=more.pop("args", {}),
            invoke=begin * 1000,
            ret=end if end == INFINITY else end * 1000,
            outcome=more.pop("outcome", "ok"),
            result=result,
            last_invoke=more.pop("last_invoke", begin) * 1000,
            source=f"history.jsonl:{self.ids}",
            **more,
        )
        self.evidence.calls.append(call)
        return call

    def create(self, called=1000, answered=1001, **changes):
        view = job(**changes)
        return self.call("create", called, answered, view, key=view["tag"], args={"name": view["name"]})

    def update(self, called, answered, **changes):
        view = job(**changes)
        return self.call("update", called, answered, view, args={"name": view["name"]})

    def refused(self, kind, begin, end, code, reason, **more):
        return self.call(kind, begin, end, outcome="fail", code=code, reason=reason, **more)

    def lost(self, kind, begin, **more):
        """A call whose answer never came."""
        return self.call(kind, begin, INFINITY, outcome="unknown", code="UNAVAILABLE", **more)

    def listing(self, begin, end, *jobs):
        self.evidence.listings.append(Listing(begin * 1000, end * 1000, list(jobs), f"listing@{begin}"))

    # ---- the sinks

    def delivery(self, number, at, sched, **changes):
        values = {"attempt": 1, "token": token(1, number), "job": TAG, "sink": "http", "answer": "ok"}
        values |= changes
        answered = values.pop("answered", at + 1)
        uid = values.pop("uid", UID)
        delivery = Delivery(run=f"{uid}-{number}", sched=sched, at=at * 1000, **values)
        delivery.answered = answered if answered == INFINITY else answered * 1000
        self.evidence.deliveries.append(delivery)
        return delivery

    def work(self, number, at, sched, accepted="ok", **changes):
        """A delivery to a worker whose result was taken; accepted="" if it was not."""
        delivery = self.delivery(number, at, sched, sink="worker", trigger="SCHEDULE", **changes)
        delivery.results = 1
        delivery.accepted = 1 if accepted else 0
        delivery.accepted_kind = accepted
        delivery.accepted_sent = delivery.answered if accepted else INFINITY
        return delivery

    # ---- the server and the machine

    def restart(self, ended, ready, epoch):
        self.evidence.starts[-1].ended = ended * 1000
        self.evidence.starts.append(Start(ended * 1000 + 1000, ready * 1000, INFINITY, epoch))

    def stall(self, begin, end):
        self.evidence.stalls.append(Stall(begin * 1000, end * 1000))

    def final(self, at, jobs, runs, **more):
        """The final state; jobs by tag, runs of all jobs together, in any order."""
        final = Final(read_from=at * 1000, read_to=at * 1000 + 1000, rested=True, source=f"final@{at}")
        for view in jobs:
            final.jobs[view["tag"]] = view
            final.listed.append(view["tag"])
            final.runs.setdefault(view["uid"], [])
        for record in sorted(runs, key=lambda r: -r["number"]):
            final.runs.setdefault(record["uid"], []).append(record)
        for key, value in more.items():
            setattr(final, key, value)
        self.evidence.finals.append(final)
        return final

    def probe(self, at, view):
        """What a listing at rest showed of a job, before it was paused."""
        self.evidence.last.probes.append({"at": at * 1000, "until": at * 1000 + 1000, "job": view})

    # ---- what the checker says

    def broken(self, rule):
        """The violations that one rule's module finds."""
        return rule.check(self.evidence, histories(self.evidence))

    def texts(self, rule):
        return [v.text for v in self.broken(rule)]


def simple(numbers=3, **changes):
    """A job that ran at 1000, 1100, ... and was paused."""
    story = Story()
    story.create()
    runs = [run(n, 900 + 100 * n) for n in range(1, numbers + 1)]
    told = {"state": "PAUSED", "execution_count": numbers, "last_number": numbers}
    stats = job()["stats"] | {"completed": numbers}
    story.final(2000, [job(**(told | {"stats": stats} | changes))], runs)
    return story
