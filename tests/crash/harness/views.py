"""Jobs, runs, events and calendars as the plain values that the logs hold. Times are milliseconds, None where unset."""

from ductape.jobs.v1 import calendar_pb2, event_pb2, job_pb2, run_pb2


def millis(message, field):
    if not message.HasField(field):
        return None
    time = getattr(message, field)
    return time.seconds * 1000 + -(-time.nanos // 1_000_000)


def dst_view(policy):
    """(gap, fold) by name, with what stands for unset."""
    gap = job_pb2.DstPolicy.Gap.Name(policy.gap or job_pb2.DstPolicy.RUN_AFTER)
    fold = job_pb2.DstPolicy.Fold.Name(policy.fold or job_pb2.DstPolicy.FIRST)
    return [gap, fold]


def times_view(times):
    return sorted(t.seconds * 1000 + t.nanos // 1_000_000 for t in times)


def backfill_view(job):
    """The backfill under way, None if there is none."""
    if not job.HasField("backfill"):
        return None
    backfill = job.backfill
    return {
        "start": millis(backfill, "start_time"),
        "end": millis(backfill, "end_time"),
        "total": backfill.total,
        "created": backfill.created,
        "last": millis(backfill, "last_scheduled_time"),
    }


def job_view(job):
    return {
        "tag": job.tag,
        "uid": job.uid,
        "name": job.name,
        "generation": job.generation,
        "etag": job.etag,
        "state": job_pb2.Job.State.Name(job.state),
        "state_reason": job.state_reason,
        "executions": job.executions,
        "interval": job.intervals if job.WhichOneof("timing") == "intervals" else 0,
        "times": times_view(job.times.at),
        "cron": job.cron,
        "rule": job.rule,
        "zone": job.time_zone,
        "dst": dst_view(job.dst_policy),
        "jitter": job.jitter.seconds * 1000 + job.jitter.nanos // 1_000_000,
        "exclude": times_view(job.exclude),
        "calendars": list(job.exclude_calendars),
        "conditions": [condition.type for condition in job.conditions],
        "mode": "FIXED_DELAY" if job.interval_mode == job_pb2.Job.FIXED_DELAY else "FIXED_RATE",
        "start": millis(job, "start_time"),
        "end": millis(job, "end_time"),
        "history_limit": job.history_limit if job.HasField("history_limit") else 100,
        "execution_count": job.execution_count,
        "stats": {
            "completed": job.stats.completed,
            "failed": job.stats.failed,
            "cancelled": job.stats.cancelled,
            "skipped": job.stats.skipped,
            "missed": job.stats.missed,
            "retried": job.stats.retried,
        },
        "next": millis(job, "next_run_time"),
        "active": list(job.active_run_ids),
        "last_number": job.last_run.number,
        "overdue": job.overdue,
        "skipped": times_view(job.skipped_times),
        "backfill": backfill_view(job),
        "create": millis(job, "create_time"),
        "update": millis(job, "update_time"),
    }


def run_view(run):
    return {
        "id": run.run_id,
        "tag": run.job_tag,
        "uid": run.job_uid,
        "number": run.number,
        "generation": run.generation,
        "state": run_pb2.Run.State.Name(run.state),
        "trigger": run_pb2.Run.Trigger.Name(run.trigger),
        "reason": run.reason,
        "count": run.count,
        "sched": millis(run, "scheduled_time"),
        "last": millis(run, "last_scheduled_time"),
        "due": millis(run, "due_time"),
        "create": millis(run, "create_time"),
        "start": millis(run, "start_time"),
        "end": millis(run, "end_time"),
        "attempt_count": run.attempt_count,
        "attempts": [{"attempt": a.attempt, "token": a.token, "code": a.error.code} for a in run.attempts],
        "error": run.error.code,
    }


def event_view(event):
    return {
        "tag": event.tag,
        "uid": event.uid,
        "name": event.name,
        "generation": event.generation,
        "etag": event.etag,
        "type": event_pb2.Event.Type.Name(event.event_type),
    }


def calendar_definition(calendar):
    """What decides the times that it covers."""
    return {
        "zone": calendar.time_zone,
        "dates": list(calendar.dates),
        "ranges": [[span.first_date, span.last_date] for span in calendar.date_ranges],
        "yearly": list(calendar.yearly_dates),
        "hours": [[list(hours.weekdays), hours.start, hours.end] for hours in calendar.weekly_hours],
        "icalendar": calendar.icalendar,
    }


def calendar_view(calendar):
    return {
        "tag": calendar.tag,
        "uid": calendar.uid,
        "name": calendar.name,
        "generation": calendar.generation,
        "etag": calendar.etag,
        "job_count": calendar.job_count,
        "calendar": calendar_definition(calendar),
    }


def view(message):
    """The view of whatever a call answered; None for an empty answer."""
    if isinstance(message, job_pb2.Job):
        return job_view(message)
    if isinstance(message, job_pb2.BackfillJobResponse):
        return job_view(message.job) | {"occurrences": message.occurrences}
    if isinstance(message, run_pb2.Run):
        return run_view(message)
    if isinstance(message, event_pb2.Event):
        return event_view(message)
    if isinstance(message, calendar_pb2.Calendar):
        return calendar_view(message)
    return None
