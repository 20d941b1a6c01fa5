"""The sequential model of what stands under one tag: a job, an event or a calendar.

A state is ABSENT or a Standing. Every create and update of the workload sets a name that no other sets, so that each definition is
known by its name.
"""

from typing import NamedTuple

from checker.linearize import Step
from checker.records import INFINITY

ABSENT = ()
# Reasons of refusals that only what stands gives.
OF_STANDING = (
    "RUN_ACTIVE",
    "NOT_AN_OCCURRENCE",
    "TOO_MANY_SKIPS",
    "NO_NOMINAL_TIMES",
    "BACKFILL_ACTIVE",
    "CALENDAR_IN_USE",
)


class Standing(NamedTuple):
    uid: str | None  # None: created by a call whose answer was lost, and not seen yet
    generation: int
    name: str
    paused: bool
    etag: str | None  # None: not seen yet in this state


def observe(state, result):
    """The state, with what an answer tells of it; None if the answer contradicts it."""
    if state is ABSENT or result["generation"] != state.generation or result["name"] != state.name:
        return None
    if (result.get("state") == "PAUSED") != state.paused:
        return None
    if state.uid not in (None, result["uid"]) or state.etag not in (None, result["etag"]):
        return None
    return state._replace(uid=result["uid"], etag=result["etag"])


def created(state, name):
    return Standing(None, 1, name, False, None) if state is ABSENT else None


def updated(state, name):
    return None if state is ABSENT else state._replace(generation=state.generation + 1, name=name, etag=None)


def paused(state):
    if state is ABSENT:
        return None
    return state if state.paused else state._replace(paused=True, etag=None)


def resumed(state):
    if state is ABSENT:
        return None
    return state._replace(paused=False, etag=None) if state.paused else state


def effect(call):
    """state -> the state after the call's effect, or None where it can't take effect."""
    name = call.args.get("name")
    etag = call.args.get("etag")
    verb = call.verb

    def apply(state):
        if etag and state is not ABSENT and state.etag not in (None, etag):
            return None
        if verb == "create":
            return created(state, name)
        if verb == "update":
            if state is ABSENT and call.args.get("allow_missing"):
                return created(state, name)
            return updated(state, name)
        if verb == "delete":
            return ABSENT if state is not ABSENT or call.args.get("allow_missing") else None
        if verb == "pause":
            return paused(state)
        if verb == "resume":
            return resumed(state)
        return None if state is ABSENT else state  # run, skip, backfill

    return apply


def observation(result):
    return lambda state: observe(state, result)


def refusal(call):
    """state -> itself where the refusal is right, else None."""
    etag = call.args.get("etag")

    def apply(state):
        if call.reason in ("JOB_NOT_FOUND", "EVENT_NOT_FOUND", "CALENDAR_NOT_FOUND") and call.code == "NOT_FOUND":
            return state if state is ABSENT else None
        if call.reason in ("JOB_ALREADY_EXISTS", "EVENT_ALREADY_EXISTS", "CALENDAR_ALREADY_EXISTS"):
            return None if state is ABSENT else state
        if call.reason == "ETAG_MISMATCH":
            return None if state is ABSENT or state.etag == etag else state
        if call.reason == "JOB_COMPLETED":
            return None if state is ABSENT or state.paused else state
        if call.reason in OF_STANDING:
            return None if state is ABSENT else state
        return state  # the request itself was at fault

    return apply


def steps_of(call):
    """The steps of one call: one that happened at once, or its effect and later what the replay showed."""
    verb = call.verb
    if verb == "get":
        if call.outcome == "unknown":
            return []
        apply = observation(call.result) if call.outcome == "ok" else refusal(call)
        return [Step(call, call.invoke, call.ret, apply, reads=True)]
    if call.outcome == "unknown":
        return [Step(call, call.invoke, INFINITY, effect(call))]
    if call.outcome == "fail":
        if call.first_try_decides:
            return [Step(call, call.invoke, call.ret, refusal(call), reads=True)]
        # An earlier try may have taken effect.
        return [Step(call, call.invoke, INFINITY, effect(call))]
    shows = call.result is not None and "etag" in call.result
    if not shows:
        return [Step(call, call.invoke, call.ret, effect(call))]
    if call.first_try_decides:
        return [Step(call, call.invoke, call.ret, at_once(call))]
    first = Step(call, call.invoke, call.ret, effect(call))
    replay = observation(call.result)
    return [first, Step(call, call.last_invoke, call.ret, replay, reads=True, after=first)]


def at_once(call):
    apply = effect(call)

    def both(state):
        after = apply(state)
        return None if after is None else observe(after, call.result)

    return both
