"""What is known of each generation of each job: its definition, and when it was committed."""

from dataclasses import dataclass, field

from checker import cover
from checker.occurrences import Definition
from checker.records import INFINITY, STEP_SLACK_MS, ms

# The calls that are answered with the job.
SHOWING = ("create", "update", "get", "pause", "resume", "skip", "backfill")


@dataclass(slots=True)
class Generation:
    number: int
    definition: Definition
    job: dict
    low: int  # committed not before
    high: float  # and not after, ms


@dataclass
class History:
    """One job from its creation on."""

    uid: str
    tag: str
    created: int | None = None  # commit time, ms
    generations: dict = field(default_factory=dict)  # number -> Generation
    resumes: list = field(default_factory=list)  # (invoke, return) of the calls that may have resumed it, ms

    def definition(self, generation):
        known = self.generations.get(generation)
        return known.definition if known else None

    def all_seen(self, runs):
        """Whether answers showed all generations. None shows that of a lost update that a deletion followed, but its runs."""
        last = max([*self.generations, *(run["generation"] for run in runs)], default=0)
        return len(self.generations) == last

    def resumed_between(self, begin, end):
        """Whether a resume may have been committed in [begin, end]."""
        return any(low - STEP_SLACK_MS <= end and high >= begin for low, high in self.resumes)


class Sights:
    """All answers that showed a job, in whatever call."""

    def __init__(self, evidence):
        self.updates = {}  # name -> the call that sets it
        self.seen = {}  # uid -> [(call or None, from, to, job)]
        for call in evidence.calls:
            if call.kind in ("create", "update"):
                self.updates[call.args.get("name")] = call
            if call.outcome == "ok" and call.kind in SHOWING:
                self.add(call.result, call, call.last_invoke, call.ret)
        for final in evidence.finals:
            for job in final.jobs.values():
                self.add(job, None, final.read_from, final.read_to)
            for probe in final.probes:
                self.add(probe["job"], None, probe["at"], probe["until"])

    def add(self, job, call, begin, end):
        if job and job.get("uid"):
            self.seen.setdefault(job["uid"], []).append((call, begin, end, job))


def histories(evidence):
    """uid -> History of every job that some answer showed."""
    cover.attach(evidence)
    sights = Sights(evidence)
    found = {uid: history_of(uid, seen, sights.updates) for uid, seen in sights.seen.items()}
    for call in evidence.calls:
        if call.kind == "resume" and call.outcome != "fail":
            for history in found.values():
                if history.tag == call.key:
                    history.resumes.append((ms(call.invoke), ms(call.ret)))
    return found


def history_of(uid, seen, updates):
    history = History(uid, seen[0][3]["tag"])
    for call, begin, end, job in seen:
        history.created = job["create"]
        number = job["generation"]
        known = history.generations.get(number)
        if known is None:
            known = Generation(number, Definition.of(job).as_decided(), job, 0, INFINITY)
            history.generations[number] = known
            if number == 1:
                known.low = known.high = job["create"]
        known.high = min(known.high, ms(end))
        made = call is not None and call.kind == "update" and call.first_try_decides
        if made and call.args.get("name") == job["name"] and number > 1:
            known.low = known.high = job["update"]
        origin = updates.get(job["name"])
        if origin is not None and known.low == 0:
            known.low = ms(origin.invoke) - STEP_SLACK_MS
    tighten(history, seen)
    return history


def tighten(history, seen):
    """A generation begins after its predecessor was seen, and no later than a successor did."""
    order = sorted(history.generations)
    for number in order:
        generation = history.generations[number]
        if generation.low == generation.high:
            continue
        before = [ms(begin) for _, begin, _, job in seen if job["generation"] < number]
        generation.low = max([generation.low, *(b - STEP_SLACK_MS for b in before)])
    for earlier, later in zip(reversed(order[:-1]), reversed(order[1:])):
        known = history.generations[earlier]
        known.high = min(known.high, history.generations[later].high)
        known.low = min(known.low, known.high)
