"""Threads for handlers that are no coroutines."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import SimpleQueue


class Threads:
    """Runs what it is given in the order in which it comes; a thread is begun when one is missing.

    An executor of the standard library would make a future for each of them, which costs more than
    a short handler does. Used from one thread.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._queue: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []

    def run(self, work: Callable[[], None]) -> None:
        """Queues work, which must not raise."""
        self._queue.put(work)
        if len(self._threads) < self._most and not self._queue.empty():
            name = f"ductape-jobs-{len(self._threads)}"
            # Daemons: a program that ends without ending its worker is not held up by a handler.
            self._threads.append(threading.Thread(target=self._serve, name=name, daemon=True))
            self._threads[-1].start()

    def close(self) -> None:
        """Ends the threads when what is queued has been done."""
        for _ in self._threads:
            self._queue.put(None)
        self._threads.clear()

    def _serve(self) -> None:
        while (work := self._queue.get()) is not None:
            work()
