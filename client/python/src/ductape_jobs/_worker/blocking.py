"""The worker of programs without an event loop."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import threading
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, TypeVar

from ductape_jobs._worker.base import BaseWorker, check_window

_T = TypeVar("_T")


class Worker(BaseWorker):
    """Executes the runs of events with a worker target.

    As `AsyncWorker`, for programs without an event loop: `run` takes the calling thread for it,
    `start` one of its own. Handlers may be coroutine functions all the same. Thread-safe once it is
    started.
    """

    _loop: asyncio.AbstractEventLoop
    _left: asyncio.Event
    _thread: threading.Thread | None = None

    def run(self, *, drain_timeout: float = 30.0) -> None:
        """Works until SIGINT or SIGTERM, which drain it; a second one stops it.

        Args:
            drain_timeout: How many seconds a signal gives the runs in hand to end.

        Raises:
            ApiError: The server refused it for good (UNAUTHENTICATED, INVALID_ARGUMENT ...).
        """
        asyncio.run(self._work(drain_timeout))

    def start(self) -> None:
        """Works in the background, on a thread of its own, until `drain` or `stop`."""
        started: concurrent.futures.Future[None] = concurrent.futures.Future()
        thread = threading.Thread(
            target=lambda: asyncio.run(self._serve(started)), name="ductape-jobs-loop", daemon=True
        )
        thread.start()
        started.result()
        self._thread = thread

    async def _serve(self, started: concurrent.futures.Future[None]) -> None:
        try:
            self._make_core()
        except BaseException as error:
            started.set_exception(error)
            return
        self._loop = asyncio.get_running_loop()
        self._left = asyncio.Event()
        started.set_result(None)
        await self._left.wait()

    def _on_loop(self, coroutine: Coroutine[Any, Any, _T]) -> _T:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    def _leave(self, ending: Coroutine[Any, Any, _T]) -> _T:
        """Ends the worker, then the thread."""
        result = self._on_loop(ending)
        thread, self._thread = self._thread, None
        self._loop.call_soon_threadsafe(self._left.set)
        if thread is not None:
            thread.join()
        return result

    def wait(self) -> None:
        """Waits until it has ended. Raises an ApiError if the server refused it for good."""
        core = self._running
        if self._thread is not None:
            with contextlib.suppress(concurrent.futures.CancelledError):  # the thread has ended
                self._on_loop(core.wait())

    def wait_connected(self, timeout: float = 10.0) -> bool:
        """Whether a stream stands and is welcomed; waits at most so many seconds for it."""
        return self._on_loop(self._running.wait_connected(timeout))

    def drain(self, timeout: float = 30.0) -> bool:
        """Leaves in good order: takes no more runs, finishes and returns those in hand, and ends.

        Not from a handler.

        Returns:
            False if that took longer than `timeout` seconds, and the worker was stopped.
        """
        return self._leave(self._running.drain(timeout))

    def stop(self) -> None:
        """Ends at once: runs in hand are cancelled and given back, handlers are waited for.

        Not from a handler. Does nothing if it has ended.
        """
        if self._thread is not None:
            self._leave(self._running.stop())

    def set_max_in_flight(self, max_in_flight: int) -> None:
        """Changes the window, 0 to 100,000. 0: no runs for now. Runs in hand are kept."""
        window = check_window(max_in_flight)
        self._loop.call_soon_threadsafe(self._running.set_max_in_flight, window)

    def __enter__(self) -> Worker:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()
