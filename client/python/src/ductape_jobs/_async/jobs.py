"""Operations on jobs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from google.protobuf.field_mask_pb2 import FieldMask

from ductape_jobs import v1
from ductape_jobs._async.caller import AsyncCaller
from ductape_jobs.errors import ApiError, error_of_status
from ductape_jobs.v1.job_pb2_grpc import JobServiceStub


class AsyncJobs:
    """Jobs of the client's product: what to run and when. `client.jobs`.

    Every method takes a `timeout` in seconds for all attempts and waits together, by default the
    client's, and raises an `ApiError`; `JobService` in the protos lists the reasons. Changes take a
    `request_id` that makes them act once; where it is empty the client makes one for its attempts.
    Datetimes without a zone are UTC.
    """

    def __init__(self, caller: AsyncCaller) -> None:
        self._call = caller.call
        self._stub = JobServiceStub(caller.channel)

    async def create(
        self,
        job: v1.Job,
        *,
        request_id: str = "",
        validate_only: bool = False,
        timeout: float | None = None,
    ) -> v1.Job:
        """Creates a job; its event and its calendars must exist.

        Args:
            job: With `tag`, `name`, `event_type`, `event_tag`, `executions` and one timing
                (`intervals`, `cron`, `times` or `rule`) at least.
            request_id: Names this change, at most 128 characters.
            validate_only: Only answers the job as it would be.
            timeout: Seconds.
        """
        request = v1.CreateJobRequest(job=job, request_id=request_id, validate_only=validate_only)
        return await self._call(self._stub.CreateJob, request, timeout)

    async def create_many(
        self, jobs: Iterable[v1.Job | v1.CreateJobRequest], *, timeout: float | None = None
    ) -> Sequence[v1.Job | ApiError]:
        """Creates 1 to 1,000 jobs, each for itself: some may fail while others are created.

        Returns:
            For each, in their order, the job that was created or the error it failed with.
        """
        items = [v1.CreateJobRequest(job=it) if isinstance(it, v1.Job) else it for it in jobs]
        request = v1.BatchCreateJobsRequest(requests=items)
        response = await self._call(self._stub.BatchCreateJobs, request, timeout)
        return [
            it.job if it.HasField("job") else error_of_status(it.error) for it in response.results
        ]

    async def get(self, tag: str, *, timeout: float | None = None) -> v1.Job:
        """Gets one job."""
        return await self._call(self._stub.GetJob, v1.GetJobRequest(tag=tag), timeout)

    async def list(
        self, *, full: bool = False, page_size: int = 0, timeout: float | None = None
    ) -> AsyncIterator[v1.Job]:
        """Yields all jobs, in the order of their uids, page by page.

        Args:
            full: With their `input`, which is left out otherwise.
            page_size: How many to ask for at once, at most 1,000. 0: 100.
            timeout: Seconds for each page.
        """
        token = ""
        while True:
            page = await self.list_page(
                full=full, page_size=page_size, page_token=token, timeout=timeout
            )
            for job in page.jobs:
                yield job
            token = page.next_page_token
            if not token:
                return

    async def list_page(
        self,
        *,
        full: bool = False,
        page_size: int = 0,
        page_token: str = "",
        timeout: float | None = None,
    ) -> v1.ListJobsResponse:
        """Gets one page: the first, or the one after a page by its `next_page_token`."""
        view = v1.ListJobsRequest.FULL if full else v1.ListJobsRequest.BASIC
        request = v1.ListJobsRequest(page_size=page_size, page_token=page_token, view=view)
        return await self._call(self._stub.ListJobs, request, timeout)

    async def update(
        self,
        job: v1.Job,
        *,
        mask: Iterable[str] = (),
        allow_missing: bool = False,
        request_id: str = "",
        validate_only: bool = False,
        timeout: float | None = None,
    ) -> v1.Job:
        """Updates the job that has the tag of `job`.

        Args:
            job: The new values. Its `etag`, if set, must be the current one.
            mask: Names of the fields to set; `*` for all. Empty: those that are populated in `job`.
            allow_missing: Creates the job if it does not exist.
            request_id: Names this change, at most 128 characters.
            validate_only: Only answers the job as it would be.
            timeout: Seconds.
        """
        request = v1.UpdateJobRequest(
            job=job,
            update_mask=FieldMask(paths=mask),
            allow_missing=allow_missing,
            request_id=request_id,
            validate_only=validate_only,
        )
        return await self._call(self._stub.UpdateJob, request, timeout)

    async def delete(
        self,
        tag: str,
        *,
        etag: str = "",
        allow_missing: bool = False,
        request_id: str = "",
        timeout: float | None = None,
    ) -> None:
        """Deletes a job and cancels its active runs; its history stays for a while.

        Args:
            tag: The job.
            etag: If set, it is deleted only while this is its current one.
            allow_missing: It is no error if it does not exist.
            request_id: Names this change, at most 128 characters.
            timeout: Seconds.
        """
        request = v1.DeleteJobRequest(
            tag=tag, etag=etag, allow_missing=allow_missing, request_id=request_id
        )
        await self._call(self._stub.DeleteJob, request, timeout)

    async def pause(
        self,
        tag: str,
        *,
        note: str = "",
        cancel_active: bool = False,
        etag: str = "",
        request_id: str = "",
        timeout: float | None = None,
    ) -> v1.Job:
        """Pauses a job until it is resumed.

        Args:
            tag: The job.
            note: Who pauses it and why, for people: at most 1,024 characters.
            cancel_active: Cancels its active runs too.
            etag: If set, it is paused only while this is its current one.
            request_id: Names this change, at most 128 characters.
            timeout: Seconds.
        """
        request = v1.PauseJobRequest(
            tag=tag, note=note, cancel_active=cancel_active, etag=etag, request_id=request_id
        )
        return await self._call(self._stub.PauseJob, request, timeout)

    async def resume(
        self,
        tag: str,
        *,
        catch_up: bool = False,
        etag: str = "",
        request_id: str = "",
        timeout: float | None = None,
    ) -> v1.Job:
        """Resumes a paused job.

        Args:
            tag: The job.
            catch_up: Applies its catch-up policy to the occurrences since the pause.
            etag: If set, it is resumed only while this is its current one.
            request_id: Names this change, at most 128 characters.
            timeout: Seconds.
        """
        request = v1.ResumeJobRequest(tag=tag, catch_up=catch_up, etag=etag, request_id=request_id)
        return await self._call(self._stub.ResumeJob, request, timeout)

    async def run(
        self,
        tag: str,
        *,
        input: Mapping[str, Any] | None = None,
        overlap: v1.OverlapPolicy | None = None,
        request_id: str = "",
        timeout: float | None = None,
    ) -> v1.Run:
        """Runs a job now, in whatever state it is. Answers as soon as the run is committed.

        Args:
            tag: The job.
            input: The input of this run instead of the job's: any JSON object, at most 64 KiB.
            overlap: The overlap policy of this run instead of the job's.
            request_id: Names this change, at most 128 characters.
            timeout: Seconds.
        """
        request = v1.RunJobRequest(tag=tag, overlap=overlap, request_id=request_id)
        if input is not None:
            request.input.SetInParent()
            request.input.update(input)
        return await self._call(self._stub.RunJob, request, timeout)

    async def skip(
        self,
        tag: str,
        scheduled_time: datetime,
        *,
        undo: bool = False,
        request_id: str = "",
        timeout: float | None = None,
    ) -> v1.Job:
        """Leaves out one occurrence that is to come, or with `undo` takes that back.

        Args:
            tag: The job.
            scheduled_time: The nominal time of the occurrence, as `preview` shows it.
            undo: Run it after all.
            request_id: Names this change, at most 128 characters.
            timeout: Seconds.
        """
        request = v1.SkipOccurrenceRequest(
            tag=tag, scheduled_time=scheduled_time, undo=undo, request_id=request_id
        )
        return await self._call(self._stub.SkipOccurrence, request, timeout)

    async def backfill(
        self,
        tag: str,
        start_time: datetime,
        end_time: datetime,
        *,
        overlap: v1.OverlapPolicy | None = None,
        request_id: str = "",
        timeout: float | None = None,
    ) -> v1.BackfillJobResponse:
        """Runs the occurrences of a range of the past, one by one, whatever became of them.

        Args:
            tag: The job.
            start_time: The range begins here, inclusive.
            end_time: And ends here, exclusive; at most the present time.
            overlap: ALLOW: beside up to `limit` active runs.
            request_id: Names this change, at most 128 characters.
            timeout: Seconds.
        """
        request = v1.BackfillJobRequest(
            tag=tag,
            start_time=start_time,
            end_time=end_time,
            overlap=overlap,
            request_id=request_id,
        )
        return await self._call(self._stub.BackfillJob, request, timeout)

    async def cancel_backfill(
        self, tag: str, *, request_id: str = "", timeout: float | None = None
    ) -> v1.Job:
        """Creates no more runs of the backfill under way; those that are active go on."""
        request = v1.BackfillJobRequest(tag=tag, cancel=True, request_id=request_id)
        return (await self._call(self._stub.BackfillJob, request, timeout)).job

    async def preview(
        self,
        source: str | v1.Job,
        *,
        from_time: datetime | None = None,
        to_time: datetime | None = None,
        count: int = 0,
        previous: bool = False,
        timeout: float | None = None,
    ) -> v1.PreviewScheduleResponse:
        """Tells when a job is due: its occurrences, and its schedule in words.

        Args:
            source: The tag of a job, or a job that need not exist.
            from_time: From when on, inclusive. None: now.
            to_time: Until when, exclusive. None: without end.
            count: How many at most: 1 to 1,000. 0: 10, or 1,000 with `to_time`.
            previous: The last ones before `from_time` instead of the next after it.
            timeout: Seconds.
        """
        request = v1.PreviewScheduleRequest(
            from_time=from_time, to_time=to_time, count=count, previous=previous
        )
        if isinstance(source, v1.Job):
            request.job.CopyFrom(source)
        else:
            request.tag = source
        return await self._call(self._stub.PreviewSchedule, request, timeout)
