"""What the scenario's workers do, once for threads and once for coroutines."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ductape_jobs import DoNotRetryError, Event, Task, TaskError

_PATIENCE = 30.0
_TICK = 0.01


class Notes:
    """What handlers have seen, and the latches they wait for. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: list[dict[str, Any]] = []
        self._open: set[str] = set()

    def add(self, task: Task) -> dict[str, Any]:
        note = {
            "run_id": task.run_id,
            "job_tag": task.job_tag,
            "job_name": task.job_name,
            "number": task.number,
            "attempt": task.attempt,
            "event_type": Event.Type.Name(task.event_type),
            "event_tag": task.event_tag,
            "env": task.env,
            "scheduled_time": task.scheduled_time.isoformat(),
            "token": task.token,
            "input": task.input,
            "cancelled": None,
        }
        with self._lock:
            self._seen.append(note)
        return note

    def of_run(self, run_id: str) -> list[dict[str, Any]]:
        with self._lock:
            return [dict(note) for note in self._seen if note["run_id"] == run_id]

    def release(self, latch: str) -> None:
        self._open.add(latch)

    def is_open(self, latch: str) -> bool:
        return latch in self._open


def _at_once(task: Task, wanted: dict[str, Any]) -> str:
    """Those that wait for nothing."""
    match wanted.get("do", "describe"):
        case "describe":
            return f"{task.run_id} {task.job_tag} {task.number} {task.attempt}"
        case "complete":
            return str(wanted["output"])
        case "fail" if not wanted.get("retryable", True):
            raise DoNotRetryError(wanted["message"], code=wanted["code"])
        case "fail_until" if task.attempt >= wanted["attempt"]:
            return f"attempt {task.attempt}"
        case "fail" | "fail_until":
            raise TaskError(wanted["message"], code=wanted["code"], retryable=True)
        case "throw":
            raise RuntimeError(wanted["message"])
        case other:
            raise DoNotRetryError(f"what is {other}?", code="UNKNOWN_TASK")


def _done_waiting(notes: Notes, wanted: dict[str, Any]) -> Callable[[], bool]:
    until = time.monotonic() + _PATIENCE
    latch = wanted.get("latch")
    return lambda: time.monotonic() > until or (latch is not None and notes.is_open(latch))


def _waits(wanted: dict[str, Any]) -> bool:
    return wanted.get("do") in ("wait_cancel", "hold")


def on_thread(notes: Notes) -> Callable[[Task], str]:
    def handle(task: Task) -> str:
        note, wanted = notes.add(task), task.input or {}
        if not _waits(wanted):
            return _at_once(task, wanted)
        done = _done_waiting(notes, wanted)
        while not done():
            if task.wait_cancelled(_TICK):
                note["cancelled"] = task.cancel_reason
                task.raise_if_cancelled()
        return "held"

    return handle


@contextmanager
def _noting(task: Task, note: dict[str, Any]) -> Iterator[None]:
    try:
        yield
    except asyncio.CancelledError:
        note["cancelled"] = task.cancel_reason
        raise


def as_coroutine(notes: Notes) -> Callable[[Task], Any]:
    async def handle(task: Task) -> str:
        note, wanted = notes.add(task), task.input or {}
        if not _waits(wanted):
            return _at_once(task, wanted)
        done = _done_waiting(notes, wanted)
        with _noting(task, note):
            while not done():
                await asyncio.sleep(_TICK)
        return "held"

    return handle
