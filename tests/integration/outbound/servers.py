"""Servers on 127.0.0.1 that stand for other people's: an HTTP receiver with TLS, for the door's other side."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson
import pytest
import trustme

from pulse.outbound import tls
from pulse.settings import settings

NAME = "localhost"


@dataclass(frozen=True, slots=True)
class Received:
    """A request as it came in; header names in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def document(self) -> Any:
        """The body, which is JSON."""
        return orjson.loads(self.body)


@dataclass(slots=True)
class Reply:
    """What a receiver answers with; `drip_seconds` between single bytes of the body."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"ok"
    drip_seconds: float = 0


class Receiver(ThreadingHTTPServer):
    """Keeps every request; answers with the next of `replies`, the last of which is repeated."""

    daemon_threads = True

    def __init__(self, context: ssl.SSLContext | None, *, host: str = "127.0.0.1", port: int = 0) -> None:
        super().__init__((host, port), _Handler)
        self.scheme = "https" if context else "http"
        if context:
            self.socket = context.wrap_socket(self.socket, server_side=True)
        self.received: list[Received] = []
        self.replies: list[Reply] = [Reply()]

    @property
    def url(self) -> str:
        """Its address by name, so that the certificate is looked at."""
        return f"{self.scheme}://{NAME}:{self.server_port}"

    def next_reply(self, _request: Received) -> Reply:
        """The reply to a request."""
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]

    def handle_error(self, *_: object) -> None:
        """A client that has gone away is part of some tests."""


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Received(self.command, self.path, headers, body)
        self.server.received.append(request)
        reply = self.server.next_reply(request)
        self.send_response(reply.status)
        for name, value in ({"Content-Length": str(len(reply.body))} | reply.headers).items():
            self.send_header(name, value)
        self.end_headers()
        if not reply.drip_seconds:
            self.wfile.write(reply.body)
            return
        for byte in reply.body:
            self.wfile.write(bytes([byte]))
            time.sleep(reply.drip_seconds)

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_PUT(self) -> None:
        self._answer()

    def log_message(self, *_: object) -> None:
        """Say nothing on stderr."""


@contextmanager
def receiver(context: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """A receiver that runs until the block ends, with TLS if there is a context for it."""
    with running(Receiver(context)) as server:
        yield server


@contextmanager
def running[R: Receiver](server: R) -> Iterator[R]:
    """A receiver of some kind, which runs until the block ends."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def free_port() -> int:
    """A port that nobody listens at, for servers that can't choose one."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def server_context(authority: trustme.CA, name: str = NAME) -> ssl.SSLContext:
    """TLS for a server of that name."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def trust(monkeypatch: pytest.MonkeyPatch, authority: trustme.CA) -> Callable[[], ssl.SSLContext]:
    """Have the door trust an authority, and nobody else."""
    context = ssl.create_default_context()
    authority.configure_trust(context)
    monkeypatch.setattr(tls, "client_context", lambda: context)
    return lambda: context


@contextmanager
def local_destinations_allowed(monkeypatch: pytest.MonkeyPatch, *, plaintext: bool = False) -> Iterator[None]:
    """The operator's settings under which 127.0.0.1 may be reached."""
    monkeypatch.setenv("OUTBOUND_ALLOWED_NETWORKS", "127.0.0.0/8,::1/128")
    monkeypatch.setenv("OUTBOUND_ALLOW_PLAINTEXT", str(plaintext).lower())
    settings.cache_clear()
    yield
    settings.cache_clear()
