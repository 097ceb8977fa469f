"""Hourly summaries say what the readings say: however late, often and out of order those came."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Event
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.rows import dict_row

from pulse import clock
from pulse.database import Connection, ingest_session, tenant_session
from pulse.telemetry import history, rollup
from pulse.telemetry.history import SeriesHistory, get_series
from pulse.telemetry.ingest import ingest
from pulse.telemetry.periods import Period
from pulse.telemetry.rollup import DeviceHour, hour_of, mark_hours, roll_up
from tests.builders import NOON, Fleet

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
BUDGET = timedelta(minutes=1)
# Everything that was sent until noon is due then.
EVENING = NOON + 8 * HOUR
METRICS = ["temp_c", "door_open", "big"]


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The platform's time stands at noon."""
    monkeypatch.setattr(clock, "now", lambda: NOON)


def send(fleet: Fleet, time: datetime, *, at: datetime = NOON, **metrics: Any) -> None:
    ingest([fleet.message({"ts": time.isoformat(), "metrics": metrics}, at=at)])


def summaries(fleet: Fleet) -> dict[datetime, Any]:
    rows = fleet.rows("SELECT hour, metrics FROM tenant_telemetry_hourly ORDER BY hour")
    return {row["hour"]: row["metrics"] for row in rows}


def marked(fleet: Fleet) -> list[datetime]:
    return [row["hour"] for row in fleet.rows("SELECT hour FROM rollup_due ORDER BY hour")]


def read(fleet: Fleet, hours: int = 48, bucket: timedelta = HOUR) -> SeriesHistory:
    period = Period(start=NOON - hours * HOUR, end=NOON + MINUTE, bucket=bucket)
    return get_series(fleet.tenant_id, "freezer-1", metrics=METRICS, period=period)


def read_raw(fleet: Fleet, monkeypatch: pytest.MonkeyPatch, bucket: timedelta = HOUR) -> SeriesHistory:
    """The same from the readings alone."""
    with monkeypatch.context() as patched:
        patched.setattr(history, "summarized_until", lambda _c, _t, _d, start, _e: start)
        return read(fleet, bucket=bucket)


def test_an_hour_that_is_over_becomes_a_summary_of_each_metric(fleet: Fleet) -> None:
    fleet.add_device()
    start = NOON - 2 * HOUR
    for minute, temperature in ((0, 4), (20, 6.5), (59, 3)):
        send(fleet, start + minute * MINUTE, temp_c=temperature, door_open=minute == 20)
    assert roll_up(EVENING, budget=BUDGET) >= 1
    assert summaries(fleet) == {
        start: {
            "temp_c": {"count": 3, "min": 3, "max": 6.5, "sum": 13.5},
            "door_open": {"count": 3, "min": 0, "max": 1, "sum": 1},
        }
    }
    assert marked(fleet) == []


def test_the_hour_under_way_is_left_until_it_is_over(fleet: Fleet) -> None:
    fleet.add_device()
    send(fleet, NOON, temp_c=4)
    roll_up(NOON + HOUR, budget=BUDGET)
    assert summaries(fleet) == {}
    assert marked(fleet) == [NOON]
    roll_up(NOON + HOUR + 5 * MINUTE, budget=BUDGET)
    assert list(summaries(fleet)) == [NOON]


def test_what_comes_late_is_in_the_summary_after_the_next_run(fleet: Fleet) -> None:
    fleet.add_device()
    send(fleet, NOON - 3 * HOUR, temp_c=4)
    roll_up(EVENING, budget=BUDGET)
    send(fleet, NOON - 3 * HOUR + MINUTE, temp_c=10)
    assert marked(fleet) == [NOON - 3 * HOUR]
    roll_up(EVENING, budget=BUDGET)
    assert summaries(fleet)[NOON - 3 * HOUR]["temp_c"] == {"count": 2, "min": 4, "max": 10, "sum": 14}


def test_until_then_the_history_has_it_all_the_same(fleet: Fleet) -> None:
    fleet.add_device()
    send(fleet, NOON - 3 * HOUR, temp_c=4)
    roll_up(EVENING, budget=BUDGET)
    send(fleet, NOON - 3 * HOUR + MINUTE, temp_c=10)
    [point] = read(fleet).series[0].points
    assert (point.time, point.count, point.min, point.max, point.avg) == (NOON - 3 * HOUR, 2, 4, 10, 7)


