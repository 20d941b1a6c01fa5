#!/usr/bin/env python3
"""Takes the steps of the clients' scenario with the Python package.

Usage: runner.py ADDRESS [--asyncio] [--scenario FILE]

With `--asyncio` through AsyncClient and AsyncWorker with coroutines as handlers, else through
Client and Worker with handlers on threads. The format is in README.md of the folder above.
"""

import argparse
import asyncio
import inspect
import json
import re
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message

from calls import CALLS, LISTS, batch_as_answer
from ductape_jobs import ApiError, AsyncClient, AsyncWorker, Client, Worker
from expectation import difference
from handlers import Notes, as_coroutine, on_thread

_PATIENCE = 10.0
_TICK = 0.05


class StepError(Exception):
    """The step did not go as it must."""


class Flavour:
    """The package's blocking classes, or its asyncio ones on a loop on a thread."""

    def __init__(self, use_asyncio: bool) -> None:
        self.use_asyncio = use_asyncio
        self._loop = asyncio.new_event_loop()
        if use_asyncio:
            threading.Thread(target=self._loop.run_forever, daemon=True).start()

    def make(self, blocking: Callable[..., Any], other: Callable[..., Any], **options: Any) -> Any:
        if not self.use_asyncio:
            return blocking(**options)

        async def make() -> Any:
            return other(**options)

        return self.result(make())

    def result(self, value: Any) -> Any:
        """What a method answers, awaited where it must be."""
        if inspect.isasyncgen(value):
            value = _collect(value)
        if inspect.isawaitable(value):
            return asyncio.run_coroutine_threadsafe(_await(value), self._loop).result()
        return value


async def _await(value: Any) -> Any:
    return await value


async def _collect(items: Any) -> list[Any]:
    return [item async for item in items]


def to_json(message: Message) -> dict[str, Any]:
    return MessageToDict(message, preserving_proto_field_name=True)


class Runner:
    def __init__(self, address: str, use_asyncio: bool) -> None:
        self.flavour = Flavour(use_asyncio)
        self.address = address
        self.variables = {"product": f"conformance-python-{time.time_ns() // 1_000_000}"}
        self.options = {"address": address, "product": self.variables["product"]}
        self.client = self.flavour.make(Client, AsyncClient, **self.options)
        self.notes = Notes()
        self.workers: dict[str, Any] = {}

    def take(self, step: dict[str, Any]) -> None:
        if "worker" in step:
            getattr(self, f"worker_{step['worker']}")(step)
        else:
            self.take_call(step)

    def close(self) -> None:
        for worker in self.workers.values():
            self.flavour.result(worker.stop())
        self.flavour.result(self.client.close())

    # --- calls -------------------------------------------------------------------------------

    def take_call(self, step: dict[str, Any]) -> None:
        if "error" in step:
            return self.expect_error(step)
        if "until" in step:
            answer = self.await_answer(step)
        else:
            answer = self.call(step)
            self.hold(step["answer"], answer)
        for name, field in step.get("save", {}).items():
            self.variables[name] = answer[field]
        return None

    def call(self, step: dict[str, Any]) -> Any:
        request = self.fill(step.get("request", {}))
        client = self.client
        if "product" in request:
            client = client.with_options(product=request["product"])
        if step.get("all"):
            items = self.flavour.result(LISTS[step["call"]](client, request))
            return [to_json(item) for item in items]
        answer = self.flavour.result(CALLS[step["call"]](client, request))
        if answer is None:
            return {}
        if isinstance(answer, Message):
            return to_json(answer)
        return batch_as_answer(answer, to_json)

    def expect_error(self, step: dict[str, Any]) -> None:
        try:
            answer = self.call(step)
        except ApiError as error:
            got = {"code": error.code.name, "reason": error.reason}
            if "fields" in step["error"]:
                got["fields"] = sorted(it.field for it in error.fields)
                step["error"]["fields"].sort()
            self.hold(step["error"], got)
        else:
            raise StepError(f"it succeeded: {answer}")

    def await_answer(self, step: dict[str, Any]) -> Any:
        until = time.monotonic() + 3 * _PATIENCE
        while True:
            answer = self.call(step)
            why = difference(self.fill(step["until"]), answer)
            if not why:
                return answer
            if time.monotonic() > until:
                raise StepError(why)
            time.sleep(_TICK)

    def fill(self, value: Any) -> Any:
        """With the variables put in."""
        if isinstance(value, str):
            return re.sub(r"\$\{(\w+)\}", lambda it: str(self.variables[it[1]]), value)
        if isinstance(value, dict):
            return {name: self.fill(it) for name, it in value.items()}
        return [self.fill(it) for it in value] if isinstance(value, list) else value

    def hold(self, expected: Any, got: Any) -> None:
        why = difference(self.fill(expected), got)
        if why:
            raise StepError(why)

    # --- workers -----------------------------------------------------------------------------

    def worker_start(self, step: dict[str, Any]) -> None:
        options = {**self.options, "name": step["name"], "max_in_flight": step["max_in_flight"]}
        worker = self.flavour.make(Worker, AsyncWorker, **options)
        make_handler = as_coroutine if self.flavour.use_asyncio else on_thread
        handler = make_handler(self.notes)
        for queue in step["queues"]:
            worker.task(queue=queue)(handler)
        self.workers[step["name"]] = worker
        self.flavour.result(worker.start())
        if not self.flavour.result(worker.wait_connected(_PATIENCE)):
            raise StepError("it did not connect")

    def worker_await_started(self, step: dict[str, Any]) -> None:
        run_id = self.fill(step["run_id"])
        self.repeat(lambda: "" if self.notes.of_run(run_id) else "the handler was not called")

    def worker_release(self, step: dict[str, Any]) -> None:
        self.notes.release(step["latch"])

    def worker_drain(self, step: dict[str, Any]) -> None:
        worker = self.workers.pop(step["name"])
        ended: list[bool] = []
        draining = threading.Thread(
            target=lambda: ended.append(self.flavour.result(worker.drain(_PATIENCE)))
        )
        draining.start()
        if "release" in step:
            self.notes.release(step["release"])
        draining.join(2 * _PATIENCE)
        if ended != [True]:
            raise StepError("it did not end in good order")

    def worker_stop(self, step: dict[str, Any]) -> None:
        self.flavour.result(self.workers.pop(step["name"]).stop())

    def worker_seen(self, step: dict[str, Any]) -> None:
        run_id, expected = self.fill(step["run_id"]), self.fill(step["answer"])
        self.repeat(lambda: difference(expected, self.notes.of_run(run_id)))

    def repeat(self, check: Callable[[], str]) -> None:
        until = time.monotonic() + _PATIENCE
        while why := check():
            if time.monotonic() > until:
                raise StepError(why)
            time.sleep(_TICK)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address")
    parser.add_argument("--asyncio", action="store_true")
    parser.add_argument(
        "--scenario", type=Path, default=Path(__file__).parents[1] / "scenario.json"
    )
    given = parser.parse_args()
    steps = json.loads(given.scenario.read_text())["steps"]
    runner = Runner(given.address, given.asyncio)
    failed = 0
    for step in steps:
        try:
            runner.take(step)
            print(f"ok {step['step']}", flush=True)
        except Exception as error:
            failed += 1
            print(f"FAIL {step['step']}: {type(error).__name__} {error}", flush=True)
    runner.close()
    print(f"{len(steps) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
