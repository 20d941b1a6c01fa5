"""The limits of the parts, each measured once, when it is first asked for."""

import functools

from . import tools

# A fire is two transitions in the journal, created and ended, of 24 bytes each when packed; a group commit at full load holds 1,000.
TRANSITION_BYTES = 24
TRANSITIONS_PER_COMMIT = 1000
FIRES_PER_COMMIT = TRANSITIONS_PER_COMMIT // 2
# A create in the journal and the catalog.
JOB_BYTES = 150


@functools.lru_cache(maxsize=None)
def append(size, rate, seconds):
    return tools.limit("append", dir=tools.WORK, bytes=size, rate=rate, seconds=seconds)


@functools.lru_cache(maxsize=None)
def stream(batch, rate, seconds):
    return tools.limit("stream", batch=batch, rate=rate, seconds=seconds)


@functools.lru_cache(maxsize=None)
def unary(batch, in_flight, seconds):
    return tools.limit("unary", batch=batch, in_flight=in_flight, seconds=seconds)


@functools.lru_cache(maxsize=None)
def http(seconds):
    return tools.limit("http", seconds=seconds)


def full_append(seconds):
    return append(TRANSITION_BYTES * TRANSITIONS_PER_COMMIT, 0, seconds)


def fires_per_second(seconds):
    """The slower of appends and the stream."""
    return min(full_append(seconds)["commits_per_second"] * FIRES_PER_COMMIT, stream(256, 0, seconds)["runs_per_second"])


def lateness_ms(rate, quantile, seconds):
    """One synced append and one way on the stream, at the pace of a commit every two milliseconds."""
    appended = append(rate // 500 * 2 * TRANSITION_BYTES, 500, seconds)
    streamed = stream(max(1, rate // 1000), rate, seconds)
    return appended[quantile] + streamed[quantile]


def cpu_us_per_fire(rate, seconds):
    """The bare stream at that rate, and a share of an append every two milliseconds."""
    appended = append(rate // 500 * 2 * TRANSITION_BYTES, 500, seconds)
    streamed = stream(max(1, rate // 1000), rate, seconds)
    return streamed["cpu_us_per_run"] + appended["cpu_us_per_commit"] * 500 / rate


def burst_last_ms(jobs, seconds):
    """One append of all of them, and the stream flat out."""
    appended = append(jobs * TRANSITION_BYTES, 20, seconds)
    return appended["p50_ms"] + jobs / stream(256, 0, seconds)["runs_per_second"] * 1000


def batched_creates_per_second(seconds):
    """The slower of appends of a thousand jobs and bare calls with a thousand jobs."""
    appended = append(JOB_BYTES * 1000, 0, seconds)["commits_per_second"] * 1000
    return min(appended, unary(1000, 4, seconds)["jobs_per_second"])
