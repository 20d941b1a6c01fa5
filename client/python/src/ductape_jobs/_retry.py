"""When a call is repeated, and after what wait.

What is repeated:
- what the server refused before it acted and answered with RetryInfo: RESOURCE_EXHAUSTED or
  UNAVAILABLE (OVERLOADED, DISK_FULL, DRAINING, RECOVERING). Of any call.
- of a call that is safe to repeat besides: UNAVAILABLE without RetryInfo (the connection was lost),
  and ABORTED, REQUEST_IN_PROGRESS (an earlier attempt is still under way).
"""

from __future__ import annotations

import grpc

from ductape_jobs.errors import ApiError
from ductape_jobs.options import Retry


def may_repeat(error: ApiError, *, safe: bool) -> bool:
    """Whether a call that failed so may be sent again; `safe`: it acts only once anyway."""
    if error.code is grpc.StatusCode.RESOURCE_EXHAUSTED:
        return error.retry_after is not None
    if error.code is grpc.StatusCode.UNAVAILABLE:
        return error.retry_after is not None or safe
    if error.code is grpc.StatusCode.ABORTED:
        return error.reason == "REQUEST_IN_PROGRESS" and safe
    return False


def backoff(retry: Retry, number: int, asked_for: float | None, draw: float) -> float:
    """The seconds to wait before retry `number`, from 1. `draw` lies in [0, 1)."""
    full: float = min(retry.max_backoff, retry.initial_backoff * 2.0 ** min(number - 1, 60))
    return max(full / 2 + full / 2 * draw, asked_for or 0.0)
