"""Operations on events."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable

from google.protobuf.field_mask_pb2 import FieldMask

from ductape_jobs import v1
from ductape_jobs._async.caller import AsyncCaller
from ductape_jobs.v1.event_pb2_grpc import EventServiceStub


class AsyncEvents:
    """Events of the client's product: what a run does. `client.events`.

    An event is named by its type, such as `Event.ACTION`, and its tag. Timeouts, errors and request
    ids are as with jobs; `EventService` in the protos lists the reasons.
    """

    def __init__(self, caller: AsyncCaller) -> None:
        self._call = caller.call
        self._stub = EventServiceStub(caller.channel)

    async def create(
        self,
        event: v1.Event,
        *,
        request_id: str = "",
        validate_only: bool = False,
        timeout: float | None = None,
    ) -> v1.Event:
        """Creates an event.

        Args:
            event: With `event_type`, `tag` and a target (`http`, `grpc` or `worker`) at least.
            request_id: Names this change, at most 128 characters.
            validate_only: Only answers the event as it would be.
            timeout: Seconds.
        """
        request = v1.CreateEventRequest(
            event=event, request_id=request_id, validate_only=validate_only
        )
        return await self._call(self._stub.CreateEvent, request, timeout)

    async def get(
        self, event_type: v1.Event.Type.ValueType, tag: str, *, timeout: float | None = None
    ) -> v1.Event:
        """Gets one event."""
        request = v1.GetEventRequest(event_type=event_type, tag=tag)
        return await self._call(self._stub.GetEvent, request, timeout)

    async def test(
        self,
        request: v1.TestEventRequest,
        *,
        timeout: float | None = None,
    ) -> v1.TestEventResponse:
        """Executes an event once, now; that the target failed is in the answer.

        Not repeated when the answer is lost.

        Args:
            request: Which one, or one that need not exist; its input and environment.
            timeout: Seconds.
        """
        return await self._call(self._stub.TestEvent, request, timeout)

    async def list(
        self, *, page_size: int = 0, timeout: float | None = None
    ) -> AsyncIterator[v1.Event]:
        """Yields all events, in the order of their uids, page by page.

        Args:
            page_size: How many to ask for at once, at most 1,000. 0: 100.
            timeout: Seconds for each page.
        """
        token = ""
        while True:
            page = await self.list_page(page_size=page_size, page_token=token, timeout=timeout)
            for event in page.events:
                yield event
            token = page.next_page_token
            if not token:
                return

    async def list_page(
        self, *, page_size: int = 0, page_token: str = "", timeout: float | None = None
    ) -> v1.ListEventsResponse:
        """Gets one page: the first, or the one after a page by its `next_page_token`."""
        request = v1.ListEventsRequest(page_size=page_size, page_token=page_token)
        return await self._call(self._stub.ListEvents, request, timeout)

    async def update(
        self,
        event: v1.Event,
        *,
        mask: Iterable[str] = (),
        allow_missing: bool = False,
        request_id: str = "",
        validate_only: bool = False,
        timeout: float | None = None,
    ) -> v1.Event:
        """Updates the event that has the type and tag of `event`.

        Args:
            event: The new values. Its `etag`, if set, must be the current one.
            mask: Names of the fields to set; `*` for all. Empty: those populated in `event`.
            allow_missing: Creates the event if it does not exist.
            request_id: Names this change, at most 128 characters.
            validate_only: Only answers the event as it would be.
            timeout: Seconds.
        """
        request = v1.UpdateEventRequest(
            event=event,
            update_mask=FieldMask(paths=mask),
            allow_missing=allow_missing,
            request_id=request_id,
            validate_only=validate_only,
        )
        return await self._call(self._stub.UpdateEvent, request, timeout)

    async def delete(
        self,
        event_type: v1.Event.Type.ValueType,
        tag: str,
        *,
        etag: str = "",
        force: bool = False,
        allow_missing: bool = False,
        request_id: str = "",
        timeout: float | None = None,
    ) -> None:
        """Deletes an event.

        Args:
            event_type: The type of the event.
            tag: The tag of the event.
            etag: If set, it is deleted only while this is its current one.
            force: Even while jobs name it; their runs fail then.
            allow_missing: It is no error if it does not exist.
            request_id: Names this change, at most 128 characters.
            timeout: Seconds.
        """
        request = v1.DeleteEventRequest(
            event_type=event_type,
            tag=tag,
            etag=etag,
            force=force,
            allow_missing=allow_missing,
            request_id=request_id,
        )
        await self._call(self._stub.DeleteEvent, request, timeout)
