"""Hourly summaries: which of them are due, and making them.

Whoever writes readings marks their hours in the same transaction; a mark goes in the transaction that makes its
summary, which reads the hour's readings anew. So a summary without a mark is exactly what the readings say, however
late, often or out of order they came.
"""

import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

import psycopg

from pulse import clock
from pulse.database import Connection, ingest_session
from pulse.devices.registry import DeviceKey
from pulse.logging import logger
from pulse.metrics import count
from pulse.settings import settings
from pulse.telemetry.periods import ORIGIN

type DeviceHour = tuple[DeviceKey, datetime]
"""A device, and the start of an hour."""

HOUR: Final = timedelta(hours=1)
# An hour is made when it is over and most of what was under way has come; after that, what comes late is gathered.
_GRACE: Final = timedelta(minutes=5)
_GATHERING: Final = timedelta(minutes=1)
_PUT_OFF_FOR: Final = timedelta(hours=1)
_BATCH: Final = 500
_SHORT_SECONDS: Final = 1
_LONG_SECONDS: Final = 4
_NO_TIME: Final = (ORIGIN, ORIGIN)
_MOST_REMEMBERED: Final = 100_000
_marked: dict[datetime, set[DeviceKey]] = {}
# Readings of the last day of their retention may still come, and must find the rest of their hour.
RETENTION_MARGIN: Final = timedelta(days=1)


def hour_of(instant: datetime) -> datetime:
    """Start of the hour that an instant in UTC lies in."""
    return instant.replace(minute=0, second=0, microsecond=0)


def hours_of(readings: Iterable[tuple[DeviceKey, datetime]]) -> set[DeviceHour]:
    """The hours that readings of devices lie in; ingest asks for tens of thousands at once."""
    hours: set[DeviceHour] = set()
    latest: dict[DeviceKey, tuple[datetime, datetime]] = {}
    for device, instant in readings:
        start, end = latest.get(device, _NO_TIME)
        if not start <= instant < end:
            start = hour_of(instant)
            latest[device] = (start, start + HOUR)
            hours.add((device, start))
    return hours


def mark_hours(connection: Connection, hours: Iterable[DeviceHour]) -> None:
    """Note that hours have new readings, in the transaction that writes them. Naming one again costs little.

    A mark that is there is locked until the transaction ends (an update that never applies does that without writing):
    else its summary could be made between this statement and the commit, without these readings and for good. The
    caller holds the devices' states by then, so that marks are no place for writers to meet.
    """
    wanted = sorted(set(hours))
    if not wanted:
        return
    connection.execute(
        """
        INSERT INTO rollup_due (tenant_id, device_id, hour, due_at)
        SELECT tenant_id, device_id, hour, greatest(hour + %(hour)s + %(grace)s, %(now)s + %(gathering)s)
        FROM unnest(%(tenant_ids)s::text[], %(device_ids)s::text[], %(hours)s::timestamptz[])
             AS marked (tenant_id, device_id, hour)
        ORDER BY tenant_id, device_id, hour
        ON CONFLICT (tenant_id, device_id, hour) DO UPDATE
        SET due_at = rollup_due.due_at
        WHERE false
        """,
        {
            "tenant_ids": [tenant_id for (tenant_id, _), _ in wanted],
            "device_ids": [device_id for (_, device_id), _ in wanted],
            "hours": [hour for _, hour in wanted],
            "hour": HOUR,
            "grace": _GRACE,
            "gathering": _GATHERING,
            "now": clock.now(),
        },
    )


def missing_marks(hours: Iterable[DeviceHour]) -> list[DeviceHour]:
    """Those of the hours that this process does not know to be marked.

    A mark is not taken away before its hour has been over for a while, so until then it need not be written again.
    """
    now = clock.now()
    for hour in [hour for hour in _marked if hour + HOUR <= now]:
        del _marked[hour]
    return [(device, hour) for device, hour in hours if device not in _marked.get(hour, ())]


def remember_marks(hours: Iterable[DeviceHour]) -> None:
    """Know from now on that these hours are marked; call it after the commit."""
    now = clock.now()
    if sum(map(len, _marked.values())) > _MOST_REMEMBERED:
        _marked.clear()
    for device, hour in hours:
        if now < hour + HOUR:
            _marked.setdefault(hour, set()).add(device)


def forget_marks() -> None:
    """Forget what is known. For tests."""
    _marked.clear()


