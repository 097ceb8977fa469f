"""Opens sockets to hosts that customers name: after a look at every address, to the very address that was looked at.

A name is resolved once for a connection. All of its addresses must be admitted, for a name that leads to a public and
to a private address is no mistake; and the socket goes to one of them, not to the name again, whose answer may have
changed meanwhile. What is allowed beyond public addresses is the operator's setting OUTBOUND_ALLOWED_NETWORKS.
"""

import socket
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from ipaddress import IPv4Address, ip_address, ip_network
from typing import Final, Self

from pulse.outbound.addresses import Address, Network, literal_address, refusal_of, refusal_of_name
from pulse.outbound.errors import OutboundError, RefusedDestinationError
from pulse.settings import settings

_LOOKUP_SECONDS: Final = 5.0
_LOOKUPS_AT_ONCE: Final = 4
_MAXIMUM_ADDRESSES: Final = 32
_PORTS: Final = range(1, 65_536)


def check_destination(host: str, port: int) -> tuple[Address, ...]:
    """The addresses of a host, all of which the door opens for.

    Raises RefusedDestinationError, and OutboundError when the name can't be looked up.
    """
    if port not in _PORTS:
        message = f"port {port} does not exist"
        raise RefusedDestinationError(message)
    literal = literal_address(host)
    if literal is None and (reason := refusal_of_name(host)) is not None:
        message = f"{host} {reason}"
        raise RefusedDestinationError(message)
    addresses = (literal,) if literal is not None else _resolve(host)
    for address in addresses:
        reason = refusal_of(address, _allowed_networks())
        if reason is not None:
            where = host if literal is not None else f"{host} leads to {address}, which"
            message = f"{where} is {reason}; only public addresses are reached from here"
            raise RefusedDestinationError(message)
    return addresses


def open_connection(host: str, port: int, *, seconds: float) -> socket.socket:
    """A TCP connection to a host, within so many seconds for each of its addresses.

    Raises RefusedDestinationError, and OutboundError when nobody answers there.
    """
    return _first_that_answers(check_destination(host, port), host, port, seconds)


def open_datagram(host: str, port: int) -> socket.socket:
    """A UDP socket that sends to one address of a host, and hears of that one alone.

    Raises RefusedDestinationError, and OutboundError when the name can't be looked up; OSError without a way there.
    """
    address = _preferred(check_destination(host, port))[0]
    connection = socket.socket(
        socket.AF_INET if isinstance(address, IPv4Address) else socket.AF_INET6, socket.SOCK_DGRAM
    )
    try:
        connection.connect((str(address), port))
    except OSError:
        connection.close()
        raise
    return connection


def require_encryption(*, encrypted: bool, what: str) -> None:
    """Raise RefusedDestinationError for a way in the clear, `what`, unless the operator allows those."""
    if not encrypted and not settings().outbound_allow_plaintext:
        message = f"{what} is not allowed here"
        raise RefusedDestinationError(message)


class Deadline:
    """Cuts the connections that it watches when the time is over: a host that answers byte by byte gains nothing."""

    def __init__(self, seconds: float) -> None:
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True
        self._lock = threading.Lock()
        self._watched: list[socket.socket] = []
        self.has_passed = False

    def watch(self, connection: socket.socket) -> None:
        """Cut this connection too. The duplicate stays the same connection when TLS takes the original over."""
        with self._lock:
            self._watched.append(connection.dup())
            if self.has_passed:
                self._cut_watched()

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        with self._lock:
            for connection in self._watched:
                connection.close()
            self._watched.clear()

    def _cut(self) -> None:
        with self._lock:
            self.has_passed = True
            self._cut_watched()

    def _cut_watched(self) -> None:
        for connection in self._watched:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # it has ended by itself


def _resolve(host: str) -> tuple[Address, ...]:
    future = _lookups().submit(_look_up, host)
    try:
        addresses = future.result(timeout=_LOOKUP_SECONDS)
    except TimeoutError as error:
        message = f"the name {host} was not resolved within {_LOOKUP_SECONDS:g} seconds"
        raise OutboundError(message, permanent=False) from error
    except OSError as error:
        message = f"the name {host} can't be resolved"
        raise OutboundError(message, permanent=False) from error
    if not 0 < len(addresses) <= _MAXIMUM_ADDRESSES:
        message = f"{host} has {len(addresses)} addresses"
        raise RefusedDestinationError(message)
    return addresses


def _look_up(host: str) -> tuple[Address, ...]:
    """What the system's resolver says. Raises OSError."""
    answers = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(ip_address(answer[4][0]) for answer in answers))


def _first_that_answers(addresses: Sequence[Address], host: str, port: int, seconds: float) -> socket.socket:
    failure: OSError | None = None
    for address in _preferred(addresses):
        try:
            return _open_socket(address, port, seconds)
        except OSError as error:
            failure = error
    reason = "nobody answered" if isinstance(failure, TimeoutError) else "the connection was refused"
    message = f"{reason} at {host}, port {port}"
    raise OutboundError(message, permanent=False) from failure


def _preferred(addresses: Sequence[Address]) -> list[Address]:
    """IPv4 first: functions in a VPC have nothing else, as a rule."""
    return sorted(addresses, key=lambda address: not isinstance(address, IPv4Address))


def _open_socket(address: Address, port: int, seconds: float) -> socket.socket:
    return socket.create_connection((str(address), port), timeout=seconds)


@cache
def _lookups() -> ThreadPoolExecutor:
    """getaddrinfo has no timeout of its own."""
    return ThreadPoolExecutor(_LOOKUPS_AT_ONCE, thread_name_prefix="lookup")


def _allowed_networks() -> tuple[Network, ...]:
    return _networks(settings().outbound_allowed_networks)


@cache
def _networks(text: str) -> tuple[Network, ...]:
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())
