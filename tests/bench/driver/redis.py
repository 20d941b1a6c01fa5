"""The peer: BullMQ on Redis, where npm and redis-server are there."""

import functools
import shutil
import subprocess
import tempfile
import time

from . import tools

# Whether figures of the peer are asked for at all.
wanted = True
SOURCES = tools.ROOT / "tests" / "bench" / "peers"


@functools.lru_cache(maxsize=None)
def available():
    """Installs BullMQ under the build directory; whether that is to be had."""
    if not wanted:
        return False
    missing = [program for program in ("node", "npm", "redis-server", "redis-cli") if shutil.which(program) is None]
    if missing:
        tools.note(f"no figures of the peer: {', '.join(missing)} not on PATH")
        return False
    tools.PEERS.mkdir(parents=True, exist_ok=True)
    for source in SOURCES.iterdir():
        shutil.copy(source, tools.PEERS)
    install = ["npm", "ci", "--omit=peer", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(install, cwd=tools.PEERS, stdout=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        tools.note("no figures of the peer: npm ci failed")
    return done.returncode == 0


class Redis:
    """redis-server with its append-only file synced every second, in a directory of its own. Use it in a `with`."""

    def __init__(self):
        self.dir = tempfile.mkdtemp(prefix="redis-", dir=tools.WORK)
        self.port = tools.free_port()
        self.process = None
        self.exec_mono_ns = 0

    def __enter__(self):
        self.spawn()
        self.await_ready()
        return self

    def __exit__(self, *_):
        tools.end_process(self.process)
        shutil.rmtree(self.dir)

    def spawn(self):
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "yes",
                   "--appendfsync", "everysec", "--dir", self.dir]
        self.exec_mono_ns = time.monotonic_ns()
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)

    def await_ready(self, seconds=60):
        ping = ["redis-cli", "-p", str(self.port), "ping"]
        for _ in range(seconds * 20):
            if subprocess.run(ping, capture_output=True, text=True, check=False).stdout.strip() == "PONG":
                return
            time.sleep(0.05)
        raise RuntimeError("redis-server did not become ready")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def command(self, script, *arguments):
        return ["node", tools.PEERS / script, self.port, *arguments]

    def load(self, script, *arguments, timeout=300):
        """Runs a BullMQ load against it."""
        return tools.run_json(self.command(script, *arguments), timeout)


def measure(script, *arguments, timeout=300):
    """Runs one BullMQ load against a Redis of its own; None where the peer is not to be had, or does not finish."""
    if not available():
        return None
    try:
        with Redis() as redis:
            return redis.load(script, *arguments, timeout=timeout)
    except (subprocess.SubprocessError, RuntimeError) as error:
        tools.note(f"    no figure of the peer: {error}")
        return None


def pick(result, name):
    """A figure of a result that may not be there."""
    return None if result is None else result[name]
