"""What became of a run, as a handler says it and as the server is told."""

from __future__ import annotations

import json
from datetime import timedelta

from ductape_jobs.v1.worker_pb2 import Result

# The server keeps 4 KiB of an output and 1 KiB of a message, and marks what it cut: a little more
# is enough for it to see that there was more.
_SENT_OUTPUT_BYTES = 8 * 1024
_SENT_MESSAGE_BYTES = 2 * 1024
_MAX_CODE_LENGTH = 64
_MAX_RETRY_AFTER = timedelta(days=366)


class TaskError(Exception):
    """Raised by a handler: the run failed, and this is why."""

    def __init__(
        self,
        message: str = "",
        *,
        code: str = "FAILED",
        retryable: bool | None = None,
        retry_after: float | None = None,
        status: int = 0,
    ) -> None:
        """Says why.

        Args:
            message: For people; the first 1 KiB are kept.
            code: The class of the error (TIMEOUT, UNAVAILABLE, VALIDATION ...: see `Run.Error.code`
                in the protos), or a word of your own: A-Z, 0-9 and `_`, at most 64 characters. It
                is made to fit.
            retryable: Whether to retry, where the retry policy does not name the code. None: the
                class of the code decides; a code of your own is not retried.
            retry_after: The seconds to wait at least before the next attempt.
            status: The number that the target itself gave, such as an HTTP status.
        """
        super().__init__(message)
        self.message = message
        self.code = code
        self.retryable = retryable
        self.retry_after = retry_after
        self.status = status


class DoNotRetryError(TaskError):
    """Raised by a handler: the run failed, and another attempt would fail as well."""

    def __init__(self, message: str = "", *, code: str = "FAILED", status: int = 0) -> None:
        """Says why, as `TaskError` does."""
        super().__init__(message, code=code, retryable=False, status=status)


class TaskCancelledError(Exception):
    """Raised by a handler: it stopped, as it was asked to. See `Task.raise_if_cancelled`."""


class TaskReleasedError(Exception):
    """Raised by a handler: the run was not executed and is given back.

    It is delivered again, to any worker, and that is not charged to its retries.
    """


def completed(output: object) -> Result:
    """Success, with what the handler returned."""
    return Result(output=to_output(output)[:_SENT_OUTPUT_BYTES])


def failed(error: BaseException) -> Result:
    """Failure, with what the handler raised. What is no TaskError may be retried."""
    if not isinstance(error, TaskError):
        text = str(error) or type(error).__name__
        error = TaskError(text, code="HANDLER_ERROR", retryable=True)
    result = Result()
    failure = result.failure
    failure.code = fit_code(error.code)
    failure.message = fit_text(error.message, _SENT_MESSAGE_BYTES)
    failure.status = error.status
    if error.retryable is not None:
        failure.retryable = error.retryable
    if error.retry_after is not None:
        wait = min(max(timedelta(seconds=error.retry_after), timedelta()), _MAX_RETRY_AFTER)
        result.retry_after.FromTimedelta(wait)
    return result


def cancelled() -> Result:
    """It was stopped as asked."""
    result = Result()
    result.cancelled.SetInParent()
    return result


def released() -> Result:
    """It was not executed."""
    result = Result()
    result.released.SetInParent()
    return result


def to_output(value: object) -> bytes:
    """Bytes as they are, text as UTF-8, nothing for None, and else JSON."""
    if value is None:
        return b""
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text.encode(errors="replace")


def fit_code(code: str) -> str:
    """Letters in capitals, and `_` for what a code cannot hold."""
    fit = "".join(c.upper() if c.isascii() and c.isalnum() else "_" for c in code)
    if not fit[:1].isalpha():
        fit = f"E_{fit}"
    return fit[:_MAX_CODE_LENGTH]


def fit_text(text: str, limit: int) -> str:
    """At most so many bytes of UTF-8, whole characters, none that UTF-8 does not have."""
    return text.encode(errors="replace")[:limit].decode(errors="ignore")
