"""Operations on runs."""

from __future__ import annotations

from collections.abc import AsyncIterator

from ductape_jobs import v1
from ductape_jobs._async.caller import AsyncCaller
from ductape_jobs.v1.run_pb2_grpc import RunServiceStub


class AsyncRuns:
    """Runs of the client's product: what became of each due time of a job. `client.runs`.

    Timeouts, errors and request ids are as with jobs; `RunService` in the protos lists the reasons.
    """

    def __init__(self, caller: AsyncCaller) -> None:
        self._call = caller.call
        self._stub = RunServiceStub(caller.channel)

    async def get(self, run_id: str, *, timeout: float | None = None) -> v1.Run:
        """Gets one run by its id."""
        return await self._call(self._stub.GetRun, v1.GetRunRequest(run_id=run_id), timeout)

    async def list(
        self,
        *,
        tag: str = "",
        job_uid: str = "",
        page_size: int = 0,
        timeout: float | None = None,
    ) -> AsyncIterator[v1.Run]:
        """Yields runs page by page, of one job the highest number first.

        Without a job: the active runs of the product, then those that ended unsuccessfully, the one
        that ended last first.

        Args:
            tag: The runs of the job with this tag.
            job_uid: The runs of the job with this uid, deleted or not. Not with `tag`.
            page_size: How many to ask for at once, at most 1,000. 0: 100.
            timeout: Seconds for each page.
        """
        token = ""
        while True:
            page = await self.list_page(
                tag=tag, job_uid=job_uid, page_size=page_size, page_token=token, timeout=timeout
            )
            for run in page.runs:
                yield run
            token = page.next_page_token
            if not token:
                return

    async def list_page(
        self,
        *,
        tag: str = "",
        job_uid: str = "",
        page_size: int = 0,
        page_token: str = "",
        timeout: float | None = None,
    ) -> v1.ListRunsResponse:
        """Gets one page: the first, or the one after a page by its `next_page_token`."""
        request = v1.ListRunsRequest(
            tag=tag, job_uid=job_uid, page_size=page_size, page_token=page_token
        )
        return await self._call(self._stub.ListRuns, request, timeout)

    async def cancel(
        self,
        run_id: str,
        *,
        reason: str = "",
        request_id: str = "",
        timeout: float | None = None,
    ) -> v1.Run:
        """Cancels a run that has not ended.

        Args:
            run_id: The run.
            reason: Why, for people: at most 1,024 characters. Kept as the message of its error.
            request_id: Names this change, at most 128 characters.
            timeout: Seconds.
        """
        request = v1.CancelRunRequest(run_id=run_id, reason=reason, request_id=request_id)
        return await self._call(self._stub.CancelRun, request, timeout)
