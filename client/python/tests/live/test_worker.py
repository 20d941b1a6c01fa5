import asyncio
import threading

import pytest

from ductape_jobs import (
    AsyncWorker,
    Client,
    DoNotRetryError,
    Event,
    InvalidArgumentError,
    Job,
    OverlapPolicy,
    Run,
    Task,
    TaskError,
    TaskReleasedError,
    Worker,
)
from live.conftest import PATIENCE, Server, await_end, await_that, make_event, make_job
from live.relay import Relay


def state(run: Run) -> str:
    return Run.State.Name(run.state)


def test_handlers_run_at_once_up_to_the_threads(server: Server, client: Client) -> None:
    worker = Worker(server.address, threads=3)
    make_event(client)
    together = threading.Barrier(3)

    @worker.task("FUNCTION/work")
    def handle(task: Task) -> str:
        together.wait(PATIENCE)
        return task.run_id

    for number in range(3):
        make_job(client, f"job{number}")
    with worker:
        runs = [client.jobs.run(f"job{number}") for number in range(3)]
        ended = [await_end(client, run) for run in runs]
        assert worker.drain(PATIENCE)
    assert [run.output for run in ended] == [run.run_id for run in runs]


def test_what_a_handler_raises_decides_on_the_retry(server: Server, client: Client) -> None:
    worker = Worker(server.address)
    make_event(client)
    errors = {
        "any": RuntimeError("broken"),
        "no": DoNotRetryError("never", code="BAD_INPUT"),
        "own": TaskError("own code", code="OWN"),
        "class": TaskError("later", code="UNAVAILABLE"),
    }

    @worker.task("FUNCTION/work")
    def handle(task: Task) -> None:
        if task.attempt < 3:
            raise errors[task.job_tag]

    for tag in errors:
        make_job(client, tag, retries=5)
    with worker:
        ended = {tag: await_end(client, client.jobs.run(tag)) for tag in errors}
    attempts = {tag: run.attempt_count for tag, run in ended.items()}
    assert attempts == {"any": 3, "no": 1, "own": 1, "class": 3}
    assert state(ended["any"]) == state(ended["class"]) == "COMPLETED"
    assert (ended["no"].error.code, ended["no"].error.message) == ("BAD_INPUT", "never")


def test_a_run_is_given_back(server: Server, client: Client) -> None:
    worker = Worker(server.address)
    make_event(client)
    make_job(client)

    @worker.task("FUNCTION/work")
    async def handle(task: Task) -> str:
        if task.attempt == 1:
            raise TaskReleasedError
        return "taken"

    with worker:
        run = await_end(client, client.jobs.run("job"))
    assert (state(run), run.output, run.attempt_count) == ("COMPLETED", "taken", 2)


def test_an_event_without_a_handler_fails_for_good(server: Server, client: Client) -> None:
    worker = Worker(server.address)
    make_event(client)
    make_job(client, retries=3)
    worker.task("FUNCTION/other", queue="FUNCTION/work")(lambda task: None)
    with worker:
        run = await_end(client, client.jobs.run("job"))
    assert (run.error.code, run.attempt_count) == ("NO_HANDLER", 1)


@pytest.mark.parametrize("kind", ["thread", "coroutine"])
def test_a_worker_outlives_its_server(server: Server, client: Client, kind: str) -> None:
    worker = Worker(server.address)
    make_event(client)
    make_job(client)
    begun: list[int] = []
    cancelled: list[str] = []

    def on_thread(task: Task) -> str:
        begun.append(task.token)
        if len(begun) == 1 and task.wait_cancelled(PATIENCE):
            cancelled.append(task.cancel_reason)
            task.raise_if_cancelled()
        return "after the crash"

    async def as_coroutine(task: Task) -> str:
        begun.append(task.token)
        try:
            await asyncio.sleep(PATIENCE if len(begun) == 1 else 0)
        except asyncio.CancelledError:
            cancelled.append(task.cancel_reason)
            raise
        return "after the crash"

    worker.task("FUNCTION/work")(on_thread if kind == "thread" else as_coroutine)
    with worker:
        run = client.jobs.run("job")
        await_that(lambda: len(begun) == 1)
        server.kill()
        server.start()
        ended = await_end(client, run)
        await_that(lambda: cancelled == ["STALE_TOKEN"])
    assert (state(ended), ended.output) == ("COMPLETED", "after the crash")
    first, second = begun
    assert first < second  # tokens rise over restarts


def test_a_broken_stream_takes_nothing_away(server: Server, client: Client) -> None:
    relay = Relay(server.address)
    worker = Worker(relay.address)
    make_event(client)
    make_job(client)
    begun: list[int] = []
    go_on = threading.Event()

    @worker.task("FUNCTION/work")
    def handle(task: Task) -> str:
        begun.append(task.attempt)
        go_on.wait(PATIENCE)
        return "over two streams"

    with worker:
        assert worker.wait_connected(PATIENCE)
        session = worker.session_id
        run = client.jobs.run("job")
        await_that(lambda: begun == [1])
        assert relay.cut() == 1
        await_that(lambda: not worker.wait_connected(0))
        assert worker.wait_connected(PATIENCE)
        assert worker.session_id == session
        go_on.set()
        ended = await_end(client, run)
    relay.close()
    assert (state(ended), ended.output) == ("COMPLETED", "over two streams")
    assert (begun, ended.attempt_count) == ([1], 1)


