"""Brings a healed server to rest, and reads its final state through the API."""

import json
import time

import grpc
from ductape.jobs.v1 import calendar_pb2, job_pb2, run_pb2

from harness.clock import now
from harness.views import calendar_view, job_view, run_view
from harness.workload import PRODUCT

HEAL_SECONDS = 32  # a little more than the statement, so that the checker sees what exceeds it
STEP_SECONDS = 0.05
OVERDUE_MS = 500
SOON_MS = 1000
READ_SECONDS = 20
CANCELLED_SHARE = 0.3  # of the backfills under way, and of those whose active runs a pause cancels


def pages(method, request, items):
    """All items of a listing."""
    found = []
    while True:
        page = method(request, timeout=READ_SECONDS)
        found.extend(getattr(page, items))
        if not page.next_page_token:
            return found
        request.page_token = page.next_page_token


class Rest:
    """One way to rest after the last fault of a round."""

    def __init__(self, caller, rng, healed):
        self.caller = caller
        self.rng = rng
        self.healed = healed
        self.probes = []

    def jobs(self):
        full = job_pb2.ListJobsRequest.FULL
        request = job_pb2.ListJobsRequest(product=PRODUCT, page_size=self.rng.choice((1, 3, 100)), view=full)
        return pages(self.caller.api.jobs.ListJobs, request, "jobs")

    def runs(self, uid):
        size = self.rng.choice((7, 100, 1000))
        request = run_pb2.ListRunsRequest(product=PRODUCT, job_uid=uid, page_size=size)
        return pages(self.caller.api.runs.ListRuns, request, "runs")

    def calendars(self):
        request = calendar_pb2.ListCalendarsRequest(product=PRODUCT, page_size=self.rng.choice((1, 3, 100)))
        return pages(self.caller.api.calendars.ListCalendars, request, "calendars")

    def waited(self):
        return time.monotonic() - self.healed

    def until(self, at_rest):
        """Waits until `at_rest` returns nothing, for as long as the service has for healing. Returns what it last did."""
        while True:
            waiting = at_rest()
            if not waiting or self.waited() > HEAL_SECONDS:
                return waiting
            time.sleep(STEP_SECONDS)

    def behind(self):
        """ACTIVE jobs that have not decided what is due, as they are now; the others are noted as probes."""
        begin = now()
        jobs = [job_view(job) for job in self.jobs()]
        end = now()
        self.probes = [{"at": begin, "until": end, "job": job} for job in jobs]
        late = begin // 1000 - OVERDUE_MS
        return [job["tag"] for job in jobs if job["state"] == "ACTIVE" and not job["active"] and self.due(job) < late]

    @staticmethod
    def due(job):
        """When it decides next: of one all of whose times to come are skipped, the first of these."""
        if job["next"] is None and job["skipped"]:
            return job["skipped"][0] + job["jitter"]
        return job["next"] or 0

    def ends_soon(self, job):
        """Whether the job is left to complete by its executions, so that the checker sees how many it made."""
        left = max(0, job["executions"] - job["execution_count"])
        times = left + len(job["skipped"]) if left > 0 else 0
        longest = job["interval"] + job["jitter"]
        known = job["interval"] > 0 and not job["calendars"]  # which may cover the times to come
        return job["executions"] > 0 and known and times * longest <= SOON_MS

    def pause_all(self):
        """Pauses every job that would go on; of those that end soon, most paused ones are resumed."""
        stub = self.caller.api.jobs
        for probe in self.probes:
            job = probe["job"]
            tag = job["tag"]
            if job["state"] == "ACTIVE" and not self.ends_soon(job):
                cancel = job["backfill"] is not None and self.rng.random() < CANCELLED_SHARE
                request = job_pb2.PauseJobRequest(product=PRODUCT, tag=tag, note="rest", cancel_active=cancel)
                self.caller.call("pause", tag, {"cancel": cancel}, stub.PauseJob, request)
            elif job["state"] == "PAUSED" and self.ends_soon(job) and self.rng.random() < 0.7:
                request = job_pb2.ResumeJobRequest(product=PRODUCT, tag=tag)
                self.caller.call("resume", tag, {"catch_up": False}, stub.ResumeJob, request)

    def cancel_backfills(self):
        """Cancels some backfills; the others are waited for."""
        for probe in self.probes:
            job = probe["job"]
            if job["backfill"] is None or self.rng.random() > CANCELLED_SHARE:
                continue
            request = job_pb2.BackfillJobRequest(product=PRODUCT, tag=job["tag"], cancel=True)
            self.caller.call("backfill", job["tag"], {"cancel": True}, self.caller.api.jobs.BackfillJob, request)

    def at_work(self):
        """Runs that go on by themselves: all but those that a pause holds, and a backfill that does not wait for these."""
        busy = []
        for job in self.jobs():
            if job.state == job_pb2.Job.ACTIVE:
                busy.append(f"{job.tag} is ACTIVE")
            elif job.active_run_ids:
                busy += [f"{job.tag} {r.run_id} is open" for r in self.runs(job.uid) if not self.held(job, r)]
            elif job.HasField("backfill"):
                made = f"{job.backfill.created} of {job.backfill.total}"
                busy.append(f"{job.tag} has a backfill with {made} runs, and none is open")
        return busy

    def held(self, job, run):
        states = run_pb2.Run.State
        if run.state in (states.COMPLETED, states.FAILED, states.CANCELLED, states.SKIPPED, states.MISSED):
            return True
        if job.state != job_pb2.Job.PAUSED:
            return False
        # A pause holds the schedule's runs, and what waits behind them.
        counted = run.trigger in (run_pb2.Run.SCHEDULE, run_pb2.Run.CATCHUP)
        return run.state == states.SCHEDULED or (counted and run.state in (states.QUEUED, states.RETRY_SCHEDULED))

    def reach(self):
        """Returns (rested, what it waits for)."""
        waiting = self.until(self.behind)
        self.pause_all()
        self.cancel_backfills()
        waiting = waiting or self.until(self.at_work)
        if not waiting:
            time.sleep(2 * STEP_SECONDS)  # what a kept run of a paused job still does
            waiting = self.until(self.at_work)
        return not waiting, waiting

    def final(self, uids, rested, waiting):
        """Reads everything: the jobs that stand and the runs of every job that was ever seen."""
        state = {"read_from": now(), "rested": rested, "waiting_for": waiting, "waited_ms": int(self.waited() * 1000)}
        jobs = [job_view(job) for job in self.jobs()]
        state["jobs"] = jobs
        state["calendars"] = [calendar_view(calendar) for calendar in self.calendars()]
        state["runs"] = {}
        for uid in sorted({*uids, *(job["uid"] for job in jobs)}):
            try:
                state["runs"][uid] = [run_view(run) for run in self.runs(uid)]
            except grpc.RpcError as error:
                if error.code() != grpc.StatusCode.NOT_FOUND:
                    raise
        state["probes"] = self.probes
        state["read_to"] = now()
        return state


def seen_uids(folder):
    """The uids that answers and sinks of this folder named."""
    uids = set()
    for name in ("history.jsonl", "http-sink.jsonl", "worker.jsonl"):
        path = folder / name
        for line in path.read_text().splitlines() if path.exists() else ():
            entry = json.loads(line)
            if entry.get("run"):
                uids.add(entry["run"].rsplit("-", 1)[0])
            result = entry.get("result") or {}
            if entry.get("t") == "call" and not entry["kind"].startswith(("event.", "calendar.")) and result.get("uid"):
                uids.add(result["uid"])
    return uids
