"""Stored readings, as people ask for them. Tenants read the hypertable through the view `tenant_telemetry` alone."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, NamedTuple

from pydantic import AwareDatetime, BaseModel, Field

from pulse import clock
from pulse.database import tenant_session
from pulse.devices.queries import require_device
from pulse.errors import FieldError, InvalidInputError
from pulse.telemetry.message import MessageType

DEFAULT_RANGE: Final = timedelta(hours=24)
_TICK: Final = timedelta(microseconds=1)  # the database's resolution: `time < t + 1 tick` is `time <= t`


class StoredReading(BaseModel):
    """A reading as the device sent it."""

    time: datetime
    message_id: str
    msg_type: MessageType
    seq: int | None = Field(description="The device's own counter, if it sends one")
    metrics: dict[str, bool | int | float]


class ReadingPosition(NamedTuple):
    """A place in the list of a device's readings."""

    time: AwareDatetime
    message_id: str


class ReadingList(NamedTuple):
    """A page, newest first, and where the next one starts (None after the last)."""

    readings: list[StoredReading]
    next_position: ReadingPosition | None


class HistoryRange(StrEnum):
    """How far back a history goes, up to now."""

    HOUR = "1h"
    SIX_HOURS = "6h"
    DAY = "24h"
    WEEK = "7d"
    MONTH = "30d"


class _Resolution(NamedTuple):
    span: timedelta
    bucket: timedelta


_RESOLUTIONS: Final = {
    HistoryRange.HOUR: _Resolution(timedelta(hours=1), timedelta(minutes=1)),
    HistoryRange.SIX_HOURS: _Resolution(timedelta(hours=6), timedelta(minutes=5)),
    HistoryRange.DAY: _Resolution(timedelta(hours=24), timedelta(minutes=15)),
    HistoryRange.WEEK: _Resolution(timedelta(days=7), timedelta(hours=1)),
    HistoryRange.MONTH: _Resolution(timedelta(days=30), timedelta(hours=6)),
}


class HistoryPoint(BaseModel):
    """One bucket that has values; a boolean counts as 0 or 1."""

    time: datetime = Field(description="Start of the bucket")
    avg: float
    min: float
    max: float
    count: int = Field(description="Values in the bucket")


class History(BaseModel):
    """A metric of a device over time. Buckets without values are left out."""

    device_id: str
    metric: str
    start: datetime = Field(description="Start of the first bucket")
    end: datetime
    bucket_seconds: int
    points: list[HistoryPoint] = Field(description="Oldest first")


def list_readings(
    tenant_id: str,
    device_id: str,
    *,
    start: datetime | None,
    end: datetime | None,
    limit: int,
    after: ReadingPosition | None,
) -> ReadingList:
    """A page of the readings with `start` ≤ time < `end`, newest first, following `after`.

    `end` is now and `start` a day before `end` when not given. Raises NotFoundError, InvalidInputError.
    """
    end = end or clock.now()
    start = start or end - DEFAULT_RANGE
    if start >= end:
        reason = "must be before end"
        raise InvalidInputError(f"start {reason}", errors=(FieldError("start", reason),))
    rows: list[dict[str, Any]] = []
    newest = after.time + _TICK if after and after.time < end else end
    with tenant_session(tenant_id) as connection:
        require_device(connection, tenant_id, device_id)
        for window_start, window_end in newest_first(start, newest):
            rows += connection.execute(
                """
                SELECT time, message_id, msg_type, seq, metrics
                FROM tenant_telemetry
                WHERE tenant_id = %(tenant_id)s
                  AND device_id = %(device_id)s
                  AND time >= %(start)s
                  AND time < %(end)s
                  AND (%(after_time)s::timestamptz IS NULL
                       OR time < %(after_time)s OR message_id > %(after_message_id)s)
                ORDER BY time DESC, message_id
                LIMIT %(limit)s
                """,
                {
                    "tenant_id": tenant_id,
                    "device_id": device_id,
                    "start": window_start,
                    "end": window_end,
                    "after_time": after.time if after else None,
                    "after_message_id": after.message_id if after else None,
                    "limit": limit + 1 - len(rows),
                },
            ).fetchall()
            if len(rows) > limit:
                break
    readings = [StoredReading.model_validate(row) for row in rows[:limit]]
    last = ReadingPosition(readings[-1].time, readings[-1].message_id) if len(rows) > limit else None
    return ReadingList(readings, last)


def newest_first(start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Split a range into windows from its end on, each eight times as long as the one before it.

    A limit and an order don't get through the view, so that a query reads all of its range; most pages are full after
    the first hour of it.
    """
    span = timedelta(hours=1)
    while start < end:
        lower = end - span if end - start > span else start
        yield lower, end
        end = lower
        span *= 8


def get_history(tenant_id: str, device_id: str, *, metric: str, history_range: HistoryRange) -> History:
    """Average, extremes and count of a metric in the buckets of a range. Raises NotFoundError for the device."""
    resolution = _RESOLUTIONS[history_range]
    end = clock.now()
    start = floor_to_bucket(end - resolution.span, resolution.bucket)
    with tenant_session(tenant_id) as connection:
        require_device(connection, tenant_id, device_id)
        rows = connection.execute(
            """
            SELECT time_bucket(%(bucket)s::interval, time) AS time, avg(value) AS avg, min(value) AS min,
                   max(value) AS max, count(*) AS count
            FROM (
                SELECT time,
                       CASE jsonb_typeof(metrics -> %(metric)s)
                           WHEN 'number' THEN (metrics ->> %(metric)s)::double precision
                           WHEN 'boolean' THEN (metrics -> %(metric)s)::boolean::integer::double precision
                       END AS value
                FROM tenant_telemetry
                WHERE tenant_id = %(tenant_id)s
                  AND device_id = %(device_id)s
                  AND time >= %(start)s
                  AND time < %(end)s
            ) AS readings
            WHERE value IS NOT NULL
            GROUP BY 1
            ORDER BY 1
            """,
            {
                "tenant_id": tenant_id,
                "device_id": device_id,
                "metric": metric,
                "bucket": resolution.bucket,
                "start": start,
                "end": end,
            },
        ).fetchall()
    return History(
        device_id=device_id,
        metric=metric,
        start=start,
        end=end,
        bucket_seconds=int(resolution.bucket.total_seconds()),
        points=[HistoryPoint.model_validate(row) for row in rows],
    )


def floor_to_bucket(instant: datetime, bucket: timedelta) -> datetime:
    """Start of the bucket that an instant is in, as the database's time_bucket counts (whole buckets of a UTC day)."""
    midnight = instant.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + (instant - midnight) // bucket * bucket
