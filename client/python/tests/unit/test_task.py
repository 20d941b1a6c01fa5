import threading
from datetime import UTC, datetime

import pytest

from ductape_jobs import Event, Run, Task, TaskCancelledError
from ductape_jobs.v1 import Delivery, RunRef

WHEN = datetime(2027, 3, 28, 1, 2, 3, 4000, UTC)


def task() -> Task:
    return Task(
        Delivery(
            run=RunRef(run_id="0000000000208-17", token=(7 << 32) + 1),
            number=17,
            attempt=2,
            job_tag="report",
            job_name="Report",
            event_type=Event.FUNCTION,
            event_tag="send",
            scheduled_time=WHEN,
            deadline=WHEN,
            input=b'{"to": ["x"]}',
            env="prd",
            traceparent="00-a-b-01",
            trigger=Run.MANUAL,
        )
    )


def test_a_task_shows_what_was_delivered() -> None:
    it = task()
    assert (it.run_id, it.token, it.number, it.attempt) == (
        "0000000000208-17",
        (7 << 32) + 1,
        17,
        2,
    )
    assert (it.job_tag, it.job_name, it.event) == ("report", "Report", "FUNCTION/send")
    assert (it.event_type, it.event_tag) == (Event.FUNCTION, "send")
    assert (it.scheduled_time, it.deadline) == (WHEN, WHEN)
    assert (it.input, it.env, it.traceparent) == ({"to": ["x"]}, "prd", "00-a-b-01")
    assert it.trigger == Run.MANUAL
    assert "0000000000208-17" in repr(it)
    assert Task(Delivery()).input is None


def test_a_task_is_cancelled_once() -> None:
    it = task()
    it.raise_if_cancelled()
    assert not it.wait_cancelled(0)
    assert (it.cancelled, it.cancel_reason) == (False, "")
    it._cancel("TIMEOUT")
    it._cancel("REQUESTED")
    assert (it.cancelled, it.cancel_reason) == (True, "TIMEOUT")
    assert it.wait_cancelled(0)
    with pytest.raises(TaskCancelledError):
        it.raise_if_cancelled()


def test_a_thread_that_waits_is_woken() -> None:
    it = task()
    woken: list[bool] = []
    thread = threading.Thread(target=lambda: woken.append(it.wait_cancelled(30)))
    thread.start()
    it._cancel("REQUESTED")
    thread.join(30)
    assert woken == [True]


def test_what_stops_a_task_is_called_whenever_it_was_asked_for() -> None:
    it = task()
    called: list[int] = []

    def broken() -> None:
        raise RuntimeError

    it.on_cancel(broken)
    it.on_cancel(lambda: called.append(1))
    assert called == []
    it._cancel("REQUESTED")
    it.on_cancel(lambda: called.append(2))
    assert called == [1, 2]
