"""Executes tasks: coroutines on the event loop, other handlers on threads."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections import deque
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from ductape_jobs._worker import outcome
from ductape_jobs._worker.registry import Handler, Registry, is_async
from ductape_jobs._worker.task import STOPPED, Task
from ductape_jobs._worker.threads import Threads
from ductape_jobs.v1.worker_pb2 import Result

_logger = logging.getLogger("ductape_jobs.worker")


class Executor:
    """Belongs to the event loop that runs when it is made.

    `answer` is called there, once for each task.
    """

    def __init__(
        self, registry: Registry, threads: int, answer: Callable[[Task, Result], None]
    ) -> None:
        self._registry = registry
        self._answer = answer
        self._loop = asyncio.get_running_loop()
        self._threads = Threads(threads)
        self._async: dict[Handler, bool] = {}
        self._open: dict[Task, asyncio.Task[object] | None] = {}
        self._idle = asyncio.Event()
        self._idle.set()
        # What threads have done, until the loop takes it: many at once where they are fast.
        self._done: deque[tuple[Task, Result]] = deque()
        self._told = False

    def start(self, task: Task) -> None:
        """Begins a task, or queues it for a thread."""
        handler = self._registry.find(task.delivery)
        if handler is None:
            text = f"the worker has no handler for {task.event}"
            self._answer(task, outcome.failed(outcome.DoNotRetryError(text, code="NO_HANDLER")))
            return
        self._idle.clear()
        if self._is_async(handler):
            running = self._begin(handler(task))
            self._open[task] = running
            if running.done():
                self._ended(task, running)
            else:
                running.add_done_callback(partial(self._ended, task))
        else:
            self._open[task] = None
            self._threads.run(partial(self._run_on_thread, handler, task))

    def cancel(self, task: Task, reason: str) -> None:
        """Asks a task to stop. The first reason counts."""
        if task.cancelled:
            return
        task._cancel(reason)
        running = self._open.get(task)
        if running is not None:
            running.cancel()

    async def close(self) -> None:
        """Waits until all tasks have ended, and lets the threads go."""
        await self._idle.wait()
        self._threads.close()

    def _begin(self, handling: Coroutine[Any, Any, object]) -> asyncio.Task[object]:
        if sys.version_info >= (3, 12):
            # One that never waits is done at once.
            return asyncio.Task(handling, loop=self._loop, eager_start=True)
        return self._loop.create_task(handling)

    def _is_async(self, handler: Handler) -> bool:
        known = self._async.get(handler)
        if known is None:
            known = self._async[handler] = is_async(handler)
        return known

    def _ended(self, task: Task, running: asyncio.Task[object]) -> None:
        if running.cancelled():
            self._finish(task, result_of_error(task, asyncio.CancelledError()))
        elif (error := running.exception()) is not None:
            self._finish(task, result_of_error(task, error))
        else:
            self._finish(task, result_of_value(task, running.result()))

    def _run_on_thread(self, handler: Handler, task: Task) -> None:
        try:
            task.raise_if_cancelled()  # while it waited for its turn
            result = result_of_value(task, handler(task))
        except BaseException as error:
            result = result_of_error(task, error)
        self._done.append((task, result))
        if not self._told:
            self._told = True
            self._loop.call_soon_threadsafe(self._take_done)

    def _take_done(self) -> None:
        self._told = False  # first: what comes from now on is told again
        while self._done:
            self._finish(*self._done.popleft())

    def _finish(self, task: Task, result: Result) -> None:
        del self._open[task]
        if not self._open:
            self._idle.set()
        self._answer(task, result)


def result_of_value(task: Task, value: object) -> Result:
    """The result of a handler that returned."""
    try:
        return outcome.completed(value)
    except Exception as error:
        return result_of_error(task, error)


def result_of_error(task: Task, error: BaseException) -> Result:
    """The result of a handler that raised."""
    if isinstance(error, outcome.TaskReleasedError):
        return outcome.released()
    stopped_itself = isinstance(error, outcome.TaskCancelledError)
    if stopped_itself or (isinstance(error, asyncio.CancelledError) and task.cancelled):
        # A run that only its worker was asked to stop is given back: it would end CANCELLED, and
        # nobody wanted that.
        return outcome.released() if task.cancel_reason == STOPPED else outcome.cancelled()
    if isinstance(error, outcome.TaskError):
        _logger.info("run %s failed: %s: %s", task.run_id, error.code, error.message)
    else:
        _logger.error("run %s of %s failed", task.run_id, task.job_tag, exc_info=error)
    return outcome.failed(error)
