"""A client of the realtime API."""

import json
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Self

import httpx
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.integration.stack import PATIENCE_SECONDS, wait_for

type Message = dict[str, Any]


class LiveConnection:
    """A WebSocket connection with a fresh ticket; keeps what it hears."""

    def __init__(self, url: str) -> None:
        self.heard: list[Message] = []
        self._opening = connect(url, open_timeout=90)

    @classmethod
    def of(cls, api: httpx.Client) -> "LiveConnection":
        """Connect as the caller of that API."""
        return cls(ticket(api)["url"])

    def __enter__(self) -> Self:
        self._socket = self._opening.__enter__()
        return self

    def __exit__(self, *reason: Any) -> None:
        self._opening.__exit__(*reason)

    def ask(self, request: Any, *, seconds: float = PATIENCE_SECONDS) -> Message:
        """Say something; return the answer to it."""
        self._socket.send(request if isinstance(request, str) else json.dumps(request))
        answers = ("subscribed", "problem", "pong")
        return self.wait_for(lambda message: message["type"] in answers, seconds=seconds, keep=False)

    def subscribe(self, *channels: str) -> Message:
        """Follow channels."""
        return self.ask({"action": "subscribe", "channels": list(channels)})

    def hears(self, fits: Callable[[Message], bool], *, seconds: float) -> Message | None:
        """The first message that fits, or None when none comes in time."""
        give_up_at = time.monotonic() + seconds
        while (left := give_up_at - time.monotonic()) > 0:
            try:
                message: Message = json.loads(self._socket.recv(timeout=left))
            except TimeoutError:
                return None
            self.heard.append(message)
            if fits(message):
                return message
        return None

    def wait_for(
        self, fits: Callable[[Message], bool], *, seconds: float = PATIENCE_SECONDS, keep: bool = True
    ) -> Message:
        """The first message that fits, heard already or still to come; fail when there is none in time."""
        for heard in self.heard:
            if keep and fits(heard):
                return heard
        if message := self.hears(fits, seconds=seconds):
            return message
        text = f"nothing of the kind within {seconds:g} s; heard {self.heard}"
        raise AssertionError(text)

    def listen(self, seconds: float) -> list[Message]:
        """Everything that was heard until some seconds from now."""
        give_up_at = time.monotonic() + seconds
        while (left := give_up_at - time.monotonic()) > 0:
            try:
                self.heard.append(json.loads(self._socket.recv(timeout=left)))
            except TimeoutError:
                break
        return self.heard

    def is_closed_within(self, seconds: float) -> bool:
        """Whether the other end closes the connection in time."""
        try:
            self.listen(seconds)
        except ConnectionClosed:
            return True
        return False


def ticket(api: httpx.Client) -> dict[str, str]:
    """A fresh ticket; while live updates are away it is asked for again, as the answer says."""

    def answered() -> httpx.Response | None:
        answer = api.post("/customer/realtime/tickets")
        return None if answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE else answer

    answer = wait_for(answered, what="a ticket")
    assert answer.status_code == 201, answer.text
    fetched: dict[str, str] = answer.json()
    return fetched
