"""How long people wait for telemetry: the latest values, a page, and histories of one device among many.

The rows are made in SQL, in a database of its own beside that of a running stack (`make up`, or another one by
PULSE_INSTANCE): 30 days of a reading a minute from as many devices as PULSE_BENCH_ROWS asks for (two million rows by
default, a minute or two; 50000000 takes about an hour and 20 GB). They lie in the order of their times, as ingest
leaves them, so that a device's readings are scattered over the table. What is asked for goes through the verbs of the
API, each time for another device.
"""

import os
import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

import psycopg
import pytest

from pulse import clock
from pulse.database.sessions import tenant_session
from pulse.telemetry import history
from pulse.telemetry.history import get_history, get_series
from pulse.telemetry.periods import HistoryRange, Period
from pulse.telemetry.queries import get_latest, list_readings
from pulse.telemetry.rollup import roll_up
from tests.bench.database import fresh_database
from tests.bench.figure import Figure, percentile

_ROWS: Final = int(os.environ.get("PULSE_BENCH_ROWS", "2000000"))
_DAYS: Final = 30
_TENANTS: Final = 20
_ROWS_OF_A_DEVICE: Final = _DAYS * 24 * 60
_CALLS: Final = 200
_METRICS: Final = ["temp_c", "humidity", "battery_v", "rssi", "door_open"]

_MAKE_FLEET: Final = """
    INSERT INTO tenants (tenant_id, name) SELECT 'tenant-' || t, 'Tenant' FROM generate_series(0, {tenants} - 1) AS t;
    INSERT INTO sites (tenant_id, site_id, name) SELECT tenant_id, 'hall', 'Hall' FROM tenants;
    INSERT INTO device_types (tenant_id, device_type) SELECT tenant_id, 'sensor' FROM tenants;
    INSERT INTO devices (tenant_id, device_id, site_id, device_type)
    SELECT 'tenant-' || d % {tenants}, 'sensor-' || d, 'hall', 'sensor' FROM generate_series(0, {devices} - 1) AS d;
    INSERT INTO device_state (tenant_id, device_id, last_telemetry_at, last_metrics)
    SELECT tenant_id, device_id, now(),
           jsonb_object_agg(metric, jsonb_build_object('value', 21.5, 'time', '2026-11-20T12:00:00.000000Z'))
    FROM devices, unnest(ARRAY['temp_c', 'humidity', 'battery_v', 'rssi', 'door_open']) AS metric
    GROUP BY tenant_id, device_id;
    INSERT INTO rollup_due (tenant_id, device_id, hour, due_at)
    SELECT tenant_id, device_id, hour, hour + INTERVAL '65 minutes'
    FROM devices, generate_series(date_trunc('hour', now()) - INTERVAL '{days} days', now(), INTERVAL '1 hour') AS hour;
"""
_MAKE_DAY: Final = """
    INSERT INTO telemetry (time, tenant_id, device_id, message_id, msg_type, seq, metrics)
    SELECT minute + d * INTERVAL '7 milliseconds', 'tenant-' || d % {tenants}, 'sensor-' || d,
           'seq:' || extract(epoch FROM minute)::bigint, 'telemetry', extract(epoch FROM minute)::bigint,
           jsonb_build_object('temp_c', round((random() * 40)::numeric, 2),
                              'humidity', round((random() * 100)::numeric, 1),
                              'battery_v', round((3 + random())::numeric, 3),
                              'rssi', -(random() * 100)::integer,
                              'door_open', random() < 0.1)
    FROM generate_series(date_trunc('hour', now()) - INTERVAL '{day} days',
                         date_trunc('hour', now()) - INTERVAL '{day} days' + INTERVAL '1 day' - INTERVAL '1 minute',
                         INTERVAL '1 minute') AS minute
    CROSS JOIN LATERAL generate_series(0, {devices} - 1) AS d
"""


