"""Stored readings, as people ask for them. Tenants read the hypertable through the view `tenant_telemetry` alone."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from pydantic import AwareDatetime, Field

from pulse import clock
from pulse.database import tenant_session
from pulse.devices.queries import LatestMetrics, MetricReading, get_latest_metrics, readings_since
from pulse.models import Model
from pulse.telemetry.catalogue_store import find_mappings
from pulse.telemetry.message import MessageType
from pulse.telemetry.normalization import Source, normalize_value
from pulse.telemetry.periods import Period, choose_span

_TICK: Final = timedelta(microseconds=1)  # the database's resolution: `time < t + 1 tick` is `time <= t`


class StoredReading(Model):
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


def get_latest(tenant_id: str, device_id: str, *, normalized: bool) -> LatestMetrics:
    """The newest values of a device, by raw or by normalized names. Raises NotFoundError."""
    latest = get_latest_metrics(tenant_id, device_id)
    if not normalized:
        return latest
    with tenant_session(tenant_id) as connection:
        mappings = find_mappings(connection, tenant_id, [reading.metric for reading in latest.metrics])
    return latest.model_copy(update={"metrics": normalize_readings(latest.metrics, mappings)})


def normalize_readings(readings: Iterable[MetricReading], mappings: Mapping[str, Source]) -> list[MetricReading]:
    """Values under their normalized names, the newest where several raw ones share one; those without stay."""
    newest: dict[str, MetricReading] = {}
    for reading in readings:
        source = mappings.get(reading.metric) or Source(reading.metric, reading.metric)
        known = newest.get(source.metric)
        if known is None or reading.time > known.time:
            value = normalize_value(reading.value, source)
            newest[source.metric] = MetricReading(metric=source.metric, value=value, time=reading.time)
    return [newest[metric] for metric in sorted(newest)]


def list_readings(
    tenant_id: str,
    device_id: str,
    *,
    period: Period,
    limit: int,
    after: ReadingPosition | None,
) -> ReadingList:
    """A page of the readings of a period (without a choice the last 24 hours), newest first, following `after`.

    Raises NotFoundError, InvalidInputError.
    """
    start, end = choose_span(period, clock.now())
    rows: list[dict[str, Any]] = []
    newest = after.time + _TICK if after and after.time < end else end
    with tenant_session(tenant_id) as connection:
        own_since = readings_since(connection, tenant_id, device_id)
        for window_start, window_end in newest_first(max(start, own_since or start), newest):
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
