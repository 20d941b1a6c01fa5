"""A worker's connection to the server, for as long as the worker lives."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import grpc

from ductape_jobs._channel import open_async_channel
from ductape_jobs._retry import backoff
from ductape_jobs._worker.executor import Executor
from ductape_jobs._worker.registry import Registry
from ductape_jobs._worker.session import Introduction, Session
from ductape_jobs._worker.stream_end import StreamEnd
from ductape_jobs._worker.task import STOPPED, Task
from ductape_jobs.errors import ApiError
from ductape_jobs.options import ClientOptions
from ductape_jobs.v1.worker_pb2 import Result, WorkRequest, WorkResponse
from ductape_jobs.v1.worker_pb2_grpc import WorkerServiceStub

# A server that is there answers a hello much sooner.
_HELLO_TIMEOUT = 20.0
# How long a stop waits for results to be acknowledged and the stream to end.
_STOP_FLUSH = 1.0
# A third of the lease, so that two heartbeats may be late.
_HEARTBEATS_PER_LEASE = 3
# Connecting again would only fail again.
_FOR_GOOD = frozenset(
    {
        grpc.StatusCode.INVALID_ARGUMENT,
        grpc.StatusCode.UNAUTHENTICATED,
        grpc.StatusCode.PERMISSION_DENIED,
        grpc.StatusCode.UNIMPLEMENTED,
    }
)
_STALE = "STALE_TOKEN"

_logger = logging.getLogger("ductape_jobs.worker")

Call = grpc.aio.StreamStreamCall


@dataclass(frozen=True, slots=True)
class WorkerOptions:
    """What a worker was told besides the client's options. See `Worker`."""

    name: str
    max_in_flight: int
    threads: int
    lease: float


