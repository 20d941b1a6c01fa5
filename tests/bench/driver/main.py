"""Measures and prints the table; tests/bench/run.sh is how it is called."""

import argparse
import contextlib
import json
import signal
import sys

from . import events, noise, redis, rows, schedules, size_rows, tools

# Which rows each group measures, in the order of the table.
GROUPS = [
    (rows.fires_per_second, ["fires_per_second"]),
    (rows.lateness_10k, ["lateness_p50_ms_10k", "lateness_p99_ms_10k"]),
    (rows.steady_50k, ["lateness_p50_ms_50k", "lateness_p99_ms_50k", "cpu_us_per_fire"]),
    (rows.burst, ["burst_20k_last_ms"]),
    (rows.creates, ["creates_unary_per_second", "creates_batched_per_second"]),
    (size_rows.memory_1m, ["bytes_per_job_1m"]),
    (size_rows.memory_cron_1m, ["bytes_per_cron_job_1m"]),
    (rows.restart_1m, ["restart_1m_first_fire_s"]),
    (rows.http, ["http_runs_per_second"]),
    (events.http, ["events_http_per_second"]),
    (events.postgresql, ["events_postgresql_per_second"]),
    (events.redis, ["events_redis_per_second"]),
    (events.nats, ["events_nats_per_second"]),
    (events.kafka, ["events_kafka_per_second"]),
    (events.rabbitmq, ["events_rabbitmq_per_second"]),
    (events.smtp, ["events_smtp_per_second"]),
    (events.isolation, ["events_lateness_p99_ms", "events_lateness_p99_ms_with_dead_target"]),
    (size_rows.growth_1m, ["growth_1m_to_10k"]),
    (schedules.next_cron, ["cron_next_ns_common", "cron_next_ns_worst"]),
    (schedules.next_rule, ["rule_next_ns_common"]),
]
LARGE_GROUPS = [
    (size_rows.memory_10m, ["bytes_per_job_10m"]),
    (size_rows.growth_10m, ["growth_10m_to_10k"]),
]


class Run:
    """What one run of the benchmark was asked for, and what its groups share."""

    def __init__(self, seconds):
        self.seconds = seconds
        self.limit_seconds = min(5, seconds)
        self._known = {}

    def remember(self, name, measure):
        """The result of `measure`, which is called once for each name."""
        if name not in self._known:
            self._known[name] = measure()
        return self._known[name]


def figure(value):
    if value is None:
        return "-"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def print_table(measured):
    print(f"{'row':<42}{'ours':>12}{'limit':>12}{'peer':>12}  unit")
    for entry in measured:
        print(f"{entry['row']:<42}{figure(entry['ours']):>12}{figure(entry['limit']):>12}{figure(entry['peer']):>12}  {entry['unit']}")


def parse_arguments():
    parser = argparse.ArgumentParser(prog="tests/bench/run.sh")
    parser.add_argument("--json", metavar="FILE", help="write one JSON object a row to FILE")
    parser.add_argument("--large", action="store_true", help="also the rows with 10 million jobs")
    parser.add_argument("--rows", metavar="A,B,...", help="only these rows")
    parser.add_argument("--no-peer", action="store_true", help="leave the peer out, which takes half of the time")
    parser.add_argument("--seconds", type=int, default=20, help="how long each load is measured (20)")
    return parser.parse_args()


def select(arguments):
    """The groups that are asked for, and the names of the rows to show."""
    groups = GROUPS + (LARGE_GROUPS if arguments.large else [])
    known = [name for _, names in groups for name in names]
    wanted = arguments.rows.split(",") if arguments.rows else known
    unknown = sorted(set(wanted) - set(known))
    if unknown:
        sys.exit(f"tests/bench/run.sh: no such row: {', '.join(unknown)}; there are: {', '.join(known)}")
    return [(measure, names) for measure, names in groups if set(names) & set(wanted)], wanted


def measure_all(groups, wanted, run, out):
    """Measures the groups and prints the table. Each row is in `out`, if there is one, once its group is measured, so that a later
    group that fails takes nothing along; the table holds what was measured until then."""
    measured = []
    try:
        for measure, names in groups:
            tools.note(f"{', '.join(names)}:")
            watch = noise.Watch()
            rows_of_group = [entry for entry in measure(run) if entry["row"] in wanted]
            watch.tell()
            measured += rows_of_group
            if out:
                out.writelines(json.dumps(entry) + "\n" for entry in rows_of_group)
                out.flush()
    finally:
        print_table(measured)


def main():
    arguments = parse_arguments()
    groups, wanted = select(arguments)
    # Ended from outside, it still ends what it started and removes its data.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    tools.WORK.mkdir(parents=True, exist_ok=True)
    if tools.is_memory(tools.WORK):
        sys.exit(f"tests/bench/run.sh: {tools.WORK} is in memory; set DUCTAPE_BENCH_DIR to a directory on a disk")
    run = Run(arguments.seconds)
    redis.wanted = not arguments.no_peer
    with open(arguments.json, "w", encoding="ascii") if arguments.json else contextlib.nullcontext() as out:
        measure_all(groups, wanted, run, out)


if __name__ == "__main__":
    main()
