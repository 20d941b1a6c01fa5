"""What the checker reads: calls, deliveries, starts of the server, and final states.

Clocks: calls, deliveries and starts carry microseconds of the machine's wall clock; jobs and runs carry the service's
milliseconds. Both are UTC of one machine, so they compare after `ms`.
"""

from dataclasses import dataclass, field

INFINITY = float("inf")

TERMINAL = ("COMPLETED", "FAILED", "CANCELLED", "SKIPPED", "MISSED")
COUNTED = ("SCHEDULE", "CATCHUP")

# A loop of the service reads its time once a step, so a commit may bear a time this much before its call.
STEP_SLACK_MS = 100


def ms(micros):
    """The millisecond that a time in microseconds lies in."""
    return micros if micros in (None, INFINITY) else micros // 1000


@dataclass(slots=True)
class Call:
    """One logical call of a client: all tries under one request id are one call."""

    id: int
    kind: str  # create, update, delete, pause, resume, skip, backfill, run, cancel, get; event.create, calendar.create, ...
    key: str  # the tag it acts on
    args: dict
    invoke: int  # start of the first try
    ret: float  # end of the last try; INFINITY if the outcome is unknown
    outcome: str  # ok, fail, unknown
    code: str = ""
    reason: str = ""
    result: dict | None = None  # the job, run or event that was answered; a job with `occurrences` for a backfill
    tries: int = 1
    last_invoke: int = 0  # start of the last try
    given_up: float = INFINITY  # end of the last try, whatever came of it
    source: str = ""

    @property
    def family(self):
        """Of what its key is a tag: job, event or calendar."""
        return self.kind.partition(".")[0] if "." in self.kind else "job"

    @property
    def verb(self):
        return self.kind.rpartition(".")[2]

    @property
    def first_try_decides(self):
        return self.tries == 1

    def may_act_on(self, uid, tag):
        """Whether it may have changed the job. After a lost answer, or a refusal that followed one, nobody knows."""
        if self.outcome == "ok" and self.result:
            return self.result.get("uid") == uid
        return self.key == tag and (self.outcome != "fail" or not self.first_try_decides)

    def __str__(self):
        end = "?" if self.ret == INFINITY else f"{self.ret}"
        what = self.reason or self.code or self.outcome
        shown = {k: v for k, v in self.args.items() if v not in (None, "", [], {})}
        answer = f" -> {brief(self.result)}" if self.result else ""
        return f"{self.source} [{self.invoke} .. {end}] {self.kind} {self.key} {shown} {what}{answer}"


def brief(resource):
    """The parts of an answer that a reader of a report wants to see."""
    timing = ("interval", "cron", "rule", "zone", "jitter", "next", "skipped", "backfill", "occurrences")
    keys = ("id", "uid", "generation", "name", "state", "executions", *timing, "trigger", "sched")
    return {k: resource[k] for k in keys if resource.get(k) not in (None, "", [])}


@dataclass(slots=True)
class Delivery:
    """One delivery as a sink saw it."""

    run: str
    attempt: int
    token: int
    sched: int
    job: str
    at: int  # arrival
    sink: str  # http or worker
    trigger: str = ""  # worker deliveries say it
    answer: str = ""  # ok, fail:<what>, reset, hang, released, cancelled; empty: none
    answered: float = INFINITY
    results: int = 0  # results a worker sent for it
    accepted: int = 0  # of those, the ones that were acknowledged and not refused
    accepted_kind: str = ""  # what the first accepted one said
    accepted_sent: float = INFINITY  # when that one was sent
    refused: str = ""
    stream: int = 0
    source: str = ""

    @property
    def uid(self):
        return self.run.rsplit("-", 1)[0]

    @property
    def number(self):
        return int(self.run.rsplit("-", 1)[1])

    @property
    def epoch(self):
        return self.token >> 32

    @property
    def order(self):
        return (self.token, self.attempt)

    def __str__(self):
        return (
            f"{self.source} [{self.at}] {self.sink} {self.job} run={self.run} attempt={self.attempt} "
            f"token={self.epoch}:{self.token & 0xFFFFFFFF} sched={self.sched} answer={self.answer or 'none'}"
            + (f" accepted={self.accepted}" if self.sink == "worker" else "")
        )


@dataclass(slots=True)
class Start:
    """One life of the server's process."""

    began: int
    ready: int | None = None  # None: it was killed before it was ready
    ended: float = INFINITY
    epoch: int | None = None
    source: str = ""

    def __str__(self):
        return f"{self.source} server began={self.began} ready={self.ready} ended={self.ended} epoch={self.epoch}"


@dataclass(slots=True)
class Final:
    """The state that was read through the API when a round had come to rest."""

    read_from: int
    read_to: int
    rested: bool
    waited_ms: int = 0
    waiting_for: list = field(default_factory=list)
    jobs: dict = field(default_factory=dict)  # tag -> job
    listed: list = field(default_factory=list)  # tags in the order of the pages
    runs: dict = field(default_factory=dict)  # uid -> runs in the order of the pages
    calendars: dict = field(default_factory=dict)  # tag -> calendar
    probes: list = field(default_factory=list)  # {"at", "until", "job"}: jobs as seen before they were paused
    source: str = ""


@dataclass(slots=True)
class Listing:
    """A whole listing of the jobs under load: each was read at some moment of it."""

    begin: int
    end: int
    jobs: list  # in the order of the pages
    source: str = ""


@dataclass(slots=True)
class Stall:
    """A time in which the machine did not let the sink run."""

    begin: int
    end: int


@dataclass
class Evidence:
    """Everything of one data directory, over all its rounds."""

    calls: list
    deliveries: list
    starts: list
    finals: list
    stalls: list
    kept: list  # {"at", "what", "run", "token"}: deliveries kept by a session, results taken of unknown deliveries
    listings: list = field(default_factory=list)
    broken_starts: list = field(default_factory=list)  # texts: the server ended by itself or never got ready

    @property
    def last(self):
        return self.finals[-1] if self.finals else None

    def stalled(self, begin, end):
        """Microseconds of stalls inside [begin, end]."""
        return sum(max(0, min(end, s.end) - max(begin, s.begin)) for s in self.stalls)

    def downtimes(self):
        """Times without a ready server: (end of one life, when the next was ready)."""
        lives = [s for s in self.starts if s.ready is not None]
        return [(a.ended, b.ready) for a, b in zip(lives, lives[1:])]