def measure() -> Iterator[Figure]:
    """Median and 95th percentile of what the pages of a device ask for."""
    devices = max(_TENANTS, _ROWS // _ROWS_OF_A_DEVICE)
    with fresh_database(STATEMENT_TIMEOUT_MILLISECONDS="900000") as owner_url:
        making = _seconds(lambda: _fill(owner_url, devices))
        rows = devices * _ROWS_OF_A_DEVICE
        yield Figure(f"a million rows made in SQL, of {rows / 1e6:,.1f}", making / rows * 1e6, "s", 1, "a second")
        started = time.perf_counter()
        hours = roll_up(clock.now(), budget=timedelta(hours=3))
        rolling = time.perf_counter() - started
        yield Figure(f"1000 hours of devices summarized, of {hours:,}", rolling / hours * 1000, "s", 1, "a second")
        with psycopg.connect(owner_url, autocommit=True) as owner:
            owner.execute("VACUUM ANALYZE telemetry")
            owner.execute("VACUUM ANALYZE telemetry_hourly")
        yield from _reads(devices, owner_url)


def _reads(devices: int, owner_url: str) -> Iterator[Figure]:
    def of_some_device[T](read: Callable[[str, str], T]) -> Callable[[], T]:
        chosen = random.Random(7)

        def call() -> T:
            number = chosen.randrange(devices)
            return read(f"tenant-{number % _TENANTS}", f"sensor-{number}")

        return call

    query = percentile(_milliseconds(of_some_device(_query)), 50)
    yield Figure("one transaction with one query, p50", query, "ms", query, "itself")
    yield from _figures(
        "latest values",
        of_some_device(lambda tenant, device: get_latest(tenant, device, normalized=False)),
        query,
        "a transaction",
    )
    with psycopg.connect(owner_url, autocommit=True, prepare_threshold=None) as owner:
        newest = percentile(_milliseconds(of_some_device(lambda t, d: _newest_hundred(owner, t, d))), 50)
    yield from _figures(
        "page of 100 readings",
        of_some_device(lambda tenant, device: list_readings(tenant, device, period=Period(), limit=100, after=None)),
        newest,
        "the same query past the view, with its limit",
    )

    def history_of(history_range: HistoryRange) -> Callable[[], object]:
        period = Period(range=history_range)
        return of_some_device(lambda tenant, device: get_history(tenant, device, metric="temp_c", period=period))

    yield from _figures("24 h history", history_of(HistoryRange.DAY), query, "a transaction")
    for history_range in (HistoryRange.WEEK, HistoryRange.MONTH):
        with _readings_alone():
            from_readings = percentile(_milliseconds(history_of(history_range), calls=20), 50)
        name = f"{history_range.value} history"
        yield from _figures(name, history_of(history_range), from_readings, "the same from the readings")
    month = Period(range=HistoryRange.MONTH)
    yield from _figures(
        "30d series of 5 metrics",
        of_some_device(lambda tenant, device: get_series(tenant, device, metrics=_METRICS, period=month)),
        from_readings,
        "one metric from the readings",
    )


def _figures(what: str, call: Callable[[], object], yardstick: float, against: str) -> Iterator[Figure]:
    times = _milliseconds(call)
    for percent in (50, 95):
        yield Figure(f"{what}, p{percent} of {_CALLS}", percentile(times, percent), "ms", yardstick, against)


def _milliseconds(call: Callable[[], object], calls: int = _CALLS) -> list[float]:
    call()
    return [_seconds(call) * 1000 for _ in range(calls)]


def _seconds(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def _query(tenant_id: str, _device_id: str) -> None:
    with tenant_session(tenant_id) as connection:
        connection.execute("SELECT 1")


def _newest_hundred(owner: psycopg.Connection, tenant_id: str, device_id: str) -> None:
    owner.execute(
        """
        SELECT time, message_id, msg_type, seq, metrics
        FROM telemetry
        WHERE tenant_id = %s AND device_id = %s AND time >= now() - INTERVAL '1 day' AND time < now()
        ORDER BY time DESC, message_id
        LIMIT 101
        """,
        (tenant_id, device_id),
    ).fetchall()


@contextmanager
def _readings_alone() -> Iterator[None]:
    """Histories as they would be without summaries."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(history, "summarized_until", lambda _connection, _tenant, _device, start, _end: start)
        yield


def _fill(owner_url: str, devices: int) -> None:
    numbers = {"tenants": _TENANTS, "devices": devices, "days": _DAYS}
    with psycopg.connect(owner_url) as owner:
        owner.execute(_MAKE_FLEET.format(**numbers).encode())

    def make(day: int) -> None:
        with psycopg.connect(owner_url) as connection:
            connection.execute(_MAKE_DAY.format(day=day, **numbers).encode())

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(make, range(_DAYS, -1, -1)))