def test_a_repeated_message_counts_once(fleet: Fleet) -> None:
    fleet.add_device()
    message = fleet.message({"ts": (NOON - 3 * HOUR).isoformat(), "message_id": "m-1", "metrics": {"temp_c": 4}})
    ingest([message])
    roll_up(EVENING, budget=BUDGET)
    ingest([message])
    roll_up(EVENING, budget=BUDGET)
    assert summaries(fleet)[NOON - 3 * HOUR]["temp_c"]["count"] == 1


def test_heartbeats_leave_no_summary(fleet: Fleet) -> None:
    fleet.add_device()
    ingest([fleet.message(b"", msg_type="heartbeat", at=NOON - 3 * HOUR)])
    roll_up(EVENING, budget=BUDGET)
    assert summaries(fleet) == {}


def test_numbers_of_any_size_add_up(fleet: Fleet) -> None:
    fleet.add_device()
    for minute in range(3):
        send(fleet, NOON - 3 * HOUR + minute * MINUTE, big=1.7e308)
    roll_up(EVENING, budget=BUDGET)
    [point] = read(fleet).series[2].points
    assert (point.count, point.avg, point.max) == (3, 1.7e308, 1.7e308)


def test_two_at_once_share_the_work(fleet: Fleet, scenario_owner_url: str) -> None:
    """A second connection holds some marks, as a second run would; the rest is done, and these are left."""
    for number in range(3):
        fleet.add_device(f"freezer-{number}")
    with ingest_session() as connection:
        mark_hours(connection, [((fleet.tenant_id, f"freezer-{number}"), NOON - 3 * HOUR) for number in range(3)])
    with psycopg.connect(scenario_owner_url) as other:
        other.execute(
            "SELECT FROM rollup_due WHERE tenant_id = %s AND device_id = 'freezer-1' FOR UPDATE", (fleet.tenant_id,)
        )
        roll_up(EVENING, budget=BUDGET)
        assert [row["device_id"] for row in fleet.rows("SELECT device_id FROM rollup_due")] == ["freezer-1"]
    roll_up(EVENING, budget=BUDGET)
    assert marked(fleet) == []


def test_a_reading_under_way_while_its_hour_is_summarized_is_not_forgotten(
    fleet: Fleet, scenario_database: str
) -> None:
    """A mark is there already when a writer marks the hour again; the run comes before that writer's commit."""
    fleet.add_device()
    time = NOON - 3 * HOUR
    send(fleet, time, temp_c=4)
    with psycopg.connect(scenario_database, row_factory=dict_row) as writer:
        writer.execute("SELECT set_config('role', 'pulse_ingest', true)")
        writer.execute(
            """
            INSERT INTO telemetry (time, tenant_id, device_id, message_id, msg_type, metrics)
            VALUES (%s, %s, 'freezer-1', 'under-way', 'telemetry', '{"temp_c": 10}')
            """,
            (time + MINUTE, fleet.tenant_id),
        )
        mark_hours(writer, [((fleet.tenant_id, "freezer-1"), time)])
        roll_up(EVENING, budget=BUDGET)
        writer.commit()
    roll_up(EVENING, budget=BUDGET)
    assert summaries(fleet)[time]["temp_c"]["count"] == 2


def test_a_writer_waits_for_a_run_that_has_taken_the_mark_and_then_marks_anew(
    fleet: Fleet, scenario_database: str
) -> None:
    fleet.add_device()
    time = NOON - 3 * HOUR
    send(fleet, time, temp_c=4)
    taken = Event()

    def write() -> None:
        with psycopg.connect(scenario_database, row_factory=dict_row) as writer:
            writer.execute("SELECT set_config('role', 'pulse_ingest', true)")
            taken.wait()
            mark_hours(writer, [((fleet.tenant_id, "freezer-1"), time)])

    with ThreadPoolExecutor(1) as pool, psycopg.connect(scenario_database) as run:
        run.execute("SELECT set_config('role', 'pulse_ingest', true)")
        run.execute("DELETE FROM rollup_due WHERE tenant_id = %s", (fleet.tenant_id,))
        waiting = pool.submit(write)
        taken.set()
        with pytest.raises(TimeoutError):
            waiting.result(timeout=0.3)
        run.commit()
        waiting.result(timeout=60)
    assert marked(fleet) == [time]


