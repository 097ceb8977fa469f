"""A small MQTT 3.1.1 broker for one kind of visitor: it signs in, publishes, and leaves."""

import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

CONNECT, CONNACK, PUBLISH, PUBACK, PUBREC, PUBREL, PUBCOMP = 1, 2, 3, 4, 5, 6, 7


class Published(NamedTuple):
    """A message as it came in."""

    topic: str
    payload: bytes
    qos: int
    retain: bool


class Broker(socketserver.ThreadingTCPServer):
    """Keeps what is published by those who know the password; `is_deaf` acknowledges nothing."""

    daemon_threads = True

    def __init__(self, context: ssl.SSLContext) -> None:
        super().__init__(("127.0.0.1", 0), _Visit)
        self.socket = context.wrap_socket(self.socket, server_side=True)
        self.published: list[Published] = []
        self.connect_code = 0
        self.is_deaf = False

    @property
    def port(self) -> int:
        port: int = self.server_address[1]
        return port

    def handle_error(self, *_: object) -> None:
        """A visitor who has gone away is part of some tests."""


class _Visit(socketserver.StreamRequestHandler):
    server: Broker

    def handle(self) -> None:
        while head := self.rfile.read(1):
            kind, flags = head[0] >> 4, head[0] & 15
            body = self.rfile.read(self._length())
            match kind:
                case 1:
                    good = body.endswith(b"\x00\x05pulse\x00\x06secret")
                    code = self.server.connect_code or (0 if good else 5)
                    self._send(CONNACK, bytes([0, code]))
                    if code:
                        return
                case 3:
                    self._take(flags, body)
                case 6:
                    self._send(PUBCOMP, body)
                case _:
                    return

    def _take(self, flags: int, body: bytes) -> None:
        qos, retain = flags >> 1 & 3, bool(flags & 1)
        length = int.from_bytes(body[:2])
        topic, rest = body[2 : 2 + length], body[2 + length :]
        packet_id, payload = (rest[:2], rest[2:]) if qos else (b"", rest)
        self.server.published.append(Published(topic.decode(), payload, qos, retain))
        if qos and not self.server.is_deaf:
            self._send(PUBACK if qos == 1 else PUBREC, packet_id)

    def _length(self) -> int:
        length, shift = 0, 0
        while True:
            byte = self.rfile.read(1)[0]
            length |= (byte & 127) << shift
            shift += 7
            if not byte & 128:
                return length

    def _send(self, kind: int, body: bytes) -> None:
        self.wfile.write(bytes([kind << 4, len(body)]) + body)


@contextmanager
def mqtt_broker(context: ssl.SSLContext) -> Iterator[Broker]:
    """A broker that runs until the block ends."""
    broker = Broker(context)
    thread = threading.Thread(target=broker.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield broker
    finally:
        broker.shutdown()
        thread.join()
        broker.server_close()
