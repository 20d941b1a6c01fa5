"""R4: nothing early: neither created, nor started, nor seen by a sink before the time it was scheduled for."""

from checker.records import ms
from checker.report import Violation
from checker import chain


def check(evidence, _histories):
    broken = []
    for delivery in evidence.deliveries:
        if ms(delivery.at) < delivery.sched:
            text = f"run {delivery.run} arrived {delivery.sched - ms(delivery.at)} ms early"
            broken.append(Violation("R4", delivery.job, text, [delivery]))
    for runs in evidence.last.runs.values() if evidence.last else ():
        for run in runs:
            if run["create"] < run["sched"] or (run["start"] and run["start"] < run["due"]):
                broken.append(Violation("R4", run["tag"], "a run was created or started early", [chain.show_run(run)]))
    return broken
