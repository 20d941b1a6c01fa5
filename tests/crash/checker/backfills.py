"""A part of R1: a backfill runs each occurrence of its range, in the order of time, once.

Runs of backfills stand in the order of their numbers. They are explained by the backfills that were asked for: each is begun
at most once, one at a time, and is left before its last run only where a cancel, an update of the timing or a deletion ends it.
A call without answer may have begun one or not.
"""

import functools
from dataclasses import dataclass
from typing import NamedTuple

from checker import chain
from checker.answers import answers_by_uid
from checker.occurrences import Definition
from checker.records import STEP_SLACK_MS, ms
from checker.report import Violation

MOST_PARALLEL = 100  # where ALLOW has no limit


def check(evidence, histories):
    answers = answers_by_uid(evidence)
    calls = [call for call in evidence.calls if call.kind == "backfill"]
    broken = []
    for uid, history in histories.items():
        job = next((j for j in evidence.last.jobs.values() if j["uid"] == uid), None)
        backfills = Backfills(history, calls, evidence.last.runs.get(uid, []), job)
        for answer in answers.get(uid, ()):
            broken += backfills.check_answer(answer)
        broken += backfills.check_runs()
    return broken


@functools.cache
def occurrences(definition, begin, end):
    return tuple(definition.in_range(begin, end))


@dataclass(frozen=True, eq=False, slots=True)
class Backfill:
    """One that a call may have begun."""

    call: object
    start: int
    end: int
    parallel: int

    @staticmethod
    def of(call):
        limit = call.args["limit"]
        return Backfill(call, call.args["start"], call.args["end"], 1 if limit is None else limit or MOST_PARALLEL)

    def occurrences(self, definition):
        return occurrences(definition, self.start, self.end)

    @property
    def least(self):
        """How many runs its own answer says that it has created."""
        told = self.call.result["backfill"] if self.acknowledged and self.call.first_try_decides else None
        return told["created"] if told else 0

    @property
    def acknowledged(self):
        return self.call.outcome == "ok"


class State(NamedTuple):
    """How the runs up to one can be explained."""

    current: Backfill | None = None
    generation: int = 0  # of the first run of the current one
    made: int = 0  # runs of the current one
    used: frozenset = frozenset()


