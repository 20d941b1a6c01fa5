from functools import partial
from typing import Any

import pytest

from ductape_jobs import Event, Task, Worker
from ductape_jobs._worker.registry import Registry, is_async
from ductape_jobs.v1 import Delivery


def one(task: Task) -> None:
    del task


def other(task: Task) -> None:
    del task


async def coroutine(task: Task) -> None:
    del task


def delivery(tag: str, kind: Event.Type.ValueType = Event.FUNCTION) -> Delivery:
    return Delivery(event_type=kind, event_tag=tag)


def test_a_handler_gets_the_runs_of_its_event() -> None:
    registry = Registry()
    registry.add(one, "FUNCTION/a", "")
    registry.add(other, "ACTION/a", "images")
    assert registry.queues == ("FUNCTION/a", "images")
    assert registry.find(delivery("a")) is one
    assert registry.find(delivery("a", Event.ACTION)) is other
    assert registry.find(delivery("b")) is None


def test_what_comes_through_a_queue_and_has_no_handler_of_its_own() -> None:
    registry = Registry()
    registry.add(one, "FUNCTION/a", "images")
    registry.add(other, "", "images")
    registry.add(other, "", "films")
    assert registry.queues == ("images", "films")
    assert registry.find(delivery("a")) is one
    assert registry.find(delivery("b")) is other


def test_an_event_of_a_later_type_has_a_name_too() -> None:
    registry = Registry()
    registry.add(one, "", "q")
    unknown: Any = 77
    assert registry.find(Delivery(event_type=unknown, event_tag="a")) is one


@pytest.mark.parametrize("event", ["a", "/a", "FUNCTION/", "function/a", "TYPE_UNSPECIFIED/a"])
def test_an_event_is_named_by_type_and_tag(event: str) -> None:
    with pytest.raises(ValueError, match="TYPE/TAG"):
        Registry().add(one, event, "")


def test_one_handler_each() -> None:
    registry = Registry()
    registry.add(one, "FUNCTION/a", "")
    registry.add(one, "FUNCTION/a", "")
    with pytest.raises(ValueError, match="already"):
        registry.add(other, "FUNCTION/a", "")
    registry.add(one, "", "q")
    with pytest.raises(ValueError, match="one handler"):
        registry.add(other, "", "r")
    with pytest.raises(ValueError, match="name the event"):
        registry.add(one, "", "")


def test_the_decorator_leaves_the_function_as_it_is() -> None:
    worker = Worker("localhost:1")
    assert worker.task("FUNCTION/a")(one) is one
    one(Task(Delivery()))


@pytest.mark.parametrize(
    "options", [{"max_in_flight": 0}, {"max_in_flight": 100_001}, {"threads": 0}, {"lease": 0.5}]
)
def test_a_worker_refuses_numbers_out_of_range(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="a worker"):
        Worker("localhost:1", **options)


def test_a_worker_has_a_handler_and_is_started_before_it_ends() -> None:
    worker = Worker("localhost:1")
    with pytest.raises(ValueError, match="register a handler"):
        worker.start()
    with pytest.raises(RuntimeError, match="started"):
        worker.drain()
    worker.stop()
    assert (worker.in_flight, worker.session_id) == (0, "")


class Caller:
    async def __call__(self, task: Task) -> None:
        del task


def test_what_makes_coroutines_is_known() -> None:
    assert is_async(coroutine)
    assert is_async(partial(coroutine))
    assert is_async(Caller())
    assert not is_async(one)
    assert not is_async(lambda task: None)
