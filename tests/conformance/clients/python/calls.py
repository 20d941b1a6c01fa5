"""The API's methods by name, as users of the package call them.

Each takes a client, blocking or asyncio, and the request as JSON. What an asyncio client gives is
awaited by who calls; see `runner.py`.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from google.protobuf.json_format import ParseDict

from ductape_jobs import ApiError, Calendar, Connection, Event, Job, OverlapPolicy, v1

Json = dict[str, Any]


def _job(request: Json) -> Job:
    return ParseDict(request["job"], Job())


def _event(request: Json) -> Event:
    return ParseDict(request["event"], Event())


def _calendar(request: Json) -> Calendar:
    return ParseDict(request["calendar"], Calendar())


def _connection(request: Json) -> Connection:
    return ParseDict(request["connection"], Connection())


def _time(request: Json, name: str) -> datetime | None:
    return datetime.fromisoformat(request[name]).astimezone(UTC) if name in request else None


def _options(request: Json, *names: str) -> Json:
    """The members that are keyword arguments of the same name."""
    return {name: request[name] for name in names if name in request}


def _update_options(request: Json) -> Json:
    options = _options(request, "allow_missing", "request_id", "validate_only")
    if "update_mask" in request:
        options["mask"] = request["update_mask"].split(",")
    return options


def _run_options(request: Json) -> Json:
    options = _options(request, "input", "request_id")
    if "overlap" in request:
        options["overlap"] = ParseDict(request["overlap"], OverlapPolicy())
    return options


def _list_jobs_options(request: Json) -> Json:
    return {"full": request.get("view") == "FULL", **_options(request, "page_size", "page_token")}


def _create_many(client: Any, request: Json) -> Any:
    items = [ParseDict(it, v1.CreateJobRequest()) for it in request["requests"]]
    return client.jobs.create_many(items)


def _backfill(client: Any, request: Json) -> Any:
    start, end = _time(request, "start_time"), _time(request, "end_time")
    return client.jobs.backfill(request["tag"], start, end, **_options(request, "request_id"))


def _preview(client: Any, request: Json) -> Any:
    source = _job(request) if "job" in request else request["tag"]
    times = {name: _time(request, name) for name in ("from_time", "to_time")}
    return client.jobs.preview(source, **times, **_options(request, "count", "previous"))


def _by_tag(method: str, *options: str) -> Callable[[Any, Json], Any]:
    def call(client: Any, request: Json) -> Any:
        return getattr(client.jobs, method)(request["tag"], **_options(request, *options))

    return call


_CREATE = ("request_id", "validate_only")
_DELETE = ("etag", "force", "allow_missing", "request_id")
_PAGE = ("page_size", "page_token")

CALLS: dict[str, Callable[[Any, Json], Any]] = {
    "GetServerInfo": lambda c, r: c.server_info(),
    "CreateJob": lambda c, r: c.jobs.create(_job(r), **_options(r, *_CREATE)),
    "GetJob": _by_tag("get"),
    "ListJobs": lambda c, r: c.jobs.list_page(**_list_jobs_options(r)),
    "UpdateJob": lambda c, r: c.jobs.update(_job(r), **_update_options(r)),
    "DeleteJob": _by_tag("delete", "etag", "allow_missing", "request_id"),
    "PauseJob": _by_tag("pause", "note", "cancel_active", "etag", "request_id"),
    "ResumeJob": _by_tag("resume", "catch_up", "etag", "request_id"),
    "RunJob": lambda c, r: c.jobs.run(r["tag"], **_run_options(r)),
    "SkipOccurrence": lambda c, r: c.jobs.skip(
        r["tag"], _time(r, "scheduled_time"), **_options(r, "undo", "request_id")
    ),
    "BackfillJob": _backfill,
    "PreviewSchedule": _preview,
    "BatchCreateJobs": _create_many,
    "GetRun": lambda c, r: c.runs.get(r["run_id"]),
    "ListRuns": lambda c, r: c.runs.list_page(**_options(r, "tag", "job_uid", *_PAGE)),
    "CancelRun": lambda c, r: c.runs.cancel(r["run_id"], **_options(r, "reason", "request_id")),
    "CreateEvent": lambda c, r: c.events.create(_event(r), **_options(r, *_CREATE)),
    "GetEvent": lambda c, r: c.events.get(Event.Type.Value(r["event_type"]), r["tag"]),
    "ListEvents": lambda c, r: c.events.list_page(**_options(r, *_PAGE)),
    "UpdateEvent": lambda c, r: c.events.update(_event(r), **_update_options(r)),
    "DeleteEvent": lambda c, r: c.events.delete(
        Event.Type.Value(r["event_type"]), r["tag"], **_options(r, *_DELETE)
    ),
    "TestEvent": lambda c, r: c.events.test(ParseDict(r, v1.TestEventRequest())),
    "CreateCalendar": lambda c, r: c.calendars.create(_calendar(r), **_options(r, *_CREATE)),
    "GetCalendar": lambda c, r: c.calendars.get(r["tag"]),
    "ListCalendars": lambda c, r: c.calendars.list_page(**_options(r, *_PAGE)),
    "UpdateCalendar": lambda c, r: c.calendars.update(_calendar(r), **_update_options(r)),
    "DeleteCalendar": lambda c, r: c.calendars.delete(r["tag"], **_options(r, *_DELETE)),
    "CreateConnection": lambda c, r: c.connections.create(_connection(r), **_options(r, *_CREATE)),
    "GetConnection": lambda c, r: c.connections.get(r["tag"]),
    "TestConnection": lambda c, r: c.connections.test(ParseDict(r, v1.TestConnectionRequest())),
    "ListConnections": lambda c, r: c.connections.list_page(**_options(r, *_PAGE)),
    "UpdateConnection": lambda c, r: c.connections.update(_connection(r), **_update_options(r)),
    "DeleteConnection": lambda c, r: c.connections.delete(r["tag"], **_options(r, *_DELETE)),
}

LISTS: dict[str, Callable[[Any, Json], Any]] = {
    "ListJobs": lambda c, r: c.jobs.list(**_list_jobs_options(r)),
    "ListRuns": lambda c, r: c.runs.list(**_options(r, "tag", "job_uid", "page_size")),
    "ListEvents": lambda c, r: c.events.list(**_options(r, "page_size")),
    "ListCalendars": lambda c, r: c.calendars.list(**_options(r, "page_size")),
    "ListConnections": lambda c, r: c.connections.list(**_options(r, "page_size")),
}


def batch_as_answer(results: list[Job | ApiError], to_json: Callable[[Job], Json]) -> Json:
    """The answer of BatchCreateJobs, of what `create_many` returns."""
    return {
        "results": [
            {"error": {"code": it.code.value[0], "message": it.message}}
            if isinstance(it, ApiError)
            else {"job": to_json(it)}
            for it in results
        ]
    }