def test_an_hour_whose_readings_may_be_gone_keeps_its_summary(fleet: Fleet) -> None:
    fleet.add_device()
    old = hour_of(NOON - timedelta(days=80))
    send(fleet, old, temp_c=4)
    roll_up(EVENING, budget=BUDGET)
    with ingest_session() as connection:
        mark_hours(connection, [((fleet.tenant_id, "freezer-1"), old)])
    roll_up(EVENING + timedelta(days=12), budget=BUDGET)
    assert list(summaries(fleet)) == [old]
    assert marked(fleet) == []


@pytest.mark.parametrize("error", [psycopg.DataError, psycopg.errors.QueryCanceled])
def test_an_hour_that_fails_is_put_off_and_stops_none_of_the_others(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch, error: type[psycopg.Error]
) -> None:
    for number in range(30):
        fleet.add_device(f"freezer-{number}")
    readings = [fleet.message(device_id=f"freezer-{number}", at=NOON - 3 * HOUR) for number in range(30)]
    ingest(readings)
    make = rollup._summarize

    def fail_for_one(connection: Connection, hours: list[DeviceHour], now: datetime) -> None:
        if ((fleet.tenant_id, "freezer-7"), NOON - 3 * HOUR) in hours:
            raise error
        make(connection, hours, now)

    with monkeypatch.context() as patched:
        patched.setattr(rollup, "_summarize", fail_for_one)
        assert roll_up(EVENING, budget=BUDGET) >= 29
        assert roll_up(EVENING, budget=BUDGET) == 0
    assert fleet.rows("SELECT device_id, due_at FROM rollup_due") == [
        {"device_id": "freezer-7", "due_at": EVENING + HOUR}
    ]
    assert fleet.rows("SELECT count(*) FROM tenant_telemetry_hourly") == [{"count": 29}]
    roll_up(EVENING + HOUR, budget=BUDGET)
    assert fleet.rows("SELECT count(*) FROM tenant_telemetry_hourly") == [{"count": 30}]


def test_a_database_that_is_away_is_for_the_caller_to_see(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    fleet.add_device()
    send(fleet, NOON - 3 * HOUR, temp_c=4)

    def lose_the_connection(*_: object) -> None:
        message = "server closed the connection unexpectedly"
        raise psycopg.OperationalError(message)

    with monkeypatch.context() as patched:
        patched.setattr(rollup, "_summarize", lose_the_connection)
        with pytest.raises(psycopg.OperationalError):
            roll_up(EVENING, budget=BUDGET)
    assert roll_up(EVENING, budget=BUDGET) >= 1


READINGS = st.lists(
    st.tuples(
        st.integers(0, 40 * 60),  # minutes ago
        st.fixed_dictionaries(
            {},
            optional={
                "temp_c": st.floats(-1e6, 1e6) | st.integers(-1000, 1000),
                "door_open": st.booleans(),
                "big": st.floats(allow_nan=False, allow_infinity=False),
            },
        ).filter(bool),
        st.booleans(),  # summarized before the next one comes
        st.booleans(),  # sent twice
    ),
    min_size=1,
    max_size=25,
)


@given(readings=READINGS, bucket=st.sampled_from([HOUR, 6 * HOUR, 24 * HOUR]))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_whatever_comes_whenever_the_history_is_that_of_the_readings(
    scenario_database: str,
    monkeypatch: pytest.MonkeyPatch,
    readings: list[tuple[int, dict[str, Any], bool, bool]],
    bucket: timedelta,
) -> None:
    assert scenario_database
    fleet = Fleet()
    fleet.add_device()
    for number, (minutes, metrics, then_roll_up, twice) in enumerate(readings):
        time = NOON - minutes * MINUTE
        # Received at an even pace, so that no rate limit has a say in this.
        at = NOON + number * MINUTE
        message = fleet.message({"ts": time.isoformat(), "message_id": f"m-{number}", "metrics": metrics}, at=at)
        ingest([message] * (2 if twice else 1))
        if then_roll_up:
            roll_up(EVENING, budget=BUDGET)
    assert read(fleet, bucket=bucket) == read_raw(fleet, monkeypatch, bucket)
    roll_up(EVENING, budget=BUDGET)
    with tenant_session(fleet.tenant_id) as connection:
        assert connection.execute("SELECT FROM rollup_due WHERE hour < %s", (NOON - HOUR,)).fetchall() == []
    assert read(fleet, bucket=bucket) == read_raw(fleet, monkeypatch, bucket)
    assert sum(point.count for series in read(fleet).series for point in series.points) == sum(
        len(metrics) for _, metrics, _, _ in readings
    )
