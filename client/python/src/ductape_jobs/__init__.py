"""Client and worker of Ductape Jobs, a job scheduling service.

An **event** says what to do (an HTTP call, a gRPC method, a task for a worker), a **job** when to
do it, and a **run** is what became of one due time. `Client` and `AsyncClient` keep events, jobs,
runs, connections and calendars; `Worker` and `AsyncWorker` execute the runs of events with a worker
target.

Messages are protobuf's: their fields are explained in `ductape_jobs.v1`. Their constructors take
datetimes (without a zone: UTC), timedeltas and dicts where a field is a Timestamp, a Duration or a
Struct; what comes back is read with `ToDatetime(UTC)`, `ToTimedelta()` and `dict()`.

A failed call raises an `ApiError`. What is repeated by itself, within the timeout and as often as
`Retry` says, is what the server refused before it acted and gave a time to wait for
(RESOURCE_EXHAUSTED, UNAVAILABLE); and of calls that act only once anyway, reads and changes with a
request id, those whose connection was lost.
"""

from ductape_jobs import v1
from ductape_jobs._async.calendars import AsyncCalendars
from ductape_jobs._async.client import AsyncClient
from ductape_jobs._async.connections import AsyncConnections
from ductape_jobs._async.events import AsyncEvents
from ductape_jobs._async.jobs import AsyncJobs
from ductape_jobs._async.runs import AsyncRuns
from ductape_jobs._sync.calendars import Calendars
from ductape_jobs._sync.client import Client
from ductape_jobs._sync.connections import Connections
from ductape_jobs._sync.events import Events
from ductape_jobs._sync.jobs import Jobs
from ductape_jobs._sync.runs import Runs
from ductape_jobs._version import VERSION
from ductape_jobs._worker.asynchronous import AsyncWorker
from ductape_jobs._worker.blocking import Worker
from ductape_jobs._worker.outcome import (
    DoNotRetryError,
    TaskCancelledError,
    TaskError,
    TaskReleasedError,
)
from ductape_jobs._worker.task import Task
from ductape_jobs.errors import (
    AbortedError,
    AlreadyExistsError,
    ApiError,
    DeadlineExceededError,
    FailedPreconditionError,
    FieldViolation,
    InvalidArgumentError,
    NotFoundError,
    PermissionDeniedError,
    ResourceExhaustedError,
    UnauthenticatedError,
    UnavailableError,
)
from ductape_jobs.options import ClientOptions, Retry, Tls
from ductape_jobs.v1 import (
    Auth,
    Calendar,
    CatchupPolicy,
    Connection,
    DstPolicy,
    Event,
    GrpcTarget,
    HttpSettings,
    HttpTarget,
    Job,
    OverlapPolicy,
    RetryPolicy,
    Run,
    Secret,
    Times,
    WorkerTarget,
)

__version__ = VERSION

__all__ = [
    "AbortedError",
    "AlreadyExistsError",
    "ApiError",
    "AsyncCalendars",
    "AsyncClient",
    "AsyncConnections",
    "AsyncEvents",
    "AsyncJobs",
    "AsyncRuns",
    "AsyncWorker",
    "Auth",
    "Calendar",
    "Calendars",
    "CatchupPolicy",
    "Client",
    "ClientOptions",
    "Connection",
    "Connections",
    "DeadlineExceededError",
    "DoNotRetryError",
    "DstPolicy",
    "Event",
    "Events",
    "FailedPreconditionError",
    "FieldViolation",
    "GrpcTarget",
    "HttpSettings",
    "HttpTarget",
    "InvalidArgumentError",
    "Job",
    "Jobs",
    "NotFoundError",
    "OverlapPolicy",
    "PermissionDeniedError",
    "ResourceExhaustedError",
    "Retry",
    "RetryPolicy",
    "Run",
    "Runs",
    "Secret",
    "Task",
    "TaskCancelledError",
    "TaskError",
    "TaskReleasedError",
    "Times",
    "Tls",
    "UnauthenticatedError",
    "UnavailableError",
    "Worker",
    "WorkerTarget",
    "__version__",
    "v1",
]
