"""Which version of a calendar was in force at a time, as far as the clients' calls tell.

Every create and update sets a name that no other sets, so that each version is known by its name. A change takes effect between
its call and its answer. One without answer may have happened until the server that it was sent to ended, or never: a read tells.
What is due when a change takes effect is decided by the version before it, and what is due later by the one after it.
"""

from dataclasses import dataclass

from checker.calendar import Calendar
from checker.records import INFINITY, STEP_SLACK_MS, ms

NEVER = -INFINITY
CHANGING = ("calendar.create", "calendar.update", "calendar.delete")


@dataclass(eq=False, slots=True)
class Change:
    """What a call made, or may have made, of a calendar. Times in milliseconds."""

    called: float
    end: float  # it took effect not after
    name: str | None  # None: it was deleted
    calendar: Calendar | None
    sure: bool  # whether it happened
    order: tuple | None = None  # uid and generation, where an answer showed them
    over: float = INFINITY  # since then another one is surely in force
    call: object = None

    @property
    def begin(self):
        """It took effect not before."""
        return self.called - STEP_SLACK_MS

    def __str__(self):
        return f"{self.call or 'absent'}"


@dataclass(slots=True)
class Read:
    """That a calendar stood under a name, or under none, at some moment of [begin, end], milliseconds."""

    begin: float
    end: float
    name: str | None
    order: tuple | None = None


class Versions:
    """Those of one calendar, which is absent at first."""

    def __init__(self, changes, reads):
        self.changes = [Change(NEVER, NEVER, None, None, True), *sorted(changes, key=lambda c: c.called)]
        for read in reads:
            self.note(read)
        self.set_over()
        for change in [c for c in self.changes if not c.sure]:
            self.settle(change, reads)

    def note(self, read):
        """What a read tells by the name that it shows."""
        for change in self.changes:
            if read.name is not None and change.name == read.name:
                change.sure = True
                change.order = read.order
                change.end = min(change.end, read.end)

    def set_over(self):
        for change in self.changes:
            later = (other.end for other in self.changes if other.sure and follows(other, change))
            change.over = min(later, default=INFINITY)

    def settle(self, change, reads):
        """What reads tell of a change that may have happened: that it did, or that it never will."""
        for read in reads:
            shown = [c for c in self.in_force(read.begin, read.end) if c.name == read.name]
            if shown == [change]:
                change.sure = True
                change.end = min(change.end, read.end)
            elif read.begin > change.end and shown and all(c.end < change.called for c in shown):
                self.changes.remove(change)
            else:
                continue
            self.set_over()
            return

    def in_force(self, low, high):
        """The changes of which one decided at a moment of [low, high]."""
        return [c for c in self.changes if c.begin <= high and c.over >= low]

    def in_force_for_jobs(self, low, high):
        """No job names a calendar before it was created: to them the first one stood ever since."""
        first = self.changes[0].over + 1
        return self.in_force(max(low, first), max(high, first)) if first < INFINITY else self.in_force(low, high)

    def edges(self):
        """The times at which that may become another."""
        edges = {edge for change in self.changes for edge in (change.begin, change.over + 1)}
        return sorted(edge for edge in edges if NEVER < edge < INFINITY)


def follows(other, change):
    """Whether another change surely took effect after this one."""
    if other.called > change.end:
        return True
    return other.order is not None and change.order is not None and other.order > change.order


# ---- what the calls tell


def given_up(evidence, call):
    """Until when a call without answer may take effect: the server ends that was there when its last try was given up."""
    if call.given_up == INFINITY:
        return INFINITY
    ends = [s.ended for s in evidence.starts if s.began <= call.given_up]
    return ms(max(call.given_up, *ends)) if ends else ms(call.given_up)


def change_of(evidence, call):
    """None of a call that surely changed nothing."""
    if call.kind not in CHANGING or (call.outcome == "fail" and call.first_try_decides):
        return None
    deletes = call.kind == "calendar.delete"
    sure = call.outcome == "ok"
    end = ms(call.ret) if sure else given_up(evidence, call)
    calendar = None if deletes else Calendar(call.args["calendar"])
    return Change(ms(call.invoke), end, call.args.get("name"), calendar, sure, call=call)


def reads_of(evidence):
    """(tag, Read) of all answers that showed a calendar, or that there is none."""
    for call in evidence.calls:
        if not call.kind.startswith("calendar."):
            continue
        begin, end = ms(call.last_invoke), ms(call.ret)
        if call.outcome == "ok" and call.result:
            yield call.key, read_of(begin, end, call.result)
        elif call.code == "NOT_FOUND" and call.first_try_decides:
            yield call.key, Read(begin, end, None)
    tags = {call.key for call in evidence.calls if call.kind in CHANGING}
    for final in evidence.finals:
        for tag in tags:
            yield tag, read_of(ms(final.read_from), ms(final.read_to), final.calendars.get(tag))


def read_of(begin, end, view):
    return Read(begin, end, None) if view is None else Read(begin, end, view["name"], (view["uid"], view["generation"]))


class Calendars:
    """The versions of every calendar that a call may have changed."""

    def __init__(self, by_tag):
        self.by_tag = by_tag

    def of(self, tags):
        return [self.by_tag[tag] for tag in tags if tag in self.by_tag]


def calendars_of(evidence):
    changes, reads = {}, {}
    for call in evidence.calls:
        change = change_of(evidence, call)
        if change is not None:
            changes.setdefault(call.key, []).append(change)
    for tag, read in reads_of(evidence):
        reads.setdefault(tag, []).append(read)
    return Calendars({tag: Versions(found, reads.get(tag, [])) for tag, found in changes.items()})
