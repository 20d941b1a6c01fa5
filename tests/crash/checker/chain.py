"""The chain of a job's occurrence records, and which first due time may follow each link.

Records of the schedule (runs, SKIPPED and MISSED stretches) stand in the order of their numbers; each begins with the due
time after the last one of its predecessor. The chain may begin anew only where an update changed the timing or took the job
out of COMPLETED: then with the first due time after that update's commit.
"""

from dataclasses import dataclass

from checker.records import COUNTED, TERMINAL


@dataclass(slots=True)
class Link:
    """One record of the chain: the due times from `first` to `last`, `count` of them."""

    run: dict
    first: int
    last: int
    count: int
    generation: int

    @property
    def counts(self):
        return self.run["state"] not in ("SKIPPED", "MISSED")

    def __str__(self):
        return show_run(self.run)


def show_run(run):
    span = f"{run['sched']}" + (f"..{run['last']} x{run['count']}" if run["count"] != 1 or run["last"] else "")
    due = f" due={run['due']}" if run["due"] != run["sched"] else ""
    return (
        f"run {run['id']} gen={run['generation']} {run['trigger']} {run['state']} {run['reason']} sched={span}{due} "
        f"created={run['create']} started={run['start']} ended={run['end']}"
    )


def is_open(run):
    return run["state"] not in TERMINAL


def links(runs):
    """The schedule's records of one job by number."""
    chain = []
    for run in sorted(runs, key=lambda r: r["number"]):
        if run["trigger"] in COUNTED:
            chain.append(Link(run, run["sched"], run["last"] or run["sched"], run["count"], run["generation"]))
    return chain


def complete(runs):
    """Whether all records of the job are there, none dropped by its history_limit, which spares runs that are open."""
    return bool(runs) and unbroken({run["number"] for run in runs}, 0, max(run["number"] for run in runs) + 1)


def unbroken(numbers, low, high):
    """Whether each number between `low` and `high` is there. Which may be missing is R10's to say."""
    return numbers.issuperset(range(low + 1, high))


class Walk:
    """Says which first due time may follow a link."""

    def __init__(self, history, chain, whole=True):
        self.history = history
        self.chain = chain
        self.whole = whole  # False: the history_limit dropped records

    def expected(self, previous, generation, skipped=(), seen=None):
        """[(low, high)]: the due time that begins the next record lies in one of these ranges; None: not known. With skipped
        times: the one that begins the next record that is a run. With the moments of an answer: as it was then."""
        definition = self.history.definition(generation)
        if definition is None:
            return None
        if previous is not None:
            at = previous.generation
            cursor = previous.last
            counted = sum(1 for link in self.chain if link.counts and link.run["number"] <= previous.run["number"])
        else:
            at, cursor, counted = 1, self.history.created - 1, 0
        cursors = [(cursor, cursor)]
        for number in range(at + 1, generation + 1):
            old, new = self.history.generations.get(number - 1), self.history.generations.get(number)
            if old is None or new is None:
                return None
            restart = restart_of(old.definition, new, cursor)
            if old.definition.timing != new.definition.timing:
                cursors = [restart]
            elif self.may_be_completed(old.definition, counted, cursor):
                cursors.append(restart)
        running = definition.without(skipped) if seen is None else definition.without(skipped).at(*seen)
        return [(running.next(low), running.surely_next(high)) for low, high in cursors]

    def may_be_completed(self, definition, counted, cursor):
        if definition.executions and (counted >= definition.executions or not self.whole):
            return True
        return definition.fixed_delay or definition.surely_next(cursor) is None


def restart_of(old, new, cursor):
    """The range of the time after which the due times of `new` begin: its commit, or the millisecond before for a new list
    of times, which may hold its commit, unless that time is covered already."""
    new_list = new.definition.times and new.definition.times != old.times
    earlier = 1 if new_list and not cursor == new.low == new.high else 0
    return (new.low - earlier, new.high - earlier)


def fits(first, ranges):
    """Whether `first` is allowed by what Walk.expected said. A range that ends without a due time is open."""
    for low, high in ranges:
        if low is not None and first >= low and (high is None or first <= high):
            return True
    return False
