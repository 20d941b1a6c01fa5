"""R1: each due target is covered by exactly one terminal record, a stretch covering those from its first to its last."""

from checker import backfills, chain, skips
from checker.report import Violation


def check(evidence, histories):
    if evidence.last is None:
        return []
    broken = []
    for uid, runs in evidence.last.runs.items():
        history = histories.get(uid)
        if history is not None:
            broken += check_job(history, runs)
            broken += check_exhausted(history, runs, evidence.last.jobs.get(history.tag))
    return broken + skips.check(evidence, histories) + backfills.check(evidence, histories) + check_settled(evidence)


def check_job(history, runs):
    name = f"{history.tag} ({history.uid})"
    records = chain.links(runs)
    numbers = {run["number"] for run in runs}
    walk = chain.Walk(history, records, chain.complete(runs))
    broken = []
    previous = None
    for link in records:
        definition = history.definition(link.generation)
        if definition is not None:
            broken += check_span(name, definition, link)
            broken += check_due(name, definition, link)
        if previous is not None:
            broken += check_order(name, previous, link)
        by_plan = not any(fixed_delay(history.definition(at.generation)) for at in (previous, link) if at is not None)
        if by_plan and chain.unbroken(numbers, previous.run["number"] if previous else 0, link.run["number"]):
            broken += check_follows(name, walk, previous, link)
        previous = link
    return broken + check_fixed_delay(name, history, runs, records)


def fixed_delay(definition):
    return definition is not None and definition.fixed_delay


def check_span(name, definition, link):
    if definition.fixed_delay:
        return []
    if not (definition.holds(link.first) and definition.holds(link.last)):
        return [Violation("R1", name, "a record names a time at which the job is not due", [link, definition])]
    least, most = definition.count(link.first, link.last, surely=True), definition.count(link.first, link.last)
    if not least <= link.count <= most:
        due = most if least == most else f"{least} to {most}"
        text = f"a record counts {link.count} due times from its first to its last, there are {due}"
        return [Violation("R1", name, text, [link, definition])]
    return []


def check_due(name, definition, link):
    """A run is due at its time, or later by no more than the jitter, and before the next one."""
    due, latest = link.run["due"], definition.latest(link.first) if link.counts else link.first
    if link.first <= due <= latest:
        return []
    text = f"a record is due at {due}, and may be from {link.first} to {latest}"
    return [Violation("R1", name, text, [link, definition])]


def check_order(name, previous, link):
    if link.first > previous.last:
        return []
    return [Violation("R1", name, "a due time is covered twice, or out of order", [previous, link])]


def check_follows(name, walk, previous, link):
    ranges = walk.expected(previous, link.generation)
    if ranges is None or chain.fits(link.first, ranges):
        return []
    wanted = " or ".join(str(low) if low == high else f"{low}..{high}" for low, high in ranges)
    text = f"due times are covered by no record: after this the next is {wanted}, not {link.first}"
    before = [previous] if previous is not None else [f"created={walk.history.created}"]
    return [Violation("R1", name, text, [*before, link, walk.history.definition(link.generation)])]


def check_exhausted(history, runs, job):
    """A job that says that no time is left has covered all."""
    ended = job is not None and job["uid"] == history.uid and job["state_reason"] in ("END_TIME", "SCHEDULE_EXHAUSTED")
    if not ended or fixed_delay(history.definition(job["generation"])):
        return []
    records = chain.links(runs)
    previous = records[-1] if records else None
    numbers = {run["number"] for run in runs}
    # Runs on request may have pushed the schedule's records beyond the history_limit.
    if not chain.unbroken(numbers, previous.run["number"] if previous else 0, job["last_number"] + 1):
        return []
    ranges = chain.Walk(history, records, chain.complete(runs)).expected(previous, job["generation"])
    if ranges is None or any(high is None for _, high in ranges):
        return []
    text = f"it is COMPLETED by {job['state_reason']}, and due times are left: {ranges}"
    return [Violation("R1", history.tag, text, [previous or "no record", history.definition(job["generation"])])]


def check_fixed_delay(name, history, runs, records):
    """The next run of a FIXED_DELAY job is due its interval after the end of the run before, or later."""
    broken = []
    for previous, link in zip(records, records[1:]):
        definition = history.definition(link.generation)
        if not fixed_delay(definition) or previous.generation != link.generation or not link.counts:
            continue
        # The end of a stretch is none: an update ends it while what it was skipped for goes on.
        before = [run for run in runs if run["end"] and run["end"] < link.first and run["state"] not in ("SKIPPED", "MISSED")]
        last = max(before, key=lambda run: run["end"], default=None)
        if last is None or link.first >= last["end"] + definition.interval:
            continue
        if not history.resumed_between(last["end"], link.first):
            text = f"due {link.first - last['end']} ms after the end of a run, the interval is {definition.interval}"
            broken.append(Violation("R1", name, text, [chain.show_run(last), link]))
    return broken


def check_settled(evidence):
    """A terminal record never changes, nor what a run is for: what an earlier round read still stands."""
    broken = []
    for earlier in evidence.finals[:-1]:
        for uid, runs in earlier.runs.items():
            now = {run["number"]: run for run in evidence.last.runs.get(uid, [])}
            for run in runs:
                later = now.get(run["number"])
                if later is None or same(run, later):
                    continue
                evidence_lines = [chain.show_run(run), chain.show_run(later)]
                text = "a terminal record changed" if run["end"] else "an open record changed what it is for"
                broken.append(Violation("R1", uid, text, evidence_lines))
    return broken


def same(run, later):
    kept = ("id", "generation", "trigger", "sched", "due", "create")
    if run["end"]:
        kept += ("state", "last", "count", "end", "reason")
    return all(run[k] == later[k] for k in kept)
