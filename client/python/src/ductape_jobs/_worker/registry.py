"""Which handler executes which runs."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, TypeAlias

from ductape_jobs._worker.task import Task, event_name
from ductape_jobs.v1.event_pb2 import Event
from ductape_jobs.v1.worker_pb2 import Delivery

Handler: TypeAlias = Callable[[Task], Any]

_TYPES = frozenset(Event.Type.keys()) - {"TYPE_UNSPECIFIED"}


class Registry:
    """Handlers by event. A delivery names its event and not its queue."""

    def __init__(self) -> None:
        self._by_event: dict[str, Handler] = {}
        self._for_others: Handler | None = None
        self._queues: dict[str, None] = {}
        self._found: dict[tuple[int, str], Handler | None] = {}

    @property
    def queues(self) -> tuple[str, ...]:
        """The queues to serve."""
        return tuple(self._queues)

    def add(self, handler: Handler, event: str, queue: str) -> None:
        """Registers a handler; see `Worker.task` for arguments and errors."""
        if not event and not queue:
            raise ValueError("name the event, such as FUNCTION/send_report, or a queue")
        if event:
            kind, _, tag = event.partition("/")
            if kind not in _TYPES or not tag:
                raise ValueError(f"{event!r} is not TYPE/TAG with a type of {sorted(_TYPES)}")
            if self._by_event.setdefault(event, handler) is not handler:
                raise ValueError(f"{event} has a handler already")
        elif self._for_others not in (None, handler):
            raise ValueError("one handler takes what has none of its own, whatever the queue")
        else:
            self._for_others = handler
        self._queues[queue or event] = None
        self._found.clear()

    def find(self, delivery: Delivery) -> Handler | None:
        """The handler of a delivery, None if there is none."""
        key = (delivery.event_type, delivery.event_tag)
        if key not in self._found:
            self._found[key] = self._by_event.get(event_name(delivery), self._for_others)
        return self._found[key]


def is_async(handler: Handler) -> bool:
    """Whether calling it makes a coroutine."""
    call = type(handler).__call__
    return inspect.iscoroutinefunction(handler) or inspect.iscoroutinefunction(call)
