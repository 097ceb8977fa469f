"""Carries one device's messages to the broker: at least once, in order, and through outages."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import Random
from typing import Protocol

from edge.broker.backoff import Backoff, until_first
from edge.broker.transport import Connection, ConnectionFailedError, Message, Transport
from edge.simulator.messages import PendingMessages

# A device may send 5 messages a second; a backlog leaves a little below that, or it would be refused.
BACKLOG_PAUSE_SECONDS = 0.25
FAILURES_PER_LINE = 10

logger = logging.getLogger("simulator")


@dataclass
class Counts:
    """`sent` counts every attempt; made = acknowledged + refused + dropped + still pending."""

    sent: int = 0
    acknowledged: int = 0
    refused: int = 0
    dropped: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            sent=self.sent + other.sent,
            acknowledged=self.acknowledged + other.acknowledged,
            refused=self.refused + other.refused,
            dropped=self.dropped + other.dropped,
        )


class Responder(Protocol):
    """What a device has to say for itself."""

    def report(self) -> Message:
        """Of itself, when it connects."""

    def respond(self, topic: str, payload: bytes) -> list[Message]:
        """To what has come."""


class Delivery:
    def __init__(
        self,
        name: str,
        transport: Transport,
        random: Random,
        *,
        buffer_limit: int,
        responder: Responder | None = None,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._name = name
        self._transport = transport
        self._pending = PendingMessages(buffer_limit)
        self._backoff = Backoff(random)
        self._responder = responder
        self._pause = pause
        self._arrived = asyncio.Event()
        self._allowed = asyncio.Event()
        self._forbidden = asyncio.Event()
        self._dropping = False
        self.counts = Counts()
        self.is_connected = False
        self.allow()

    @property
    def buffered(self) -> int:
        return len(self._pending)

    def offer(self, message: Message) -> None:
        if self._pending.add(message) is not None:
            self.counts.dropped += 1
            if not self._dropping:
                logger.warning("buffer_full device=%s buffered=%d: oldest are dropped", self._name, self.buffered)
            self._dropping = True
        self._arrived.set()

    def _respond(self, topic: str, payload: bytes) -> None:
        if self._responder is not None:
            for message in self._responder.respond(topic, payload):
                self.offer(message)

    def allow(self) -> None:
        """The device is on the network, or tries to be."""
        self._forbidden.clear()
        self._allowed.set()

    def forbid(self) -> None:
        """The device leaves the network; what is pending waits."""
        self._allowed.clear()
        self._forbidden.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self._allowed.wait()
            try:
                async with self._transport.connect() as connection:
                    self.is_connected = True
                    if self._responder is not None:
                        self.offer(self._responder.report())
                    await until_first(
                        connection.listen(self._respond), self._forbidden.wait(), self._send_pending(connection)
                    )
            except ConnectionFailedError as failure:
                self._report(failure)
                await self._pause(self._backoff.next_seconds())
            finally:
                self.is_connected = False

    async def _send_pending(self, connection: Connection) -> None:
        while True:
            message = self._pending.oldest
            if message is None:
                self._dropping = False
                self._arrived.clear()
                await self._arrived.wait()
                continue
            self.counts.sent += 1
            refusal = await connection.publish(message)
            if self._pending.settle(message):
                if refusal is None:
                    self.counts.acknowledged += 1
                else:
                    if self.counts.refused == 0:
                        logger.warning(
                            "message_refused device=%s topic=%s code=%d reason=%r: not sent again",
                            self._name, message.topic, refusal.code, refusal.reason,
                        )  # fmt: skip
                    self.counts.refused += 1
            if self._backoff.failures:
                logger.info("device_reconnected device=%s buffered=%d", self._name, self.buffered)
                self._backoff.reset()
            if self._pending:
                await self._pause(BACKLOG_PAUSE_SECONDS)

    def _report(self, failure: ConnectionFailedError) -> None:
        if self._backoff.failures % FAILURES_PER_LINE == 0:
            logger.warning(
                "device_disconnected device=%s failures=%d buffered=%d reason=%r",
                self._name, self._backoff.failures + 1, self.buffered, str(failure),
            )  # fmt: skip
