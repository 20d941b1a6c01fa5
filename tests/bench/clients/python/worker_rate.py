#!/usr/bin/env python3
"""Measures how many runs a worker of the Python package completes in a second.

Usage: worker_rate.py SERVER_BINARY [--jobs N] [--seconds N] [--threads]

Starts a server on loopback with a fresh data directory, creates N jobs (20,000) that are due once a
second, their phases spread over it, and lets one worker complete them with an empty coroutine, or
with `--threads` an empty function on threads. What counts is what the server has on disk: its own
count of completed runs over the stretch, which begins 3 s after the last job was created. A figure
near N says that the worker kept up; far below, that it was the worker, the server or the machine.
Prints one line of JSON.
"""

import argparse
import json
import os
import resource
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from ductape_jobs import Client, Event, Job, Task, Worker, WorkerTarget

_BATCH = 1000
_WARM_UP = 3.0
_COMPLETED = 'ductape_jobs_outcomes_total{outcome="completed"} '


@contextmanager
def server(program: str) -> Iterator[tuple[str, str]]:
    """A server for as long as the block lasts: its gRPC and HTTP addresses."""
    with tempfile.TemporaryDirectory() as folder:
        command = [program, "--data-dir", f"{folder}/data", "--listen", "127.0.0.1:0"]
        command += ["--http-listen", "127.0.0.1:0", "--log-level", "error"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        try:
            _, grpc_part, http_part = process.stdout.readline().split()
            yield grpc_part.removeprefix("grpc="), http_part.removeprefix("http=")
        finally:
            process.terminate()
            process.wait(60)
            process.stdout.close()


def create_jobs(client: Client, count: int) -> None:
    """Jobs that are due once a second, evenly over it."""
    client.events.create(Event(event_type=Event.FUNCTION, tag="bench", worker=WorkerTarget()))
    start = datetime.now(UTC).replace(microsecond=0)
    for first in range(0, count, _BATCH):
        client.jobs.create_many(
            Job(
                tag=f"bench-{number:010}",
                name="Bench",
                event_type=Event.FUNCTION,
                event_tag="bench",
                executions=0,
                intervals=1000,
                start_time=start + timedelta(milliseconds=number * 1000 // count),
            )
            for number in range(first, min(first + _BATCH, count))
        )


def completed(http: str) -> int:
    """How many runs the server has completed."""
    with urllib.request.urlopen(f"http://{http}/metrics", timeout=10) as answer:
        lines = answer.read().decode().splitlines()
    return next(int(line.removeprefix(_COMPLETED)) for line in lines if line.startswith(_COMPLETED))


def cpu_seconds() -> float:
    """What this process has used."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


async def as_coroutine(task: Task) -> None:
    """Does nothing."""


def on_thread(task: Task) -> None:
    """Does nothing."""


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("server")
    parser.add_argument("--jobs", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--threads", action="store_true")
    given = parser.parse_args()
    with server(given.server) as (address, http), Client(address) as client:
        worker = Worker(address, max_in_flight=10_000, threads=4)
        worker.task("FUNCTION/bench")(on_thread if given.threads else as_coroutine)
        with worker:
            worker.wait_connected()
            create_jobs(client, given.jobs)
            time.sleep(_WARM_UP)
            count, cpu, began = completed(http), cpu_seconds(), time.monotonic()
            time.sleep(given.seconds)
            count, took = completed(http) - count, time.monotonic() - began
            cpu = cpu_seconds() - cpu
    figures = {
        "handler": "thread" if given.threads else "coroutine",
        "due_per_second": given.jobs,
        "completed_per_second": round(count / took),
        "worker_cpu_us_per_run": round(cpu / count * 1e6, 1) if count else None,
        "load_average": round(os.getloadavg()[0], 1),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
