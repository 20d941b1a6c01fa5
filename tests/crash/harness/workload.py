"""The random calls of the clients: which job, which call, with what in it."""

import random
import threading

import grpc
from ductape.jobs.v1 import event_pb2, job_pb2, run_pb2
from google.protobuf import struct_pb2

from harness.amendments import Amendments
from harness.api import CALL_SECONDS, UNKNOWN, code_of
from harness.calendar_calls import CalendarCalls
from harness.calendars import PRODUCT, Calendars
from harness.clock import now
from harness.timings import Timings, duration, timestamp
from harness.views import job_view

TAGS = [f"job-{i}" for i in range(12)]
MASKED = ("executions", "executions", "jitter", "exclude", "end_time", "exclude_calendars")
CHANGING_TAGS = TAGS[-4:]  # whose jobs may exclude calendars that change; no backfill is asked for of these
OTHER_EVENTS = [f"event-{i}" for i in range(3)]  # that no job uses
TARGETS = ["http-ok", "http-slow", "http-flaky", "http-flaky", "steady", "flaky", "flaky"]

Job = job_pb2.Job
Overlap = job_pb2.OverlapPolicy
Catchup = job_pb2.CatchupPolicy


def target_events(http_port):
    """The events that jobs use."""
    events = [
        event_pb2.Event(
            product=PRODUCT,
            event_type=event_pb2.Event.ACTION,
            tag=f"http-{path}",
            http=event_pb2.HttpTarget(url=f"http://127.0.0.1:{http_port}/{path}"),
        )
        for path in ("ok", "slow", "flaky")
    ]
    for queue in ("steady", "flaky"):
        worker = event_pb2.WorkerTarget(queue=queue)
        events.append(event_pb2.Event(product=PRODUCT, event_type=event_pb2.Event.ACTION, tag=queue, worker=worker))
    return events


class Known:
    """What the clients learned from answers: where to aim calls that name a run or an etag. Thread-safe."""

    def __init__(self):
        self._lock = threading.Lock()
        self._jobs = {}
        self._runs = []

    def note_job(self, job):
        with self._lock:
            self._jobs[job.tag] = job
            self._runs.extend(list(job.active_run_ids)[:3])
            del self._runs[:-60]

    def note_run(self, run):
        with self._lock:
            self._runs.append(run.run_id)

    def job(self, tag):
        """The job as an answer showed it last; one of its tag alone if none did."""
        with self._lock:
            return self._jobs.get(tag) or Job(tag=tag)

    def run(self, rng):
        with self._lock:
            return rng.choice(self._runs) if self._runs else None


class Definitions:
    """Random definitions of jobs."""

    def __init__(self, rng):
        self.rng = rng
        self.timings = Timings(rng)
        self.calendars = Calendars(rng)

    def job(self, tag, name):
        job = Job(product=PRODUCT, tag=tag, name=name, event_type=event_pb2.Event.ACTION)
        job.event_tag = self.rng.choice(TARGETS)
        job.executions = self.executions()
        self.timings.fill(job)
        self.calendars.exclude(job, tag in CHANGING_TAGS)
        self.policies(job)
        if job.executions and job.intervals and self.rng.random() < 0.4:
            self.make_short(job)
        job.history_limit = 10_000 if self.rng.random() < 0.9 else self.rng.choice((3, 8, 20))
        if self.rng.random() < 0.3:
            job.input.update({"note": "x" * self.rng.choice((4, 60, 400))})
        if self.rng.random() < 0.2:
            job.labels["round"] = "crash"
        return job

    def make_short(self, job):
        """A job that ends soon, with retries on the way: whether they count shows at its end."""
        job.event_tag = self.rng.choice(("http-flaky", "flaky"))
        job.executions = self.rng.choice((2, 3, 5, 8))
        job.intervals = self.rng.randint(10, 80)
        job.retry_policy.max_retries = self.rng.randint(2, 4)
        job.retry_policy.initial_backoff.CopyFrom(duration(5))
        job.retry_policy.max_backoff.CopyFrom(duration(50))

    def executions(self):
        return 0 if self.rng.random() < 0.4 else self.rng.choice((1, 2, 3, 5, 8, 12, 20, 50))

    def policies(self, job):
        rng = self.rng
        mode = rng.choice((Overlap.MODE_UNSPECIFIED, Overlap.SKIP, Overlap.ALLOW, Overlap.ALLOW, Overlap.BUFFER_ONE))
        job.overlap_policy.mode = mode
        if mode == Overlap.ALLOW:
            job.overlap_policy.limit = rng.choice((0, 1, 2, 5))
        job.catchup_policy.mode = rng.choice((Catchup.LATEST, Catchup.LATEST, Catchup.ALL, Catchup.NONE))
        if job.catchup_policy.mode == Catchup.ALL:
            job.catchup_policy.window.CopyFrom(duration(rng.choice((1500, 3000, 60_000))))
            job.catchup_policy.limit = rng.choice((0, 3, 20))
        if rng.random() < 0.8:
            job.retry_policy.max_retries = rng.randint(0, 4)
            job.retry_policy.initial_backoff.CopyFrom(duration(rng.choice((5, 20, 80))))
            job.retry_policy.max_backoff.CopyFrom(duration(300))
        job.attempt_timeout.CopyFrom(duration(rng.choice((1000, 1000, 1500))))


