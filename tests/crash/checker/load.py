"""Reads a round's folder: history.jsonl, http-sink.jsonl, worker.jsonl and final-<n>.json."""

import json
import pathlib

from checker.records import INFINITY, Call, Delivery, Evidence, Final, Listing, Stall, Start


def lines(path):
    """The JSON objects of a log with their place; a torn last line (its writer was ended) is left out."""
    if not path.exists():
        return
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if line.endswith("\n"):
                yield f"{path.name}:{number}", json.loads(line)


def load(folder):
    folder = pathlib.Path(folder)
    evidence = Evidence([], [], [], [], [], [])
    read_history(folder / "history.jsonl", evidence)
    read_http(folder / "http-sink.jsonl", evidence)
    read_worker(folder / "worker.jsonl", evidence)
    for path in sorted(folder.glob("final-*.json"), key=lambda p: int(p.stem.split("-")[1])):
        evidence.finals.append(final_of(json.loads(path.read_text()), path.name))
    evidence.deliveries.sort(key=lambda d: d.at)
    return evidence


def read_history(path, evidence):
    for source, line in lines(path):
        if line["t"] == "call":
            evidence.calls.append(call_of(line, source))
        elif line["t"] == "listing":
            evidence.listings.append(Listing(line["from"], line["to"], line["jobs"], source))
        elif line["t"] == "began":
            evidence.starts.append(Start(line["at"], source=source))
        elif line["t"] == "ready":
            evidence.starts[-1].ready = line["at"]
            evidence.starts[-1].epoch = line["epoch"]
        elif line["t"] == "ended":
            evidence.starts[-1].ended = line["at"]
        elif line["t"] == "broken":
            evidence.broken_starts.append(f"{source} [{line['at']}] {line['why']}")


def call_of(line, source):
    tries = line["tries"]
    unknown = line["outcome"] == "unknown"
    return Call(
        id=line["id"],
        kind=line["kind"],
        key=line["key"],
        args=line["args"],
        invoke=tries[0][0],
        ret=INFINITY if unknown else tries[-1][1],
        outcome=line["outcome"],
        code=line.get("code", ""),
        reason=line.get("reason", ""),
        result=line.get("result"),
        tries=len(tries),
        last_invoke=tries[-1][0],
        given_up=tries[-1][1],
        source=source,
    )


def delivery_of(line, sink, source):
    return Delivery(
        run=line["run"],
        attempt=line["attempt"],
        token=line["token"],
        sched=line["sched"],
        job=line["job"],
        at=line["at"],
        sink=sink,
        trigger=line.get("trigger", ""),
        stream=line.get("stream", 0),
        source=source,
    )


def read_http(path, evidence):
    open_requests = {}
    for source, line in lines(path):
        if line["t"] == "deliver":
            delivery = delivery_of(line, "http", source)
            open_requests[line["request"]] = delivery
            evidence.deliveries.append(delivery)
        elif line["t"] == "answer":
            delivery = open_requests.pop(line["request"])
            delivery.answer = line["how"]
            delivery.answered = line["at"]
        elif line["t"] == "stall":
            evidence.stalls.append(Stall(line["at"] - line["us"], line["at"]))


class WorkerLog:
    """Joins deliveries, results and acknowledgements of all streams of one worker process."""

    def __init__(self, evidence):
        self.evidence = evidence
        self.by_token = {}
        self.unacknowledged = {}  # stream -> results whose batch is not acknowledged yet
        self.refused = {}  # stream -> refusals that no result was matched with yet

    def deliver(self, line, source):
        delivery = delivery_of(line, "worker", source)
        self.by_token[(delivery.run, delivery.token)] = delivery
        self.evidence.deliveries.append(delivery)

    def result(self, line):
        self.unacknowledged.setdefault(line["stream"], []).append(line)
        delivery = self.by_token.get((line["run"], line["token"]))
        if delivery is None:
            return
        delivery.results += 1
        if delivery.results == 1:
            delivery.answer = line["kind"]
            delivery.answered = line["at"]

    def acks(self, line):
        refused = self.refused.setdefault(line["stream"], [])
        refused.extend(tuple(r) for r in line["refused"])
        waiting = self.unacknowledged.get(line["stream"], [])
        self.unacknowledged[line["stream"]] = [w for w in waiting if w["sequence"] > line["through"]]
        done = [w for w in waiting if w["sequence"] <= line["through"]]
        # A refusal names the delivery only. Of several results for one delivery the first is taken and the later ones are
        # refused; that a worker stopped is the last to be refused.
        for result in sorted(reversed(done), key=lambda w: w["kind"] == "cancelled"):
            self.settle(result, refused)

    def settle(self, result, refused):
        name = (result["run"], result["token"])
        delivery = self.by_token.get(name)
        refusal = next((r for r in refused if r[:2] == name), None)
        if refusal is not None:
            refused.remove(refusal)
            if delivery is not None:
                delivery.refused = refusal[2]
        elif delivery is not None:
            delivery.accepted += 1
            if delivery.accepted == 1:
                delivery.accepted_kind = result["kind"]
                delivery.accepted_sent = result["at"]
        else:
            kept = {"at": result["at"], "what": "accepted", "run": name[0], "token": name[1]}
            self.evidence.kept.append(kept)


def read_worker(path, evidence):
    log = WorkerLog(evidence)
    for source, line in lines(path):
        if line["t"] == "deliver":
            log.deliver(line, source)
        elif line["t"] == "result":
            log.result(line)
        elif line["t"] == "acks":
            log.acks(line)
        elif line["t"] == "welcome":
            for run, token in line["kept"]:
                evidence.kept.append({"at": line["at"], "what": "kept", "run": run, "token": token})


def final_of(state, source):
    final = Final(
        read_from=state["read_from"],
        read_to=state["read_to"],
        rested=state["rested"],
        waited_ms=state["waited_ms"],
        waiting_for=state["waiting_for"],
        probes=state["probes"],
        source=source,
    )
    for job in state["jobs"]:
        final.jobs[job["tag"]] = job
        final.listed.append(job["tag"])
    final.runs = state["runs"]
    final.calendars = {calendar["tag"]: calendar for calendar in state["calendars"]}
    return final
