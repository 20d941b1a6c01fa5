"""One logical call: as many attempts as it takes and may take."""

from __future__ import annotations

import asyncio
import random
import time
from typing import TYPE_CHECKING, TypeVar

import grpc
from google.protobuf.message import Message

from ductape_jobs._requests import fill_product, fill_request_id, is_safe
from ductape_jobs._retry import backoff, may_repeat
from ductape_jobs.errors import error_of_call
from ductape_jobs.options import ClientOptions

if TYPE_CHECKING:
    from ductape_jobs._channel import AsyncChannel, AsyncMethod

Request = TypeVar("Request", bound=Message)
Response = TypeVar("Response", bound=Message)


class AsyncCaller:
    """Calls methods of one channel with the options of one client."""

    def __init__(self, channel: AsyncChannel, options: ClientOptions) -> None:
        self.channel = channel
        self.options = options

    async def call(
        self, method: AsyncMethod[Request, Response], request: Request, timeout: float | None
    ) -> Response:
        """Makes attempts until one succeeds, one fails for good, or the options allow no more.

        The last attempt's error is what it raises. The request is completed in place.
        """
        options = self.options
        fill_product(request, options.product)
        fill_request_id(request)
        deadline = time.monotonic() + (options.timeout if timeout is None else timeout)
        number = 1
        while True:
            left = max(deadline - time.monotonic(), 0.0)
            try:
                return await method(request, timeout=left, metadata=options.call_metadata())
            except grpc.RpcError as failure:
                error = error_of_call(failure)
            wait = backoff(options.retry, number, error.retry_after, random.random())
            # A wait beyond the deadline would only hide what went wrong.
            late = time.monotonic() + wait >= deadline
            if late or number >= options.retry.max_attempts:
                raise error
            if not may_repeat(error, safe=is_safe(request)):
                raise error
            number += 1
            await asyncio.sleep(wait)
