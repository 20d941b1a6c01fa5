"""R8: after an acknowledged delete or pause no run is created, nor first dispatched."""

from checker import chain
from checker.records import COUNTED, INFINITY, ms
from checker.report import Violation

# A dispatch that was under way when the call was answered may reach its sink this much later, stalls aside.
WIRE_MICROS = 500_000

# How far a sink that reads its stream in order, and syncs a line for each delivery, may be behind on a busy machine.
BACKLOG_MICROS = 10_000_000


def check(evidence, histories):
    broken = []
    first = {}
    for delivery in evidence.deliveries:
        first.setdefault(delivery.run, delivery)
    for call in evidence.calls:
        if call.outcome != "ok":
            continue
        if call.kind == "delete":
            broken += check_delete(evidence, histories, call)
        elif call.kind == "pause":
            broken += check_pause(evidence, call, first)
    return broken


def existed_before(evidence, histories, tag, time):
    """The jobs that some answer before `time` showed under the tag: a delete called after that leaves none of them."""
    uids = set()
    for call in evidence.calls:
        seen = call.outcome == "ok" and call.key == tag and call.result and call.ret < time
        if seen and call.family == "job" and call.result.get("uid") in histories:
            uids.add(call.result["uid"])
    return uids


def check_delete(evidence, histories, call):
    broken = []
    gone = existed_before(evidence, histories, call.key, call.invoke)
    for delivery in evidence.deliveries:
        late = delivery.at > call.ret + WIRE_MICROS + evidence.stalled(call.ret, delivery.at)
        if delivery.uid in gone and (late or delivery.sched > ms(call.ret)):
            text = f"run {delivery.run} was delivered after its job's delete was acknowledged"
            broken.append(Violation("R8", f"{call.key} ({delivery.uid})", text, [call, delivery]))
    for uid in gone:
        for run in evidence.last.runs.get(uid, []) if evidence.last else []:
            if run["create"] > ms(call.ret):
                text = "a run was created after its job's delete was acknowledged"
                broken.append(Violation("R8", f"{call.key} ({uid})", text, [call, chain.show_run(run)]))
    return broken


def held_until(evidence, pause):
    """When a resume may have ended the pause; a resume that is not surely over before the pause may come after it."""
    ends = [
        call.invoke
        for call in evidence.calls
        if call.kind in ("resume", "delete")
        and call.key == pause.key
        and call.outcome != "fail"
        and call.ret > pause.invoke
    ]
    return min(ends, default=INFINITY)


def arrives_by(run, begin):
    """When a dispatch of the run must have reached its sink, if the call that was answered at `begin` could not stop it."""
    sent_before = run["start"] and run["start"] <= ms(begin)
    return begin + (BACKLOG_MICROS if sent_before else WIRE_MICROS)


def check_pause(evidence, call, first):
    if evidence.last is None or not call.first_try_decides:
        return []
    begin, end = call.ret, held_until(evidence, call)
    broken = []
    for run in evidence.last.runs.get(call.result["uid"], []):
        if run["trigger"] not in COUNTED or run["state"] in ("SKIPPED", "MISSED"):
            continue
        if ms(begin) < run["create"] < ms(end):
            text = f"run {run['id']} was created while the job was paused"
            broken.append(Violation("R8", call.key, text, [call, chain.show_run(run)]))
        delivery = first.get(run["id"])
        if delivery and arrives_by(run, begin) + evidence.stalled(begin, delivery.at) < delivery.at < end:
            text = f"run {run['id']} was first dispatched while the job was paused"
            broken.append(Violation("R8", call.key, text, [call, chain.show_run(run), delivery]))
    return broken
