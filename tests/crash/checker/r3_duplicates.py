"""R3: no duplicate outside a fault window; inside one only the same run again, with a rising (token, attempt)."""

from checker.records import INFINITY
from checker.report import Violation

# The workload gives every attempt at least 1 s: what a sink answered in half of that was in time.
TIMELY_MICROS = 500_000
# What was answered this long before the server's end was committed.
TAKEN_MICROS = 1_000_000


def check(evidence, _histories):
    runs = {}
    for delivery in evidence.deliveries:
        runs.setdefault(delivery.run, []).append(delivery)
    broken = []
    for run, deliveries in runs.items():
        broken += check_identity(run, deliveries)
        by_order = sorted(deliveries, key=lambda d: d.order)
        for earlier, later in zip(by_order, by_order[1:]):
            broken += check_pair(evidence, run, earlier, later)
    return broken


def check_identity(run, deliveries):
    """One run id names one due time of one job, whatever happens."""
    first = deliveries[0]
    other = [d for d in deliveries if d.sched != first.sched or d.job != first.job]
    if not other:
        return []
    return [Violation("R3", first.job, f"run id {run} was used for two targets", [first, *other])]


def check_pair(evidence, run, earlier, later):
    lines = [earlier, later]
    if earlier.token == later.token:
        return [Violation("R3", later.job, f"run {run} was delivered twice with one token", lines)]
    if later.attempt < earlier.attempt:
        return [Violation("R3", later.job, f"the attempt of run {run} went back", lines)]
    if later.at < earlier.at and not in_flight_at_end(evidence, earlier):
        return [Violation("R3", later.job, f"an older token of run {run} came later", lines)]
    if settled_by_worker(earlier):
        text = f"run {run} was delivered again after its result was acknowledged"
        return [Violation("R3", later.job, text, lines)]
    if earlier.epoch == later.epoch:
        return check_same_life(evidence, run, earlier, later, lines)
    return check_restart(evidence, run, earlier, later, lines)


def check_same_life(evidence, run, earlier, later, lines):
    if later.attempt == earlier.attempt:
        return [Violation("R3", later.job, f"run {run} was delivered twice as one attempt", lines)]
    if answered_ok(evidence, earlier):
        return [Violation("R3", later.job, f"run {run} was delivered again after it succeeded", lines)]
    return []


def check_restart(evidence, run, earlier, later, lines):
    """A restart delivers again what was open, not what had long succeeded."""
    if not answered_ok(evidence, earlier):
        return []
    life = next((s for s in evidence.starts if s.epoch == earlier.epoch), None)
    if life is None or earlier.answered + TAKEN_MICROS + evidence.stalled(earlier.at, life.ended) > life.ended:
        return []
    text = f"run {run} succeeded long before the restart that delivered it again"
    return [Violation("R3", later.job, text, [*lines, life])]


def settled_by_worker(delivery):
    """Whether its success was acknowledged. That it stopped, as it was told to, settles nothing."""
    return delivery.accepted > 0 and delivery.accepted_kind == "ok"


def answered_ok(evidence, delivery):
    """Whether the sink's success surely reached the server in time."""
    if delivery.sink != "http" or delivery.answer != "ok":
        return False
    stalled = evidence.stalled(delivery.at, delivery.answered + TIMELY_MICROS)
    return delivery.answered - delivery.at + stalled < TIMELY_MICROS


def in_flight_at_end(evidence, delivery):
    """What a server sent in its last moments may be read late."""
    return any(s.epoch == delivery.epoch and s.ended != INFINITY for s in evidence.starts)