class Backfills:
    """Those of one job."""

    def __init__(self, history, calls, runs, job):
        self.history = history
        self.name = f"{history.tag} ({history.uid})"
        self.job = job  # as it was in the end; None: it was deleted
        self.all_runs = sorted(runs, key=lambda run: run["number"])
        self.runs = [run for run in self.all_runs if run["trigger"] == "BACKFILL"]
        calls = [call for call in calls if call.may_act_on(history.uid, history.tag)]
        self.cancels = [call for call in calls if call.args.get("cancel")]
        self.begun = [Backfill.of(call) for call in calls if not call.args.get("cancel")]

    # ---- what an answer says

    def check_answer(self, answer):
        told, broken = answer.job["backfill"], []
        if told is not None:
            broken += self.check_told(answer, told, Definition.of(answer.job))
        call = answer.source
        if getattr(call, "kind", "") == "backfill" and call.first_try_decides:
            broken += self.check_own(call, told)
        return broken

    def check_told(self, answer, told, definition):
        asked = [b for b in self.begun if (b.start, b.end) == (told["start"], told["end"]) and b.call.invoke <= answer.end]
        if not asked:
            return [self.violation("it has a backfill that nobody asked for", answer, str(told))]
        times = asked[0].occurrences(definition)
        created = told["created"]
        last = times[created - 1] if 0 < created <= len(times) else None
        if told["total"] == len(times) and created <= len(times) and told["last"] == last:
            return []
        text = f"its backfill says {told}, and has {len(times)} occurrences, of which number {created} is at {last}"
        return [self.violation(text, answer, definition)]

    def check_own(self, call, told):
        """A call that was carried out at once answers the backfill that stands after it."""
        if call.args.get("cancel"):
            if call.result["occurrences"] == 0 and told is None:
                return []
            return [self.violation("a cancelled backfill goes on", call)]
        times = occurrences(Definition.of(call.result), call.args["start"], call.args["end"])
        if told is not None and call.result["occurrences"] == len(times):
            return []
        return [self.violation(f"a backfill of {len(times)} occurrences has {call.result['occurrences']}", call)]

    # ---- what the records say

    def check_runs(self):
        broken = []
        for run in self.runs:
            broken += self.check_asked(run) or self.check_beside(run)
        if broken or not (chain.complete(self.all_runs) or not self.all_runs) or not self.all_known():
            return broken
        return self.check_order()

    def all_known(self):
        last = max([run["generation"] for run in self.all_runs], default=1)
        return all(self.history.definition(number) is not None for number in range(1, last + 1))

    def candidates(self, run):
        """The backfills that may have created the run."""
        definition = self.history.definition(run["generation"])
        early = [b for b in self.begun if ms(b.call.invoke) - STEP_SLACK_MS <= run["create"]]
        return [b for b in early if definition is None or run["sched"] in b.occurrences(definition)]

    def check_asked(self, run):
        if self.candidates(run):
            return []
        return [self.violation("a run of a backfill is for a time that nobody asked for", chain.show_run(run), *self.calls())]

    def check_beside(self, run):
        """It is created when no run of the job is active, or beside fewer than the limit."""
        beside = [other for other in self.all_runs if other["number"] < run["number"] and is_active(other, run["create"])]
        limit = max(b.parallel for b in self.candidates(run))
        if len(beside) < limit:
            return []
        text = f"a run of a backfill was created beside {len(beside)} active ones, the limit is {limit}"
        return [self.violation(text, *map(chain.show_run, [run, *beside]))]

    def check_order(self):
        states = {State()}
        for place, run in enumerate(self.runs):
            following = {after for state in states for after in self.after(state, place, run)}
            if not following:
                text = "a run of a backfill is not the next of any: a time is left out, comes twice or out of order"
                return [self.violation(text, *self.shown(place), *self.calls())]
            states = following
        if any(self.may_be_all(state) for state in states):
            return []
        text = "an acknowledged backfill has not created all its runs, and is not under way"
        end = f"in the end: {self.job and self.job['backfill']}"
        return [self.violation(text, *self.shown(len(self.runs)), *self.calls(), end)]

    def after(self, state, place, run):
        """The states in which the run, too, is explained."""
        current, number = state.current, run["generation"]
        if current is not None and not self.timing_changed(state.generation, number):
            times = current.occurrences(self.history.definition(number))
            if state.made < len(times) and times[state.made] == run["sched"]:
                yield state._replace(made=state.made + 1)
        for other in self.candidates(run):
            first = other.occurrences(self.history.definition(number))[0] == run["sched"]
            if first and other not in state.used and self.may_give_way(state, place, run, other):
                yield State(other, number, 1, state.used | {other})

    def may_give_way(self, state, place, run, other):
        """Whether the current one may have been over when the other began."""
        current = state.current
        if current is None:
            return True
        if other.call.ret < current.call.invoke or state.made < current.least:
            return False
        if self.timing_changed(state.generation, run["generation"]) or self.may_be_cancelled(current, other.call.ret):
            return True
        made = self.runs[place - state.made : place]
        ended = all(r["end"] and r["end"] <= run["create"] for r in made)
        return ended and state.made == len(current.occurrences(self.history.definition(state.generation)))

    def timing_changed(self, first, last):
        """Whether an update between two generations changed what decides times."""
        timings = [self.history.definition(number) for number in range(first, last + 1)]
        return any(d is None or d.timing != timings[0].timing for d in timings)

    def may_be_cancelled(self, backfill, until=None):
        begun = backfill.call.invoke
        return any(c.ret >= begun and (until is None or c.invoke <= until) for c in self.cancels)

    # ---- what must be in the end

    def may_be_all(self, state):
        """Whether what is left of the backfills need not have run."""
        if state.current is not None and not self.may_be_left(state.current, state.generation, state.made):
            return False
        for backfill in self.begun:
            if backfill not in state.used and backfill.acknowledged:
                first = backfill.call.result["generation"] if backfill.call.first_try_decides else 1
                if not self.may_be_left(backfill, first, 0):
                    return False
        return True

    def may_be_left(self, backfill, generation, made):
        if made < backfill.least:
            return False
        told = self.job["backfill"] if self.job else None
        under_way = told is not None and (told["start"], told["end"]) == (backfill.start, backfill.end)
        if under_way:
            return made == told["created"] and self.waits(backfill, made < told["total"])
        if self.job is None or self.may_be_cancelled(backfill) or self.timing_changed(generation, self.job["generation"]):
            return True
        return made == len(backfill.occurrences(self.history.definition(generation)))

    def waits(self, backfill, more):
        """Whether something keeps a backfill that is under way at rest: held runs from its next one, or its own from its end."""
        active = [run for run in self.all_runs if chain.is_open(run)]
        return len(active) >= backfill.parallel if more else any(run["trigger"] == "BACKFILL" for run in active)

    # ---- how it is shown

    def calls(self):
        return [b.call for b in self.begun] + self.cancels

    def shown(self, place):
        return [chain.show_run(run) for run in self.runs[max(0, place - 3) : place + 1]]

    def violation(self, text, *lines):
        return Violation("R1", self.name, text, list(lines))


def is_active(run, time):
    """Whether the run was active at a time after its creation."""
    return run["state"] not in ("SKIPPED", "MISSED") and (run["end"] is None or run["end"] > time)
