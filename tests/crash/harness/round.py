"""One round: load, kills, healing, rest, and the final state, on a fresh or a continued folder."""

import json
import pathlib
import sys
import threading
import time

import grpc
from ductape.jobs.v1 import admin_pb2, event_pb2

from harness.api import Api
from harness.calendar_calls import create_calendars
from harness.caller import Caller, Gate
from harness.history import History
from harness.processes import Server, Sink, free_port, random_seconds, seeded
from harness.rest import Rest, seen_uids
from harness.workload import Client, Known, client_rng, target_events

CLIENTS = 5
THINK_SECONDS = 0.01
ANSWER_SECONDS = 15  # a ready server that does not answer in this time is broken
HEAL_LOAD_SECONDS = 0.5  # load goes on this long after the last restart


class Broken(Exception):
    """The server ended by itself or did not get ready: the round ends, the checker says so."""


class Round:
    def __init__(self, command, folder, seed, number):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.command = command
        self.rng = seeded(seed, f"round-{number}")
        self.seed = f"{seed}-{number}"
        self.number = number
        self.history = History(self.folder / "history.jsonl", number * 1_000_000)
        self.gate = Gate()
        self.known = Known()
        self.server = None
        self.port = free_port(self.rng)
        self.http_port = free_port(self.rng)
        self.address = f"127.0.0.1:{self.port}"
        self.sinks = []

    # ---- the server's lives

    def start(self):
        """Starts the server and waits until it is ready."""
        self.history.server("began")
        self.server = Server(self.command, self.folder, self.port, self.http_port)
        if self.server.ready_line() is None:
            why = "did not get ready in time" if not self.server.ended_by_itself() else "ended before it was ready"
            self.broken(why)
        self.history.server("ready", epoch=self.epoch())
        self.gate.open()

    def epoch(self):
        api = Api(self.address)
        try:
            request = admin_pb2.GetServerInfoRequest()
            return api.admin.GetServerInfo(request, timeout=ANSWER_SECONDS, wait_for_ready=True).epoch
        except grpc.RpcError as error:
            self.broken(f"is ready and does not answer: {error.code().name}")
        finally:
            api.close()

    def broken(self, why):
        code = self.server.kill()
        self.server = None
        self.history.server("broken", why=f"the server {why} (exit code {code}); see {self.folder}/server.log")
        self.history.server("ended")
        raise Broken(why)

    def kill(self):
        if self.server.ended_by_itself():
            self.broken("ended by itself under load")
        self.gate.shut()
        self.server.kill()
        self.server = None
        self.history.server("ended")

    def kill_in_recovery(self):
        """Starts it and kills it before or just after it is ready."""
        self.history.server("began")
        self.server = Server(self.command, self.folder, self.port, self.http_port)
        self.server.ready_line(random_seconds(self.rng, 0, 0.12))
        self.server.kill()
        self.server = None
        self.history.server("ended")

    # ---- the load

    def client(self, number):
        rng = client_rng(self.seed, number)
        caller = Caller(self.address, self.history, self.gate, rng.random())
        client = Client(caller, self.known, f"r{self.number}c{number}", rng)
        while not self.gate.over.is_set():
            was_up = self.gate.is_open()
            if self.gate.wait(0.1) and not self.gate.over.is_set():
                client.random_call() if was_up else client.first_call()
                time.sleep(rng.random() * THINK_SECONDS)
        caller.close()

    def create_events(self):
        """Outside of the checked history: a continued folder has them already, with another sink's port."""
        api = Api(self.address)
        try:
            for event in target_events(self.sinks[0].port):
                request = event_pb2.UpdateEventRequest(event=event, allow_missing=True)
                api.events.UpdateEvent(request, timeout=ANSWER_SECONDS, wait_for_ready=True)
        except grpc.RpcError as error:
            self.broken(f"is ready and does not answer: {error.code().name} {error.details()}")
        finally:
            api.close()

    def create_calendars(self):
        caller = Caller(self.address, self.history, self.gate, self.rng.random())
        create_calendars(caller, self.rng, f"r{self.number}")
        caller.close()

    def wait_to_kill(self):
        """At a random moment, sometimes hardly after the start, and sometimes amid the change of a calendar."""
        rng = self.rng
        time.sleep(random_seconds(rng, 0, 0.04) if rng.random() < 0.2 else random_seconds(rng, 0.05, 0.9))
        if rng.random() < 0.3:
            self.gate.changing.clear()
            self.gate.changing.wait(1)
            time.sleep(random_seconds(rng, 0, 0.01))

    def faults(self):
        """Kills and restarts at random moments."""
        rng = self.rng
        for _ in range(rng.randint(2, 4)):
            self.wait_to_kill()
            self.kill()
            if rng.random() < 0.35:
                self.kill_in_recovery()
            # Past a second what was missed is old, and the catch-up policy decides.
            time.sleep(random_seconds(rng, 1.1, 1.8) if rng.random() < 0.25 else rng.random() * 0.05)
            self.start()
        time.sleep(HEAL_LOAD_SECONDS)

    # ---- all of it

    def run(self):
        """Leaves everything in the folder. Returns False if the server broke down by itself."""
        base = self.number * 1_000_000
        threads = []
        try:
            self.sinks.append(Sink("http_sink", self.folder / "http-sink.jsonl", [self.seed, base]))
            self.start()
            self.sinks.append(Sink("worker_sink", self.folder / "worker.jsonl", [self.seed, self.address, base]))
            self.create_events()
            self.create_calendars()
            threads = [threading.Thread(target=self.client, args=(i,), daemon=True) for i in range(CLIENTS)]
            for thread in threads:
                thread.start()
            self.faults()
            healed = time.monotonic()
            self.gate.over.set()
            for thread in threads:
                thread.join()
            self.come_to_rest(healed)
            return True
        except Broken as broken:
            print(f"the server {broken}", file=sys.stderr)
            return False
        finally:
            self.gate.over.set()
            self.gate.open()
            for thread in threads:
                thread.join()
            self.end()

    def come_to_rest(self, healed):
        for sink in self.sinks:
            sink.calm()
        caller = Caller(self.address, self.history, self.gate, self.rng.random())
        rest = Rest(caller, self.rng, healed)
        try:
            rested, waiting = rest.reach()
            state = rest.final(seen_uids(self.folder), rested, waiting)
        except grpc.RpcError as error:
            self.broken(f"does not answer at rest: {error.code().name} {error.details()}")
        finally:
            caller.close()
        (self.folder / f"final-{self.number}.json").write_text(json.dumps(state))

    def end(self):
        if self.server is not None:
            self.server.kill()
            self.history.server("ended")
        for sink in self.sinks:
            sink.stop()
        self.history.close()
