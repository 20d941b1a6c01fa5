from datetime import timedelta

import pytest

from ductape_jobs import Task
from ductape_jobs._worker import outcome, session
from ductape_jobs._worker.session import Introduction, Session
from ductape_jobs.v1 import Cancels, Deliveries, Delivery, RunRef, Welcome, WorkRequest

ABOUT = Introduction("shop", "w1", ("FUNCTION/a", "images"), timedelta(seconds=1.5))


def ref(number: int) -> RunRef:
    return RunRef(run_id=f"0000000000208-{number}", token=number)


def deliver(of: Session, *numbers: int) -> list[Task]:
    return of.deliver(Deliveries(deliveries=[Delivery(run=ref(it)) for it in numbers]))


def connected(max_in_flight: int = 10) -> Session:
    of = Session(ABOUT, max_in_flight)
    of.hello()
    of.welcome(Welcome(session_id="s"))
    return of


def kind(request: WorkRequest | None) -> str | None:
    return None if request is None else request.WhichOneof("message")


def test_the_first_hello() -> None:
    hello = Session(ABOUT, 7).hello().hello
    assert (hello.product, hello.worker, hello.session_id) == ("shop", "w1", "")
    assert list(hello.queues) == ["FUNCTION/a", "images"]
    assert (hello.max_in_flight, hello.lease.ToMilliseconds()) == (7, 1500)
    assert not hello.in_flight


def test_there_is_nothing_to_say_until_there_is() -> None:
    of = connected()
    assert of.next_request() is None
    of.heartbeat_due = True
    assert kind(of.next_request()) == "heartbeat"
    assert of.next_request() is None


def test_results_are_a_sign_of_life_too() -> None:
    of = connected()
    of.heartbeat_due = True
    for task in deliver(of, 1, 2):
        assert of.answer(task, outcome.completed("x"))
    request = of.next_request()
    assert request is not None
    assert [it.run for it in request.results.results] == [ref(1), ref(2)]
    assert of.next_request() is None


def test_a_task_is_answered_once() -> None:
    of = connected()
    (task,) = deliver(of, 1)
    assert of.answer(task, outcome.completed("x"))
    assert not of.answer(task, outcome.completed("y"))


def test_a_new_window_is_told_once_even_if_it_is_none() -> None:
    of = connected(max_in_flight=5)
    of.max_in_flight = 0
    request = of.next_request()
    assert kind(request) == "window"
    assert request is not None
    assert request.window.max_in_flight == 0
    assert of.next_request() is None
    assert of.hello().hello.max_in_flight == 1  # a hello has at least one
    assert kind(of.next_request()) == "window"


def test_after_a_broken_stream_the_session_names_what_it_has() -> None:
    of = connected()
    done, executing, taken = deliver(of, 1, 2, 3)
    of.answer(done, outcome.completed("x"))
    of.next_request()
    hello = of.hello().hello
    assert hello.session_id == "s"
    assert list(hello.in_flight) == [ref(1), ref(2), ref(3)]
    lost = of.welcome(Welcome(session_id="s", kept=[ref(1), ref(2)]))
    assert lost == [taken]
    assert not of.answer(taken, outcome.completed("x"))
    assert of.tasks == [executing]
    request = of.next_request()
    assert request is not None
    assert request.results.sequence == 1
    assert [it.run for it in request.results.results] == [ref(1)]


def test_results_that_are_not_wanted_any_more_are_dropped() -> None:
    of = connected()
    (task,) = deliver(of, 1)
    of.answer(task, outcome.completed("x"))
    of.hello()
    of.welcome(Welcome(session_id="other"))
    assert of.session_id == "other"
    assert of.nothing_in_hand


def test_a_hello_names_no_more_than_the_server_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    of = connected(max_in_flight=100)
    tasks = deliver(of, *range(1, 100))
    of.answer(tasks[50], outcome.completed("x"))
    monkeypatch.setattr(session, "MAX_IN_FLIGHT_BYTES", 3 * (ref(1).ByteSize() + 2) + 5)
    named = list(of.hello().hello.in_flight)
    assert named[0] == ref(51)  # done is worth more than begun
    assert len(named) == 3


def test_cancels_find_what_is_in_hand() -> None:
    of = connected()
    first, _ = deliver(of, 1, 2)
    stale = RunRef(run_id=ref(2).run_id, token=99)
    assert of.to_cancel(Cancels(runs=[ref(1), stale, ref(7)])) == [first]


def test_a_drain_is_said_before_results_and_ends_when_all_is_acknowledged() -> None:
    of = connected()
    (task,) = deliver(of, 1)
    of.answer(task, outcome.completed("x"))
    of.draining = True
    assert not of.finished
    assert kind(of.next_request()) == "drain"
    assert kind(of.next_request()) == "results"
    assert not of.finished
    of.book.acknowledge(1)
    assert of.finished


def test_a_session_that_stops_gives_back_what_still_comes() -> None:
    of = connected()
    of.stopping = True
    assert deliver(of, 1) == []
    request = of.next_request()
    assert request is not None
    assert request.results.results[0].HasField("released")


def test_all_can_be_let_go() -> None:
    of = connected()
    tasks = deliver(of, 1, 2)
    assert of.take_all() == tasks
    assert of.in_flight == 0
