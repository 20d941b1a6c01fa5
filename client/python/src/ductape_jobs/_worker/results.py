"""The results of a worker until the server has acknowledged them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator

from ductape_jobs.v1.worker_pb2 import Result, RunRef, WorkRequest

# Below the 10,000 and the 512 KiB that the server takes.
MAX_RESULTS = 8_000
MAX_BYTES = 480 * 1024
# What a result takes beside its own bytes: a tag and a length.
_HEAD_BYTES = 6


class ResultBook:
    """Results in batches as large as the server takes. Not thread-safe."""

    def __init__(self) -> None:
        self._unsent: deque[Result] = deque()
        self._unacknowledged: deque[tuple[int, list[Result]]] = deque()
        self._sequence = 0

    @property
    def has_unsent(self) -> bool:
        """Whether there is something to send."""
        return bool(self._unsent)

    @property
    def empty(self) -> bool:
        """Whether all that was added is acknowledged."""
        return not self._unsent and not self._unacknowledged

    def add(self, result: Result) -> None:
        """Adds a result, which names its run."""
        self._unsent.append(result)

    def next(self) -> WorkRequest:
        """The next message, numbered; its results are held until they are acknowledged."""
        batch: list[Result] = []
        room = MAX_BYTES
        while self._unsent and len(batch) < MAX_RESULTS:
            room -= self._unsent[0].ByteSize() + _HEAD_BYTES
            if room < 0 and batch:
                break
            batch.append(self._unsent.popleft())
        self._sequence += 1
        self._unacknowledged.append((self._sequence, batch))
        request = WorkRequest()
        request.results.sequence = self._sequence
        request.results.results.extend(batch)
        return request

    def acknowledge(self, through: int) -> None:
        """Batches up to this sequence are done with."""
        while self._unacknowledged and self._unacknowledged[0][0] <= through:
            self._unacknowledged.popleft()

    def restart(self) -> None:
        """A new stream: numbers begin anew, and what was not acknowledged is sent again."""
        again = [result for _, batch in self._unacknowledged for result in batch]
        self._unsent.extendleft(reversed(again))
        self._unacknowledged.clear()
        self._sequence = 0

    def runs(self) -> Iterator[RunRef]:
        """The runs whose results are not acknowledged."""
        for _, batch in self._unacknowledged:
            for result in batch:
                yield result.run
        for result in self._unsent:
            yield result.run

    def keep(self, wanted: Callable[[RunRef], bool]) -> None:
        """Drops the unsent results of runs that are not wanted."""
        self._unsent = deque(result for result in self._unsent if wanted(result.run))