def test_a_result_that_was_done_while_disconnected_arrives(server: Server, client: Client) -> None:
    relay = Relay(server.address)
    worker = Worker(relay.address)
    make_event(client)
    make_job(client)
    begun = threading.Event()
    go_on = threading.Event()

    @worker.task("FUNCTION/work")
    def handle(task: Task) -> str:
        begun.set()
        go_on.wait(PATIENCE)
        return "kept"

    with worker:
        run = client.jobs.run("job")
        assert begun.wait(PATIENCE)
        relay.cut()
        go_on.set()
        ended = await_end(client, run)
    relay.close()
    assert (state(ended), ended.output, ended.attempt_count) == ("COMPLETED", "kept", 1)


def test_a_worker_lives_longer_than_its_lease(server: Server, client: Client) -> None:
    worker = Worker(server.address, lease=3.0)
    make_event(client)
    make_job(client)

    @worker.task("FUNCTION/work")
    def handle(task: Task) -> str:
        task.wait_cancelled(7.0)  # well beyond the lease
        return "alive"

    with worker:
        run = await_end(client, client.jobs.run("job"))
    assert (state(run), run.output, run.attempt_count) == ("COMPLETED", "alive", 1)


def test_a_window_of_none_takes_no_runs(server: Server, client: Client) -> None:
    worker = Worker(server.address)
    worker.task("FUNCTION/work")(lambda task: "x")
    make_event(client)
    make_job(client)
    make_job(client, "later")
    with worker:
        assert worker.wait_connected(PATIENCE)
        await_end(client, client.jobs.run("job"))
        worker.set_max_in_flight(0)
        other = Worker(server.address, name="other")
        other.task("FUNCTION/work")(lambda task: "by the other")
        with other:
            assert other.wait_connected(PATIENCE)
            run = await_end(client, client.jobs.run("later"))
        assert run.attempts[-1].worker == "other"
        with pytest.raises(ValueError, match="window"):
            worker.set_max_in_flight(-1)


def test_what_does_not_finish_in_time_is_stopped(server: Server, client: Client) -> None:
    worker = Worker(server.address)
    make_event(client)
    make_job(client)
    begun = threading.Event()

    @worker.task("FUNCTION/work")
    def handle(task: Task) -> None:
        begun.set()
        task.wait_cancelled(PATIENCE)
        task.raise_if_cancelled()

    worker.start()
    run = client.jobs.run("job")
    assert begun.wait(PATIENCE)
    assert not worker.drain(0.2)
    worker.stop()
    assert state(client.runs.get(run.run_id)) == "QUEUED"  # given back


def test_a_refused_worker_says_why(server: Server) -> None:
    worker = Worker(server.address, name="x" * 300)
    worker.task("FUNCTION/work")(lambda task: None)
    with worker:
        with pytest.raises(InvalidArgumentError, match="FIELD_TOO_LARGE"):
            worker.wait()
        with pytest.raises(RuntimeError, match="before the worker is started"):
            worker.task("FUNCTION/late")(lambda task: None)
        with pytest.raises(RuntimeError, match="once"):
            worker.start()


def test_in_an_asyncio_program(server: Server, client: Client) -> None:
    make_event(client)
    make_job(client)

    async def main() -> Run:
        worker = AsyncWorker(server.address)

        @worker.task("FUNCTION/work")
        async def handle(task: Task) -> dict[str, int]:
            return {"number": task.number}

        async with worker:
            assert await worker.wait_connected(PATIENCE)
            run = await asyncio.to_thread(client.jobs.run, "job")
            ended = await asyncio.to_thread(await_end, client, run)
            assert await worker.drain(PATIENCE)
            await worker.wait()
        return ended

    assert asyncio.run(main()).output == '{"number": 1}'


def test_thousands_of_runs_come_out_right(server: Server, client: Client) -> None:
    worker = Worker(server.address, max_in_flight=1000)
    make_event(client)
    seen: set[str] = set()

    @worker.task("FUNCTION/work")
    async def handle(task: Task) -> None:
        seen.add(task.run_id)

    allow = OverlapPolicy(mode=OverlapPolicy.ALLOW)
    jobs = [
        Job(
            tag=f"job{number}",
            name="n",
            event_type=Event.FUNCTION,
            event_tag="work",
            executions=20,
            intervals=10,
            overlap_policy=allow,
        )
        for number in range(100)
    ]

    def all_completed() -> bool:
        return all(it.state == Job.COMPLETED for it in client.jobs.list())

    with worker:
        assert all(isinstance(it, Job) for it in client.jobs.create_many(jobs))
        await_that(all_completed)
    stats = [it.stats for it in client.jobs.list()]
    assert sum(it.completed for it in stats) == len(seen)
    assert sum(it.failed for it in stats) == 0
