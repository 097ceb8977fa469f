"""Which values ingest offers to those who look."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from pulse import clock
from pulse.realtime import live_values
from pulse.realtime.followers import Follower, add_channels
from pulse.settings import settings
from pulse.telemetry.message import Reading
from tests.builders import make_envelope
from tests.dynamodb import InMemoryDynamoDB

type Offered = list[dict[str, Any]]


@pytest.fixture
def offered(transient_table: InMemoryDynamoDB, monkeypatch: pytest.MonkeyPatch) -> Iterator[Offered]:
    """What was put on the queue."""
    assert not transient_table.items
    offered: Offered = []
    monkeypatch.setenv("REALTIME_QUEUE_URL", "https://sqs.example/realtime")
    settings.cache_clear()
    monkeypatch.setattr(live_values, "offer", lambda _type, details: offered.extend(details))
    live_values.forget_watched()
    yield offered
    live_values.forget_watched()


def look_at(device_id: str) -> None:
    follower = Follower("connection", "acme", "ann", "session", "203.0.113.9", clock.now())
    add_channels(follower, [f"device:{device_id}"])


def offer_one(device_id: str, *readings: tuple[int, dict[str, float]]) -> None:
    noon = clock.now().replace(microsecond=0)
    read = [
        Reading(make_envelope(received_at=noon), noon + timedelta(seconds=second), "m", None, dict(metrics), None, None)
        for second, metrics in readings
    ]
    live_values.offer_values({("acme", device_id): read})


def test_of_several_readings_the_newest_value_of_each_metric_is_offered(offered: Offered) -> None:
    look_at("freezer-1")
    offer_one("freezer-1", (2, {"t": 2.0}), (1, {"t": 1.0, "door": 1.0}))
    assert [detail["metrics"] for detail in offered] == [{"t": 2.0, "door": 1.0}]


def test_nothing_is_offered_of_a_device_at_which_nobody_looks(offered: Offered) -> None:
    look_at("freezer-1")
    offer_one("freezer-2", (1, {"t": 1.0}))
    assert offered == []


def test_those_who_looked_go_on_being_told_while_the_table_is_away(
    offered: Offered, transient_table: InMemoryDynamoDB, monkeypatch: pytest.MonkeyPatch
) -> None:
    look_at("freezer-1")
    offer_one("freezer-1", (1, {"t": 1.0}))
    later = clock.now() + timedelta(seconds=3)
    monkeypatch.setattr(clock, "now", lambda: later)
    transient_table.is_away = True
    offer_one("freezer-1", (4, {"t": 4.0}))
    assert [detail["metrics"] for detail in offered] == [{"t": 1.0}, {"t": 4.0}]
