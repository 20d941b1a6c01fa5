"""What a failed call says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import grpc
from google.protobuf.any_pb2 import Any
from google.protobuf.message import DecodeError
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, RetryInfo
from google.rpc.status_pb2 import Status

_DETAILS_KEY = "grpc-status-details-bin"
_CODES = {code.value[0]: code for code in grpc.StatusCode}


@dataclass(frozen=True, slots=True)
class FieldViolation:
    """One field at fault."""

    field: str
    """Its path from the request, for example `job.executions`."""
    description: str
    """What is wrong and what would be right."""


class ApiError(Exception):
    """A call failed. What each reason means stands in the protos, at the method that gives it.

    There is a subclass for each status code that the service answers.
    """

    code: grpc.StatusCode
    """The status code."""
    message: str
    """What happened, for people."""
    reason: str
    """A stable word in capitals, such as `JOB_NOT_FOUND`. Empty if the error did not come from the
    service itself: the connection failed, or the client's timeout passed."""
    domain: str
    """Whose reason it is: `jobs.ductape`."""
    metadata: Mapping[str, str]
    """The dynamic values of the message by name, for example `{"tag": "example_job"}`."""
    fields: tuple[FieldViolation, ...]
    """The fields at fault, of an `InvalidArgumentError`."""
    retry_after: float | None
    """How many seconds the server asks to wait before a repetition. None: it does not say."""

    def __init__(self, code: grpc.StatusCode, message: str, *, details: Iterable[Any] = ()) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.reason = self.domain = ""
        self.metadata = {}
        self.fields = ()
        self.retry_after = None
        for detail in details:
            self._read(detail)

    def _read(self, detail: Any) -> None:
        info, bad_request, retry = ErrorInfo(), BadRequest(), RetryInfo()
        if detail.Unpack(info):
            self.reason, self.domain, self.metadata = info.reason, info.domain, dict(info.metadata)
        elif detail.Unpack(bad_request):
            found = [
                FieldViolation(it.field, it.description) for it in bad_request.field_violations
            ]
            self.fields = (*self.fields, *found)
        elif detail.Unpack(retry):
            self.retry_after = retry.retry_delay.ToTimedelta().total_seconds()

    def __str__(self) -> str:
        reason = f" ({self.reason})" if self.reason else ""
        return f"{self.code.name}{reason}: {self.message}"


class InvalidArgumentError(ApiError):
    """INVALID_ARGUMENT: the request is wrong, whatever the state of the server. See `fields`."""


class NotFoundError(ApiError):
    """NOT_FOUND: what is named does not exist."""


class AlreadyExistsError(ApiError):
    """ALREADY_EXISTS: the tag is taken."""


class FailedPreconditionError(ApiError):
    """FAILED_PRECONDITION: the state of something does not allow it."""


class AbortedError(ApiError):
    """ABORTED: someone else was faster: the etag is not the current one."""


class ResourceExhaustedError(ApiError):
    """RESOURCE_EXHAUSTED: the server has no room for it now. See `retry_after`."""


class UnavailableError(ApiError):
    """UNAVAILABLE: no connection, or the server comes or goes. The outcome may be unknown."""


class DeadlineExceededError(ApiError):
    """DEADLINE_EXCEEDED: the timeout passed. The outcome is unknown."""


class UnauthenticatedError(ApiError):
    """UNAUTHENTICATED: the server does not know who calls."""


class PermissionDeniedError(ApiError):
    """PERMISSION_DENIED: the caller may not."""


_CLASSES: dict[grpc.StatusCode, type[ApiError]] = {
    grpc.StatusCode.INVALID_ARGUMENT: InvalidArgumentError,
    grpc.StatusCode.NOT_FOUND: NotFoundError,
    grpc.StatusCode.ALREADY_EXISTS: AlreadyExistsError,
    grpc.StatusCode.FAILED_PRECONDITION: FailedPreconditionError,
    grpc.StatusCode.ABORTED: AbortedError,
    grpc.StatusCode.RESOURCE_EXHAUSTED: ResourceExhaustedError,
    grpc.StatusCode.UNAVAILABLE: UnavailableError,
    grpc.StatusCode.DEADLINE_EXCEEDED: DeadlineExceededError,
    grpc.StatusCode.UNAUTHENTICATED: UnauthenticatedError,
    grpc.StatusCode.PERMISSION_DENIED: PermissionDeniedError,
}


def make_error(code: grpc.StatusCode, message: str, details: Iterable[Any] = ()) -> ApiError:
    """The error of the class that goes with the code."""
    return _CLASSES.get(code, ApiError)(code, message, details=details)


def error_of_status(status: Status) -> ApiError:
    """The error that an item of a batch answers."""
    code = _CODES.get(status.code, grpc.StatusCode.UNKNOWN)
    return make_error(code, status.message, status.details)


def error_of_call(error: grpc.RpcError) -> ApiError:
    """The error that either of gRPC's APIs raised."""
    if not isinstance(error, grpc.Call | grpc.aio.AioRpcError):
        return make_error(grpc.StatusCode.UNKNOWN, str(error))
    return error_of_end(error.code(), error.details() or "", error.trailing_metadata() or ())


def error_of_end(
    code: grpc.StatusCode, message: str, trailing: Iterable[tuple[str, str | bytes]]
) -> ApiError:
    """The error that a call ended with. Details that cannot be read are left out."""
    status = Status()
    for key, value in trailing:
        if key == _DETAILS_KEY and isinstance(value, bytes):
            try:
                status.ParseFromString(value)
            except DecodeError:
                status.Clear()
    return make_error(code, message, status.details)
