import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest

from ductape_jobs import UnauthenticatedError, Worker
from ductape_jobs._worker.stream_end import StreamEnd
from ductape_jobs.v1 import Hello, WorkRequest, WorkResponse
from ductape_jobs.v1.worker_pb2_grpc import (
    WorkerServiceServicer,
    WorkerServiceStub,
    add_WorkerServiceServicer_to_server,
)


class Refusing(WorkerServiceServicer):
    """A server that does not look at what it is told."""

    def Work(self, request: object, context: grpc.ServicerContext) -> Iterator[WorkResponse]:  # noqa: N802
        context.abort(grpc.StatusCode.UNAUTHENTICATED, "who are you?")

    def LeaseRuns(self, request: object, context: object) -> None:  # type: ignore[override]  # noqa: N802
        raise NotImplementedError

    def CompleteRuns(self, request: object, context: object) -> None:  # type: ignore[override]  # noqa: N802
        raise NotImplementedError


@pytest.fixture
def refusing() -> Iterator[str]:
    server = grpc.server(ThreadPoolExecutor(4))
    add_WorkerServiceServicer_to_server(Refusing(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield f"127.0.0.1:{port}"
    server.stop(None).wait()


def test_what_the_server_said_is_kept_although_writes_come_after_it(refusing: str) -> None:
    hello = WorkRequest(hello=Hello(queues=["x" * 200] * 100))

    async def end_of_one(channel: grpc.aio.Channel) -> object:
        call = WorkerServiceStub(channel).Work()
        end = StreamEnd(call)
        try:
            for _ in range(4):
                await call.write(hello)
        except (grpc.RpcError, asyncio.InvalidStateError):
            pass
        return await end.error()

    async def ends() -> list[object]:
        async with grpc.aio.insecure_channel(refusing) as channel:
            return [await end_of_one(channel) for _ in range(50)]

    assert all(type(it) is UnauthenticatedError for it in asyncio.run(ends()))


def test_a_worker_that_is_not_let_in_ends(refusing: str) -> None:
    worker = Worker(refusing)
    worker.task("FUNCTION/a")(lambda task: None)
    with pytest.raises(UnauthenticatedError, match="who are you"):
        worker.run()
