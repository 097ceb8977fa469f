"""What a gateway does not take is counted and told of, and one sender's flood is its own."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from edge.gateway.refusals import Rate, Refusal, Refusals
from edge.gateway.spool import Spool

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    spool = Spool(tmp_path / "spool.db", max_events=100, max_bytes=10**6)
    yield spool
    spool.close()


def told(spool: Spool) -> list[dict[str, Any]]:
    return [orjson.loads(each.body) for each in spool.oldest(limit=1000, max_bytes=10**9)]


def test_it_tells_once_a_minute_and_once_more_when_it_is_over(clock: Clock, spool: Spool) -> None:
    refusals = Refusals(spool, lambda: None, clock)
    refusals.tell()
    for reason in (Refusal.RATE, Refusal.RATE, Refusal.SPOOL):
        refusals.count(reason)
    refusals.tell()
    assert told(spool) == []
    for _ in range(4):
        clock.now += 60 * SECOND
        refusals.tell()
    assert [event["refused"] for event in told(spool)] == [{"rate": 2, "spool": 1}, {"rate": 0, "spool": 0}]
    assert {event["kind"] for event in told(spool)} == {"refusals"}


def test_what_has_no_room_now_is_told_when_there_is(clock: Clock, spool: Spool) -> None:
    refusals = Refusals(spool, lambda: None, clock)
    with spool.transaction():
        while spool.add("trap", {}, NOON):
            pass
    refusals.count(Refusal.SPOOL)
    clock.now += 60 * SECOND
    refusals.tell()
    spool.forget(spool.oldest(limit=1000, max_bytes=10**9))
    refusals.count(Refusal.SPOOL)
    clock.now += 5 * SECOND
    refusals.tell()
    assert [(event["refused"]["spool"], event["seconds"]) for event in told(spool)] == [(2, 65)]


def test_a_sender_has_ten_seconds_worth_at_once_and_then_its_rate(clock: Clock) -> None:
    rate = Rate(5, clock)
    assert [rate.admits("192.0.2.7") for _ in range(60)] == [True] * 50 + [False] * 10
    assert rate.admits("192.0.2.8")
    clock.now += 2 * SECOND
    assert [rate.admits("192.0.2.7") for _ in range(11)] == [True] * 10 + [False]


def test_a_clock_that_is_put_back_gives_nothing_away(clock: Clock) -> None:
    rate = Rate(1, clock)
    assert sum(rate.admits("192.0.2.7") for _ in range(20)) == 10
    clock.now -= 3600 * SECOND
    assert not rate.admits("192.0.2.7")
