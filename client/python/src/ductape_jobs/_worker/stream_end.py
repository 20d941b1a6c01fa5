"""How a stream ended."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import grpc

from ductape_jobs.errors import ApiError, error_of_end

_T = TypeVar("_T")


class StreamEnd:
    """Notes a call's status when gRPC first has it.

    A write that meets the end of the call makes gRPC forget what the server said and say INTERNAL,
    so that asking later is not enough.
    """

    def __init__(self, call: grpc.aio.Call) -> None:
        self._error: asyncio.Future[ApiError | None] = asyncio.get_running_loop().create_future()
        call.add_done_callback(self._note)

    async def error(self) -> ApiError | None:
        """Waits for the end; None if that was OK."""
        return await self._error

    def _note(self, call: Any) -> None:
        if self._error.done():
            return
        code: grpc.StatusCode = _at_once(call.code())
        if code is grpc.StatusCode.OK:
            self._error.set_result(None)
            return
        trailing = _at_once(call.trailing_metadata()) or ()
        self._error.set_result(error_of_end(code, _at_once(call.details()) or "", trailing))


def _at_once(known: Coroutine[Any, Any, _T]) -> _T:
    """What a coroutine returns that has nothing to wait for any more."""
    try:
        known.send(None)
    except StopIteration as end:
        result: _T = end.value
        return result
    known.close()
    raise RuntimeError("the call has ended, and its status is not known")
