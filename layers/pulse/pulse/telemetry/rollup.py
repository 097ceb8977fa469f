"""Hourly summaries: which of them are due, and making them.

Whoever writes readings marks their hours in the same transaction; a mark goes in the transaction that makes its
summary, which reads the hour's readings anew. So a summary without a mark is exactly what the readings say, however
late, often or out of order they came.
"""

import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from pulse import clock
from pulse.database import Connection, ingest_session
from pulse.devices.registry import DeviceKey
from pulse.settings import settings
from pulse.telemetry.periods import ORIGIN

type DeviceHour = tuple[DeviceKey, datetime]
"""A device, and the start of an hour."""

HOUR: Final = timedelta(hours=1)
# An hour is made when it is over and most of what was under way has come; after that, what comes late is gathered.
_GRACE: Final = timedelta(minutes=5)
_GATHERING: Final = timedelta(minutes=1)
_BATCH: Final = 500
_NO_TIME: Final = (ORIGIN, ORIGIN)
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


def roll_up(now: datetime, *, budget: timedelta) -> int:
    """Make the summaries that are due, batch by batch, until none is left or the time is up; return how many.

    Any number of callers share the work. A batch that fails is left as it was, and the failure is the caller's to see.
    """
    give_up_at = time.monotonic() + budget.total_seconds()
    made = 0
    while time.monotonic() < give_up_at:
        with ingest_session() as connection:
            hours = _claim(connection, now)
            _summarize(connection, hours, now)
        made += len(hours)
        if len(hours) < _BATCH:
            break
    return made


def _claim(connection: Connection, now: datetime) -> list[DeviceHour]:
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
        {"now": now, "limit": _BATCH},
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
