"""A device's readings as CSV, oldest first, in bounded memory whatever their number."""

import csv
from datetime import datetime
from typing import Any, Final, Protocol

from psycopg.rows import DictRow

from pulse import clock
from pulse.clock import format_instant
from pulse.database import Connection, tenant_session
from pulse.devices.queries import readings_since, site_of_device
from pulse.spreadsheets import harmless
from pulse.telemetry.history import summarized_until
from pulse.telemetry.message import MetricValue
from pulse.telemetry.periods import Period, choose_span
from pulse.telemetry.queries import ReadingPosition
from pulse.telemetry.rollup import hour_of

_FIXED_COLUMNS: Final = ("time", "device_id", "site_id", "seq")
_FETCHED_AT_ONCE: Final = 500


class Text(Protocol):
    """What CSV is written to: a file, a string in memory."""

    def write(self, text: str, /) -> object:
        """Append."""

    def tell(self) -> int:
        """How much there is."""


def write_csv(
    out: Text,
    tenant_id: str,
    device_id: str,
    *,
    period: Period,
    metrics: list[str] | None,
    limit: int,
    max_characters: int,
    after: ReadingPosition | None,
) -> ReadingPosition | None:
    """Write a header and the readings with any of the metrics (without a choice all there are); return where to go on.

    That is None when nothing is left. A page has at most `limit` readings and ends before `max_characters` are passed,
    but after one reading at the earliest. Heartbeats without metrics are left out. Raises NotFoundError,
    InvalidInputError.
    """
    start, end = choose_span(period, clock.now())
    with tenant_session(tenant_id) as connection:
        site_id = site_of_device(connection, tenant_id, device_id)
        start = max(start, readings_since(connection, tenant_id, device_id) or start)
        columns = metrics or _metrics_between(connection, tenant_id, device_id, start, end)
        writer = csv.writer(out)
        writer.writerow([*_FIXED_COLUMNS, *(harmless(metric) for metric in columns)])
        position: ReadingPosition | None = None
        written = 0
        with connection.cursor(name="export") as cursor:
            cursor.itersize = _FETCHED_AT_ONCE
            cursor.execute(
                """
                SELECT time, message_id, seq, metrics
                FROM tenant_telemetry
                WHERE tenant_id = %(tenant_id)s
                  AND device_id = %(device_id)s
                  AND time >= %(start)s
                  AND time < %(end)s
                  AND metrics ?| %(metrics)s::text[]
                  AND (%(after_time)s::timestamptz IS NULL
                       OR (time, message_id) > (%(after_time)s, %(after_message_id)s))
                ORDER BY time, message_id
                LIMIT %(limit)s
                """,
                {
                    "tenant_id": tenant_id,
                    "device_id": device_id,
                    "start": max(start, after.time) if after else start,
                    "end": end,
                    "metrics": columns,
                    "after_time": after.time if after else None,
                    "after_message_id": after.message_id if after else None,
                    "limit": limit + 1,
                },
            )
            for row in cursor:
                if position is not None and (written == limit or out.tell() >= max_characters):
                    return position
                writer.writerow(_cells(row, device_id, site_id, columns))
                position = ReadingPosition(row["time"], row["message_id"])
                written += 1
    return None


def _metrics_between(
    connection: Connection, tenant_id: str, device_id: str, start: datetime, end: datetime
) -> list[str]:
    """Every metric that a device has sent in the hours of a period, by name."""
    first = hour_of(start)
    rows = connection.execute(
        """
        SELECT jsonb_object_keys(metrics) AS metric
        FROM tenant_telemetry_hourly
        WHERE tenant_id = %(tenant_id)s AND device_id = %(device_id)s AND hour >= %(first)s AND hour < %(split)s
        UNION
        SELECT jsonb_object_keys(metrics)
        FROM tenant_telemetry
        WHERE tenant_id = %(tenant_id)s
          AND device_id = %(device_id)s
          AND time >= greatest(%(split)s::timestamptz, %(start)s::timestamptz)
          AND time < %(end)s
        """,
        {
            "tenant_id": tenant_id,
            "device_id": device_id,
            "first": first,
            "split": summarized_until(connection, tenant_id, device_id, first, end),
            "start": start,
            "end": end,
        },
    )
    return sorted(row["metric"] for row in rows)


def _cells(row: DictRow, device_id: str, site_id: str, columns: list[str]) -> list[Any]:
    values = row["metrics"]
    return [format_instant(row["time"]), device_id, site_id, row["seq"], *(_cell(values.get(name)) for name in columns)]


def _cell(value: MetricValue | None) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value
