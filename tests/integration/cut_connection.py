"""A cable between a program and a server on this machine, which a test can cut and mend."""

import selectors
import socket
from contextlib import suppress
from threading import Thread
from typing import Self

_CHUNK = 65_536
_LOOK_EVERY_SECONDS = 0.05


class CutConnection:
    """Passes on what comes to `port`. Cut, it ends every connection and takes no more."""

    def __init__(self, host: str, port: int) -> None:
        self._server = (host, port)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self._is_cut = self._is_over = False
        self._other: dict[socket.socket, socket.socket] = {}
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listening, selectors.EVENT_READ)
        self._thread = Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over = True
        self._thread.join(timeout=10)
        self._listening.close()

    def cut(self) -> None:
        self._is_cut = True

    def mend(self) -> None:
        self._is_cut = False

    def _run(self) -> None:
        while not self._is_over:
            for key, _ in self._selector.select(_LOOK_EVERY_SECONDS):
                ready = key.fileobj
                assert isinstance(ready, socket.socket)
                if ready is self._listening:
                    self._connect()
                elif ready in self._other:
                    self._pass_on(ready)
            if self._is_cut:
                self._end_all()
        self._end_all()

    def _connect(self) -> None:
        near, _ = self._listening.accept()
        if self._is_cut:
            near.close()
            return
        far = socket.create_connection(self._server)
        self._other |= {near: far, far: near}
        for each in (near, far):
            self._selector.register(each, selectors.EVENT_READ)

    def _pass_on(self, source: socket.socket) -> None:
        try:
            data = source.recv(_CHUNK)
            if data:
                self._other[source].sendall(data)
                return
        except OSError:
            pass
        self._end(source)

    def _end_all(self) -> None:
        while self._other:
            self._end(next(iter(self._other)))

    def _end(self, one: socket.socket) -> None:
        for each in (one, self._other.pop(one)):
            self._other.pop(each, None)
            with suppress(KeyError):
                self._selector.unregister(each)
            each.close()
