"""R2: the runs that count never exceed `executions`, and equal it where the job says that it completed by them."""

from checker import chain
from checker.records import COUNTED
from checker.report import Violation


def check(evidence, histories):
    if evidence.last is None:
        return []
    broken = []
    for uid, runs in evidence.last.runs.items():
        history = histories.get(uid)
        if history is None:
            continue
        name = f"{history.tag} ({uid})"
        if chain.complete(runs):
            broken += check_count(name, history, runs)
            broken += check_completed(name, evidence.last.jobs.get(history.tag), uid, runs)
            broken += check_targets(name, history, runs, [d for d in evidence.deliveries if d.uid == uid])
    return broken


def counted(runs):
    return [link for link in chain.links(runs) if link.counts]


def check_count(name, history, runs):
    for place, link in enumerate(counted(runs), 1):
        definition = history.definition(link.generation)
        if definition is None or not definition.executions or place <= definition.executions:
            continue
        text = f"run {link.run['id']} is the {place}th that counts, executions is {definition.executions}"
        return [Violation("R2", name, text, [link])]
    return []


def check_completed(name, job, uid, runs):
    if job is None or job["uid"] != uid or job["state"] != "COMPLETED" or job["state_reason"] != "EXECUTIONS":
        return []
    made = counted(runs)
    if len(made) >= job["executions"] > 0:
        return []
    text = f"it is COMPLETED by its executions, {job['executions']}, and {len(made)} runs count"
    return [Violation("R2", name, text, made)]


def check_targets(name, history, runs, deliveries):
    """What the sinks saw: distinct due times that were dispatched, whatever the records say."""
    limits = [g.definition.executions for g in history.generations.values()]
    if not limits or min(limits) == 0 or not history.all_seen(runs):
        return []
    others = {run["id"] for run in runs if run["trigger"] not in COUNTED}
    targets = {}
    for delivery in deliveries:
        if delivery.run not in others and delivery.trigger in ("", *COUNTED):
            targets.setdefault(delivery.sched, delivery)
    if len(targets) <= max(limits):
        return []
    text = f"{len(targets)} due times were dispatched, executions is at most {max(limits)}"
    return [Violation("R2", name, text, [targets[sched] for sched in sorted(targets)])]
