"""Metrics over time, in buckets: from hourly summaries where they stand for their readings, else from the readings."""

from datetime import datetime, timedelta
from typing import Final

from pydantic import Field

from pulse import clock
from pulse.database import Connection, tenant_session
from pulse.devices.queries import readings_since
from pulse.models import Model
from pulse.settings import settings
from pulse.telemetry.catalogue_store import find_sources, find_units
from pulse.telemetry.normalization import Summary, merge_summaries, to_number
from pulse.telemetry.periods import ORIGIN, Buckets, Period, cut
from pulse.telemetry.rollup import HOUR, hour_of

MAX_METRICS: Final = 10


class HistoryPoint(Model):
    """One bucket that has values; a boolean counts as 0 or 1."""

    time: datetime = Field(description="Start of the bucket")
    avg: float
    min: float
    max: float
    count: int = Field(description="Values in the bucket")


class History(Model):
    """A metric of a device over time. Buckets without values are left out."""

    device_id: str
    metric: str
    start: datetime = Field(description="Start of the first bucket")
    end: datetime
    bucket_seconds: int
    points: list[HistoryPoint] = Field(description="Oldest first")


class MetricSeries(Model):
    """One metric's points."""

    metric: str
    unit: str | None = Field(description="From the metric catalogue, if it says so")
    points: list[HistoryPoint] = Field(description="Oldest first; buckets without values are left out")


class SeriesHistory(Model):
    """Several metrics of a device over the same time, in the same buckets."""

    device_id: str
    start: datetime = Field(description="Start of the first bucket")
    end: datetime
    bucket_seconds: int
    series: list[MetricSeries] = Field(description="In the order asked for")


def get_history(tenant_id: str, device_id: str, *, metric: str, period: Period, normalized: bool = False) -> History:
    """Average, extremes and count of a metric in the buckets of a period. Raises NotFoundError, InvalidInputError."""
    found = get_series(tenant_id, device_id, metrics=[metric], period=period, normalized=normalized)
    return History(
        device_id=device_id,
        metric=metric,
        start=found.start,
        end=found.end,
        bucket_seconds=found.bucket_seconds,
        points=found.series[0].points,
    )


def get_series(
    tenant_id: str, device_id: str, *, metrics: list[str], period: Period, normalized: bool = False
) -> SeriesHistory:
    """The same for several metrics, by their raw or by their normalized names. Raises as `get_history`."""
    wanted = list(dict.fromkeys(metrics))
    buckets = cut(period, clock.now())
    with tenant_session(tenant_id) as connection:
        own_since = readings_since(connection, tenant_id, device_id)
        sources = find_sources(connection, tenant_id, wanted, normalized=normalized)
        units = find_units(connection, tenant_id, wanted)
        raw = _summarize(
            connection, tenant_id, device_id, sorted({source.raw for source in sources}), buckets, own_since=own_since
        )
    merged = merge_summaries(raw, sources)
    return SeriesHistory(
        device_id=device_id,
        start=buckets.start,
        end=buckets.end,
        bucket_seconds=int(buckets.bucket.total_seconds()),
        series=[
            MetricSeries(
                metric=metric, unit=units.get(metric), points=[_point(summary) for summary in merged.get(metric, [])]
            )
            for metric in wanted
        ],
    )


def summarized_until(
    connection: Connection, tenant_id: str, device_id: str, start: datetime, end: datetime
) -> datetime:
    """Up to when, from `start` on, summaries stand for a device's readings: its first hour that is due.

    Both ends of a summarized stretch are whole hours. A mark that goes right after this was read leaves its hour to
    the readings, one that comes was not there for what is read then: either way each reading counts once.
    """
    row = connection.execute(
        """
        SELECT min(hour) AS hour
        FROM rollup_due
        WHERE tenant_id = %(tenant_id)s AND device_id = %(device_id)s AND hour >= %(start)s AND hour < %(end)s
        """,
        {"tenant_id": tenant_id, "device_id": device_id, "start": start, "end": end},
    ).fetchone()
    due: datetime | None = row["hour"] if row else None
    return due or hour_of(end)


def _summarize(
    connection: Connection,
    tenant_id: str,
    device_id: str,
    metrics: list[str],
    buckets: Buckets,
    *,
    own_since: datetime | None,
) -> list[tuple[str, Summary]]:
    """Buckets of raw metrics, from when on they are the device's own.

    The summary of the hour in which another device of its id was deleted has readings of both. That hour is left out
    once nothing but summaries is kept of it.
    """
    start = buckets.start
    if own_since is not None and own_since > start:
        is_kept = own_since > clock.now() - timedelta(days=settings().telemetry_retention_days)
        start = own_since if is_kept else hour_of(own_since) + HOUR
    split = start
    if start == hour_of(start) and buckets.bucket % HOUR == HOUR * 0:
        split = summarized_until(connection, tenant_id, device_id, start, buckets.end)
    rows = connection.execute(
        """
        SELECT time_bucket(%(bucket)s::interval, time, origin => %(origin)s::timestamptz) AS time, metric,
               sum(count)::bigint AS count, min(min) AS min, max(max) AS max, sum(sum) AS sum
        FROM (
            SELECT hour AS time, metric, (summary -> 'count')::bigint AS count, (summary -> 'min')::numeric AS min,
                   (summary -> 'max')::numeric AS max, (summary -> 'sum')::numeric AS sum
            FROM (
                SELECT hour, metric, metrics -> metric AS summary
                FROM tenant_telemetry_hourly CROSS JOIN unnest(%(metrics)s::text[]) AS metric
                WHERE tenant_id = %(tenant_id)s
                  AND device_id = %(device_id)s
                  AND hour >= %(start)s
                  AND hour < %(split)s
            ) AS hours
            WHERE summary IS NOT NULL
            UNION ALL
            SELECT time, metric, 1, value, value, value
            FROM (
                SELECT time, metric,
                       CASE jsonb_typeof(metrics -> metric)
                           WHEN 'number' THEN (metrics -> metric)::numeric
                           WHEN 'boolean' THEN (metrics -> metric)::boolean::integer::numeric
                       END AS value
                FROM tenant_telemetry CROSS JOIN unnest(%(metrics)s::text[]) AS metric
                WHERE tenant_id = %(tenant_id)s
                  AND device_id = %(device_id)s
                  AND time >= %(split)s
                  AND time < %(end)s
            ) AS readings
            WHERE value IS NOT NULL
        ) AS parts
        GROUP BY 1, 2
        """,
        {
            "tenant_id": tenant_id,
            "device_id": device_id,
            "metrics": metrics,
            "bucket": buckets.bucket,
            "origin": ORIGIN,
            "start": start,
            "split": split,
            "end": buckets.end,
        },
    )
    return [(row.pop("metric"), Summary(**row)) for row in rows]


def _point(summary: Summary) -> HistoryPoint:
    return HistoryPoint(
        time=summary.time,
        avg=to_number(summary.sum / summary.count),
        min=to_number(summary.min),
        max=to_number(summary.max),
        count=summary.count,
    )
