import grpc
import pytest
from google.protobuf.any_pb2 import Any
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, RetryInfo
from google.rpc.status_pb2 import Status

import ductape_jobs as api
from ductape_jobs.errors import error_of_end, error_of_status, make_error

KEY = "grpc-status-details-bin"


def packed(*details: Message) -> list[Any]:
    anys = [Any() for _ in details]
    for any_, detail in zip(anys, details, strict=True):
        any_.Pack(detail)
    return anys


def test_everything_that_the_server_says_is_read() -> None:
    violation = BadRequest.FieldViolation(field="job.executions", description="is required")
    details = packed(
        ErrorInfo(reason="FIELD_REQUIRED", domain="jobs.ductape", metadata={"field": "x"}),
        BadRequest(field_violations=[violation, violation]),
        RetryInfo(retry_delay=Duration(seconds=1, nanos=500_000_000)),
        Duration(seconds=9),  # not known here
    )
    trailing = [("other", "x"), (KEY, Status(details=details).SerializeToString())]
    error = error_of_end(grpc.StatusCode.INVALID_ARGUMENT, "no", trailing)
    assert type(error) is api.InvalidArgumentError
    assert (error.code, error.message) == (grpc.StatusCode.INVALID_ARGUMENT, "no")
    assert (error.reason, error.domain) == ("FIELD_REQUIRED", "jobs.ductape")
    assert error.metadata == {"field": "x"}
    assert error.fields == (api.FieldViolation("job.executions", "is required"),) * 2
    assert error.retry_after == 1.5
    assert str(error) == "INVALID_ARGUMENT (FIELD_REQUIRED): no"


@pytest.mark.parametrize("trailing", [[], [(KEY, b"\xff\xff\xff")], [(KEY, "text")]])
def test_an_error_without_readable_details_is_one_all_the_same(
    trailing: list[tuple[str, str | bytes]],
) -> None:
    error = error_of_end(grpc.StatusCode.UNAVAILABLE, "gone", trailing)
    assert type(error) is api.UnavailableError
    assert (error.reason, error.fields, error.retry_after) == ("", (), None)
    assert str(error) == "UNAVAILABLE: gone"


def test_an_item_of_a_batch_has_the_same_errors() -> None:
    status = Status(code=6, message="taken", details=packed(ErrorInfo(reason="JOB_ALREADY_EXISTS")))
    error = error_of_status(status)
    assert type(error) is api.AlreadyExistsError
    assert error.reason == "JOB_ALREADY_EXISTS"
    assert error_of_status(Status(code=999)).code is grpc.StatusCode.UNKNOWN


def test_a_code_without_a_class_is_an_api_error() -> None:
    assert type(make_error(grpc.StatusCode.DATA_LOSS, "")) is api.ApiError
