"""The workers of the crash rounds, a process of its own.

Usage: python3 -m harness.worker_sink LOG SEED ADDRESS STREAM_BASE
Prints `ready 0`. Two workers take the runs of the queues `steady` and `flaky`. Every delivery is written to LOG and synced before
its result is sent. Most runs succeed; others fail, are released, answered twice, late, with an old token, or not at all; streams
are broken and taken up again. The line `calm` on stdin makes them answer everything at once with success; the end of stdin ends
them.
"""

import random
import sys
import threading
import time

from harness.clock import now
from harness.synced_log import SyncedLog
from harness.worker_stream import WorkerStream


class Log:
    """A SyncedLog that several threads write."""

    def __init__(self, path, base):
        self._log = SyncedLog(path)
        self._lock = threading.Lock()
        self._streams = base

    def add(self, *lines, synced=False):
        with self._lock:
            for line in lines:
                self._log.add({"at": now(), **line})
            if synced:
                self._log.sync()
            else:
                self._log.write()

    def next_stream(self):
        with self._lock:
            self._streams += 1
            return self._streams


class Shared:
    """What all workers of the process share."""

    def __init__(self, log):
        self.log = log
        self.calm = threading.Event()
        self.over = threading.Event()


def keep_connected(name, address, shared, seed):
    """Opens streams, one after the other, until the end."""
    rng = random.Random(seed)
    stream = None
    while not shared.over.is_set():
        stream = WorkerStream(name, address, shared, rng, before=stream)
        stream.run()
        time.sleep(rng.random() * 0.05)


def main(path, seed, address, base):
    shared = Shared(Log(path, int(base)))
    threads = [
        threading.Thread(target=keep_connected, args=(f"worker-{i}", address, shared, f"{seed}-{i}"), daemon=True)
        for i in range(2)
    ]
    for thread in threads:
        thread.start()
    print("ready 0", flush=True)
    for line in sys.stdin:
        if line.strip() == "calm":
            shared.calm.set()
    shared.over.set()
    shared.log.add(synced=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
