"""What a client is told once: whom to trust, how patient to be, how to repeat calls."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

DEFAULT_ADDRESS = "localhost:7420"
ADDRESS_VARIABLE = "DUCTAPE_JOBS_ADDRESS"


@dataclass(frozen=True, slots=True)
class Tls:
    """TLS towards the server. All files are PEM; they are read when a client is made.

    Raises:
        ValueError: Only one of `cert_file` and `key_file` is set.
    """

    ca_file: str | os.PathLike[str] | None = None
    """Whom to trust. None: the certificate authorities that gRPC brings."""
    cert_file: str | os.PathLike[str] | None = None
    """The client's own certificate with its chain, for servers that ask for one (mTLS)."""
    key_file: str | os.PathLike[str] | None = None
    """The key of `cert_file`, without a password. Both or none."""
    server_name: str = ""
    """The name that the server's certificate must carry, where it is not the host called."""

    def __post_init__(self) -> None:
        if (self.cert_file is None) != (self.key_file is None):
            raise ValueError("a client certificate and its key go together: set both")


@dataclass(frozen=True, slots=True)
class Retry:
    """How a call that may be repeated is repeated; `ductape_jobs` says which ones may, and when.

    The wait before retry n is `initial_backoff` x 2^(n-1), at most `max_backoff`, of which half is
    drawn. A longer wait that the server asks for is honoured. No retry outlives the call's timeout.
    """

    max_attempts: int = 4
    """The first one included. 1 or less: no retries."""
    initial_backoff: float = 0.1
    """Seconds."""
    max_backoff: float = 5.0
    """Seconds."""


@dataclass(frozen=True, slots=True)
class ClientOptions:
    """Everything that a client was told, defaults filled in. See `Client` for what it means."""

    address: str = DEFAULT_ADDRESS
    product: str = ""
    tls: Tls | None = None
    token: str = field(default="", repr=False)
    timeout: float = 30.0
    retry: Retry = Retry()
    metadata: tuple[tuple[str, str], ...] = ()
    user_agent: str = ""

    def __post_init__(self) -> None:
        if not self.address:
            raise ValueError("the server's address is empty; it is host:port or unix:/path")
        if self.token and self.tls is None and not is_local(self.address):
            raise ValueError("a token is not sent in plaintext beyond this machine: use tls")

    def call_metadata(self) -> tuple[tuple[str, str], ...]:
        """What is sent with every call."""
        if not self.token:
            return self.metadata
        return (("authorization", f"Bearer {self.token}"), *self.metadata)


def changed(
    options: ClientOptions,
    *,
    product: str | None,
    timeout: float | None,
    retry: Retry | None,
    metadata: Sequence[tuple[str, str]] | None,
) -> ClientOptions:
    """The options with those that are not None in place of the old ones."""
    new: dict[str, Any] = {"product": product, "timeout": timeout, "retry": retry}
    if metadata is not None:
        new["metadata"] = tuple(metadata)
    return replace(options, **{name: value for name, value in new.items() if value is not None})


def default_address() -> str:
    """Where the server is if nobody says: `$DUCTAPE_JOBS_ADDRESS`, else `localhost:7420`."""
    return os.environ.get(ADDRESS_VARIABLE) or DEFAULT_ADDRESS


def is_local(address: str) -> bool:
    """Whether it names this machine: a unix socket, `localhost`, 127.0.0.0/8 or `[::1]`."""
    for scheme in ("dns:///", "dns:", "ipv4:", "ipv6:"):
        if address.startswith(scheme):
            address = address.removeprefix(scheme)
            break
    if address.startswith(("unix:", "[::1]")):
        return True
    host = address.rpartition(":")[0] or address
    if host == "localhost":
        return True
    # Four numbers, so that no host name like 127.example.com passes.
    numbers = host.split(".")
    return len(numbers) == 4 and numbers[0] == "127" and all(n.isdecimal() for n in numbers)  # noqa: PLR2004
