"""What is refused: every message counted, and of a flood a sample kept."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from pulse.database import operator_session
from pulse.quarantine import store
from pulse.telemetry.ingest import ingest
from pulse.telemetry.message import Envelope
from tests.builders import ACTOR, NOON, Fleet, make_envelope

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def small_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "KEPT_PER_MINUTE", 10)


def garbage(fleet: Fleet, count: int, *, minute: int = 0) -> list[Envelope]:
    return [fleet.message(b"garbage", at=NOON + minute * MINUTE) for _ in range(count)]


def counts(fleet: Fleet) -> list[tuple[int, str, int]]:
    rows = fleet.rows("SELECT minute, reason, messages FROM quarantine_counts ORDER BY minute, reason")
    return [((row["minute"] - NOON) // MINUTE, row["reason"], row["messages"]) for row in rows]


def kept(fleet: Fleet) -> int:
    [row] = fleet.rows("SELECT count(*) FROM quarantine_events")
    return int(row["count"])


def test_every_refusal_is_counted_by_minute_of_receipt_and_reason(fleet: Fleet) -> None:
    fleet.add_device()
    ingest([*garbage(fleet, 3), *garbage(fleet, 2, minute=1), fleet.message(device_id="nobody")])
    ingest(garbage(fleet, 4, minute=1))
    assert counts(fleet) == [(0, "INVALID_JSON", 3), (0, "UNREGISTERED_DEVICE", 1), (1, "INVALID_JSON", 6)]
    assert kept(fleet) == 10


def test_a_message_that_is_delivered_again_is_counted_once(fleet: Fleet) -> None:
    fleet.add_device()
    batch = garbage(fleet, 8)
    for _ in range(3):
        ingest([replace(message, redelivered=True) for message in batch])
    assert (counts(fleet), kept(fleet)) == ([(0, "INVALID_JSON", 8)], 8)


def test_of_a_flood_the_first_of_each_minute_and_reason_are_kept_and_all_are_counted(fleet: Fleet) -> None:
    fleet.add_device()
    for _ in range(3):
        ingest([*garbage(fleet, 30), *garbage(fleet, 7, minute=1)])
    assert counts(fleet) == [(0, "INVALID_JSON", 90), (1, "INVALID_JSON", 21)]
    assert kept(fleet) == 10 + 10


def test_a_tenants_flood_takes_nothing_from_anothers_sample(fleet: Fleet) -> None:
    fleet.add_device()
    other = Fleet()
    other.add_device()
    ingest([*garbage(fleet, 50), *garbage(other, 5)])
    assert (kept(fleet), kept(other)) == (10, 5)


def test_messages_of_nobodys_topic_are_counted_together(fleet: Fleet) -> None:
    topic = f"strange/{fleet.tenant_id}"
    ingest([make_envelope(topic=topic, received_at=NOON - 40 * MINUTE) for _ in range(12)])
    ingest([make_envelope(topic=topic, received_at=NOON - 40 * MINUTE) for _ in range(2)])
    with operator_session(user_id=ACTOR, reason="test") as connection:
        counted = connection.execute(
            "SELECT reason, messages FROM quarantine_counts WHERE tenant_id IS NULL AND minute = %s",
            (NOON - 40 * MINUTE,),
        ).fetchall()
        rows = connection.execute("SELECT count(*) FROM quarantine_events WHERE topic = %s", (topic,)).fetchall()
    assert counted == [{"reason": "BAD_TOPIC", "messages": 14}]
    assert rows == [{"count": 10}]
