"""What both kinds of worker are told, and how they begin and end."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from ductape_jobs._worker.core import Core, WorkerOptions
from ductape_jobs._worker.registry import Handler, Registry
from ductape_jobs.options import ClientOptions, Retry, Tls, default_address

# As the server's; see Hello in the protos.
_MAX_IN_FLIGHT = 100_000
_MIN_LEASE, _MAX_LEASE = 1.0, 3600.0
_MOST_THREADS = 32

_H = TypeVar("_H", bound=Handler)


class BaseWorker:
    """Not to be made by itself: see `Worker` and `AsyncWorker`."""

    def __init__(
        self,
        address: str | None = None,
        *,
        name: str | None = None,
        max_in_flight: int = 100,
        threads: int | None = None,
        lease: float = 30.0,
        product: str = "",
        tls: Tls | None = None,
        token: str = "",
        retry: Retry | None = None,
        metadata: Sequence[tuple[str, str]] = (),
        user_agent: str = "",
    ) -> None:
        """Makes a worker; it connects when it is started.

        Args:
            address: As a client's. None: `$DUCTAPE_JOBS_ADDRESS`, else `localhost:7420`.
            name: For people; shown on the attempts it takes. None: host name and process id.
            max_in_flight: How many runs it has in hand at most, waiting for a thread or executed: 1
                to 100,000. When its stream breaks it keeps some 25,000 of them, as many as a
                message to the server can name; the others are stopped here and delivered again.
            threads: How many handlers that are no coroutines run at once. None: `max_in_flight`, at
                most 32.
            lease: How many seconds the server waits for a sign of life: 1 to 3,600. Heartbeats are
                sent by themselves.
            product: The product whose runs it takes. Empty: the server's default.
            tls: None: plaintext.
            token: As a client's.
            retry: The waits between attempts to connect. None: as `Retry` has it. The number of
                attempts has no bound.
            metadata: Sent with every stream. Keys are in lower case.
            user_agent: As a client's.

        Raises:
            ValueError: A number is out of range, or what a client raises.
        """
        if not 1 <= max_in_flight <= _MAX_IN_FLIGHT:
            raise ValueError("a worker has 1 to 100,000 runs in flight")
        if threads is not None and threads < 1:
            raise ValueError("a worker has at least one thread")
        if not _MIN_LEASE <= lease <= _MAX_LEASE:
            raise ValueError("a worker's lease is 1 to 3,600 seconds")
        self._client = ClientOptions(
            address=default_address() if address is None else address,
            product=product,
            tls=tls,
            token=token,
            retry=Retry() if retry is None else retry,
            metadata=tuple(metadata),
            user_agent=user_agent,
        )
        self._options = WorkerOptions(
            name=f"{socket.gethostname()}/{os.getpid()}" if name is None else name,
            max_in_flight=max_in_flight,
            threads=min(max_in_flight, _MOST_THREADS) if threads is None else threads,
            lease=lease,
        )
        self._registry = Registry()
        self._core: Core | None = None

    def task(self, event: str = "", *, queue: str = "") -> Callable[[_H], _H]:
        """Registers the decorated function as a handler.

        It takes a `Task`. A coroutine function runs on the event loop; any other on a thread, as
        many at once as `threads` says. What it returns is the run's output, of which 4 KiB are
        kept: bytes, text, None, or what JSON can hold. What it raises is a failure: a `TaskError`
        as it says, any other exception with the code HANDLER_ERROR, which is retried if the retry
        policy has retries left.

        Args:
            event: Type and tag of the event whose runs it executes: `FUNCTION/send_report`.
            queue: The queue that the event's target names. Empty: the event names none. Without an
                event the handler takes what comes through this queue and has none of its own.

        Raises:
            ValueError: Neither is given, `event` is malformed, or it has a handler already.
            RuntimeError: The worker has been started.
        """

        def register(handler: _H) -> _H:
            if self._core is not None:
                raise RuntimeError("handlers are registered before the worker is started")
            self._registry.add(handler, event, queue)
            return handler

        return register

    def _make_core(self) -> Core:
        if self._core is not None:
            raise RuntimeError("a worker is started once")
        if not self._registry.queues:
            raise ValueError("a worker serves some queue: register a handler with task()")
        self._core = Core(self._client, self._options, self._registry)
        return self._core

    @property
    def _running(self) -> Core:
        if self._core is None:
            raise RuntimeError("the worker has not been started")
        return self._core

    @property
    def in_flight(self) -> int:
        """How many runs are in hand."""
        return 0 if self._core is None else self._core.session.in_flight

    @property
    def session_id(self) -> str:
        """The id of its session at the server; empty before the first welcome."""
        return "" if self._core is None else self._core.session.session_id

    async def _work(self, drain_timeout: float) -> None:
        core = self._make_core()
        with _signals(core, drain_timeout):
            try:
                await core.wait()
            finally:
                await core.stop()


def check_window(max_in_flight: int) -> int:
    """Refuses what is no window."""
    if not 0 <= max_in_flight <= _MAX_IN_FLIGHT:
        raise ValueError("a window is 0 to 100,000")
    return max_in_flight


@contextlib.contextmanager
def _signals(core: Core, drain_timeout: float) -> Iterator[None]:
    """Lets SIGINT and SIGTERM drain the worker, a second one stop it; on the main thread only."""
    loop = asyncio.get_running_loop()
    leaving: list[asyncio.Task[object]] = []

    def leave() -> None:
        if not leaving:
            leaving.append(loop.create_task(core.drain(drain_timeout)))
        else:
            forget()  # a third one ends the program
            leaving.append(loop.create_task(core.stop()))

    def forget() -> None:
        for number in taken:
            loop.remove_signal_handler(number)

    taken: list[signal.Signals] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        # Not on other threads, and not on every platform.
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
            loop.add_signal_handler(number, leave)
            taken.append(number)
    try:
        yield
    finally:
        forget()
