"""The clients' history: every call with its tries and outcome, and every life of the server."""

import itertools
import json
import threading

from harness.clock import now


class History:
    """Appends to history.jsonl. Thread-safe."""

    def __init__(self, path, base):
        self._file = open(path, "a", encoding="utf-8", buffering=1)  # noqa: SIM115 - lives as long as the round
        self._lock = threading.Lock()
        self._ids = itertools.count(base)

    def next_id(self):
        with self._lock:
            return next(self._ids)

    def write(self, line):
        text = json.dumps(line, separators=(",", ":")) + "\n"
        with self._lock:
            self._file.write(text)

    def call(self, number, kind, key, arguments, tries, outcome, code="", reason="", result=None):
        line = {"t": "call", "id": number, "kind": kind, "key": key, "args": arguments, "tries": tries}
        line["outcome"] = outcome
        if code:
            line |= {"code": code, "reason": reason}
        if result is not None:
            line["result"] = result
        self.write(line)

    def server(self, what, **more):
        self.write({"t": what, "at": now(), **more})

    def close(self):
        self._file.close()
