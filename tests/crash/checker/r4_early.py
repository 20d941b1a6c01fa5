"""R4: nothing early: neither created, nor started, nor seen by a sink before it was due: its time, with its jitter."""

from checker.records import ms
from checker.report import Violation
from checker import chain


def check(evidence, _histories):
    broken = []
    dues = {run["id"]: run["due"] for runs in (evidence.last.runs.values() if evidence.last else ()) for run in runs}
    for delivery in evidence.deliveries:
        due = max(delivery.sched, dues.get(delivery.run, delivery.sched))
        if ms(delivery.at) < due:
            text = f"run {delivery.run} arrived {due - ms(delivery.at)} ms early"
            broken.append(Violation("R4", delivery.job, text, [delivery]))
    for runs in evidence.last.runs.values() if evidence.last else ():
        for run in runs:
            due = max(run["sched"], run["due"])
            if run["create"] < due or (run["start"] and run["start"] < due):
                broken.append(Violation("R4", run["tag"], "a run was created or started early", [chain.show_run(run)]))
    return broken