def roll_up(now: datetime, *, budget: timedelta) -> int:
    """Make the summaries that are due, batch by batch, until none is left or the time is up; return how many.

    Any number of callers share the work. A batch is as large as the database makes in a few seconds: writers of late
    readings wait for it. What fails is tried in smaller batches, and an hour that fails by itself is put off, so that
    it can't stop the others; it is read from its readings meanwhile. Raises psycopg.OperationalError when the database
    is away.
    """
    give_up_at = time.monotonic() + budget.total_seconds()
    made, size = 0, _BATCH
    while (started := time.monotonic()) < give_up_at:
        try:
            with ingest_session() as connection:
                hours = _claim(connection, now, limit=size)
                _summarize(connection, hours, now)
        except (psycopg.DataError, psycopg.errors.QueryCanceled) as error:
            logger.warning("rollup_failed", hours=size, reason=str(error))
            if size == 1:
                _put_off(now)
            size = max(1, size // 8)
            continue
        made += len(hours)
        if len(hours) < size:
            break
        took = time.monotonic() - started
        if took > _LONG_SECONDS:
            size = max(1, size // 2)
        elif took < _SHORT_SECONDS:
            size = min(_BATCH, size * 2)
    return made


def _put_off(now: datetime) -> None:
    """Try the next hour that is due again later."""
    with ingest_session() as connection:
        for (tenant_id, device_id), hour in _claim(connection, now, limit=1):
            logger.error("rollup_put_off", tenant_id=tenant_id, device_id=device_id, hour=hour.isoformat())
            connection.execute(
                """
                INSERT INTO rollup_due (tenant_id, device_id, hour, due_at)
                VALUES (%(tenant_id)s, %(device_id)s, %(hour)s, %(due_at)s)
                """,
                {"tenant_id": tenant_id, "device_id": device_id, "hour": hour, "due_at": now + _PUT_OFF_FOR},
            )
    count("RollupsPutOff")


def _claim(connection: Connection, now: datetime, *, limit: int) -> list[DeviceHour]:
    """Take due marks away; those that a writer holds at this moment are left for the next time."""
    rows = connection.execute(
        """
        DELETE FROM rollup_due
        USING (
            SELECT tenant_id, device_id, hour
            FROM rollup_due
            WHERE due_at <= %(now)s
            ORDER BY due_at
            LIMIT %(limit)s
            FOR UPDATE SKIP LOCKED
        ) AS due
        WHERE rollup_due.tenant_id = due.tenant_id
          AND rollup_due.device_id = due.device_id
          AND rollup_due.hour = due.hour
        RETURNING due.tenant_id, due.device_id, due.hour
        """,
        {"now": now, "limit": limit},
    )
    return [((row["tenant_id"], row["device_id"]), row["hour"]) for row in rows]


def _summarize(connection: Connection, hours: list[DeviceHour], now: datetime) -> None:
    """Make summaries from all readings of their hours. One whose readings may be gone already stays as it is."""
    kept_since = now - timedelta(days=settings().telemetry_retention_days) - RETENTION_MARGIN
    hours = [(device, hour) for device, hour in hours if hour >= kept_since]
    if not hours:
        return
    connection.execute(
        """
        INSERT INTO telemetry_hourly (tenant_id, device_id, hour, metrics)
        SELECT tenant_id, device_id, hour,
               jsonb_object_agg(metric, jsonb_build_object('count', count, 'min', min, 'max', max, 'sum', sum))
        FROM (
            SELECT due.tenant_id, due.device_id, due.hour, reading.metric,
                   count(*) AS count, min(reading.value) AS min, max(reading.value) AS max, sum(reading.value) AS sum
            FROM unnest(%(tenant_ids)s::text[], %(device_ids)s::text[], %(hours)s::timestamptz[])
                 AS due (tenant_id, device_id, hour)
            CROSS JOIN LATERAL (
                SELECT entry.key AS metric,
                       CASE jsonb_typeof(entry.value)
                           WHEN 'number' THEN entry.value::numeric
                           WHEN 'boolean' THEN entry.value::boolean::integer::numeric
                       END AS value
                FROM telemetry
                CROSS JOIN jsonb_each(telemetry.metrics) AS entry
                WHERE telemetry.tenant_id = due.tenant_id
                  AND telemetry.device_id = due.device_id
                  AND telemetry.time >= due.hour
                  AND telemetry.time < due.hour + %(hour)s
                  AND telemetry.time >= %(first)s
                  AND telemetry.time < %(last)s + %(hour)s
            ) AS reading
            GROUP BY due.tenant_id, due.device_id, due.hour, reading.metric
        ) AS summaries
        GROUP BY tenant_id, device_id, hour
        ON CONFLICT (tenant_id, device_id, hour) DO UPDATE
        SET metrics = excluded.metrics
        """,
        {
            "tenant_ids": [tenant_id for (tenant_id, _), _ in hours],
            "device_ids": [device_id for (_, device_id), _ in hours],
            "hours": [hour for _, hour in hours],
            "hour": HOUR,
            # The same for all, so that the planner leaves out the chunks of other times.
            "first": min(hour for _, hour in hours),
            "last": max(hour for _, hour in hours),
        },
    )
