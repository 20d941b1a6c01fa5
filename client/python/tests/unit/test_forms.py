import inspect
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.protobuf.json_format import MessageToDict

import ductape_jobs as api
from ductape_jobs import Job, Times
from ductape_jobs._worker.base import BaseWorker

PAIRS = [
    (api.Client, api.AsyncClient),
    (api.Jobs, api.AsyncJobs),
    (api.Runs, api.AsyncRuns),
    (api.Events, api.AsyncEvents),
    (api.Calendars, api.AsyncCalendars),
    (api.Connections, api.AsyncConnections),
    (api.Worker, api.AsyncWorker),
]


def public(of: type) -> dict[str, Callable[..., Any]]:
    members = inspect.getmembers(of, inspect.isfunction)
    return {name: it for name, it in members if not name.startswith("_")}


@pytest.mark.parametrize(("blocking", "other"), PAIRS)
def test_both_forms_have_the_same_methods(blocking: type, other: type) -> None:
    ours, theirs = public(blocking), public(other)
    assert set(ours) == set(theirs)
    for name, method in ours.items():
        ours_takes = inspect.signature(method).parameters
        assert list(ours_takes) == list(inspect.signature(theirs[name]).parameters)
        assert not inspect.iscoroutinefunction(method)


@pytest.mark.parametrize("kind", [it for pair in PAIRS for it in pair] + [BaseWorker])
def test_all_that_is_public_is_explained(kind: type) -> None:
    assert kind.__doc__
    for name, method in public(kind).items():
        assert method.__doc__, name


def test_all_that_is_exported_is_there() -> None:
    assert sorted(set(api.__all__)) == sorted(api.__all__)
    for name in api.__all__:
        assert hasattr(api, name)


def test_messages_take_the_language_s_own_values() -> None:
    when = datetime(2027, 1, 1, tzinfo=UTC)
    given = {"a": {"b": [1, None]}}
    job = Job(start_time=when, jitter=timedelta(seconds=1.5), input=given, times=Times(at=[when]))
    assert job.start_time.ToDatetime(UTC) == when
    assert job.jitter.ToMilliseconds() == 1500
    assert MessageToDict(job.input) == given
    assert job.times.at[0] == job.start_time
