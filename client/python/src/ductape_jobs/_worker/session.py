"""What a worker holds over the streams that carry it: tasks in hand and results owed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from ductape_jobs._worker import outcome
from ductape_jobs._worker.results import ResultBook
from ductape_jobs._worker.task import Task
from ductape_jobs.v1.worker_pb2 import (
    Cancels,
    Deliveries,
    Hello,
    Result,
    RunRef,
    Welcome,
    WorkRequest,
)

# Of the 1 MiB that the server receives at most. The rest of a hello takes up to 100 KiB: it is
# mostly the names of 100 queues.
MAX_IN_FLIGHT_BYTES = 900 * 1024
# What an element takes beside its own bytes: a tag and a length.
_HEAD_BYTES = 2

Ref = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Introduction:
    """What a worker says of itself in each hello."""

    product: str
    name: str
    queues: tuple[str, ...]
    lease: timedelta


def ref_of(run: RunRef) -> Ref:
    """A delivery: run id and token."""
    return run.run_id, run.token


class Session:
    """Takes what the server says and tells what to answer. No I/O, no clock; not thread-safe."""

    def __init__(self, introduction: Introduction, max_in_flight: int) -> None:
        self.session_id = ""
        self.max_in_flight = max_in_flight
        self.draining = False
        self.stopping = False
        self.heartbeat_due = False
        self.book = ResultBook()
        self._introduction = introduction
        self._tasks: dict[Ref, Task] = {}
        self._drain_sent = False
        self._window_sent = 0

    @property
    def tasks(self) -> list[Task]:
        """Those in hand."""
        return list(self._tasks.values())

    @property
    def in_flight(self) -> int:
        """How many tasks are in hand."""
        return len(self._tasks)

    @property
    def nothing_in_hand(self) -> bool:
        """Whether neither a task nor a result is left."""
        return not self._tasks and self.book.empty

    @property
    def finished(self) -> bool:
        """Whether the stream may be closed: the server knows that we leave, and has everything."""
        return self._drain_sent and self.nothing_in_hand

    def hello(self) -> WorkRequest:
        """Begins a new stream."""
        self.book.restart()
        self.heartbeat_due = self._drain_sent = False
        self._window_sent = max(self.max_in_flight, 1)
        request = WorkRequest()
        hello = request.hello
        hello.product = self._introduction.product
        hello.worker = self._introduction.name
        hello.session_id = self.session_id
        hello.queues.extend(self._introduction.queues)
        hello.max_in_flight = self._window_sent
        hello.lease.FromTimedelta(self._introduction.lease)
        self._name_in_flight(hello)
        return request

    def _name_in_flight(self, hello: Hello) -> None:
        """Names what is done but not acknowledged, and what is executed.

        Else the server would deliver it again. The first before the second, should there be too
        much for a message: done is worth more than begun. What is not named is not ours any more;
        the welcome tells us so.
        """
        room = MAX_IN_FLIGHT_BYTES
        for run in (*self.book.runs(), *(task.delivery.run for task in self._tasks.values())):
            room -= run.ByteSize() + _HEAD_BYTES
            if room < 0:
                return
            hello.in_flight.append(run)

    def welcome(self, welcome: Welcome) -> list[Task]:
        """The stream stands. Returns the tasks that are no longer ours."""
        self.session_id = welcome.session_id
        kept = {ref_of(run) for run in welcome.kept}
        lost = [task for ref, task in self._tasks.items() if ref not in kept]
        self._tasks = {ref: task for ref, task in self._tasks.items() if ref in kept}
        self.book.keep(lambda run: ref_of(run) in kept)
        return lost

    def deliver(self, deliveries: Deliveries) -> list[Task]:
        """Returns the tasks to execute."""
        tasks = []
        for delivery in deliveries.deliveries:
            task = Task(delivery)
            self._tasks[ref_of(delivery.run)] = task
            if self.stopping:
                self.answer(task, outcome.released())
            else:
                tasks.append(task)
        return tasks

    def to_cancel(self, cancels: Cancels) -> list[Task]:
        """The tasks in hand that the server wants stopped."""
        found: Iterable[Task | None] = (self._tasks.get(ref_of(run)) for run in cancels.runs)
        return [task for task in found if task is not None]

    def answer(self, task: Task, result: Result) -> bool:
        """Takes the result of a task. False if it is not in hand any more: it is another's now."""
        run = task.delivery.run
        if self._tasks.pop(ref_of(run), None) is None:
            return False
        result.run.CopyFrom(run)
        self.book.add(result)
        return True

    def take_all(self) -> list[Task]:
        """Lets go of all tasks; their results will not be wanted."""
        tasks = self.tasks
        self._tasks.clear()
        return tasks

    def next_request(self) -> WorkRequest | None:
        """The next thing to say, None if there is nothing."""
        request = WorkRequest()
        if self.draining and not self._drain_sent:
            # Before results: what they make room for would be delivered to this worker again.
            self._drain_sent = True
            request.drain.SetInParent()
        elif self.book.has_unsent:
            request = self.book.next()
        elif self._window_sent != self.max_in_flight:
            self._window_sent = self.max_in_flight
            request.window.max_in_flight = self.max_in_flight
            request.window.SetInParent()
        elif self.heartbeat_due:
            request.heartbeat.SetInParent()
        else:
            return None
        self.heartbeat_due = False
        return request
