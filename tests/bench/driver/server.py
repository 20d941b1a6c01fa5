"""A server of ours under measurement."""

import shutil
import subprocess
import tempfile
import threading
import time
import urllib.request

from . import tools


class Server:
    """ductape-jobsd on loopback, with a fresh data directory that goes with it, and further `flags`. Use it in a `with`."""

    def __init__(self, *flags):
        self.flags = flags
        self.data_dir = tempfile.mkdtemp(prefix="data-", dir=tools.WORK)
        self.address = f"127.0.0.1:{tools.free_port()}"
        self.http = ""
        self.process = None
        self.exec_mono_ns = 0  # when the running process was started
        self.log = open(tools.WORK / "server.log", "ab")

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()
        self.log.close()
        shutil.rmtree(self.data_dir)

    @property
    def pid(self):
        return self.process.pid

    def spawn(self):
        """Starts the process and does not wait for it."""
        command = [tools.SERVER, "--data-dir", self.data_dir, "--listen", self.address, "--http-listen", "127.0.0.1:0", *self.flags]
        self.exec_mono_ns = time.monotonic_ns()
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.log, text=True)

    def await_ready(self, seconds=120):
        """Waits for the line that says it is ready."""
        giving_up = threading.Timer(seconds, self.process.kill)
        giving_up.start()
        try:
            for line in self.process.stdout:
                if line.startswith("ready "):
                    fields = dict(field.split("=", 1) for field in line.split()[1:])
                    self.http = fields["http"]
                    return
        finally:
            giving_up.cancel()
        raise RuntimeError(f"the server did not become ready; see {self.log.name}")

    def start(self):
        self.spawn()
        self.await_ready()

    def stop(self):
        """Ends it in good order."""
        if self.process is not None:
            tools.end_process(self.process)
            self.process.stdout.close()
            self.process = None

    def kill(self):
        """Ends it as a crash would."""
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.process = None

    def metrics(self):
        """The samples of /metrics by name with labels."""
        with urllib.request.urlopen(f"http://{self.http}/metrics", timeout=10) as answer:
            lines = answer.read().decode().splitlines()
        samples = {}
        for line in lines:
            if line and not line.startswith("#"):
                name, value = line.rsplit(" ", 1)
                samples[name] = float(value)
        return samples

    def jobctl(self, *arguments):
        """Runs jobctl against it."""
        command = [tools.JOBCTL, "--address", self.address, *arguments]
        subprocess.run([str(part) for part in command], stdout=subprocess.DEVNULL, timeout=60, check=True)

    def load(self, command, **flags):
        """Runs a load program against it."""
        return tools.load(command, address=self.address, **flags)
