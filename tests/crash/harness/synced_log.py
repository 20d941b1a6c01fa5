"""A log of JSON lines that is on disk before its writer goes on."""

import json
import os


class SyncedLog:
    """Lines are buffered by `add`; `sync` writes and syncs them. One thread at a time, but for `settle`."""

    def __init__(self, path):
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        self._lines = []

    def add(self, line):
        self._lines.append(json.dumps(line, separators=(",", ":")))

    def write(self):
        """Hands the buffered lines to the operating system."""
        if self._lines:
            data = ("\n".join(self._lines) + "\n").encode()
            self._lines = []
            os.write(self._file, data)

    def settle(self):
        """Syncs what was written. It leaves the buffer alone, so that another thread may go on adding."""
        os.fdatasync(self._file)

    def sync(self):
        self.write()
        self.settle()

    def descriptor(self):
        return self._file
