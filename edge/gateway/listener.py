"""The sockets that notifications come in by."""

import asyncio
import logging
import socket
from collections.abc import Callable, Sequence

from edge.gateway.configuration import Listener
from edge.gateway.receiver import Datagram, Receiver

_AT_ONCE = 200
_BUFFER_BYTES = 8 * 1024 * 1024
_LARGEST_DATAGRAM = 65_535

logger = logging.getLogger("gateway")


class ListenError(Exception):
    """The gateway can't listen there; the message says why."""


class TrapListener:
    """Hands on what comes in, as much of it at once as is there: so it costs one write to disk."""

    def __init__(self, listeners: Sequence[Listener], receiver: Receiver, arrived: Callable[[], None]) -> None:
        self._receiver, self._arrived = receiver, arrived
        self._sockets: list[socket.socket] = []
        try:
            for listener in listeners:
                self._sockets.append(_open(listener))
        except ListenError:
            self.close()
            raise

    @property
    def addresses(self) -> list[str]:
        """Where it listens."""
        names = [each.getsockname() for each in self._sockets]
        return [f"{name[0]}:{name[1]}" for name in names]

    def start(self) -> None:
        """Begin to take datagrams, in the running loop."""
        for each in self._sockets:
            asyncio.get_running_loop().add_reader(each, self._drain, each)

    def close(self) -> None:
        """Take what has come, and stop."""
        for each in self._sockets:
            if each.fileno() >= 0:
                self._drain(each)
            each.close()
        self._sockets.clear()

    def _drain(self, source: socket.socket) -> None:
        datagrams: list[Datagram] = []
        try:
            while len(datagrams) < _AT_ONCE:
                datagram, address = source.recvfrom(_LARGEST_DATAGRAM)
                datagrams.append((datagram, address))
        except OSError:  # BlockingIOError when there are no more; others tell of an answer that nobody wanted
            pass
        if not datagrams:
            return
        for reply, address in self._receiver.receive(datagrams):
            try:
                source.sendto(reply, address)
            except OSError as error:
                logger.warning("answer_not_sent to=%s reason=%s: it will be asked for again", address[0], error)
        self._arrived()


def _open(listener: Listener) -> socket.socket:
    family = socket.AF_INET6 if listener.address.version == 6 else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_DGRAM)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER_BYTES)
        opened.bind((str(listener.address), listener.port))
    except OSError as error:
        opened.close()
        message = f"listen: {listener.address}, port {listener.port}: {error.strerror}"
        raise ListenError(message) from error
    opened.setblocking(False)
    return opened
