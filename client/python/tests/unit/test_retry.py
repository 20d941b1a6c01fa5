import grpc
import pytest
from google.protobuf.any_pb2 import Any
from google.protobuf.duration_pb2 import Duration
from google.rpc.error_details_pb2 import ErrorInfo, RetryInfo

from ductape_jobs import ApiError, Retry
from ductape_jobs._retry import backoff, may_repeat
from ductape_jobs.errors import make_error


def error(code: grpc.StatusCode, *, reason: str = "", retry_after: int | None = None) -> ApiError:
    details = [Any(), Any()]
    details[0].Pack(ErrorInfo(reason=reason))
    if retry_after is not None:
        details[1].Pack(RetryInfo(retry_delay=Duration(seconds=retry_after)))
    return make_error(code, "why", details)


@pytest.mark.parametrize("safe", [True, False])
def test_what_the_server_refused_before_it_acted_is_repeated(safe: bool) -> None:
    for code in (grpc.StatusCode.RESOURCE_EXHAUSTED, grpc.StatusCode.UNAVAILABLE):
        assert may_repeat(error(code, retry_after=1), safe=safe)


def test_a_lost_connection_is_repeated_only_where_that_is_safe() -> None:
    lost = error(grpc.StatusCode.UNAVAILABLE)
    assert may_repeat(lost, safe=True)
    assert not may_repeat(lost, safe=False)


def test_what_is_too_large_is_not_repeated() -> None:
    assert not may_repeat(error(grpc.StatusCode.RESOURCE_EXHAUSTED), safe=True)


def test_a_call_under_way_is_waited_for_and_a_stale_etag_is_not() -> None:
    under_way = error(grpc.StatusCode.ABORTED, reason="REQUEST_IN_PROGRESS")
    assert may_repeat(under_way, safe=True)
    assert not may_repeat(under_way, safe=False)
    assert not may_repeat(error(grpc.StatusCode.ABORTED, reason="ETAG_MISMATCH"), safe=True)


@pytest.mark.parametrize("code", [grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.INTERNAL])
def test_other_codes_are_not_repeated(code: grpc.StatusCode) -> None:
    assert not may_repeat(error(code, retry_after=1), safe=True)


def test_the_wait_doubles_up_to_its_bound_and_half_of_it_is_drawn() -> None:
    retry = Retry(initial_backoff=0.1, max_backoff=1.0)
    assert [backoff(retry, n, None, 0.0) for n in (1, 2, 3)] == pytest.approx([0.05, 0.1, 0.2])
    assert backoff(retry, 1, None, 0.999) == pytest.approx(0.1, rel=0.01)
    assert backoff(retry, 50, None, 0.0) == pytest.approx(0.5)
    assert backoff(retry, 10_000, None, 0.0) == pytest.approx(0.5)


def test_a_longer_wait_that_the_server_asks_for_is_honoured() -> None:
    assert backoff(Retry(), 1, 7.0, 0.5) == 7.0
    assert backoff(Retry(initial_backoff=4.0), 1, 1.0, 0.0) == 2.0
