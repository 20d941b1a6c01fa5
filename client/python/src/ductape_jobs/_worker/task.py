"""One run to execute, as its handler sees it."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from ductape_jobs._worker.outcome import TaskCancelledError
from ductape_jobs.v1.event_pb2 import Event
from ductape_jobs.v1.run_pb2 import Run
from ductape_jobs.v1.worker_pb2 import Delivery

STOPPED = "STOPPED"
"""The reason with which a worker that stops cancels: its own, of which the server knows nothing."""

_logger = logging.getLogger("ductape_jobs.worker")


class Task:
    """One run to execute. A handler gets it; it may be read from any thread.

    The run may be delivered more than once, so what must not happen twice is keyed by `run_id`.
    """

    delivery: Delivery
    """What the server sent, whole."""

    def __init__(self, delivery: Delivery) -> None:
        self.delivery = delivery
        self._lock = threading.Lock()
        self._reason = ""
        self._stops: list[Callable[[], object]] = []
        self._stopped: threading.Event | None = None

    def __repr__(self) -> str:
        return f"<Task {self.run_id} of {self.job_tag}, attempt {self.attempt}>"

    @property
    def run_id(self) -> str:
        """The run's id, the same over attempts and restarts: the key for what must not be twice."""
        return self.delivery.run.run_id

    @property
    def token(self) -> int:
        """The fencing token: it rises with every delivery of this run."""
        return self.delivery.run.token

    @property
    def number(self) -> int:
        """The run's number within its job, from 1."""
        return self.delivery.number

    @property
    def attempt(self) -> int:
        """The attempt, from 1."""
        return self.delivery.attempt

    @property
    def job_tag(self) -> str:
        """The tag of the job."""
        return self.delivery.job_tag

    @property
    def job_name(self) -> str:
        """The display name of the job; may be empty."""
        return self.delivery.job_name

    @property
    def event(self) -> str:
        """Type and tag of the event, such as `FUNCTION/send_report`."""
        return event_name(self.delivery)

    @property
    def event_type(self) -> Event.Type.ValueType:
        """The type of the event, such as `Event.FUNCTION`."""
        return self.delivery.event_type

    @property
    def event_tag(self) -> str:
        """The tag of the event."""
        return self.delivery.event_tag

    @property
    def scheduled_time(self) -> datetime:
        """The nominal time of the occurrence in UTC; of a manual run the time of its call."""
        return self.delivery.scheduled_time.ToDatetime(UTC)

    @property
    def deadline(self) -> datetime:
        """When the attempt's timeout ends it, in UTC; the task is cancelled then."""
        return self.delivery.deadline.ToDatetime(UTC)

    @cached_property
    def input(self) -> Any:
        """The input of the run, read from JSON. None if the job has none."""
        return json.loads(self.delivery.input) if self.delivery.input else None

    @property
    def env(self) -> str:
        """The environment of the job, such as `prd`; may be empty."""
        return self.delivery.env

    @property
    def traceparent(self) -> str:
        """The W3C trace context of the run."""
        return self.delivery.traceparent

    @property
    def trigger(self) -> Run.Trigger.ValueType:
        """What made the run, such as `Run.SCHEDULE` or `Run.MANUAL`."""
        return self.delivery.trigger

    @property
    def cancelled(self) -> bool:
        """Whether the run is to be stopped: see `cancel_reason`."""
        return bool(self._reason)

    @property
    def cancel_reason(self) -> str:
        """Why it is to be stopped; empty if it is not.

        REQUESTED (somebody cancelled the run), DELETED (its job was deleted), TIMEOUT (the attempt
        took too long), STALE_TOKEN (the run is no longer this worker's), STOPPED (by the worker).
        """
        return self._reason

    def raise_if_cancelled(self) -> None:
        """Ends the handler of a run that is to be stopped.

        Raises:
            TaskCancelledError: It is.
        """
        if self._reason:
            raise TaskCancelledError(self._reason)

    def wait_cancelled(self, timeout: float | None = None) -> bool:
        """Waits at most `timeout` seconds for the run to be stopped; blocks the thread.

        A handler that is a coroutine needs none of this: it is cancelled where it awaits.

        Returns:
            Whether it is to be stopped.
        """
        with self._lock:
            if self._reason:
                return True
            if self._stopped is None:
                self._stopped = threading.Event()
        return self._stopped.wait(timeout)

    def on_cancel(self, stop: Callable[[], object]) -> None:
        """Calls `stop` when the run is to be stopped, at once if it is already.

        It is called on the worker's event loop, which it must not block. What it raises is logged.
        """
        with self._lock:
            if not self._reason:
                self._stops.append(stop)
                return
        stop()

    def _cancel(self, reason: str) -> None:
        with self._lock:
            if self._reason:
                return
            self._reason = reason or "CANCELLED"
            stops, self._stops = self._stops, []
            if self._stopped is not None:
                self._stopped.set()
        for stop in stops:
            try:
                stop()
            except Exception:
                _logger.exception("what was to stop run %s failed", self.run_id)


def event_name(delivery: Delivery) -> str:
    """Type and tag of the delivery's event; of a type that is not known here its number."""
    kind = delivery.event_type
    known = kind in Event.Type.values()
    return f"{Event.Type.Name(kind) if known else int(kind)}/{delivery.event_tag}"
