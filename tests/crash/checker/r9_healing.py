"""R9: after a fault the service heals by itself: it starts, and everything due is dispatched within 30 s."""

from checker import chain
from checker.occurrences import Definition
from checker.records import COUNTED, ms
from checker.report import Violation

STATEMENT_MS = 30_000
OVERDUE_MS = 2_000


def check(evidence, histories):
    broken = [Violation("R9", "-", "the server did not come up", [text]) for text in evidence.broken_starts]
    final = evidence.last
    if final is None:
        return broken
    if not final.rested:
        text = f"still at work {final.waited_ms} ms after the last fault"
        broken.append(Violation("R9", "-", text, list(final.waiting_for)))
    for probe in final.probes:
        broken += check_next(evidence, histories, probe)
    broken += check_open(final)
    return broken


def check_next(evidence, histories, probe):
    """An ACTIVE job that is not held up names its next due time, which is neither long past nor further than it may be."""
    job = probe["job"]
    history = histories.get(job["uid"])
    if job["state"] != "ACTIVE" or history is None or job["active"]:
        return []
    begin, end = ms(probe["at"]), ms(probe["until"])
    stalls = evidence.stalled(probe["at"] - 10_000_000, probe["until"]) // 1000
    line = f"probe [{probe['at']} .. {probe['until']}] {job['tag']} state=ACTIVE next={job['next']}"
    definition = Definition.of(job).without(job["skipped"])
    following = definition.surely_next(end)
    if job["next"] is None and following is None and job["skipped"]:
        return check_skipped(job, begin - stalls, line)
    if job["next"] is None:
        return [Violation("R9", job["tag"], "an ACTIVE job has no next due time and nothing is active", [line, definition])]
    if job["next"] < begin - OVERDUE_MS - stalls:
        return [Violation("R9", job["tag"], f"overdue by {begin - job['next']} ms", [line, definition])]
    if following is None and may_be_next(definition, job["next"]):
        return []
    furthest = end if following is None else following
    if not definition.fixed_delay and job["next"] > furthest + definition.jitter:
        return [Violation("R9", job["tag"], "its next due time is further away than the first one from now", [line, definition])]
    return []


def may_be_next(definition, due):
    """Whether a time that is due then may be one of the job's, where the calendars in force do not tell."""
    first = definition.next(due - definition.jitter - 1)
    return definition.cover is not None and first is not None and first <= due


def check_skipped(job, time, line):
    """A job all of whose times to come are skipped records them when they are due."""
    due = Definition.of(job).latest(job["skipped"][0])
    if due >= time - OVERDUE_MS:
        return []
    return [Violation("R9", job["tag"], f"overdue by {time - due} ms with what is skipped", [line, Definition.of(job)])]


def held(job, run):
    """What a pause holds: the schedule's runs that wait, and what waits behind them."""
    if job is None or job["uid"] != run["uid"] or job["state"] != "PAUSED":
        return False
    counted = run["trigger"] in COUNTED
    return run["state"] == "SCHEDULED" or (counted and run["state"] in ("QUEUED", "RETRY_SCHEDULED"))


def check_open(final):
    """At rest only what a pause holds is open."""
    broken = []
    for runs in final.runs.values():
        for run in runs:
            if chain.is_open(run) and not held(final.jobs.get(run["tag"]), run):
                text = "a run is open though everything came to rest"
                broken.append(Violation("R9", run["tag"], text, [chain.show_run(run)]))
    return broken