class Client:
    """One client thread's calls. Each method makes one call."""

    WEIGHTS = {
        "create": 20,
        "get": 12,
        "update": 18,
        "pause": 5,
        "resume": 12,
        "delete": 6,
        "run": 12,
        "cancel": 10,
        "skip": 6,
        "backfill": 4,
        "event": 5,
        "calendar": 2,
        "list": 2,
    }

    def __init__(self, caller, known, name, rng):
        self.caller = caller
        self.known = known
        self.name = name
        self.rng = rng
        self.definitions = Definitions(rng)
        self.amendments = Amendments(rng)
        self.made = 0
        self.calendar_calls = CalendarCalls(caller, rng, self.unique, self.request_id)

    def random_call(self):
        kind = self.rng.choices(list(self.WEIGHTS), list(self.WEIGHTS.values()))[0]
        getattr(self, kind)(self.rng.choice(TAGS))

    def unique(self):
        self.made += 1
        return f"{self.name}-{self.made}"

    def request_id(self):
        return self.unique() if self.rng.random() < 0.65 else ""

    def etag(self, tag):
        return self.known.job(tag).etag if self.rng.random() < 0.15 else ""

    def job_call(self, kind, tag, arguments, method, request):
        job = self.caller.call(kind, tag, arguments, method, request)
        if job is not None:
            self.known.note_job(job)

    def create(self, tag):
        job = self.definitions.job(tag, self.unique())
        request = job_pb2.CreateJobRequest(job=job, request_id=self.request_id())
        arguments = {"name": job.name, "calendars": list(job.exclude_calendars)}
        self.job_call("create", tag, arguments, self.caller.api.jobs.CreateJob, request)

    def update(self, tag):
        rng = self.rng
        job = Job(product=PRODUCT, tag=tag, name=self.unique(), etag=self.etag(tag))
        arguments = {"name": job.name, "etag": job.etag}
        whole = self.definitions.job(tag, job.name)
        for field in ("executions", "start_time", "overlap_policy", "retry_policy", "event_tag", "end_time", "jitter"):
            if not whole_has(whole, field) or rng.random() > 0.25:
                continue
            value = getattr(whole, field)
            if isinstance(value, (int, str)):
                setattr(job, field, value)
            else:
                getattr(job, field).CopyFrom(value)
        self.definitions.timings.change(job, whole, self.known.job(tag))
        if rng.random() < 0.15:
            job.exclude_calendars.extend(whole.exclude_calendars)
        request = job_pb2.UpdateJobRequest(job=job, request_id=self.request_id())
        if rng.random() < 0.2:
            request.update_mask.paths.extend(("name", rng.choice(MASKED)))
            request.job.executions = self.definitions.executions()
        if rng.random() < 0.1:
            etag = request.job.etag
            request.job.CopyFrom(whole)
            request.job.etag = etag
            request.allow_missing = arguments["allow_missing"] = True
        self.job_call("update", tag, arguments, self.caller.api.jobs.UpdateJob, request)

    def get(self, tag):
        request = job_pb2.GetJobRequest(product=PRODUCT, tag=tag)
        self.job_call("get", tag, {}, self.caller.api.jobs.GetJob, request)

    def list(self, _tag):
        """A whole listing, page by page: no call of one job, so it is noted by itself."""
        size = self.rng.choice((2, 5, 100))
        request = job_pb2.ListJobsRequest(product=PRODUCT, page_size=size)
        begin, jobs = now(), []
        try:
            while True:
                page = self.caller.api.jobs.ListJobs(request, timeout=CALL_SECONDS)
                jobs += [job_view(job) for job in page.jobs]
                if not page.next_page_token:
                    break
                request.page_token = page.next_page_token
        except grpc.RpcError as error:
            if code_of(error) not in UNKNOWN:
                self.caller.refused_listing(begin, error)
            return
        self.caller.listed(begin, jobs)

    def pause(self, tag):
        cancel = self.rng.random() < (0.5 if self.known.job(tag).HasField("backfill") else 0.2)
        request = job_pb2.PauseJobRequest(
            product=PRODUCT, tag=tag, note="crash", cancel_active=cancel, etag=self.etag(tag), request_id=self.request_id()
        )
        self.job_call("pause", tag, {"etag": request.etag, "cancel": cancel}, self.caller.api.jobs.PauseJob, request)

    def resume(self, tag):
        catch_up = self.rng.random() < 0.3
        request = job_pb2.ResumeJobRequest(
            product=PRODUCT, tag=tag, catch_up=catch_up, etag=self.etag(tag), request_id=self.request_id()
        )
        arguments = {"etag": request.etag, "catch_up": catch_up}
        self.job_call("resume", tag, arguments, self.caller.api.jobs.ResumeJob, request)

    def delete(self, tag):
        missing = self.rng.random() < 0.2
        request = job_pb2.DeleteJobRequest(
            product=PRODUCT, tag=tag, etag=self.etag(tag), allow_missing=missing, request_id=self.request_id()
        )
        arguments = {"etag": request.etag, "allow_missing": missing}
        self.caller.call("delete", tag, arguments, self.caller.api.jobs.DeleteJob, request)

    def skip(self, tag):
        job = self.amendments.job_of(self.known, tag, TAGS)
        undo = self.rng.random() < 0.25
        time = self.amendments.time_to_undo(job) if undo else self.amendments.time_to_skip(job)
        request = job_pb2.SkipOccurrenceRequest(
            product=PRODUCT, tag=job.tag, scheduled_time=timestamp(time), undo=undo, request_id=self.request_id()
        )
        arguments = {"time": time, "undo": undo}
        self.job_call("skip", job.tag, arguments, self.caller.api.jobs.SkipOccurrence, request)

    def backfill(self, tag):
        rng = self.rng
        steady = [tag for tag in TAGS if tag not in CHANGING_TAGS]
        job = self.amendments.job_of(self.known, tag if tag in steady else rng.choice(steady), steady)
        request = job_pb2.BackfillJobRequest(product=PRODUCT, tag=job.tag, request_id=self.request_id())
        if rng.random() < 0.15:
            request.cancel = True
            arguments = {"cancel": True}
        else:
            begin, end = self.amendments.range(job)
            request.start_time.CopyFrom(timestamp(begin))
            request.end_time.CopyFrom(timestamp(end))
            arguments = {"start": begin, "end": end, "limit": None}
            if rng.random() < 0.3:
                request.overlap.mode = Overlap.ALLOW
                request.overlap.limit = arguments["limit"] = rng.randint(2, 5)
        answer = self.caller.call("backfill", job.tag, arguments, self.caller.api.jobs.BackfillJob, request)
        if answer is not None:
            self.known.note_job(answer.job)

    def first_call(self):
        """After a restart: often a change of a calendar, while jobs are still behind."""
        if self.rng.random() < 0.4:
            self.calendar_calls.random_call()
        else:
            self.random_call()

    def calendar(self, _tag):
        self.calendar_calls.random_call()

    def run(self, tag):
        request = job_pb2.RunJobRequest(product=PRODUCT, tag=tag, request_id=self.request_id())
        if self.rng.random() < 0.5:
            request.overlap.mode = Overlap.ALLOW
        if self.rng.random() < 0.3:
            request.input.CopyFrom(struct_pb2.Struct())
            request.input.update({"own": "y" * self.rng.choice((1, 200))})
        run = self.caller.call("run", tag, {}, self.caller.api.jobs.RunJob, request)
        if run is not None:
            self.known.note_run(run)

    def cancel(self, _tag):
        run_id = self.known.run(self.rng)
        if run_id is None:
            return
        request = run_pb2.CancelRunRequest(product=PRODUCT, run_id=run_id, reason="crash", request_id=self.request_id())
        self.caller.call("cancel", run_id, {}, self.caller.api.runs.CancelRun, request)

    def event(self, _tag):
        rng = self.rng
        tag = rng.choice(OTHER_EVENTS)
        action = event_pb2.Event.ACTION
        event = event_pb2.Event(product=PRODUCT, event_type=action, tag=tag, name=self.unique())
        event.worker.queue = "nobody"
        kind = rng.choice(("event.create", "event.update", "event.get", "event.delete"))
        stub = self.caller.api.events
        if kind == "event.get":
            request = event_pb2.GetEventRequest(product=PRODUCT, event_type=action, tag=tag)
            self.caller.call(kind, tag, {}, stub.GetEvent, request)
        elif kind == "event.delete":
            request = event_pb2.DeleteEventRequest(
                product=PRODUCT, event_type=action, tag=tag, request_id=self.request_id()
            )
            self.caller.call(kind, tag, {}, stub.DeleteEvent, request)
        else:
            create = kind == "event.create"
            request_type = event_pb2.CreateEventRequest if create else event_pb2.UpdateEventRequest
            request = request_type(event=event, request_id=self.request_id())
            self.caller.call(kind, tag, {"name": event.name}, stub.CreateEvent if create else stub.UpdateEvent, request)


def whole_has(job, field):
    """Whether a random definition sets the field."""
    if field in ("executions", "start_time", "end_time", "overlap_policy", "retry_policy", "jitter"):
        return job.HasField(field)
    return bool(getattr(job, field))


def client_rng(seed, number):
    return random.Random(f"{seed}-client-{number}")
