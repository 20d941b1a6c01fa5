"""The rows about many jobs: memory for each, and what a fire costs among them."""

import time

from . import redis, tools
from .rows import fires, row
from .server import Server

# Caches whose size the server states are not memory of jobs.
CACHE_METRIC = "ductape_jobs_cache_bytes"
SETTLE_SECONDS = 5
FIRES_PER_SECOND = 50_000


def caches(server):
    """The bytes of the caches that the server states."""
    return sum(value for name, value in server.metrics().items() if name.split("{")[0] == CACHE_METRIC)


def settled_bytes(server):
    """Resident memory without stated caches, after a restart."""
    server.stop()
    server.start()
    time.sleep(SETTLE_SECONDS)
    resident, cached = tools.resident_bytes(server.pid), caches(server)
    tools.note(f"    resident {resident}, of that caches {cached:.0f}")
    return resident - cached


def bytes_per_job(jobs, **timing):
    """Memory after a restart with idle jobs, less that of an empty server, by jobs."""
    with Server() as server:
        empty = settled_bytes(server)
    with Server() as server:
        server.load("create", jobs=jobs, **timing)
        return (settled_bytes(server) - empty) / jobs


def memory_1m(_):
    peer = redis.pick(redis.measure("memory.mjs", 100_000), "bytes_per_job")
    return [row("bytes_per_job_1m", bytes_per_job(1_000_000), None, peer, "bytes")]


def memory_cron_1m(_):
    return [row("bytes_per_cron_job_1m", bytes_per_job(1_000_000, cron_zone="Europe/Berlin"), None, None, "bytes")]


def memory_10m(_):
    return [row("bytes_per_job_10m", bytes_per_job(10_000_000), None, None, "bytes")]


def cpu_at(run, jobs):
    """CPU a fire at the same rate, whatever the number of jobs."""
    return fires(run.seconds, jobs, interval_ms=jobs * 1000 // FIRES_PER_SECOND, warm_up=8)["cpu_us_per_fire"]


def growth(run, jobs, name):
    few = run.remember("growth base", lambda: cpu_at(run, 10_000))
    return [row(name, cpu_at(run, jobs) / few, None, None, "ratio")]


def growth_1m(run):
    return growth(run, 1_000_000, "growth_1m_to_10k")


def growth_10m(run):
    return growth(run, 10_000_000, "growth_10m_to_10k")
