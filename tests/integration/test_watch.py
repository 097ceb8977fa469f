"""The sweep's minute: nobody is called silent whose messages wait, and what becomes due is not left for later."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import psycopg
import pytest

from pulse import clock
from pulse.alerts.sweeping import watch as watching
from pulse.alerts.sweeping.watch import watch
from pulse.database import ingest_session
from pulse.telemetry import progress
from pulse.telemetry.ingest import ingest
from tests.builders import NOON, Fleet

LATER = timedelta(days=400)  # other tests' devices are due at other times


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = NOON + LATER
        self.naps: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def time_(monkeypatch: pytest.MonkeyPatch, fleet: Fleet) -> Iterator[Clock]:
    """A clock, and a database in which nothing of the past is due."""
    moved = Clock()
    fleet.add_device()
    with ingest_session() as connection:
        connection.execute("UPDATE device_state SET stale_at = NULL, offline_at = NULL")
        connection.execute("DELETE FROM rule_state")
        connection.execute("DELETE FROM ingest_progress")
        connection.execute("DELETE FROM ingest_begun")
    monkeypatch.setattr(progress, "_last_noted", None)
    monkeypatch.setattr(clock, "now", lambda: moved.now)
    monkeypatch.setattr("time.sleep", moved.sleep)
    monkeypatch.setattr(watching, "count_waiting", lambda: 0)
    yield moved
    with ingest_session() as connection:
        connection.execute("DELETE FROM ingest_progress")


def hear(fleet: Fleet, at: datetime) -> None:
    ingest([fleet.message({"metrics": {"temp_c": 4}}, at=at)])


def killed(*_: object) -> None:
    """As a function that was given too little memory."""
    raise MemoryError


def refused(*_: object) -> None:
    """As a database that does not take what is in a message."""
    raise psycopg.DataError


def transitions(fleet: Fleet) -> list[str]:
    return [row["to_status"] for row in fleet.rows("SELECT to_status FROM device_status_log ORDER BY entry_id")]


def test_what_becomes_due_within_the_minute_is_done_when_it_is_due(fleet: Fleet, time_: Clock) -> None:
    hear(fleet, time_.now)
    time_.now += timedelta(seconds=100)
    counts = watch(budget=timedelta(seconds=45))
    assert time_.naps == [20]
    assert counts["silent_devices"] == 1
    assert transitions(fleet) == ["ONLINE", "STALE"]


def test_what_becomes_due_later_is_left_for_the_next_minute(fleet: Fleet, time_: Clock) -> None:
    hear(fleet, time_.now)
    time_.now += timedelta(seconds=60)
    watch(budget=timedelta(seconds=45))
    assert time_.naps == []
    assert transitions(fleet) == ["ONLINE"]


def test_while_messages_come_late_nobody_is_called_silent(fleet: Fleet, time_: Clock) -> None:
    fleet.add_device("freezer-2")
    hear(fleet, time_.now)
    time_.now += timedelta(seconds=125)
    # After an outage another device's message is the first to come; it had waited.
    ingest([fleet.message({"metrics": {"temp_c": 4}}, device_id="freezer-2", at=time_.now - timedelta(seconds=70))])
    watch(budget=timedelta(seconds=1))
    assert transitions(fleet) == ["ONLINE", "ONLINE"]
    hear(fleet, time_.now - timedelta(seconds=10))
    time_.now += timedelta(seconds=45)
    watch(budget=timedelta(seconds=1))
    assert fleet.rows("SELECT * FROM alerts") == []


def test_a_function_that_died_with_a_devices_message_makes_it_not_silent(
    fleet: Fleet, time_: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "count_waiting", lambda: 1)
    fleet.add_device("freezer-2")
    hear(fleet, time_.now)
    sent_at = time_.now + timedelta(seconds=60)
    time_.now = sent_at
    with monkeypatch.context() as patched:
        patched.setattr("pulse.telemetry.ingest.write_batch", killed)
        with pytest.raises(MemoryError):
            hear(fleet, sent_at)
    for _ in range(6):  # another device's messages come as ever
        time_.now += timedelta(seconds=30)
        ingest([fleet.message({"metrics": {"temp_c": 4}}, device_id="freezer-2", at=time_.now)])
        watch(budget=timedelta(seconds=1))
    assert transitions(fleet) == ["ONLINE", "ONLINE"]
    hear(fleet, sent_at)
    assert transitions(fleet) == ["ONLINE", "ONLINE"]
    assert fleet.rows("SELECT * FROM alerts") == []


def test_a_batch_that_is_done_with_is_at_work_no_more(
    fleet: Fleet, time_: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    hear(fleet, time_.now)
    monkeypatch.setattr("pulse.telemetry.ingest.write_batch", refused)
    hear(fleet, time_.now)
    with ingest_session() as connection:
        assert connection.execute("SELECT * FROM ingest_begun").fetchall() == []


def test_silence_is_held_back_and_not_forgotten(fleet: Fleet, time_: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "count_waiting", lambda: 7)  # a queue that is stuck
    hear(fleet, time_.now)
    time_.now += timedelta(seconds=125)
    watch(budget=timedelta(seconds=1))
    assert transitions(fleet) == ["ONLINE"]
    time_.now += timedelta(minutes=15)
    watch(budget=timedelta(seconds=1))
    assert transitions(fleet) == ["ONLINE", "STALE"]
    time_.now += timedelta(minutes=3)
    watch(budget=timedelta(seconds=1))
    assert transitions(fleet) == ["ONLINE", "STALE", "OFFLINE"]
