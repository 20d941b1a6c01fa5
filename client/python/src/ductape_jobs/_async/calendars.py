"""Operations on calendars."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable

from google.protobuf.field_mask_pb2 import FieldMask

from ductape_jobs import v1
from ductape_jobs._async.caller import AsyncCaller
from ductape_jobs.v1.calendar_pb2_grpc import CalendarServiceStub


class AsyncCalendars:
    """Calendars of the client's product: named times in which jobs are not due. `client.calendars`.

    Timeouts, errors and request ids are as with jobs; `CalendarService` in the protos lists the
    reasons.
    """

    def __init__(self, caller: AsyncCaller) -> None:
        self._call = caller.call
        self._stub = CalendarServiceStub(caller.channel)

    async def create(
        self,
        calendar: v1.Calendar,
        *,
        request_id: str = "",
        validate_only: bool = False,
        timeout: float | None = None,
    ) -> v1.Calendar:
        """Creates a calendar.

        Args:
            calendar: With `tag` at least.
            request_id: Names this change, at most 128 characters.
            validate_only: Only answers the calendar as it would be.
            timeout: Seconds.
        """
        request = v1.CreateCalendarRequest(
            calendar=calendar, request_id=request_id, validate_only=validate_only
        )
        return await self._call(self._stub.CreateCalendar, request, timeout)

    async def get(self, tag: str, *, timeout: float | None = None) -> v1.Calendar:
        """Gets one calendar."""
        request = v1.GetCalendarRequest(tag=tag)
        return await self._call(self._stub.GetCalendar, request, timeout)

    async def list(
        self, *, page_size: int = 0, timeout: float | None = None
    ) -> AsyncIterator[v1.Calendar]:
        """Yields all calendars, in the order of their uids, page by page.

        Args:
            page_size: How many to ask for at once, at most 1,000. 0: 100.
            timeout: Seconds for each page.
        """
        token = ""
        while True:
            page = await self.list_page(page_size=page_size, page_token=token, timeout=timeout)
            for calendar in page.calendars:
                yield calendar
            token = page.next_page_token
            if not token:
                return

    async def list_page(
        self, *, page_size: int = 0, page_token: str = "", timeout: float | None = None
    ) -> v1.ListCalendarsResponse:
        """Gets one page: the first, or the one after a page by its `next_page_token`."""
        request = v1.ListCalendarsRequest(page_size=page_size, page_token=page_token)
        return await self._call(self._stub.ListCalendars, request, timeout)

    async def update(
        self,
        calendar: v1.Calendar,
        *,
        mask: Iterable[str] = (),
        allow_missing: bool = False,
        request_id: str = "",
        validate_only: bool = False,
        timeout: float | None = None,
    ) -> v1.Calendar:
        """Updates the calendar that has the tag of `calendar`.

        Args:
            calendar: The new values. Its `etag`, if set, must be the current one.
            mask: Names of the fields to set; `*` for all. Empty: those populated in `calendar`.
            allow_missing: Creates the calendar if it does not exist.
            request_id: Names this change, at most 128 characters.
            validate_only: Only answers the calendar as it would be.
            timeout: Seconds.
        """
        request = v1.UpdateCalendarRequest(
            calendar=calendar,
            update_mask=FieldMask(paths=mask),
            allow_missing=allow_missing,
            request_id=request_id,
            validate_only=validate_only,
        )
        return await self._call(self._stub.UpdateCalendar, request, timeout)

    async def delete(
        self,
        tag: str,
        *,
        etag: str = "",
        force: bool = False,
        allow_missing: bool = False,
        request_id: str = "",
        timeout: float | None = None,
    ) -> None:
        """Deletes a calendar.

        Args:
            tag: The tag of the calendar.
            etag: If set, it is deleted only while this is its current one.
            force: Even while jobs name it; nothing is excluded by it then.
            allow_missing: It is no error if it does not exist.
            request_id: Names this change, at most 128 characters.
            timeout: Seconds.
        """
        request = v1.DeleteCalendarRequest(
            tag=tag,
            etag=etag,
            force=force,
            allow_missing=allow_missing,
            request_id=request_id,
        )
        await self._call(self._stub.DeleteCalendar, request, timeout)
