import pytest
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from ductape_jobs import Connection, Event, Job, v1
from ductape_jobs._requests import fill_product, fill_request_id, is_safe
from ductape_jobs.v1 import (
    admin_pb2,
    calendar_pb2,
    connection_pb2,
    event_pb2,
    job_pb2,
    run_pb2,
    worker_pb2,
)

API = (admin_pb2, calendar_pb2, connection_pb2, event_pb2, job_pb2, run_pb2, worker_pb2)


def test_ids_are_filled_in_once_and_differ() -> None:
    first, second = v1.RunJobRequest(tag="a"), v1.RunJobRequest(tag="a")
    fill_request_id(first)
    fill_request_id(second)
    assert len(first.request_id) == 32
    assert first.request_id != second.request_id
    before = first.request_id
    fill_request_id(first)
    assert first.request_id == before


def test_each_item_of_a_batch_gets_an_id_of_its_own() -> None:
    items = [v1.CreateJobRequest(), v1.CreateJobRequest(request_id="mine"), v1.CreateJobRequest()]
    batch = v1.BatchCreateJobsRequest(requests=items)
    fill_request_id(batch)
    ids = [it.request_id for it in batch.requests]
    assert ids[1] == "mine"
    assert len(set(ids)) == 3
    assert all(ids)


def test_what_cannot_hold_an_id_stays_as_it_is() -> None:
    request = v1.GetJobRequest(tag="a")
    fill_request_id(request)
    assert request == v1.GetJobRequest(tag="a")


def unary_requests() -> list[Message]:
    found = []
    for file in API:
        for service in file.DESCRIPTOR.services_by_name.values():
            methods = [it for it in service.methods if it.name != "Work"]
            found += [GetMessageClass(it.input_type)() for it in methods]
    return found


@pytest.mark.parametrize("request_", unary_requests(), ids=lambda it: it.DESCRIPTOR.name)
def test_all_methods_but_two_are_safe_to_repeat(request_: Message) -> None:
    assert is_safe(request_) == (
        not isinstance(request_, (v1.LeaseRunsRequest, v1.TestEventRequest))
    )


def test_the_product_goes_where_the_request_has_it() -> None:
    create = v1.CreateJobRequest(job=Job(tag="a"))
    fill_product(create, "shop")
    assert create.job.product == "shop"
    connect = v1.CreateConnectionRequest(connection=Connection(tag="a"))
    fill_product(connect, "shop")
    assert connect.connection.product == "shop"
    update = v1.UpdateEventRequest(event=Event(tag="a", product="own"))
    fill_product(update, "shop")
    assert update.event.product == "own"
    get = v1.GetJobRequest(tag="a")
    fill_product(get, "shop")
    assert get.product == "shop"
    fill_product(get, "")
    assert get.product == "shop"


def test_a_preview_by_tag_stays_one() -> None:
    by_tag = v1.PreviewScheduleRequest(tag="a")
    fill_product(by_tag, "shop")
    assert by_tag.WhichOneof("source") == "tag"
    assert by_tag.product == "shop"


def test_a_preview_of_a_job_of_another_product_is_of_that_one() -> None:
    request = v1.PreviewScheduleRequest(job=Job(product="own", intervals=1))
    fill_product(request, "shop")
    assert not request.product
    assert request.job.product == "own"


def test_a_batch_names_the_product_once() -> None:
    batch = v1.BatchCreateJobsRequest(requests=[v1.CreateJobRequest(job=Job(tag="a"))])
    fill_product(batch, "shop")
    assert batch.product == "shop"
    assert not batch.requests[0].job.product
