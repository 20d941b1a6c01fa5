"""A part of R6: a calendar is what a call put, and a job names one that stands.

That the calls on one calendar are linearizable is shown as for jobs and events.
"""

from checker.calendar_versions import calendars_of
from checker.records import ms
from checker.report import Violation


def check(evidence):
    return check_contents(evidence) + check_named(evidence)


def check_contents(evidence):
    """Whatever shows a calendar shows what the call put that gave it its name."""
    put = {(c.key, c.args["name"]): c for c in evidence.calls if c.family == "calendar" and "calendar" in c.args}
    broken = []
    for source, view in shown(evidence):
        call = put.get((view["tag"], view["name"]))
        if call is None:
            broken.append(Violation("R6", view["tag"], "a calendar has a name that nobody gave it", [source, str(view)]))
        elif view["calendar"] != call.args["calendar"]:
            text = "a calendar is not as it was put"
            broken.append(Violation("R6", view["tag"], text, [f"{call} {call.args['calendar']}", f"{source} {view['calendar']}"]))
    return broken


def shown(evidence):
    for call in evidence.calls:
        if call.family == "calendar" and call.outcome == "ok" and call.result:
            yield call, call.result
    for final in evidence.finals:
        for view in final.calendars.values():
            yield final.source, view


def check_named(evidence):
    """A job is created where its calendars stand, and is refused by one that does not."""
    calendars = calendars_of(evidence)
    broken = []
    for call in evidence.calls:
        if call.kind != "create" or not call.first_try_decides or not call.args.get("calendars"):
            continue
        stand = [may_stand(calendars, tag, call) for tag in call.args["calendars"]]
        if call.outcome == "ok" and not all(True in stands for stands in stand):
            broken.append(Violation("R6", call.key, "a job was created with a calendar that does not exist", [call]))
        if call.reason == "CALENDAR_NOT_FOUND" and not any(False in stands for stands in stand):
            broken.append(Violation("R6", call.key, "a job was refused though its calendars exist", [call]))
    return broken


def may_stand(calendars, tag, call):
    """Whether it stood at some moment of the call, and whether it did not: a set of both answers."""
    versions = calendars.by_tag.get(tag)
    return {c.calendar is not None for c in versions.in_force(ms(call.invoke), ms(call.ret))} if versions else {False}
