"""What waits in the spool goes to Pulse: in order, at least once, and out of the spool once the broker has it."""

import asyncio
import json
import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from random import Random
from typing import Any, Protocol
from uuid import uuid4

from edge.broker.backoff import Backoff, until_first
from edge.broker.transport import Connection, ConnectionFailedError, Message, Transport
from edge.gateway.assignments import Request
from edge.gateway.counts import Counts
from edge.gateway.credential import Identity
from edge.gateway.spool import Spool, Spooled

MOST_EVENTS = 100
MOST_BYTES = 110_000
"""Of a message; the broker takes 128 KiB."""
_FAILURES_PER_LINE = 10
_SECONDS_BETWEEN_REQUESTS = 0.1
"""AWS IoT answers twenty requests a second about the shadows of one thing."""

logger = logging.getLogger("gateway")


class Conversation(Protocol):
    """What is said with Pulse beside events: topics in, requests out."""

    def ask(self) -> list[Request]:
        """To be said with each connection."""
        ...

    def hear(self, topic: str, payload: bytes) -> list[Request]:
        """What came on any topic; what is to be said to that, nothing if it is another conversation's."""
        ...


class Uplink:
    """The connection to the broker, which comes and goes."""

    def __init__(
        self,
        identity: Identity,
        transport: Transport,
        spool: Spool,
        counts: Counts,
        conversations: Sequence[Conversation],
        *,
        report: Callable[[], dict[str, Any]],
        metrics: Callable[[], dict[str, float]],
        health_seconds: float,
        random: Random,
    ) -> None:
        self._identity, self._transport, self._spool, self._counts = identity, transport, spool, counts
        self._conversations = conversations
        self._requests: deque[Request] = deque()
        self._report, self._metrics = report, metrics
        self._health_seconds = health_seconds
        self._backoff = Backoff(random)
        self._arrived = asyncio.Event()

    def notice(self) -> None:
        """Something has come into the spool."""
        self._arrived.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                async with self._transport.connect() as connection:
                    await until_first(connection.listen(self._hear), self._speak(connection))
            except ConnectionFailedError as failure:
                if self._backoff.failures % _FAILURES_PER_LINE == 0:
                    logger.warning("broker_away waiting=%d reason=%r", self._spool.events, str(failure))
                await asyncio.sleep(self._backoff.next_seconds())

    def _hear(self, topic: str, payload: bytes) -> None:
        for conversation in self._conversations:
            self._requests += conversation.hear(topic, payload)
        self._arrived.set()

    async def _speak(self, connection: Connection) -> None:
        state = {"state": {"reported": {"gateway": self._report()}}}
        await self._publish(connection, f"{self._identity.shadow_topic}/update", state)
        logger.info("broker_connected waiting=%d", self._spool.events)
        self._backoff.reset()
        self._requests.clear()
        for conversation in self._conversations:
            self._requests += conversation.ask()
        due = requested_at = time.monotonic()
        while True:
            self._arrived.clear()
            if self._requests and time.monotonic() >= requested_at:
                request = self._requests.popleft()
                await self._publish(connection, request.topic, request.document)
                requested_at = time.monotonic() + _SECONDS_BETWEEN_REQUESTS
            if time.monotonic() >= due:
                reading = {"version": "1", "message_id": str(uuid4()), "metrics": self._metrics()}
                await self._publish(connection, self._identity.telemetry_topic, reading)
                due = time.monotonic() + self._health_seconds
            events = self._spool.oldest(limit=MOST_EVENTS, max_bytes=MOST_BYTES)
            if events:
                await self._send(connection, events)
            else:
                next_at = min(due, requested_at) if self._requests else due
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._arrived.wait(), max(0.0, next_at - time.monotonic()))

    async def _send(self, connection: Connection, events: Sequence[Spooled]) -> None:
        payload = b'{"version":"1","events":[' + b",".join(event.body for event in events) + b"]}"
        refusal = await connection.publish(Message(str(uuid4()), self._identity.inbound_topic, payload))
        if refusal is None:
            self._spool.forget(events)
            self._counts.events_sent += len(events)
            self._backoff.reset()
            return
        self._counts.messages_refused += 1
        logger.error("message_refused code=%d reason=%r: its events stay in the spool", refusal.code, refusal.reason)
        await asyncio.sleep(self._backoff.next_seconds())

    async def _publish(self, connection: Connection, topic: str, document: dict[str, Any]) -> None:
        refusal = await connection.publish(Message(str(uuid4()), topic, json.dumps(document).encode()))
        if refusal is not None:
            logger.warning("report_refused topic=%s code=%d reason=%r", topic, refusal.code, refusal.reason)
