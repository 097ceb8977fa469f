"""The table of system metrics."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

from psycopg.types.json import Jsonb

from pulse.database import Connection, ingest_session
from pulse.operations.system_metric import Measured, Sample, SystemMetric
from pulse.settings import settings

_MINUTE: Final = timedelta(minutes=1)
STILL_TRUE: Final = timedelta(minutes=11)
"""How old the newest value of a metric may be to say something of now: some come every five minutes."""


def write_samples(connection: Connection, measured: Sequence[Measured], *, time: datetime) -> None:
    """Keep values under one time; a second collection for it replaces the first."""
    connection.execute(
        """
        INSERT INTO system_metrics (time, metric, subject, value)
        SELECT %(time)s, metric, subject, value
        FROM jsonb_to_recordset(%(samples)s) AS sample (metric text, subject text, value double precision)
        ON CONFLICT (metric, subject, time) DO UPDATE
        SET value = excluded.value
        """,
        {"time": time, "samples": Jsonb([sample._asdict() for sample in measured])},
    )


def read_newest(connection: Connection, *, until: datetime) -> list[Sample]:
    """The newest value of each metric and subject at that time, as far as it still says something."""
    rows = connection.execute(
        """
        SELECT DISTINCT ON (metric, subject) time, metric, subject, value
        FROM system_metric_samples
        WHERE time <= %(until)s AND time > %(oldest)s AND metric = ANY(%(metrics)s)
        ORDER BY metric, subject, time DESC
        """,
        {"until": until, "oldest": until - STILL_TRUE, "metrics": list(SystemMetric)},
    )
    return [Sample(**row | {"metric": SystemMetric(row["metric"])}) for row in rows]


def read_series(
    connection: Connection, metrics: Collection[SystemMetric], *, start: datetime, end: datetime, step: timedelta
) -> list[Sample]:
    """The average of each step from `start` until before `end`, by metric, subject and time."""
    rows = connection.execute(
        """
        SELECT date_bin(%(step)s, time, %(start)s) AS time, metric, subject, avg(value) AS value
        FROM system_metric_samples
        WHERE time >= %(start)s AND time < %(end)s AND metric = ANY(%(metrics)s)
        GROUP BY 1, 2, 3
        ORDER BY 2, 3, 1
        """,
        {"start": start, "end": end, "step": step, "metrics": sorted(metrics)},
    )
    return [Sample(**row | {"metric": SystemMetric(row["metric"])}) for row in rows]


def drop_old_metrics(now: datetime) -> int:
    """Drop whole days that are older than their retention; return how many chunks that were."""
    with ingest_session() as connection:
        return connection.execute(
            "SELECT pulse_drop_chunks('system_metrics', %(older_than)s)",
            {"older_than": now - timedelta(days=settings().system_metric_retention_days)},
        ).rowcount


def whole_minute(now: datetime) -> datetime:
    """The minute that has begun last."""
    return now - (now - now.replace(second=0, microsecond=0)) % _MINUTE
