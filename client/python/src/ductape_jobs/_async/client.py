"""The client itself."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType

from ductape_jobs import v1
from ductape_jobs._async.calendars import AsyncCalendars
from ductape_jobs._async.caller import AsyncCaller
from ductape_jobs._async.connections import AsyncConnections
from ductape_jobs._async.events import AsyncEvents
from ductape_jobs._async.jobs import AsyncJobs
from ductape_jobs._async.runs import AsyncRuns
from ductape_jobs._channel import AsyncChannel, open_async_channel
from ductape_jobs.options import ClientOptions, Retry, Tls, changed, default_address
from ductape_jobs.v1.admin_pb2_grpc import AdminServiceStub


class AsyncClient:
    """A client of Ductape Jobs.

    It connects at the first call, and again whenever the connection was lost. A call is repeated
    where that is safe: reads, and changes under the request id that the client fills in. One client
    serves a whole program; leaving its `with` block, or `close`, ends it.

    `Client` may be used by any number of threads at once. `AsyncClient` belongs to the event loop
    that runs when it is made.
    """

    jobs: AsyncJobs
    """Operations on jobs."""
    runs: AsyncRuns
    """Operations on runs."""
    events: AsyncEvents
    """Operations on events."""
    calendars: AsyncCalendars
    """Operations on calendars."""
    connections: AsyncConnections
    """Operations on connections."""

    def __init__(
        self,
        address: str | None = None,
        *,
        product: str = "",
        tls: Tls | None = None,
        token: str = "",
        timeout: float = 30.0,
        retry: Retry | None = None,
        metadata: Sequence[tuple[str, str]] = (),
        user_agent: str = "",
    ) -> None:
        """Makes a client; nothing is sent yet.

        Args:
            address: `host:port`, `unix:/path`, or any name that gRPC resolves. None:
                `$DUCTAPE_JOBS_ADDRESS`, else `localhost:7420`.
            product: The product of requests that name none. Empty: the server's default.
            tls: None: plaintext.
            token: Sent as `authorization: Bearer <token>` with every call. Only with TLS, or to an
                address on this machine.
            timeout: Seconds that one call may take, all attempts and waits together, where the call
                does not say.
            retry: How calls are repeated. None: as `Retry` has it.
            metadata: Sent with every call. Keys are in lower case.
            user_agent: Put before the library's own name, for example `billing/2.3`.

        Raises:
            ValueError: The address is empty, a TLS file holds no certificate or no key, the key is
                not the certificate's, or a token would be sent in plaintext beyond this machine.
            OSError: A TLS file cannot be read.
        """
        options = ClientOptions(
            address=default_address() if address is None else address,
            product=product,
            tls=tls,
            token=token,
            timeout=timeout,
            retry=Retry() if retry is None else retry,
            metadata=tuple(metadata),
            user_agent=user_agent,
        )
        self._use(open_async_channel(options), options)

    def _use(self, channel: AsyncChannel, options: ClientOptions) -> None:
        self._channel = channel
        self._options = options
        caller = AsyncCaller(channel, options)
        self._call = caller.call
        self._admin = AdminServiceStub(channel)
        self.jobs = AsyncJobs(caller)
        self.runs = AsyncRuns(caller)
        self.events = AsyncEvents(caller)
        self.calendars = AsyncCalendars(caller)
        self.connections = AsyncConnections(caller)

    def with_options(
        self,
        *,
        product: str | None = None,
        timeout: float | None = None,
        retry: Retry | None = None,
        metadata: Sequence[tuple[str, str]] | None = None,
    ) -> AsyncClient:
        """The same connection with other options; what is None stays as it is.

        It is closed with the client that it was made of.
        """
        other = object.__new__(AsyncClient)
        options = changed(
            self._options, product=product, timeout=timeout, retry=retry, metadata=metadata
        )
        other._use(self._channel, options)
        return other

    @property
    def options(self) -> ClientOptions:
        """What the client was told."""
        return self._options

    @property
    def channel(self) -> AsyncChannel:
        """For what is not here, with the stubs in `ductape_jobs.v1`. Without retries."""
        return self._channel

    async def server_info(self, *, timeout: float | None = None) -> v1.GetServerInfoResponse:
        """Tells what the server is and how it stands."""
        return await self._call(self._admin.GetServerInfo, v1.GetServerInfoRequest(), timeout)

    async def close(self) -> None:
        """Ends the connection; calls under way fail with CANCELLED. Idempotent."""
        await self._channel.close()

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()
