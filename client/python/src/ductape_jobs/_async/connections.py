"""Operations on connections."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable

from google.protobuf.field_mask_pb2 import FieldMask

from ductape_jobs import v1
from ductape_jobs._async.caller import AsyncCaller
from ductape_jobs.v1.connection_pb2_grpc import ConnectionServiceStub


class AsyncConnections:
    """Connections of the client's product: what events need to reach targets. `client.connections`.

    That is accounts and base addresses, which events use by the connection's tag, and their
    secrets. A secret is given once and is in no answer.

    Timeouts, errors and request ids are as with jobs; `ConnectionService` in the protos lists the
    reasons.
    """

    def __init__(self, caller: AsyncCaller) -> None:
        self._call = caller.call
        self._stub = ConnectionServiceStub(caller.channel)

    async def create(
        self,
        connection: v1.Connection,
        *,
        request_id: str = "",
        validate_only: bool = False,
        timeout: float | None = None,
    ) -> v1.Connection:
        """Creates a connection.

        Args:
            connection: With `tag` and an entry of `env` at least; that of the empty key is the
                default.
            request_id: Names this change, at most 128 characters.
            validate_only: Only answers the connection as it would be.
            timeout: Seconds.
        """
        request = v1.CreateConnectionRequest(
            connection=connection, request_id=request_id, validate_only=validate_only
        )
        return await self._call(self._stub.CreateConnection, request, timeout)

    async def get(self, tag: str, *, timeout: float | None = None) -> v1.Connection:
        """Gets one connection, without its secrets."""
        request = v1.GetConnectionRequest(tag=tag)
        return await self._call(self._stub.GetConnection, request, timeout)

    async def list(
        self, *, page_size: int = 0, timeout: float | None = None
    ) -> AsyncIterator[v1.Connection]:
        """Yields all connections, in the order of their uids, page by page.

        Args:
            page_size: How many to ask for at once, at most 1,000. 0: 100.
            timeout: Seconds for each page.
        """
        token = ""
        while True:
            page = await self.list_page(page_size=page_size, page_token=token, timeout=timeout)
            for connection in page.connections:
                yield connection
            token = page.next_page_token
            if not token:
                return

    async def list_page(
        self, *, page_size: int = 0, page_token: str = "", timeout: float | None = None
    ) -> v1.ListConnectionsResponse:
        """Gets one page: the first, or the one after a page by its `next_page_token`."""
        request = v1.ListConnectionsRequest(page_size=page_size, page_token=page_token)
        return await self._call(self._stub.ListConnections, request, timeout)

    async def test(
        self,
        request: v1.TestConnectionRequest,
        *,
        timeout: float | None = None,
    ) -> v1.TestConnectionResponse:
        """Tries a connection now, in a way that changes nothing at the target.

        Args:
            request: `tag`, or a `connection` that need not exist; the environment.
            timeout: Seconds.
        """
        return await self._call(self._stub.TestConnection, request, timeout)

    async def update(
        self,
        connection: v1.Connection,
        *,
        mask: Iterable[str] = (),
        allow_missing: bool = False,
        request_id: str = "",
        validate_only: bool = False,
        timeout: float | None = None,
    ) -> v1.Connection:
        """Updates the connection that has the tag of `connection`.

        Args:
            connection: The new values. Its `etag`, if set, must be the current one. A secret
                without a source keeps its value, so that what was read can be changed and
                written back.
            mask: Names of the fields to set; `*` for all. Empty: those populated in `connection`.
            allow_missing: Creates the connection if it does not exist.
            request_id: Names this change, at most 128 characters.
            validate_only: Only answers the connection as it would be.
            timeout: Seconds.
        """
        request = v1.UpdateConnectionRequest(
            connection=connection,
            update_mask=FieldMask(paths=mask),
            allow_missing=allow_missing,
            request_id=request_id,
            validate_only=validate_only,
        )
        return await self._call(self._stub.UpdateConnection, request, timeout)

    async def delete(
        self,
        tag: str,
        *,
        etag: str = "",
        force: bool = False,
        allow_missing: bool = False,
        request_id: str = "",
        timeout: float | None = None,
    ) -> None:
        """Deletes a connection and its secrets.

        Args:
            tag: The tag of the connection.
            etag: If set, it is deleted only while this is its current one.
            force: Even while events name it; their attempts fail then.
            allow_missing: It is no error if it does not exist.
            request_id: Names this change, at most 128 characters.
            timeout: Seconds.
        """
        request = v1.DeleteConnectionRequest(
            tag=tag,
            etag=etag,
            force=force,
            allow_missing=allow_missing,
            request_id=request_id,
        )
        await self._call(self._stub.DeleteConnection, request, timeout)
