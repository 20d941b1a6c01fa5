"""The HTTP target of the crash rounds, a process of its own.

Usage: python3 -m harness.http_sink LOG SEED REQUEST_BASE
Prints `ready PORT`. Every request is written to LOG and synced before it is answered. The path says how it answers: /ok at once,
/slow after up to 120 ms, /flaky sometimes with 500, 503, 429 or 404, a reset, or not before the attempt's time is over. The line
`calm` on stdin makes it answer everything at once with 200 from then on; the end of stdin ends it.
"""

import asyncio
import contextlib
import datetime
import random
import sys

from harness.clock import now
from harness.synced_log import SyncedLog

TICK = 0.02
STALL_MICROS = 100_000  # a tick this late tells that the machine did not let us run
HANG_SECONDS = 2.5  # longer than any attempt_timeout of the workload's HTTP jobs


def answer_for(path, rng):
    """(how, status, delay in seconds)."""
    if path.startswith("/slow"):
        return ("ok", 200, rng.random() * 0.12)
    if not path.startswith("/flaky"):
        return ("ok", 200, 0)
    roll = rng.random()
    if roll < 0.55:
        return ("ok", 200, rng.random() * 0.02)
    if roll < 0.85:
        status = rng.choice((500, 503, 503, 429, 408, 404))
        return (f"fail:{status}", status, 0)
    if roll < 0.97:
        return ("reset", 0, 0)
    return ("hang", 0, HANG_SECONDS)


def scheduled_millis(text):
    moment = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return round(moment.timestamp() * 1000)


class Sink:
    def __init__(self, log, seed, base):
        self.log = SyncedLog(log)
        self.rng = random.Random(seed)
        self.calm = False
        self.request = base
        self.synced = None  # the batch of requests that waits for the next sync
        self.syncing = asyncio.Lock()

    async def on_disk(self):
        """Returns when everything that was added before the call is synced; many callers share one sync."""
        if self.synced is None:
            self.synced = asyncio.get_running_loop().create_future()
            asyncio.create_task(self.sync())
        await asyncio.shield(self.synced)

    async def sync(self):
        async with self.syncing:
            batch, self.synced = self.synced, None
            self.log.write()
            await asyncio.to_thread(self.log.settle)
            batch.set_result(None)

    async def serve(self, reader, writer):
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while await self.serve_one(reader, writer):
                pass
        writer.close()

    async def serve_one(self, reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        at = now()
        path = head[0].split(" ")[1]
        headers = {k.lower(): v.strip() for k, _, v in (h.partition(":") for h in head[1:] if h)}
        length = int(headers.get("content-length", 0))
        if length:
            await reader.readexactly(length)
        self.request += 1
        request = self.request
        self.note(request, at, headers)
        await self.on_disk()
        how, status, delay = ("ok", 200, 0) if self.calm else answer_for(path, self.rng)
        if delay:
            await asyncio.sleep(delay)
        self.log.add({"t": "answer", "at": now(), "request": request, "how": how})
        if status == 0:
            writer.transport.abort()
            return False
        writer.write(b"HTTP/1.1 %d Answer\r\nContent-Length: 2\r\n\r\n{}" % status)
        await writer.drain()
        return True

    def note(self, request, at, headers):
        self.log.add(
            {
                "t": "deliver",
                "at": at,
                "request": request,
                "run": headers["idempotency-key"],
                "attempt": int(headers["ductape-attempt"]),
                "token": int(headers["ductape-fencing-token"]),
                "sched": scheduled_millis(headers["ductape-scheduled-time"]),
                "job": headers["ductape-job"],
            }
        )

    async def tick(self):
        """Writes what is not waited for, and how long the machine let us wait."""
        due = now()
        while True:
            await asyncio.sleep(TICK)
            late = now() - due - int(TICK * 1e6)
            if late > STALL_MICROS:
                self.log.add({"t": "stall", "at": now(), "us": late})
            due = now()
            self.log.write()

    async def obey(self):
        """Reads stdin to its end."""
        loop = asyncio.get_running_loop()
        stdin = asyncio.StreamReader()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(stdin), sys.stdin)
        while line := await stdin.readline():
            if line.strip() == b"calm":
                self.calm = True


async def main(log, seed, base):
    sink = Sink(log, seed, int(base))
    server = await asyncio.start_server(sink.serve, "127.0.0.1", 0, limit=1 << 20)
    ticking = asyncio.create_task(sink.tick())
    print(f"ready {server.sockets[0].getsockname()[1]}", flush=True)
    await sink.obey()
    ticking.cancel()
    sink.log.sync()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
