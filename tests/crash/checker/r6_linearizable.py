"""R6: the calls on one job are linearizable, what was acknowledged stands, and nothing happened that nobody asked for."""

from checker import calendar_calls, chain
from checker.linearize import linearize
from checker.machine import ABSENT, steps_of
from checker.records import Call
from checker.report import Violation

EXPECTED = ("NOT_FOUND", "ALREADY_EXISTS", "FAILED_PRECONDITION", "ABORTED", "INVALID_ARGUMENT", "RESOURCE_EXHAUSTED")


def check(evidence, _histories):
    return [
        *check_codes(evidence),
        *check_order(evidence),
        *check_manual_runs(evidence),
        *check_cancels(evidence),
        *check_acknowledged_results(evidence),
        *calendar_calls.check(evidence),
    ]


def check_codes(evidence):
    """Outside a fault every refusal is one that the contract names."""
    broken = []
    for call in evidence.calls:
        if call.outcome == "fail" and call.code not in EXPECTED:
            broken.append(Violation("R6", call.key, f"an answer {call.code} {call.reason}", [call]))
    return broken


def check_order(evidence):
    by_key = {}
    for call in [*evidence.calls, *reads_of_all(evidence)]:
        if call.kind not in ("cancel", "list"):  # the others are of one tag
            by_key.setdefault((call.family, call.key), []).append(call)
    broken = []
    for (_, key), calls in by_key.items():
        steps = [step for call in calls for step in steps_of(call)]
        found = linearize(steps, ABSENT)
        if not found.linearizable:
            broken.append(Violation("R6", key, "no order explains what its calls answered", explain(found)))
    return broken


def explain(found):
    lines = ["the longest order that can be explained ends:"]
    lines += [f"  {step.call}" for step in found.order[-5:]]
    lines.append(f"then it is {found.state or 'absent'}, which contradicts what must come next:")
    return lines + [f"  {step.call}" for step in found.stuck[:4]]


def reads_of_all(evidence):
    """Listings, at rest and under load, as one read of every tag. A tag that is not listed was absent at some moment."""
    tags = {c.key for c in evidence.calls if c.family == "job" and c.kind not in ("cancel", "list")}
    states = [(f.read_from, f.read_to, f.jobs, f.source) for f in evidence.finals]
    calendars = {c.key for c in evidence.calls if c.family == "calendar"}
    at_rest = [
        read_of(tag, f.calendars.get(tag), f.read_from, f.read_to, f.source, "calendar.get", "CALENDAR_NOT_FOUND")
        for f in evidence.finals
        for tag in calendars
    ]
    for listing in evidence.listings:
        states.append((listing.begin, listing.end, {job["tag"]: job for job in listing.jobs}, listing.source))
    return at_rest + [read_of(tag, jobs.get(tag), begin, end, source) for begin, end, jobs, source in states for tag in tags]


def read_of(tag, view, begin, end, source, kind="get", absent="JOB_NOT_FOUND"):
    if view is not None:
        return Call(0, kind, tag, {}, begin, end, "ok", result=view, last_invoke=begin, source=source)
    return Call(0, kind, tag, {}, begin, end, "fail", "NOT_FOUND", absent, last_invoke=begin, source=source)


def check_manual_runs(evidence):
    """Each manual run answers to one RunJob call, and each acknowledged call has its run."""
    calls = [c for c in evidence.calls if c.kind == "run"]
    answered = {}
    broken = []
    for call in (c for c in calls if c.outcome == "ok"):
        other = answered.setdefault(call.result["id"], call)
        if other is not call:
            text = f"two calls were answered the run {call.result['id']}"
            broken.append(Violation("R6", call.key, text, [other, call]))
    if evidence.last is None:
        return broken
    whole = {uid: runs for uid, runs in evidence.last.runs.items() if chain.complete(runs)}
    records = {run["id"]: run for runs in whole.values() for run in runs}
    for run_id, call in answered.items():
        if call.result["uid"] in whole and records.get(run_id, {}).get("trigger") != "MANUAL":
            broken.append(Violation("R6", call.key, f"the acknowledged run {run_id} is gone", [call]))
    return broken + check_unasked(records.values(), calls, answered)


def check_unasked(records, calls, answered):
    broken = []
    for tag in {run["tag"] for run in records if run["trigger"] == "MANUAL"}:
        extra = [r for r in records if r["trigger"] == "MANUAL" and r["tag"] == tag and r["id"] not in answered]
        unknown = [c for c in calls if c.key == tag and (c.outcome == "unknown" or c.tries > 1)]
        if len(extra) > len(unknown):
            text = f"{len(extra)} manual runs, and {len(unknown)} calls that could have made them"
            broken.append(Violation("R6", tag, text, [chain.show_run(r) for r in extra] + unknown))
    return broken


def check_cancels(evidence):
    records = {} if evidence.last is None else {r["id"]: r for runs in evidence.last.runs.values() for r in runs}
    broken = []
    for call in evidence.calls:
        run = records.get(call.key)
        if call.kind == "cancel" and call.outcome == "ok" and run and run["state"] != "CANCELLED":
            text = f"run {call.key} was acknowledged as cancelled"
            broken.append(Violation("R6", run["tag"], text, [call, chain.show_run(run)]))
    return broken


def check_acknowledged_results(evidence):
    """A worker's result that was acknowledged is on disk: the run's record says the same."""
    if evidence.last is None:
        return []
    records = {run["id"]: run for runs in evidence.last.runs.values() for run in runs}
    broken = []
    for delivery in evidence.deliveries:
        run = records.get(delivery.run)
        if not delivery.accepted or delivery.accepted_kind != "ok" or run is None:
            continue
        if run["state"] != "COMPLETED" or not any(a["token"] == delivery.token for a in run["attempts"]):
            text = f"the acknowledged success of run {delivery.run} is not in its record"
            broken.append(Violation("R6", delivery.job, text, [delivery, chain.show_run(run)]))
    return broken
