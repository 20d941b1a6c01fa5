"""Where the programs are, and how they are run."""

import json
import os
import pathlib
import socket
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[3]
BUILD = pathlib.Path(os.environ.get("DUCTAPE_BINARY_DIR", ROOT / "build" / "release"))
SERVER = BUILD / "bin" / "ductape-jobsd"
JOBCTL = BUILD / "bin" / "jobctl"
LOAD = BUILD / "tests" / "bench" / "load" / "bench_load"
LIMITS = BUILD / "tests" / "bench" / "limits" / "bench_limits"
TARGETS = BUILD / "tests" / "bench" / "targets" / "bench_targets"
# Data is kept here, on a real disk, and removed again.
WORK = pathlib.Path(os.environ.get("DUCTAPE_BENCH_DIR", ROOT / "build" / "bench"))
PEERS = WORK / "peers"


def note(text):
    """Tells the reader of stderr how it goes."""
    print(text, file=sys.stderr, flush=True)


def run_json(command, timeout):
    """Runs a program that prints one line of JSON; returns it. Raises if the program fails or takes too long."""
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, timeout=timeout, check=True)
    return parse(command, done.stdout)


def parse(command, output):
    """The line of JSON that a program printed, which is noted."""
    result = json.loads(output)
    note(f"    {' '.join(str(part) for part in command[1:])}\n      {json.dumps(result)}")
    return result


def load(command, timeout=1200, **flags):
    """Runs a load program; `flags` become --name value."""
    return run_json([LOAD, command, *as_flags(flags)], timeout)


def limit(command, **flags):
    """Runs a program that measures a limit."""
    return run_json([LIMITS, command, *as_flags(flags)], 120)


def as_flags(flags):
    arguments = []
    for name, value in flags.items():
        arguments += ["--" + name.replace("_", "-"), value]
    return arguments


def free_port():
    """A port of 127.0.0.1 that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def resident_bytes(pid):
    """The resident memory of a process."""
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        for line in status:
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
    raise RuntimeError(f"no VmRSS for {pid}")


def end_process(process, seconds=30):
    """Ends a process we started: SIGTERM, then SIGKILL when it takes too long."""
    process.terminate()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(seconds)


def is_memory(path):
    """Whether a directory is in memory, where a sync costs nothing."""
    kind = subprocess.run(["stat", "-f", "-c", "%T", str(path)], stdout=subprocess.PIPE, check=True, text=True)
    return kind.stdout.strip() in ("tmpfs", "ramfs")
