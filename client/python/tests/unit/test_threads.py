import threading

from ductape_jobs._worker.threads import Threads


def test_as_many_at_once_as_there_may_be_and_no_more() -> None:
    threads = Threads(2)
    together = threading.Barrier(2)
    seen: set[int] = set()
    done = threading.Semaphore(0)

    def work() -> None:
        together.wait(30)
        seen.add(threading.get_ident())
        done.release()

    for _ in range(10):
        threads.run(work)
    assert all(done.acquire(timeout=30) for _ in range(10))
    threads.close()
    assert len(seen) == 2


def test_what_is_queued_is_done_before_the_threads_end() -> None:
    threads = Threads(1)
    order: list[int] = []
    done = threading.Event()
    for number in range(100):
        threads.run(lambda number=number: order.append(number))  # type: ignore[misc]
    threads.run(done.set)
    threads.close()
    assert done.wait(30)
    assert order == list(range(100))
