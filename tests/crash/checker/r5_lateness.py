"""R5: lateness within the statement.

Up and within its load, the service decides and dispatches in 2 s at the worst (a test machine may be busy; the promise for the
99th percentile is measured by the benchmark), after a crash in 2 s from being ready. Time in which the machine did not let the
sink run is added. A run is not late while something holds it back: its job is paused, or waits for another run.
"""

from checker import chain
from checker.records import COUNTED, INFINITY, ms
from checker.report import Violation

STATEMENT_MS = 2_000
FRESH_MS = 1_000  # an occurrence this old is caught up, not scheduled
BETWEEN_CLOCKS_MS = 100  # a loop reads its time once a step


def check(evidence, histories):
    if evidence.last is None:
        return []
    first = {}
    for delivery in evidence.deliveries:
        first.setdefault(delivery.run, delivery)
    broken = []
    for uid, runs in evidence.last.runs.items():
        history = histories.get(uid)
        if history is None:
            continue
        job = Job(evidence, history, runs)
        for run in runs:
            broken += job.check_decision(run)
            if run["id"] in first:
                broken += job.check_dispatch(run, first[run["id"]])
    return broken


class Job:
    def __init__(self, evidence, history, runs):
        self.evidence = evidence
        self.history = history
        self.runs = runs
        self.name = f"{history.tag} ({history.uid})"
        self.releases = [
            (ms(call.invoke), ms(call.ret))
            for call in evidence.calls
            if call.key == history.tag and call.kind in ("pause", "resume", "update") and call.outcome != "fail"
        ]

    def check_decision(self, run):
        """When a record was decided, against the time at which it was due."""
        late = run["create"] - run["due"]
        if run["trigger"] == "SCHEDULE" and run["state"] not in ("SKIPPED", "MISSED") and late > FRESH_MS:
            return [Violation("R5", self.name, f"created {late} ms late and not marked CATCHUP", [chain.show_run(run)])]
        if run["trigger"] != "CATCHUP" or late <= FRESH_MS:
            return []
        allowed = FRESH_MS + BETWEEN_CLOCKS_MS + self.stalls(run["due"], run["create"]) + self.jitter(run)
        if late <= allowed or self.excused(run["due"], run["create"], run):
            return []
        text = f"decided {late} ms late, though the server was up and nothing held it back"
        return [Violation("R5", self.name, text, [chain.show_run(run), *self.evidence.starts])]

    def check_dispatch(self, run, delivery):
        """When a run first reached its sink, against its creation, the last restart and what held it back."""
        if run["trigger"] not in COUNTED or delivery.sink != "http":
            return []
        arrival = ms(delivery.at)
        base = run["create"]
        for begin, ready in self.evidence.downtimes():
            if base - BETWEEN_CLOCKS_MS <= ms(ready) and ms(begin) <= arrival:
                base = max(base, min(ms(ready), arrival))
        for end in (r["end"] for r in self.runs if r["end"] and r["number"] != run["number"]):
            if end <= arrival:
                base = max(base, end)
        for low, high in self.releases:
            if low <= arrival and high >= run["create"]:
                base = max(base, min(high, arrival))
        late = arrival - base - self.stalls(base, arrival)
        if late <= STATEMENT_MS:
            return []
        text = f"dispatched {late} ms after it could be"
        return [Violation("R5", self.name, text, [chain.show_run(run), delivery, *self.evidence.starts])]

    def jitter(self, run):
        """How much later than it shows a record may have been due: a stretch names the time alone."""
        definition = self.history.definition(run["generation"])
        if definition is None or run["state"] not in ("SKIPPED", "MISSED"):
            return 0
        return definition.latest(run["sched"]) - run["sched"]

    def stalls(self, begin, end):
        return self.evidence.stalled(begin * 1000, end * 1000) // 1000

    def excused(self, begin, end, run):
        """Whether in [begin, end] the server was down, a call held the job or let it go, or another run of it was active."""
        for down, ready in self.evidence.downtimes():
            if ms(down) <= end and ms(ready) >= begin - BETWEEN_CLOCKS_MS:
                return True
        for low, high in self.releases:
            if low <= end and high >= begin:
                return True
        for other in self.runs:
            is_run = other["state"] not in ("SKIPPED", "MISSED") and other["number"] != run["number"]
            if is_run and other["create"] <= end and (other["end"] or INFINITY) >= begin:
                return True
        return False
