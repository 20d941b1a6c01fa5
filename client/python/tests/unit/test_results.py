import pytest

from ductape_jobs._worker import results
from ductape_jobs._worker.results import ResultBook
from ductape_jobs.v1 import Result, RunRef


def result(number: int, output: bytes = b"") -> Result:
    return Result(run=RunRef(run_id=f"run-{number}", token=number), output=output)


def sent(book: ResultBook) -> tuple[int, list[int]]:
    message = book.next().results
    return message.sequence, [it.run.token for it in message.results]


def tokens(book: ResultBook) -> list[int]:
    return [run.token for run in book.runs()]


def test_what_was_added_goes_in_one_batch_and_is_held_until_it_is_acknowledged() -> None:
    book = ResultBook()
    for number in (1, 2, 3):
        book.add(result(number))
    assert sent(book) == (1, [1, 2, 3])
    assert not book.has_unsent
    book.add(result(4))
    assert sent(book) == (2, [4])
    book.acknowledge(1)
    assert tokens(book) == [4]
    assert not book.empty
    book.acknowledge(2)
    assert book.empty


def test_a_batch_ends_at_the_number_that_the_server_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "MAX_RESULTS", 2)
    book = ResultBook()
    for number in range(5):
        book.add(result(number))
    assert [sent(book) for _ in range(3)] == [(1, [0, 1]), (2, [2, 3]), (3, [4])]


def test_a_batch_ends_at_the_bytes_that_the_server_takes() -> None:
    book = ResultBook()
    for number in range(100):
        book.add(result(number, b"x" * 8000))
    count = 0
    while book.has_unsent:
        message = book.next()
        assert message.ByteSize() <= results.MAX_BYTES
        count += len(message.results.results)
    assert count == 100


def test_a_result_larger_than_a_batch_is_sent_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "MAX_BYTES", 10)
    book = ResultBook()
    book.add(result(1))
    book.add(result(2))
    assert sent(book) == (1, [1])
    assert sent(book) == (2, [2])


def test_a_new_stream_begins_anew_with_what_was_not_acknowledged() -> None:
    book = ResultBook()
    for number in (1, 2, 3):
        book.add(result(number))
        book.next()
    book.add(result(4))
    book.acknowledge(1)
    book.restart()
    assert tokens(book) == [2, 3, 4]
    book.keep(lambda run: run.token != 3)
    assert sent(book) == (1, [2, 4])
