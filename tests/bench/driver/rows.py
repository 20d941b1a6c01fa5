"""The rows of the table. A group measures once what its rows show."""

import subprocess
import time

from . import keeps_up, parts, redis, tools
from .server import Server

PROBE_SECONDS = 6
RATES = [50_000, 100_000, 150_000, 200_000, 250_000, 300_000, 350_000, 400_000]
HTTP_RATES = [2_000, 5_000, 7_500, 10_000, 12_500, 15_000, 17_500, 20_000, 25_000, 30_000]
PEER_RATES = [3_000, 4_000, 5_000, 6_000, 7_000, 8_000, 9_000, 10_000]


def row(name, ours, limit, peer, unit):
    return {"row": name, "ours": ours, "limit": limit, "peer": peer, "unit": unit}


def fires(seconds, jobs, interval_ms=1000, warm_up=3):
    """Recurring jobs on a fresh server, completed by stream workers."""
    with Server() as server:
        return server.load("fires", jobs=jobs, interval_ms=interval_ms, seconds=seconds, warm_up=warm_up, server_pid=server.pid)


def fires_per_second(run):
    result, rate = keeps_up.highest(
        RATES, lambda rate: fires(min(PROBE_SECONDS, run.seconds), rate), lambda rate: fires(run.seconds, rate))
    ours = None if result is None else result["per_second"]
    if result is not None:
        tools.note(f"    held {rate}/s: lateness p50 {result['lateness_p50_ms']} p99 {result['lateness_p99_ms']} ms, "
                   f"{result['cpu_us_per_fire']} us CPU a fire")
    return [row("fires_per_second", ours, parts.fires_per_second(run.limit_seconds), peer_fires(run), "fires/s")]


def peer_fires(run):
    if not redis.available():
        return None
    held = None
    for rate in PEER_RATES:
        result = redis.measure("recurring.mjs", rate, min(8, run.seconds))
        if result is None or not keeps_up.kept_up(result):
            break
        held = result
    return redis.pick(held, "per_second")


def lateness_10k(run):
    result = fires(run.seconds, 10_000)
    peer = redis.measure("recurring.mjs", 10_000, min(12, run.seconds))
    return [
        row(f"lateness_{q}_ms_10k", result[f"lateness_{q}_ms"], parts.lateness_ms(10_000, f"{q}_ms", run.limit_seconds),
            redis.pick(peer, f"lateness_{q}_ms"), "ms")
        for q in ("p50", "p99")
    ]


def steady_50k(run):
    result = fires(run.seconds, 50_000)
    rows = [
        row(f"lateness_{q}_ms_50k", result[f"lateness_{q}_ms"], parts.lateness_ms(50_000, f"{q}_ms", run.limit_seconds), None, "ms")
        for q in ("p50", "p99")
    ]
    peer = redis.pick(redis.measure("recurring.mjs", 4_000, min(12, run.seconds)), "cpu_us_per_fire")
    cpu = row("cpu_us_per_fire", result["cpu_us_per_fire"], parts.cpu_us_per_fire(50_000, run.limit_seconds), peer, "us")
    return rows + [cpu]


def burst(run):
    with Server() as server:
        result = server.load("burst", jobs=20_000, rounds=5)
    peer = redis.pick(redis.measure("burst.mjs", 20_000), "last_ms")
    return [row("burst_20k_last_ms", result["last_ms"], parts.burst_last_ms(20_000, run.limit_seconds), peer, "ms")]


def creates(run):
    seconds = min(10, run.seconds)
    with Server() as server:
        unary = server.load("create", batch=1, in_flight=64, seconds=seconds, server_pid=server.pid)
    with Server() as server:
        batched = server.load("create", batch=1000, in_flight=4, seconds=seconds, server_pid=server.pid)
    peer = redis.measure("creates.mjs", seconds)
    return [
        row("creates_unary_per_second", unary["per_second"], parts.unary(1, 64, run.limit_seconds)["jobs_per_second"],
            redis.pick(peer, "unary_per_second"), "jobs/s"),
        row("creates_batched_per_second", batched["per_second"], parts.batched_creates_per_second(run.limit_seconds),
            redis.pick(peer, "batched_per_second"), "jobs/s"),
    ]


def restart_1m(run):
    jobs = 1_000_000
    with Server() as server:
        # A thousand are due a second, so that there is something to deliver at any time.
        server.load("create", jobs=jobs, interval_ms=1_000_000, start_in_ms=-1_000_000)
        ours = seconds_to_first(server, [tools.LOAD, "first", "--address", server.address])
    with Server() as server:
        # What a start costs with hardly a job to recover.
        server.load("create", jobs=1000, interval_ms=1000, start_in_ms=-1000)
        limit = seconds_to_first(server, [tools.LOAD, "first", "--address", server.address])
    return [row("restart_1m_first_fire_s", ours, limit, peer_restart(jobs), "s")]


def peer_restart(jobs):
    if not redis.available():
        return None
    with redis.Redis() as peer:
        peer.load("fill.mjs", jobs, 1, timeout=600)
        return seconds_to_first(peer, peer.command("first.mjs"))


def seconds_to_first(server, first_command):
    """Kills the server, starts it again, and waits for what a worker that never ceases to connect gets first."""
    time.sleep(2)  # what is only written every second or so is written, as it is most of the time
    server.kill()
    command = [str(part) for part in first_command]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as first:
        time.sleep(0.3)  # the worker runs, and finds nobody
        server.spawn()
        output, _ = first.communicate(timeout=300)
    server.await_ready()
    nanos = tools.parse(command, output)["first_delivery_mono_ns"] - server.exec_mono_ns
    return nanos / 1e9


def http(run):
    def probe(rate, seconds):
        with Server() as server:
            return server.load("http", jobs=rate, interval_ms=1000, seconds=seconds, warm_up=3, server_pid=server.pid)

    result, _ = keeps_up.highest(
        HTTP_RATES, lambda rate: probe(rate, min(PROBE_SECONDS, run.seconds)), lambda rate: probe(rate, min(10, run.seconds)))
    ours = None if result is None else result["per_second"]
    limit = parts.http(run.limit_seconds)["requests_per_second"]
    return [row("http_runs_per_second", ours, limit, peer_http(), "runs/s")]


def peer_http():
    if not redis.available():
        return None
    with subprocess.Popen([tools.LOAD, "target", "--seconds", "120"], stdout=subprocess.PIPE, text=True) as target:
        port = tools.parse(["target"], target.stdout.readline())["port"]
        result = redis.measure("http.mjs", 20_000, port)
        target.terminate()
    return redis.pick(result, "per_second")
