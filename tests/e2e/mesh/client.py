"""The Python client of tests/e2e/mesh_test.sh.

It creates jobs through a proxy, executes their runs, and says on stdout what was acknowledged
("acked TAG") and what was executed ("ran TAG RUN_ID").

Usage: client.py ADDRESS CA CERTIFICATE KEY STOP_FILE
with client/python/src and its dependencies on PYTHONPATH.

It creates jobs until STOP_FILE exists, then executes what is left until SIGTERM. Exit code 1 if
something else ends it.
"""

import pathlib
import sys
import threading
import time

from ductape_jobs import (
    AlreadyExistsError,
    ApiError,
    Client,
    Event,
    Job,
    Task,
    Tls,
    Worker,
    WorkerTarget,
)

ADDRESS, CA, CERTIFICATE, KEY, STOP_FILE = sys.argv[1:]
OPTIONS = {"tls": Tls(ca_file=CA, cert_file=CERTIFICATE, key_file=KEY)}

worker = Worker(ADDRESS, **OPTIONS)


def say(line: str) -> None:
    """Prints it in one write.

    `print` writes the line's end apart, and lines of several threads came out mixed.
    """
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


@worker.task("FUNCTION/python")
def execute(task: Task) -> None:
    """Says what it was given."""
    say(f"ran {task.job_tag} {task.run_id}")


def create(client: Client, tag: str) -> bool:
    """Says whether the job was acknowledged.

    What was not is tried again, under the same tag, until the file exists.
    """
    job = Job(
        tag=tag,
        name=tag,
        event_type=Event.FUNCTION,
        event_tag="python",
        executions=1,
        intervals=1000,
    )
    while not pathlib.Path(STOP_FILE).exists():
        try:
            client.jobs.create(job)
            return True
        except AlreadyExistsError:
            return True
        except ApiError as error:
            print(tag, error, file=sys.stderr, flush=True)
            time.sleep(0.1)
    return False


def create_jobs() -> None:
    """Creates one after the other, until the file exists."""
    with Client(ADDRESS, **OPTIONS) as client:
        number = 0
        while create(client, f"python-{number}"):
            say(f"acked python-{number}")
            number += 1
            time.sleep(0.02)


with Client(ADDRESS, **OPTIONS) as setup:
    setup.events.create(Event(event_type=Event.FUNCTION, tag="python", worker=WorkerTarget()))
threading.Thread(target=create_jobs, daemon=True).start()
worker.run()
