"""R7: no state change by a stale epoch or token."""

from checker import chain
from checker.records import INFINITY
from checker.report import Violation

# What a server sent before its end is read by a sink within this, stalls aside.
WIRE_MICROS = 1_000_000


def check(evidence, _histories):
    runs = {}
    for delivery in evidence.deliveries:
        runs.setdefault(delivery.run, []).append(delivery)
    broken = [*check_starts(evidence), *check_kept(evidence), *check_records(evidence, runs)]
    for run, deliveries in runs.items():
        broken += check_results(evidence, run, deliveries)
        broken += check_deliveries(evidence, run, deliveries)
    return broken


def check_starts(evidence):
    """Each start has a higher epoch than all before it."""
    broken = []
    known = [s for s in evidence.starts if s.epoch is not None]
    for earlier, later in zip(known, known[1:]):
        if later.epoch <= earlier.epoch:
            broken.append(Violation("R7", "-", "the epoch did not rise with a start", [earlier, later]))
    return broken


def life_at(evidence, time):
    """The server that was up at a time, if it got ready."""
    return next((s for s in evidence.starts if s.ready is not None and s.began <= time < s.ended), None)


def check_kept(evidence):
    """A session keeps, and the server takes results for, deliveries of its own epoch only."""
    broken = []
    for kept in evidence.kept:
        life = life_at(evidence, kept["at"])
        if kept["what"] == "accepted" or (life is not None and kept["token"] >> 32 != life.epoch):
            text = f"a delivery that is not current was {kept['what']}: run {kept['run']} token {kept['token'] >> 32}"
            broken.append(Violation("R7", kept["run"], text, [str(kept), *([life] if life else [])]))
    return broken


def check_results(evidence, run, deliveries):
    """A result is taken only with the token of the last delivery, and only by the server that gave the token."""
    broken = []
    for delivery in deliveries:
        # That a worker stopped what the server had ended only confirms it.
        if not delivery.accepted or delivery.accepted_kind == "cancelled":
            continue
        newer = [d for d in deliveries if d.token > delivery.token and d.at < delivery.accepted_sent]
        if newer:
            text = f"a result of run {run} with an older token was taken"
            broken.append(Violation("R7", delivery.job, text, [delivery, newer[0]]))
        life = life_at(evidence, delivery.accepted_sent)
        if life is not None and life.epoch != delivery.epoch:
            text = f"a result of run {run} with the token of another start was taken"
            broken.append(Violation("R7", delivery.job, text, [delivery, life]))
    return broken


def check_deliveries(evidence, run, deliveries):
    """After its end a server sends nothing more, and none sends with another's epoch."""
    broken = []
    for delivery in deliveries:
        life = next((s for s in evidence.starts if s.epoch == delivery.epoch), None)
        if life is None or life.ended == INFINITY:
            continue
        slack = WIRE_MICROS + evidence.stalled(life.ended, delivery.at)
        if delivery.at > life.ended + slack:
            text = f"run {run} was delivered with the epoch of a server that had ended"
            broken.append(Violation("R7", delivery.job, text, [delivery, life]))
    return broken


def check_records(evidence, runs):
    """A COMPLETED run names an attempt that a sink saw and answered with success."""
    broken = []
    for run in (r for rs in (evidence.last.runs.values() if evidence.last else ()) for r in rs):
        if run["state"] != "COMPLETED" or not run["attempts"]:
            continue
        token = run["attempts"][-1]["token"]
        seen = next((d for d in runs.get(run["id"], ()) if d.token == token), None)
        if seen is None:
            text = f"run {run['id']} is COMPLETED by an attempt that no sink saw"
            broken.append(Violation("R7", run["tag"], text, [chain.show_run(run), *runs.get(run["id"], ())]))
        elif not succeeded(seen):
            text = f"run {run['id']} is COMPLETED by an attempt that did not succeed"
            broken.append(Violation("R7", run["tag"], text, [chain.show_run(run), *runs[run["id"]]]))
    return broken


def succeeded(delivery):
    if delivery.sink == "http":
        return delivery.answer == "ok"
    return delivery.accepted_kind == "ok" or (not delivery.accepted and delivery.results > 0)
