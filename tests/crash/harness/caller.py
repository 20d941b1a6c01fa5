"""Carries out one logical call: tries, repeats under the same request id, and writes down how it went."""

import random
import threading

import grpc

from harness.api import CALL_SECONDS, UNKNOWN, Api, code_of, reason_of
from harness.clock import now
from harness.views import view

MOST_TRIES = 4


class Gate:
    """Open while the server is up, so that clients do not call into the void."""

    def __init__(self):
        self._up = threading.Event()
        self.over = threading.Event()  # the round's load is over: nobody starts anything more
        self.changing = threading.Event()  # a client called for a change of a calendar

    def open(self):
        self._up.set()

    def shut(self):
        self._up.clear()

    def is_open(self):
        return self._up.is_set()

    def wait(self, seconds):
        return self._up.wait(seconds)


class Caller:
    """One client with its own channel. One thread at a time."""

    def __init__(self, address, history, gate, seed):
        self.api = Api(address)
        self.history = history
        self.gate = gate
        self.rng = random.Random(seed)

    def call(self, kind, key, arguments, method, request):
        """The answer, or None. `arguments` is what the checker is to know of the request."""
        number = self.history.next_id()
        tries = []
        repeatable = bool(getattr(request, "request_id", ""))
        while True:
            begin = now()
            try:
                answer = method(request, timeout=CALL_SECONDS)
            except grpc.RpcError as error:
                tries.append([begin, now()])
                code, reason = code_of(error), reason_of(error)
                if self.repeats(code, reason, repeatable, len(tries)):
                    continue
                outcome = "unknown" if code in UNKNOWN else "fail"
                self.history.call(number, kind, key, arguments, tries, outcome, code, reason)
                return None
            tries.append([begin, now()])
            self.history.call(number, kind, key, arguments, tries, "ok", result=view(answer))
            return answer

    def listed(self, begin, jobs):
        """Notes a listing that came to its end."""
        self.history.write({"t": "listing", "from": begin, "to": now(), "jobs": jobs})

    def refused_listing(self, begin, error):
        self.history.call(
            self.history.next_id(), "list", "", {}, [[begin, now()]], "fail", code_of(error), reason_of(error)
        )

    def repeats(self, code, reason, repeatable, tries):
        """Waits until the call may be tried again; False if it is not to be."""
        again = code in UNKNOWN or reason == "REQUEST_IN_PROGRESS"
        if not (again and repeatable) or tries >= MOST_TRIES or self.rng.random() < 0.1:
            return False
        if reason == "REQUEST_IN_PROGRESS":
            return not self.gate.over.wait(0.02)
        return self.gate.wait(5)

    def close(self):
        self.api.close()
