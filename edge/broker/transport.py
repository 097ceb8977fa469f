"""What delivery asks of a network, so that tests need none."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Message:
    """One publish. It keeps its id however often it is sent, so that the cloud can tell a repetition."""

    message_id: str
    topic: str
    payload: bytes


class ConnectionFailedError(Exception):
    """The connection could not be made, or is gone. What was not acknowledged has to be sent again."""


@dataclass(frozen=True)
class Refusal:
    """The broker took the message and will not have it: sending it again gets the same answer."""

    code: int
    reason: str


class Connection(Protocol):
    async def publish(self, message: Message) -> Refusal | None:
        """Returns once the broker answered; None is its acknowledgement. One call at a time."""

    async def listen(self, handle: Callable[[str, bytes], None]) -> None:
        """Hands on the topic and payload of what comes, until the connection is gone."""


class Transport(Protocol):
    def connect(self) -> AbstractAsyncContextManager[Connection]:
        """Entering, or anything inside, raises ConnectionFailedError when the connection fails."""
