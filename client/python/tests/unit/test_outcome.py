import pytest

from ductape_jobs import DoNotRetryError, TaskError
from ductape_jobs._worker import outcome


@pytest.mark.parametrize(
    ("value", "output"),
    [
        (None, b""),
        (b"\x00\xff", b"\x00\xff"),
        (bytearray(b"a"), b"a"),
        ("grüße", "grüße".encode()),
        ({"n": 1, "t": "ü"}, '{"n": 1, "t": "ü"}'.encode()),
        (0, b"0"),
        ("\ud800", b"?"),
    ],
)
def test_what_a_handler_returns_is_the_output(value: object, output: bytes) -> None:
    assert outcome.completed(value).output == output


def test_an_output_is_cut_beyond_what_the_server_keeps() -> None:
    assert len(outcome.completed("x" * 100_000).output) == 8192


def test_any_exception_may_be_retried() -> None:
    failure = outcome.failed(RuntimeError("broken")).failure
    assert (failure.code, failure.message, failure.retryable) == ("HANDLER_ERROR", "broken", True)
    assert outcome.failed(KeyError()).failure.message == "KeyError"


def test_a_task_error_is_what_it_says() -> None:
    error = TaskError("wait", code="rate limited", retry_after=1.5, status=429)
    result = outcome.failed(error)
    assert (result.failure.code, result.failure.status) == ("RATE_LIMITED", 429)
    assert not result.failure.HasField("retryable")
    assert result.retry_after.ToMilliseconds() == 1500
    assert outcome.failed(TaskError(retryable=True)).failure.retryable


def test_a_wait_is_never_negative_nor_endless() -> None:
    assert outcome.failed(TaskError(retry_after=-1)).retry_after.ToSeconds() == 0
    assert outcome.failed(TaskError(retry_after=1e9)).retry_after.ToSeconds() == 366 * 86_400


def test_what_is_not_to_be_retried() -> None:
    failure = outcome.failed(DoNotRetryError("no such user", code="VALIDATION")).failure
    assert failure.HasField("retryable")
    assert not failure.retryable
    assert failure.code == "VALIDATION"


@pytest.mark.parametrize(
    ("code", "fit"),
    [("OK_1", "OK_1"), ("not-yet", "NOT_YET"), ("", "E_"), ("1st", "E_1ST"), ("é", "E__")],
)
def test_codes_are_made_to_fit(code: str, fit: str) -> None:
    assert outcome.fit_code(code) == fit


def test_long_texts_are_cut_between_characters() -> None:
    assert outcome.fit_code("A" * 100) == "A" * 64
    assert outcome.fit_text("ü" * 10, 5) == "üü"
    assert outcome.fit_text("a\ud800", 10) == "a?"
