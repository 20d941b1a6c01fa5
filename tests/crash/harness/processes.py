"""The processes of a round: the server that is killed, and the sinks that outlive it."""

import contextlib
import random
import signal
import socket
import subprocess
import sys
import threading

START_SECONDS = 30

_claims = []  # held until the process ends


def free_port(rng):
    """A loopback port for as long as this process lives, free and below the range that the system gives out by itself.

    A server has it only while it runs. In between, a name in the abstract namespace keeps the other rounds off.
    """
    for _ in range(1000):
        port = rng.randint(20_000, 32_000)
        claim = socket.socket(socket.AF_UNIX)
        with socket.socket() as probe, contextlib.suppress(OSError):
            claim.bind(f"\0ductape-crash-port-{port}")
            probe.bind(("127.0.0.1", port))
            _claims.append(claim)
            return port
        claim.close()
    raise OSError("no free port between 20000 and 32000")


class Process:
    """A child that prints `ready ...` on stdout. Its stderr goes to a file."""

    def __init__(self, command, errors, stdin=None):
        self._errors = open(errors, "ab")  # noqa: SIM115 - closed in `stop`
        self.child = subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE, stderr=self._errors)
        self._line = None
        self._said = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        """Takes the first line as the ready line and reads on, so that the child never blocks."""
        for line in self.child.stdout:
            if self._line is None and line.startswith(b"ready"):
                self._line = line.decode().strip()
                self._said.set()
        self._said.set()

    def ready_line(self, seconds=START_SECONDS):
        """The ready line; None if the child ended or did not get ready in time."""
        self._said.wait(seconds)
        return self._line

    def kill(self):
        """kill -9, and waits until it is gone."""
        with contextlib.suppress(ProcessLookupError):
            self.child.send_signal(signal.SIGKILL)
        return self.finish()

    def finish(self):
        """Waits for the end; returns the exit code."""
        code = self.child.wait()
        self._reader.join()
        self.child.stdout.close()
        self._errors.close()
        return code


class Server(Process):
    def __init__(self, command, folder, port, http_port):
        super().__init__(
            [
                *command,
                "--data-dir",
                str(folder / "data"),
                "--listen",
                f"127.0.0.1:{port}",
                "--http-listen",
                f"127.0.0.1:{http_port}",
            ],
            folder / "server.log",
        )

    def ended_by_itself(self):
        return self.child.poll() is not None


class Sink(Process):
    """A sink of this package, controlled through its stdin."""

    def __init__(self, module, log, arguments):
        command = [sys.executable, "-m", f"harness.{module}", str(log), *map(str, arguments)]
        super().__init__(command, log.with_suffix(".stderr"), stdin=subprocess.PIPE)
        line = self.ready_line()
        if line is None:
            raise OSError(f"the sink {module} did not start; see {log.with_suffix('.stderr')}")
        self.port = int(line.split()[1])

    def calm(self):
        self.child.stdin.write(b"calm\n")
        self.child.stdin.flush()

    def stop(self):
        self.child.stdin.close()
        try:
            self.child.wait(10)
        except subprocess.TimeoutExpired:
            self.child.kill()
        self.finish()


def random_seconds(rng, low, high):
    return low + (high - low) * rng.random()


def seeded(seed, what):
    return random.Random(f"{seed}-{what}")
