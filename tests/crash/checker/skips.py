"""A part of R1: an occurrence is left out if that was asked for, and only then.

A skip stands from its acknowledgement until it is undone, or until an update makes its time no occurrence any more. A call
without answer may have happened at any later moment or never.
"""

from checker import chain
from checker.answers import answers_by_uid
from checker.occurrences import Definition
from checker.records import COUNTED, STEP_SLACK_MS, ms
from checker.report import Violation

MOST_SKIPS = 100
# A stretch that begins since a run was active begins with an occurrence that was to run.
HELD_BACK = ("OVERLAP", "BUFFER_FULL")


def check(evidence, histories):
    answers = answers_by_uid(evidence)
    calls = [call for call in evidence.calls if call.kind == "skip"]
    broken = []
    for uid, history in histories.items():
        skips = Skips(history, calls)
        for answer in answers.get(uid, ()):
            broken += skips.check_answer(answer)
        for run in evidence.last.runs.get(uid, ()):
            broken += skips.check_record(run)
        job = next((j for j in evidence.last.jobs.values() if j["uid"] == uid), None)
        if job is not None:
            broken += skips.check_to_come(job, evidence.last.runs.get(uid, []))
    return broken


class Skips:
    """What was asked for of one job."""

    def __init__(self, history, calls):
        self.history = history
        self.name = f"{history.tag} ({history.uid})"
        self.asked = {}  # time -> the calls that may have skipped it
        self.undone = {}  # time -> the calls that may have taken that back
        for call in calls:
            if call.may_act_on(history.uid, history.tag):
                kind = self.undone if call.args["undo"] else self.asked
                kind.setdefault(call.args["time"], []).append(call)

    # ---- what surely is

    def skipped_by(self, time, generation, before=None, until=None):
        """The acknowledged call that surely leaves the time out of a generation: it ended before `before`, and nothing that
        began until `until` may have taken it back. None if there is none."""
        for call in self.asked.get(time, ()):
            if call.outcome == "ok" and (before is None or call.ret < before):
                if not follows(call, self.undone.get(time, ()), until) and self.stays(call, time, generation):
                    return call
        return None

    def taken_back_by(self, time, before=None, until=None):
        """The acknowledged call that surely lets the time run."""
        for call in self.undone.get(time, ()):
            if call.outcome == "ok" and (before is None or call.ret < before):
                if not follows(call, self.asked.get(time, ()), until):
                    return call
        return None

    def stays(self, call, time, generation):
        """Whether the time surely is an occurrence in all generations from the call's to this one."""
        first = call.result["generation"] if call.first_try_decides else 1
        definitions = [self.history.definition(number) for number in range(first, generation + 1)]
        return bool(definitions) and all(
            d is not None and not d.fixed_delay and d.surely_holds(time, ms(call.invoke)) for d in definitions
        )

    # ---- what a record says

    def check_record(self, run):
        if run["state"] == "SKIPPED" and run["reason"] == "REQUESTED":
            return self.check_requested(run)
        if run["trigger"] not in COUNTED:
            return []
        if run["state"] in ("SKIPPED", "MISSED") and run["reason"] not in HELD_BACK:
            return []  # what lies within it is part of it
        call = self.skipped_by(run["sched"], run["generation"])
        if call is None:
            return []
        return [self.violation("a skipped occurrence was not left out", call, chain.show_run(run))]

    def check_requested(self, run):
        time, line = run["sched"], chain.show_run(run)
        if run["count"] != 1 or run["last"] not in (None, time):
            return [self.violation("a record of one skipped occurrence covers more", line)]
        if not any(ms(call.invoke) - STEP_SLACK_MS <= time for call in self.asked.get(time, ())):
            return [self.violation("an occurrence was left out that nobody asked for", line)]
        call = self.taken_back_by(time)
        return [] if call is None else [self.violation("an occurrence was left out though that was undone", call, line)]

    # ---- what an answer says

    def check_answer(self, answer):
        job = answer.job
        shown = job["skipped"]
        definition = Definition.of(job)
        broken = []
        if len(shown) > MOST_SKIPS or sorted(set(shown)) != shown:
            broken.append(self.violation("its skipped times are too many, or out of order", answer, str(shown)))
        for time in shown:
            broken += self.check_shown(answer, definition, time)
        for time in self.asked:
            if time not in shown and time > ms(answer.end):
                call = self.skipped_by(time, job["generation"], answer.begin, answer.end)
                if call is not None:
                    broken.append(self.violation(f"its acknowledged skip of {time} is gone", call, answer))
        return broken + self.check_own(answer)

    def check_shown(self, answer, definition, time):
        if not definition.holds(time):
            return [self.violation(f"it says that {time} is skipped, and is not due then", answer, definition)]
        if not any(call.invoke <= answer.end for call in self.asked.get(time, ())):
            return [self.violation(f"it says that {time} is skipped, which nobody asked for", answer)]
        call = self.taken_back_by(time, answer.begin, answer.end)
        return [] if call is None else [self.violation(f"its acknowledged undo of {time} is gone", call, answer)]

    def check_to_come(self, job, runs):
        """In the end: what is shown as skipped lies ahead of all that is decided."""
        past = [link for link in chain.links(runs) for time in job["skipped"][:1] if link.last >= time]
        if not past:
            return []
        return [self.violation(f"it says that {job['skipped'][0]} is to be skipped, which is past", past[-1])]

    def check_own(self, answer):
        """A call that was carried out at once answers what stands after it."""
        call = answer.source
        if getattr(call, "kind", "") != "skip" or not call.first_try_decides:
            return []
        if (call.args["time"] in answer.job["skipped"]) != call.args["undo"]:
            return []
        return [self.violation("it answers the skipped times as if it had not been called", call)]

    def violation(self, text, *lines):
        return Violation("R1", self.name, text, list(lines))


def follows(call, others, until=None):
    """Whether one of the others may have taken effect after the call, and before `until`."""
    return any(other.ret >= call.invoke and (until is None or other.invoke <= until) for other in others)