class Core:
    """Connects, takes runs, returns results. All of it belongs to one event loop."""

    def __init__(self, client: ClientOptions, options: WorkerOptions, registry: Registry) -> None:
        self._client = client
        self._beat = options.lease / _HEARTBEATS_PER_LEASE
        introduction = Introduction(
            client.product, options.name, registry.queues, timedelta(seconds=options.lease)
        )
        self.session = Session(introduction, options.max_in_flight)
        self._executor = Executor(registry, options.threads, self._answered)
        self._channel = open_async_channel(client)
        self._stub = WorkerServiceStub(self._channel)
        self._connected = False
        self._wake = asyncio.Event()  # there may be something to write
        self._changed = asyncio.Event()  # set and renewed whenever somebody may wait for it
        self._main = asyncio.create_task(self._run())

    # --- for the worker ----------------------------------------------------------------------

    def set_max_in_flight(self, max_in_flight: int) -> None:
        """Changes the window."""
        self.session.max_in_flight = max_in_flight
        self._wake.set()

    async def wait(self) -> None:
        """Waits until the worker has ended; raises what the server refused it for."""
        await asyncio.wait([self._main])
        if not self._main.cancelled():
            await self._main

    async def wait_connected(self, timeout: float) -> bool:
        """Waits at most so many seconds for a welcome."""
        await self._until(lambda: self._connected or self._main.done(), timeout)
        return self._connected

    async def drain(self, timeout: float) -> bool:
        """Leaves in good order; False if that took longer, and the worker was stopped."""
        self.session.draining = True
        self._notify()
        done, _ = await asyncio.wait([self._main], timeout=timeout)
        in_order = bool(done) and not self._main.cancelled() and self._main.exception() is None
        await self.stop()
        return in_order

    async def stop(self) -> None:
        """Ends at once: gives back what is in hand, and waits for the handlers."""
        self.session.stopping = self.session.draining = True
        for task in self.session.tasks:
            self._executor.cancel(task, STOPPED)
        self._notify()
        await self._executor.close()
        # The writer closes the stream when everything is acknowledged, and the server ends it.
        await asyncio.wait([self._main], timeout=_STOP_FLUSH)
        self._main.cancel()
        await asyncio.wait([self._main])
        await self._channel.close()

    # --- streams -----------------------------------------------------------------------------

    async def _run(self) -> None:
        failures = 0
        while True:
            error = await self._serve_stream()
            failures = 1 if self._connected else failures + 1
            self._connected = False
            self._notify()
            if error is not None and error.code in _FOR_GOOD:
                for task in self.session.take_all():
                    self._executor.cancel(task, _STALE)
                raise error
            if error is not None and error.reason == "SESSION_REPLACED":
                self.session.session_id = ""  # another worker has this session: a new one, then
            if self._has_left():
                return
            asked = None if error is None else error.retry_after
            wait = backoff(self._client.retry, failures, asked, random.random())
            _logger.warning("the stream ended (%s); connecting in %.1f s", error or "OK", wait)
            if await self._until(self._has_left, wait):
                return

    def _has_left(self) -> bool:
        return self.session.draining and self.session.nothing_in_hand

    async def _serve_stream(self) -> ApiError | None:
        """Serves one stream to its end; None if that was OK."""
        call = self._stub.Work(metadata=self._client.call_metadata())
        end = StreamEnd(call)
        writer = None
        try:
            await call.write(self.session.hello())
            async with asyncio.timeout(_HELLO_TIMEOUT):
                response = await call.read()
            writer = asyncio.create_task(self._write(call))
            while isinstance(response, WorkResponse):
                self._take(response)
                response = await call.read()
        except TimeoutError:
            return ApiError(grpc.StatusCode.DEADLINE_EXCEEDED, "the server sent no welcome")
        except (grpc.RpcError, asyncio.InvalidStateError):
            pass  # the end says why
        finally:
            if writer is not None:
                writer.cancel()
                await asyncio.gather(writer, return_exceptions=True)
            if not call.done():
                call.cancel()
        return await end.error()

    async def _write(self, call: Call[WorkRequest, WorkResponse]) -> None:
        while True:
            self._wake.clear()
            request = self.session.next_request() if self._connected else None
            if request is not None:
                await call.write(request)
            elif self._connected and self.session.finished:
                await call.done_writing()
                return
            else:
                await self._await_wake()

    async def _await_wake(self) -> None:
        try:
            async with asyncio.timeout(self._beat):
                await self._wake.wait()
        except TimeoutError:
            self.session.heartbeat_due = True

    def _take(self, response: WorkResponse) -> None:
        kind = response.WhichOneof("message")
        if kind == "deliveries":
            for task in self.session.deliver(response.deliveries):
                self._executor.start(task)
        elif kind == "acks":
            self.session.book.acknowledge(response.acks.acked_through)
            self._log_refused(response)
        elif kind == "cancels":
            for task in self.session.to_cancel(response.cancels):
                self._executor.cancel(task, response.cancels.reason)
        elif kind == "welcome":
            for task in self.session.welcome(response.welcome):
                self._executor.cancel(task, _STALE)
            self._connected = True
            _logger.info("connected to %s", self._client.address)
            self._notify()
        # A drain is told by the end of the stream; what is not known is for later clients.
        self._wake.set()

    def _log_refused(self, response: WorkResponse) -> None:
        for refused in response.acks.refused:
            _logger.info("the result of run %s was refused: %s", refused.run.run_id, refused.reason)

    # --- within ------------------------------------------------------------------------------

    def _answered(self, task: Task, result: Result) -> None:
        if self.session.answer(task, result):
            self._wake.set()

    def _notify(self) -> None:
        self._wake.set()
        self._changed.set()
        self._changed = asyncio.Event()

    async def _until(self, holds: Callable[[], bool], timeout: float) -> bool:
        """Waits at most so many seconds until it holds, and tells whether it does."""
        try:
            async with asyncio.timeout(timeout):
                while not holds():
                    await self._changed.wait()
        except TimeoutError:
            pass
        return holds()
