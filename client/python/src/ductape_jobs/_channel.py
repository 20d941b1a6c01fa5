"""Connections to the server."""

from __future__ import annotations

import os
import ssl
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import grpc

from ductape_jobs._version import VERSION
from ductape_jobs.options import ClientOptions, Tls

Channel: TypeAlias = grpc.Channel
AsyncChannel: TypeAlias = grpc.aio.Channel
if TYPE_CHECKING:
    # A method of a stub, by its messages.
    Method = grpc.UnaryUnaryMultiCallable
    AsyncMethod = grpc.aio.UnaryUnaryMultiCallable

_MAX_MESSAGE_BYTES = 16 << 20  # a page ends at 3 MiB; room for what comes
_FIRST_RECONNECT_MS = 100
_MAX_RECONNECT_MS = 5_000
_CONNECT_TIMEOUT_MS = 5_000
# A connection that is silent for so long is asked whether it is alive: a stream would not notice
# for a quarter of an hour. The server allows a question every 10 s.
_KEEPALIVE_MS = 30_000
_KEEPALIVE_TIMEOUT_MS = 10_000


def open_channel(options: ClientOptions) -> grpc.Channel:
    """A channel that connects at the first call. Raises what `channel_credentials` does."""
    arguments = _arguments(options)
    if options.tls is None:
        return grpc.insecure_channel(options.address, arguments)
    return grpc.secure_channel(options.address, channel_credentials(options.tls), arguments)


def open_async_channel(options: ClientOptions) -> grpc.aio.Channel:
    """The same for asyncio. Belongs to the running event loop."""
    arguments = _arguments(options)
    if options.tls is None:
        return grpc.aio.insecure_channel(options.address, arguments)
    return grpc.aio.secure_channel(options.address, channel_credentials(options.tls), arguments)


def channel_credentials(tls: Tls) -> grpc.ChannelCredentials:
    """Reads the files.

    Raises:
        OSError: A file cannot be read.
        ValueError: A file holds no certificate or key, or the key is not the certificate's.
    """
    ca, cert, key = map(_path, (tls.ca_file, tls.cert_file, tls.key_file))
    # gRPC says nothing of files that it cannot use but that the connection fails.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        if ca is not None:
            context.load_verify_locations(ca)
        if cert is not None:
            context.load_cert_chain(cert, key, password=_no_password)
    except ssl.SSLError as error:
        names = ", ".join(str(file) for file in (ca, cert, key) if file is not None)
        raise ValueError(f"no usable PEM certificates and keys in {names}: {error}") from error
    ca_pem, cert_pem, key_pem = (None if it is None else it.read_bytes() for it in (ca, cert, key))
    return grpc.ssl_channel_credentials(ca_pem, key_pem, cert_pem)


def _path(file: str | os.PathLike[str] | None) -> Path | None:
    return None if file is None else Path(file)


def _no_password() -> str:
    raise ValueError("the client's key has a password, which gRPC cannot ask for")


def _arguments(options: ClientOptions) -> list[tuple[str, str | int]]:
    own = f"ductape-jobs-python/{VERSION}"
    arguments: list[tuple[str, str | int]] = [
        ("grpc.primary_user_agent", f"{options.user_agent} {own}".strip()),
        ("grpc.max_receive_message_length", _MAX_MESSAGE_BYTES),
        ("grpc.enable_retries", 0),  # the clients repeat a call where that is safe
        ("grpc.keepalive_time_ms", _KEEPALIVE_MS),
        ("grpc.keepalive_timeout_ms", _KEEPALIVE_TIMEOUT_MS),
        ("grpc.initial_reconnect_backoff_ms", _FIRST_RECONNECT_MS),
        # Despite its name this is how long one attempt to connect may take.
        ("grpc.min_reconnect_backoff_ms", _CONNECT_TIMEOUT_MS),
        ("grpc.max_reconnect_backoff_ms", _MAX_RECONNECT_MS),
    ]
    if options.tls is not None and options.tls.server_name:
        arguments.append(("grpc.ssl_target_name_override", options.tls.server_name))
    return arguments
