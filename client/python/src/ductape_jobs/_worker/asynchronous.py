"""The worker of asyncio programs."""

from __future__ import annotations

from types import TracebackType

from ductape_jobs._worker.base import BaseWorker, check_window


class AsyncWorker(BaseWorker):
    """Executes the runs of events with a worker target, in an asyncio program.

    It takes runs while there is room, returns their results in batches as they come, sends
    heartbeats, passes cancels on, and when its stream breaks connects again after a growing wait
    and takes up its session: what it executes stays its own if it is back within 10 s, and results
    that were not acknowledged are sent again. A run may be delivered more than once: what must not
    happen twice is keyed by `Task.run_id`.

    Belongs to the event loop it is started on; `task` handlers on threads may use any thread-safe
    client. Logs to `ductape_jobs.worker`.
    """

    async def start(self) -> None:
        """Connects in the background. `run` does this and more."""
        self._make_core()

    async def run(self, *, drain_timeout: float = 30.0) -> None:
        """Works until it is drained or stopped; SIGINT and SIGTERM drain it, a second one stops it.

        Args:
            drain_timeout: How many seconds a signal gives the runs in hand to end.

        Raises:
            ApiError: The server refused it for good (UNAUTHENTICATED, INVALID_ARGUMENT ...).
        """
        await self._work(drain_timeout)

    async def wait(self) -> None:
        """Waits until it has ended. Raises an ApiError if the server refused it for good."""
        await self._running.wait()

    async def wait_connected(self, timeout: float = 10.0) -> bool:
        """Whether a stream stands and is welcomed; waits at most so many seconds for it."""
        return await self._running.wait_connected(timeout)

    async def drain(self, timeout: float = 30.0) -> bool:
        """Leaves in good order: takes no more runs, finishes and returns those in hand, and ends.

        Returns:
            False if that took longer than `timeout` seconds, and the worker was stopped.
        """
        return await self._running.drain(timeout)

    async def stop(self) -> None:
        """Ends at once: runs in hand are cancelled and given back, handlers are waited for."""
        await self._running.stop()

    def set_max_in_flight(self, max_in_flight: int) -> None:
        """Changes the window, 0 to 100,000. 0: no runs for now. Runs in hand are kept."""
        self._running.set_max_in_flight(check_window(max_in_flight))

    async def __aenter__(self) -> AsyncWorker:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.stop()
