"""What every request gets before it is sent: the client's product, and an id to repeat it by.

Which methods may be repeated, told by their requests:

| methods                              | may be repeated                                           |
|--------------------------------------|-----------------------------------------------------------|
| Get..., List..., PreviewSchedule,    | yes: they change nothing                                  |
| TestConnection                       |                                                           |
| those with a `request_id`            | yes: an id is filled in where none is                     |
| BatchCreateJobs                      | yes: likewise for each item                               |
| CompleteRuns                         | yes: a result that was taken is refused, which is harmless|
| LeaseRuns, and any that is not known | no                                                        |
"""

from __future__ import annotations

import uuid

from google.protobuf.message import Message

from ductape_jobs import v1

_HARMLESS = (
    v1.PreviewScheduleRequest,
    v1.TestConnectionRequest,
    v1.BatchCreateJobsRequest,
    v1.CompleteRunsRequest,
)
# Fields that hold the resource of a request, and in it the product.
_RESOURCES = ("job", "event", "calendar", "connection")


def new_request_id() -> str:
    """An id that no other call has: 32 hexadecimal digits of a random number."""
    return uuid.uuid4().hex


def is_safe(request: Message) -> bool:
    """Whether a call whose outcome is unknown may be sent again."""
    descriptor = request.DESCRIPTOR
    if "request_id" in descriptor.fields_by_name or isinstance(request, _HARMLESS):
        return True
    return descriptor.name.startswith(("Get", "List"))


def fill_request_id(request: Message) -> None:
    """Fills in what makes a repetition safe, where the request can hold it and has none."""
    if isinstance(request, v1.BatchCreateJobsRequest):
        for item in request.requests:
            fill_request_id(item)
    elif "request_id" in request.DESCRIPTOR.fields_by_name:
        _fill(request, "request_id", new_request_id())


def fill_product(request: Message, product: str) -> None:
    """Names the product in a request that names none."""
    if not product:
        return
    names = request.DESCRIPTOR.fields_by_name
    if "product" in names:
        # A preview of a job that names its product itself is of that one.
        own = isinstance(request, v1.PreviewScheduleRequest) and request.job.product
        if not own:
            _fill(request, "product", product)
        return
    for resource in _RESOURCES:
        if resource in names:
            _fill(getattr(request, resource), "product", product)


def _fill(message: Message, field: str, value: str) -> None:
    if not getattr(message, field):
        setattr(message, field, value)
