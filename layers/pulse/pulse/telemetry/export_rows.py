"""Readings of many devices as rows of a file, read from a cursor, so that memory does not grow with their number."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from pulse.database import Connection
from pulse.devices.export_rows import ExportedDevice

READING_COLUMNS: Final = ("device_id", "site_id", "time", "seq", "metrics")
_FETCHED_AT_ONCE: Final = 2000
# A day is a chunk of the table: no more is sorted at once, whatever the period.
_SORTED_AT_ONCE: Final = timedelta(days=1)


def reading_rows(
    connection: Connection,
    tenant_id: str,
    start: datetime,
    end: datetime,
    *,
    devices: Mapping[str, ExportedDevice],
    are_all: bool,
) -> Iterator[list[dict[str, Any]]]:
    """Readings of the devices with READING_COLUMNS, the oldest first, some at a time; heartbeats are left out.

    `are_all` says that the tenant has no other devices.
    """
    device_ids = None if are_all else list(devices)
    while start < end:
        until = min(start + _SORTED_AT_ONCE, end)
        with connection.cursor(name="exported_readings") as cursor:
            cursor.execute(
                """
                SELECT device_id, time, seq, metrics
                FROM tenant_telemetry
                WHERE tenant_id = %(tenant_id)s AND time >= %(start)s AND time < %(until)s
                  AND (%(device_ids)s::text[] IS NULL OR device_id = ANY(%(device_ids)s))
                  AND metrics <> '{}'
                ORDER BY time, device_id, message_id
                """,
                {"tenant_id": tenant_id, "start": start, "until": until, "device_ids": device_ids},
            )
            while rows := cursor.fetchmany(_FETCHED_AT_ONCE):
                yield [
                    {**row, "site_id": device.site_id}
                    for row in rows
                    if (device := devices.get(row["device_id"])) is not None
                    and (device.readings_since is None or row["time"] >= device.readings_since)
                ]
        start = until
