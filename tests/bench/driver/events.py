"""The rows of events: how many attempts a second go to each kind of target, beside what the target does for a client of its own; and
what a dead target costs the others."""

import contextlib
import json
import pathlib
import socket
import subprocess
import tempfile
import threading
import time

from . import parts, tools
from .rows import row
from .server import Server

LEAD_MS = 1500  # from the last create to the moment when all jobs are due, about
GIVE_UP_SECONDS = 90
# What is counted begins and ends at these shares of all runs: not with the first ones, nor with the last few stragglers.
BEGIN, END = 0.1, 0.9
SMTP_CLIENTS = 4


@contextlib.contextmanager
def target(kind):
    """A real server of this kind: its port and password. None where it is not to be had."""
    with subprocess.Popen([tools.TARGETS, "serve", kind], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            line = process.stdout.readline()
            if not line:
                tools.note(f"    no {kind} is to be had")
            yield json.loads(line) if line else None
        finally:
            process.stdin.close()
            process.wait(60)


def completed(server):
    return server.metrics()['ductape_jobs_outcomes_total{outcome="completed"}']


def rate(server, jobs):
    """Creates `jobs` jobs that are all due at one moment: how many of their runs are completed a second."""
    created = server.load("create", jobs=jobs, once_in_ms=LEAD_MS + jobs // 20)
    time.sleep(max(0, created["at_ms"] / 1000 - time.time()))
    giving_up = time.monotonic() + GIVE_UP_SECONDS
    begin = end = None  # (time, runs completed)
    while end is None:
        now, count = time.monotonic(), completed(server)
        if begin is None and count >= BEGIN * jobs:
            begin = now, count
        if count >= END * jobs or now > giving_up:
            end = now, count
        time.sleep(0.02)
    tools.note(f"    {end[1]:.0f} of {jobs} runs completed")
    if begin is None or end[0] <= begin[0]:
        return None
    return (end[1] - begin[1]) / (end[0] - begin[0])


def measured(kind, jobs, connection, event, limit):
    """A row: `connection(server)` gives the flags of jobctl for the connection, `event` those of the event; `limit(server)` is the
    target's own, measured before."""
    name = f"events_{kind}_per_second"
    with target(kind) as served, tempfile.TemporaryDirectory(dir=tools.WORK) as secrets:
        if served is None:
            return [row(name, None, None, None, "runs/s")]
        with open(f"{secrets}/password", "w", encoding="ascii") as file:
            file.write(served["password"] or "none")
        served["secret"] = f"file:{secrets}/password"
        own = limit(served)
        with Server("--secret-dir", secrets) as server:
            server.jobctl("connection", "create", "bench", *connection(served))
            server.jobctl("event", "create", "ACTION/bench", *event)
            ours = rate(server, jobs)
    return [row(name, ours, own, None, "runs/s")]


def http(run):
    with subprocess.Popen([tools.LOAD, "target", "--seconds", "120"], stdout=subprocess.PIPE, text=True) as endpoint:
        port = tools.parse(["target"], endpoint.stdout.readline())["port"]
        with Server() as server:
            server.jobctl("event", "create", "ACTION/bench", "--url", f"http://127.0.0.1:{port}/run")
            ours = rate(server, 100_000)
        endpoint.terminate()
    return [row("events_http_per_second", ours, parts.http(run.limit_seconds)["requests_per_second"], None, "runs/s")]


def postgresql(run):
    def connection(served):
        return ["--sql", "engine=postgresql", "--sql", f"address=127.0.0.1:{served['port']}", "--sql", "database=postgres",
                "--sql", "username=postgres", "--sql", f"password={served['secret']}"]

    def limit(served):
        return pgbench(served, run.limit_seconds)

    event = ["--database", "connection=bench", "--database", "operation=create",
             "--database", "statement=INSERT INTO bench (run) VALUES ({{run.id}})"]
    return measured("postgresql", 60_000, connection, event, limit)


def pgbench(served, seconds):
    """The same statement by PostgreSQL's own benchmark, prepared, over ten connections."""
    newest = max(pathlib.Path("/usr/lib/postgresql").glob("*/bin/pgbench"))
    with tempfile.NamedTemporaryFile("w", suffix=".sql", dir=tools.WORK) as script:
        script.write("INSERT INTO bench (run) VALUES ('0000000000001-' || :client_id);\n")
        script.flush()
        command = [newest, "-h", "127.0.0.1", "-p", served["port"], "-U", "postgres", "-n", "-M", "prepared", "-c", 10,
                   "-j", 2, "-T", seconds, "-f", script.name, "postgres"]
        done = subprocess.run([str(part) for part in command], env={"PGPASSWORD": served["password"]}, capture_output=True, text=True,
                              timeout=120, check=True)
    for line in done.stdout.splitlines():
        if line.startswith("tps = "):
            return float(line.split()[2])
    raise RuntimeError(done.stdout)


def redis(run):
    def connection(served):
        return ["--redis", f"address=127.0.0.1:{served['port']}"]

    def limit(served):
        """Entries of a stream by Redis's own benchmark, 50 connections with 16 commands on the way each."""
        command = ["redis-benchmark", "-p", served["port"], "-n", 100_000 * run.limit_seconds, "-c", 50, "-P", 16, "--csv",
                   "XADD", "limit", "*", "body", "x" * 200]
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=120, check=True)
        return float(done.stdout.splitlines()[-1].split(",")[1].strip('"'))

    event = ["--broker", "connection=bench", "--broker", "destination=bench", "--broker", "destination_kind=stream"]
    return measured("redis", 300_000, connection, event, limit)


def nats(run):
    def connection(served):
        return ["--nats", f"servers=127.0.0.1:{served['port']}"]

    def limit(served):
        return own_client("nats", served, run)

    event = ["--broker", "connection=bench", "--broker", "destination=bench"]
    return measured("nats", 300_000, connection, event, limit)


def rabbitmq(run):
    def connection(served):
        return ["--rabbitmq", f"address=127.0.0.1:{served['port']}", "--rabbitmq", "username=guest",
                "--rabbitmq", f"password={served['secret']}"]

    def limit(served):
        return own_client("rabbitmq", served, run)

    event = ["--broker", "connection=bench", "--broker", "destination=bench"]
    return measured("rabbitmq", 60_000, connection, event, limit)


def own_client(kind, served, run):
    command = [tools.TARGETS, kind, "--port", served["port"], "--seconds", run.limit_seconds]
    return tools.run_json(command, 120)["per_second"]


def kafka(run):
    def connection(served):
        return ["--kafka", f"brokers=127.0.0.1:{served['port']}"]

    def limit(served):
        """Messages of 200 bytes by kcat, which stands on librdkafka, as ours does, idempotent as well."""
        messages = 100_000 * run.limit_seconds
        begin = time.monotonic()
        command = ["kcat", "-P", "-b", f"127.0.0.1:{served['port']}", "-t", "limit", "-X", "enable.idempotence=true", "-X", "acks=all"]
        subprocess.run(command, input=("x" * 200 + "\n") * messages, text=True, timeout=120, check=True)
        return messages / (time.monotonic() - begin)

    event = ["--broker", "connection=bench", "--broker", "destination=bench"]
    return measured("kafka", 200_000, connection, event, limit)


def smtp(run):
    def connection(served):
        return ["--smtp", f"address=127.0.0.1:{served['port']}", "--smtp", "security=plain", "--smtp", "from=jobs@example.com"]

    def limit(served):
        return smtp_source(served["port"], run.limit_seconds)

    event = ["--notification", "channels[0].connection=bench", "--notification", "channels[0].email.to=ann@example.com",
             "--notification", "channels[0].email.subject=Report", "--notification", f"channels[0].email.text={'x' * 200}"]
    return measured("smtp", 20_000, connection, event, limit)


def smtp_source(port, seconds):
    """Mails of 1,000 bytes, as ours are, by Postfix's own load generator, over four connections that are kept."""
    folder = subprocess.run([tools.ROOT / "tests/support/postfix_setup.sh"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    mails = 4_000 * seconds
    begin = time.monotonic()
    command = [f"{folder}/usr/sbin/smtp-source", "-s", SMTP_CLIENTS, "-m", mails, "-l", 1_000, "-d", "-f", "jobs@example.com",
               "-t", "ann@example.com", f"127.0.0.1:{port}"]
    subprocess.run([str(part) for part in command], env={"LD_LIBRARY_PATH": f"{folder}/usr/lib/postfix"}, timeout=120, check=True)
    return mails / (time.monotonic() - begin)


def isolation(run):
    """The lateness of 1,000 runs a second at an HTTP endpoint: alone, and while as many go to one that never answers."""
    figures = []
    for with_dead in (False, True):
        with Server() as server, contextlib.ExitStack() as stack:
            if with_dead:
                stack.enter_context(never_answering(server))
            result = server.load("http", jobs=1000, interval_ms=1000, seconds=min(10, run.seconds), warm_up=3)
        figures.append(result["lateness_p99_ms"])
    return [row("events_lateness_p99_ms", figures[0], None, None, "ms"),
            row("events_lateness_p99_ms_with_dead_target", figures[1], figures[0], None, "ms")]


@contextlib.contextmanager
def never_answering(server):
    """Jobs, as many again, whose target takes connections and says nothing."""
    held = []

    def accept():
        with contextlib.suppress(OSError):  # until it is closed
            while True:
                held.append(listener.accept()[0])

    with socket.create_server(("127.0.0.1", 0), backlog=4096) as listener:
        thread = threading.Thread(target=accept)
        thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        server.jobctl("event", "create", "ACTION/dead", "--url", url)
        server.load("create", jobs=1000, interval_ms=1000, start_in_ms=0, event="dead", prefix="death-")
        try:
            yield
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()
            for connection in held:
                connection.close()
