"""Delivery: at least once, in order, through outages, and bounded."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.broker.backoff import Backoff
from edge.broker.transport import ConnectionFailedError, Message, Refusal
from edge.simulator.delivery import Delivery
from edge.simulator.messages import PendingMessages


def make_message(number: int) -> Message:
    return Message(message_id=f"boot-{number}", topic="devices/acme/d1/telemetry", payload=b"{}")


class FakeConnection:
    def __init__(self, broker: "FakeBroker") -> None:
        self._broker = broker

    async def publish(self, message: Message) -> Refusal | None:
        return await self._broker.receive(message)

    async def listen(self, handle: Callable[[str, bytes], None]) -> None:
        for topic, payload in self._broker.waiting:
            handle(topic, payload)
        await self._broker.cut.wait()
        raise ConnectionFailedError("cut")


@dataclass
class FakeBroker:
    """A transport that records what arrives; it can be down, break, stay mute or refuse."""

    is_up: bool = True
    mute_ids: set[str] = field(default_factory=set)
    refused_ids: set[str] = field(default_factory=set)
    received: list[str] = field(default_factory=list)
    waiting: list[tuple[str, bytes]] = field(default_factory=list)
    attempts: int = 0
    cut: asyncio.Event = field(default_factory=asyncio.Event)

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[FakeConnection]:
        self.attempts += 1
        if not self.is_up:
            raise ConnectionFailedError("down")
        self.cut.clear()
        yield FakeConnection(self)

    async def receive(self, message: Message) -> Refusal | None:
        self.received.append(message.message_id)
        if message.message_id in self.mute_ids:
            self.mute_ids.remove(message.message_id)
            await asyncio.Event().wait()
        if message.message_id in self.refused_ids:
            return Refusal(135, "Not authorized")
        await asyncio.sleep(0)
        return None


async def settle() -> None:
    for _ in range(50):
        await asyncio.sleep(0)


def deliver(scenario: Callable[[Delivery, FakeBroker], Awaitable[None]], *, buffer_limit: int = 100) -> list[float]:
    """Runs the scenario beside a delivery without real waits; returns the waits."""
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        await asyncio.sleep(0)

    async def play() -> None:
        broker = FakeBroker()
        delivery = Delivery("acme:d1", broker, Random(1), buffer_limit=buffer_limit, pause=pause)
        running = asyncio.create_task(delivery.run())
        try:
            await scenario(delivery, broker)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    asyncio.run(play())
    return pauses


def test_messages_arrive_in_order_and_are_counted() -> None:
    async def scenario(delivery: Delivery, broker: FakeBroker) -> None:
        for number in range(5):
            delivery.offer(make_message(number))
        await settle()
        assert broker.received == [f"boot-{number}" for number in range(5)]
        assert delivery.is_connected
        assert (delivery.counts.sent, delivery.counts.acknowledged, delivery.buffered) == (5, 5, 0)

    deliver(scenario)


def test_an_unacknowledged_message_is_sent_again_with_the_same_id() -> None:
    async def scenario(delivery: Delivery, broker: FakeBroker) -> None:
        broker.mute_ids.add("boot-1")
        for number in range(3):
            delivery.offer(make_message(number))
        await settle()
        assert broker.received == ["boot-0", "boot-1"]
        broker.cut.set()
        await settle()
        assert broker.received == ["boot-0", "boot-1", "boot-1", "boot-2"]
        assert (delivery.counts.sent, delivery.counts.acknowledged, delivery.buffered) == (4, 3, 0)

    deliver(scenario)


def test_an_outage_is_waited_out_with_the_messages_kept() -> None:
    async def scenario(delivery: Delivery, broker: FakeBroker) -> None:
        broker.is_up = False
        for number in range(10):
            delivery.offer(make_message(number))
        await settle()
        assert broker.received == []
        assert not delivery.is_connected
        assert delivery.buffered == 10
        broker.is_up = True
        await settle()
        assert broker.received == [f"boot-{number}" for number in range(10)]

    deliver(scenario)


def test_a_full_buffer_drops_the_oldest_and_warns_once(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario(delivery: Delivery, broker: FakeBroker) -> None:
        broker.is_up = False
        for number in range(8):
            delivery.offer(make_message(number))
        assert delivery.counts.dropped == 5
        broker.is_up = True
        await settle()
        assert broker.received == ["boot-5", "boot-6", "boot-7"]

    deliver(scenario, buffer_limit=3)
    assert sum("buffer_full" in record.message for record in caplog.records) == 1


def test_a_refused_message_is_counted_logged_once_and_not_sent_again(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario(delivery: Delivery, broker: FakeBroker) -> None:
        broker.refused_ids |= {"boot-0", "boot-1"}
        for number in range(3):
            delivery.offer(make_message(number))
        await settle()
        assert broker.received == ["boot-0", "boot-1", "boot-2"]
        assert (delivery.counts.refused, delivery.counts.acknowledged, delivery.buffered) == (2, 1, 0)

    deliver(scenario)
    assert [record.levelname for record in caplog.records if "message_refused" in record.message] == ["WARNING"]


def test_a_silent_device_leaves_the_network_and_comes_back() -> None:
    async def scenario(delivery: Delivery, broker: FakeBroker) -> None:
        await settle()
        delivery.forbid()
        await settle()
        delivery.offer(make_message(0))
        await settle()
        assert not delivery.is_connected
        assert broker.received == []
        delivery.allow()
        await settle()
        assert broker.received == ["boot-0"]
        assert broker.attempts == 2

    assert deliver(scenario) == []


def test_a_backlog_leaves_slower_than_a_device_may_send() -> None:
    async def scenario(delivery: Delivery, broker: FakeBroker) -> None:
        for number in range(4):
            delivery.offer(make_message(number))
        await settle()
        assert len(broker.received) == 4

    assert deliver(scenario) == [0.25, 0.25, 0.25]


def test_backoff_doubles_up_to_half_a_minute_and_starts_over() -> None:
    backoff = Backoff(Random(1))
    waits = [backoff.next_seconds() for _ in range(12)]
    for wait, longest in zip(waits, [1, 2, 4, 8, 16, *[30] * 7], strict=True):
        assert longest / 2 <= wait <= longest
    backoff.reset()
    assert backoff.next_seconds() <= 1


@given(st.lists(st.sampled_from(["add", "settle"])), st.integers(1, 5))
def test_the_buffer_keeps_its_bound_and_order(steps: list[str], limit: int) -> None:
    pending = PendingMessages(limit)
    expected: list[Message] = []
    for number, step in enumerate(steps):
        if step == "add":
            dropped = pending.add(make_message(number))
            expected.append(make_message(number))
            if len(expected) > limit:
                assert dropped == expected.pop(0)
            else:
                assert dropped is None
        elif pending.oldest is not None:
            assert pending.settle(pending.oldest)
            expected.pop(0)
        assert list(pending) == expected
        assert pending.oldest == (expected[0] if expected else None)


def test_a_late_answer_for_a_dropped_message_settles_nothing() -> None:
    pending = PendingMessages(1)
    pending.add(make_message(0))
    pending.add(make_message(1))
    assert not pending.settle(make_message(0))
    assert list(pending) == [make_message(1)]
