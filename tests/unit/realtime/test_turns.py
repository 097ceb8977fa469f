"""A device's turn: once a second, and nothing of what was to be told is lost."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as checking
from hypothesis import strategies as st

from pulse import clock
from pulse.clock import format_instant
from pulse.realtime import turns
from pulse.transient import create_entry
from tests.dynamodb import InMemoryDynamoDB
from tests.unit.realtime.delayed_queue import NOON, World


class Device(World):
    """That world, with news of a device in it."""

    def news(self, **metrics: float) -> dict[str, Any]:
        time = format_instant(self.now)
        return self.news_of(time, **metrics)

    def news_of(self, time: str, **metrics: float) -> dict[str, Any]:
        times = dict.fromkeys(metrics, time)
        return {
            "tenant_id": "acme",
            "device_id": "a",
            "time": time,
            "reading_time": time,
            "metrics": metrics,
            "metric_times": times,
        }


@pytest.fixture
def world(transient_table: InMemoryDynamoDB, monkeypatch: pytest.MonkeyPatch) -> Device:
    transient_table.items.clear()
    world = Device()
    monkeypatch.setattr(clock, "now", lambda: world.now)
    monkeypatch.setattr(turns, "offer", world.offer)
    return world


def told(news: dict[str, Any] | None) -> dict[str, float] | None:
    return None if news is None else news["metrics"]


def test_the_first_news_of_a_second_are_told_at_once_and_the_next_wait(world: Device) -> None:
    assert told(turns.claim_turn(world.news(t=1))) == {"t": 1}
    assert told(turns.claim_turn(world.news(t=2))) is None
    [(due_at, waker)] = world.queued
    world.now = due_at
    assert told(turns.claim_turn(waker)) == {"t": 2}
    assert told(turns.claim_turn(waker)) is None


def test_what_waits_is_told_together_newer_over_older(world: Device) -> None:
    turns.claim_turn(world.news(t=0))
    turns.claim_turn(world.news(t=1, door=0))
    world.now += timedelta(milliseconds=200)
    turns.claim_turn(world.news(t=2))
    world.now += timedelta(seconds=1)
    assert told(turns.claim_turn(world.news(humidity=40))) == {"t": 2, "door": 0, "humidity": 40}


def test_what_was_read_earlier_and_arrives_later_does_not_win(world: Device) -> None:
    turns.claim_turn(world.news(t=0))
    turns.claim_turn(world.news(t=2))
    turns.claim_turn(world.news_of(format_instant(NOON - timedelta(minutes=1)), t=1, humidity=40))
    world.now += timedelta(seconds=1)
    news = turns.claim_turn(world.news_of(format_instant(NOON - timedelta(minutes=2)), humidity=39))
    assert told(news) == {"t": 2, "humidity": 40}
    assert news is not None
    assert news["metric_times"]["humidity"] == format_instant(NOON - timedelta(minutes=1))


def test_what_two_processes_let_wait_at_once_is_all_kept(world: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    turns.claim_turn(world.news(t=0))
    turns.claim_turn(world.news(t=1))
    world.now += timedelta(milliseconds=1)
    others = [world.news(door=1), world.news(humidity=40)]

    def meanwhile(*arguments: Any, **options: Any) -> Any:
        while others:
            turns.claim_turn(others.pop())
        return create_entry(*arguments, **options)

    monkeypatch.setattr(turns, "create_entry", meanwhile)
    turns.claim_turn(world.news(t=2))
    [(world.now, look)] = world.queued
    assert told(turns.claim_turn(look)) == {"t": 2, "door": 1, "humidity": 40}


def test_however_much_waits_it_is_looked_after_once(world: Device) -> None:
    for number in range(10):
        turns.claim_turn(world.news(t=number))
    [(world.now, look)] = world.queued
    assert turns.claim_turn(world.news(t=10)) is not None
    turns.claim_turn(world.news(t=11))
    turns.claim_turn(look)
    assert len(world.queued) == 2


@checking(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.integers(1, 700), min_size=1, max_size=40))
def test_the_last_value_is_always_told_in_the_end_and_never_twice_in_a_second(
    world: Device, transient_table: InMemoryDynamoDB, pauses: list[int]
) -> None:
    transient_table.items.clear()
    world.now, world.queued = NOON, []
    arrivals = []
    for number, pause in enumerate(pauses):
        world.now += timedelta(milliseconds=pause)
        arrivals.append((world.now, world.news(n=number)))
    said: list[tuple[int, float]] = []
    waiting = arrivals
    while waiting:
        waiting.sort(key=lambda arrival: arrival[0])
        world.now, news = waiting.pop(0)
        answer = told(turns.claim_turn(news))
        if answer:
            said.append((int(world.now.timestamp()), answer["n"]))
        waiting += world.queued
        world.queued = []
    assert said[-1][1] == len(pauses) - 1
    assert len({second for second, _ in said}) == len(said)
    assert [number for _, number in said] == sorted(number for _, number in said)
