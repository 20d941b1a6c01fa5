"""A real server for each test that asks for one. DUCTAPE_JOBS_SERVER names its program."""

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ductape_jobs import Client, Event, Job, Retry, Run, WorkerTarget

PATIENCE = 30.0


class Server:
    """ductape-jobsd on a loopback port of its own choice, which it keeps over restarts."""

    def __init__(self, folder: Path, *flags: str) -> None:
        self._folder = folder
        self._flags = flags
        self._process: subprocess.Popen[str] | None = None
        self.address = "127.0.0.1:0"

    def start(self) -> None:
        command = [os.environ["DUCTAPE_JOBS_SERVER"], "--data-dir", str(self._folder / "data")]
        command += ["--listen", self.address, "--http-listen", "off", *self._flags]
        with (self._folder / "server.log").open("a") as log:
            self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith("ready "):
                self.address = line.split("grpc=")[1].split()[0]
                return
        raise RuntimeError((self._folder / "server.log").read_text())

    def kill(self) -> None:
        """Ends it as a crash would."""
        self._end("kill")

    def stop(self) -> None:
        """Ends it in good order."""
        self._end("terminate")

    def _end(self, how: str) -> None:
        process, self._process = self._process, None
        if process is not None:
            getattr(process, how)()
            process.wait(60)
            assert process.stdout is not None
            process.stdout.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    it = Server(tmp_path, "--drain-timeout", "2s")
    it.start()
    yield it
    it.stop()


@pytest.fixture
def client(server: Server) -> Iterator[Client]:
    # A server that comes back is waited for.
    with Client(server.address, retry=Retry(max_attempts=50, max_backoff=0.2)) as it:
        yield it


def await_that(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < until, "it did not come to hold"
        time.sleep(0.02)


def make_event(client: Client, tag: str = "work") -> None:
    event = Event(event_type=Event.FUNCTION, tag=tag, worker=WorkerTarget())
    client.events.create(event)


def make_job(client: Client, tag: str = "job", *, retries: int = 0, event: str = "work") -> None:
    """A job that runs when it is asked to."""
    job = Job(
        tag=tag,
        name=tag,
        event_type=Event.FUNCTION,
        event_tag=event,
        executions=0,
        cron="0 0 1 1 *",
    )
    job.retry_policy.max_retries = retries
    job.retry_policy.initial_backoff.FromMilliseconds(10)
    client.jobs.create(job)


def await_end(client: Client, run: Run) -> Run:
    def ended() -> bool:
        return client.runs.get(run.run_id).HasField("end_time")

    await_that(ended)
    return client.runs.get(run.run_id)
