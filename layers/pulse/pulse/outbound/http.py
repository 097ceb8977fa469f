"""HTTP through the door: one request, one answer, no redirects, bounded in time and size."""

import re
import socket
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Final

import httpcore
import httpx

from pulse import clock
from pulse.outbound import tls
from pulse.outbound.door import Deadline, check_destination, open_connection, require_encryption
from pulse.outbound.errors import OutboundError, RefusedDestinationError

MAXIMUM_URL_LENGTH: Final = 2048
MAXIMUM_ANSWER_BYTES: Final = 64 * 1024
EXCERPT_CHARACTERS: Final = 500
_SECONDS: Final = 10.0
_CONNECT_SECONDS: Final = 5.0
_PORTS: Final = {"http": 80, "https": 443}
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")
# Their own answer for "not now"; every other refusal is final.
_TEMPORARY: Final = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """What is to be sent. Host and Content-Length are added."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What came back: header names in lower case, at most the first 64 KiB of the body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def excerpt(self) -> str:
        """The beginning of the body, for people."""
        text = self.body[: 4 * EXCERPT_CHARACTERS].decode(errors="replace")
        return _CONTROL.sub(" ", text)[:EXCERPT_CHARACTERS]


def check_url(url: str) -> None:
    """Raise RefusedDestinationError or OutboundError for a URL that nothing can be sent to."""
    parsed = _parse(url)
    check_destination(parsed.host, _port(parsed))


def send(request: HttpRequest, *, seconds: float = _SECONDS) -> HttpAnswer:
    """Send a request and read the answer, whatever its status.

    Raises RefusedDestinationError, and OutboundError when there is no whole answer in that time.
    """
    url = _parse(request.url)
    target = httpcore.URL(
        scheme=url.raw_scheme, host=url.raw_host, port=_port(url), target=url.raw_path
    )  # nothing is parsed a second time, perhaps differently
    headers = [(b"Accept-Encoding", b"identity"), (b"User-Agent", b"Pulse"), *_encoded(request.headers)]
    timeouts = {"connect": _CONNECT_SECONDS, "read": seconds, "write": seconds, "pool": seconds}
    with (
        Deadline(seconds) as deadline,
        httpcore.ConnectionPool(ssl_context=tls.client_context(), network_backend=_Door(deadline)) as pool,
    ):
        try:
            with pool.stream(
                request.method, target, headers=headers, content=request.body, extensions={"timeout": timeouts}
            ) as response:
                body = _beginning(response.iter_stream())
                return HttpAnswer(response.status, _decoded(response.headers), body)
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
            raise _failure(error, url.host, deadline, seconds) from error


def send_or_fail(request: HttpRequest) -> HttpAnswer:
    """Send a request; return the answer when its status says that it was taken (2xx).

    Raises OutboundError otherwise: 408, 425, 429 and most of 5xx are worth another try, everything else is not. A
    redirect is not followed, for it leads to a host that nobody has looked at.
    """
    answer = send(request)
    if 200 <= answer.status < 300:
        return answer
    raise OutboundError(
        f"{httpx.URL(request.url).host} answered {answer.status}",
        permanent=answer.status not in _TEMPORARY,
        status=answer.status,
        answer=answer.excerpt,
        retry_after_seconds=_retry_after(answer.headers.get("retry-after", "")),
    )


class _Door(httpcore.NetworkBackend):
    """How httpcore gets its connections: TLS is then made for the host's name, whatever address the socket goes to."""

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection through the door."""
        assert local_address is None
        assert socket_options is None
        connection = open_connection(host, port, seconds=timeout or _CONNECT_SECONDS)
        self._deadline.watch(connection)
        return _Stream(connection)


class _Stream(httpcore.NetworkStream):
    """A socket as httpcore speaks to it."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """What has come so far."""
        self._socket.settimeout(timeout)
        return self._socket.recv(max_bytes)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all of it."""
        self._socket.settimeout(timeout)
        self._socket.sendall(buffer)

    def close(self) -> None:
        """End the connection."""
        self._socket.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """The same connection, encrypted; the host has shown a certificate for its name."""
        self._socket.settimeout(timeout)
        try:
            return _Stream(ssl_context.wrap_socket(self._socket, server_hostname=server_hostname))
        except OSError:
            self._socket.close()
            raise

    def get_extra_info(self, info: str) -> object:  # noqa: ARG002 - httpcore's name for it
        """Nothing: HTTP/1.1 is spoken, whatever could be negotiated."""
        return None


def _parse(url: str) -> httpx.URL:
    if len(url) > MAXIMUM_URL_LENGTH or _CONTROL.search(url):
        message = f"a URL has at most {MAXIMUM_URL_LENGTH} characters, none of them invisible"
        raise RefusedDestinationError(message)
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, UnicodeError) as error:
        message = "this is not a URL"
        raise RefusedDestinationError(message) from error
    try:
        host = parsed.host
    except UnicodeError as error:  # the library looks at punycode no sooner than this
        message = "the host of the URL is not a host name"
        raise RefusedDestinationError(message) from error
    if parsed.scheme not in _PORTS or not host:
        message = "a URL begins with https:// and a host"
        raise RefusedDestinationError(message)
    if parsed.userinfo:
        message = "a URL must not hold a user or password; use a header"
        raise RefusedDestinationError(message)
    require_encryption(encrypted=parsed.scheme == "https", what="HTTP without TLS")
    return parsed


def _port(url: httpx.URL) -> int:
    return _PORTS[url.scheme] if url.port is None else url.port


def _beginning(chunks: Iterable[bytes]) -> bytes:
    """At most so much of a body; the rest is not read."""
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) >= MAXIMUM_ANSWER_BYTES:
            break
    return bytes(body[:MAXIMUM_ANSWER_BYTES])


def _encoded(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode("ascii"), value.encode("latin-1")) for name, value in headers.items()]


def _decoded(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    return {name.decode("ascii").lower(): value.decode("latin-1") for name, value in headers}


def _failure(error: Exception, host: str, deadline: Deadline, seconds: float) -> OutboundError:
    if deadline.has_passed or isinstance(error, TimeoutError | httpcore.TimeoutException):
        return OutboundError(f"{host} did not answer within {seconds:g} seconds", permanent=False)
    if isinstance(error, ssl.SSLCertVerificationError):
        return OutboundError(f"the certificate of {host} is not valid: {error.verify_message}", permanent=True)
    if isinstance(error, ssl.SSLError):
        return OutboundError(f"{host} does not speak TLS as it should", permanent=False)
    if isinstance(error, httpcore.ProtocolError):
        return OutboundError(f"{host} does not speak HTTP as it should", permanent=False)
    return OutboundError(f"{host} ended the connection", permanent=False)


def _retry_after(text: str) -> int | None:
    """Seconds of a Retry-After header, which is a number or a date."""
    if text.strip().isdecimal():
        return int(text)
    try:
        wait = parsedate_to_datetime(text) - clock.now()
    except (ValueError, TypeError):
        return None
    return max(0, int(wait.total_seconds()))
