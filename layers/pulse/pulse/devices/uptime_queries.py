"""The uptime of a device and of a fleet, from the logs of status and lifecycle."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from psycopg import sql
from pydantic import Field

from pulse import clock
from pulse.database import Connection, tenant_session
from pulse.devices.queries import require_device
from pulse.devices.state import DeviceStatus
from pulse.devices.uptime import LENGTHS, Moment, Span, Uptime, UptimeRange, measure_uptime, spans_of
from pulse.models import Model


class DeviceUptime(Model):
    """How long a device was up. Up, down and unknown make the whole range."""

    device_id: str
    range: UptimeRange
    start: datetime
    end: datetime
    uptime_percent: float | None = Field(description="Of the time that is known; null when none is")
    known_percent: float = Field(description="Share of the time that is known: an uptime of little says little")
    up_seconds: int = Field(description="ONLINE")
    down_seconds: int = Field(description="STALE or OFFLINE")
    unknown_seconds: int = Field(description="Before it was first heard of, or out of service")


class FleetUptime(Model):
    """How long the devices of a fleet were up, all of them together; decommissioned ones are not among them."""

    range: UptimeRange
    start: datetime
    end: datetime
    devices: int
    uptime_percent: float | None = Field(description="Of the time that is known; null when none is")
    known_percent: float = Field(description="Share of the time that is known: an uptime of little says little")
    up_seconds: int = Field(description="ONLINE")
    down_seconds: int = Field(description="STALE or OFFLINE")
    unknown_seconds: int = Field(description="Before a device was first heard of, or out of service")


# What was true before the range began is the newest entry before it; without one, what its first entry came from.
_MOMENTS: Final = sql.SQL("""
    SELECT device_id, time, entry_id, from_status, to_status, NULL AS from_lifecycle, NULL AS to_lifecycle
    FROM device_status_log
    WHERE tenant_id = %(tenant_id)s AND device_id = ANY(%(device_ids)s)
      AND time >= coalesce((
          SELECT max(earlier.time)
          FROM device_status_log AS earlier
          WHERE earlier.tenant_id = device_status_log.tenant_id
            AND earlier.device_id = device_status_log.device_id
            AND earlier.time <= %(start)s
      ), '-infinity')
    UNION ALL
    SELECT device_id, time, entry_id, NULL, NULL, from_lifecycle, to_lifecycle
    FROM device_lifecycle_log
    WHERE tenant_id = %(tenant_id)s AND device_id = ANY(%(device_ids)s)
    ORDER BY device_id, time, entry_id
""")
_BATCH: Final = 1000


def get_device_uptime(tenant_id: str, device_id: str, *, uptime_range: UptimeRange) -> DeviceUptime:
    """How long a device was up. Raises NotFoundError."""
    end = clock.now()
    start = end - LENGTHS[uptime_range]
    with tenant_session(tenant_id) as connection:
        require_device(connection, tenant_id, device_id)
        [uptime] = _measure(connection, tenant_id, [device_id], start, end)
    return DeviceUptime(device_id=device_id, range=uptime_range, start=start, end=end, **_shown(uptime))


def get_fleet_uptime(tenant_id: str, *, uptime_range: UptimeRange) -> FleetUptime:
    """How long the devices of a fleet were up."""
    end = clock.now()
    start = end - LENGTHS[uptime_range]
    total = Uptime()
    with tenant_session(tenant_id) as connection:
        steady, moving = _sort_out(connection, tenant_id, start)
        for status, in_service, devices in steady:
            spent = measure_uptime([], status=status, in_service=in_service, start=start, end=end)
            total = total.plus(Uptime(spent.up * devices, spent.down * devices, spent.unknown * devices))
        for first in range(0, len(moving), _BATCH):
            for uptime in _measure(connection, tenant_id, moving[first : first + _BATCH], start, end):
                total = total.plus(uptime)
    devices = sum(devices for _, _, devices in steady) + len(moving)
    return FleetUptime(range=uptime_range, start=start, end=end, devices=devices, **_shown(total))


def _sort_out(
    connection: Connection, tenant_id: str, start: datetime
) -> tuple[list[tuple[DeviceStatus, bool, int]], list[str]]:
    """How many devices have been of one status since the start, and the ids of those that have changed."""
    parameters = {"tenant_id": tenant_id, "start": start}
    steady = connection.execute(
        """
        SELECT device_state.status, devices.lifecycle = 'ACTIVE' AS in_service, count(*) AS devices
        FROM devices
        JOIN device_state USING (tenant_id, device_id)
        WHERE devices.tenant_id = %(tenant_id)s
          AND devices.lifecycle <> 'DECOMMISSIONED'
          AND devices.lifecycle_changed_at <= %(start)s
          AND (device_state.status_changed_at <= %(start)s OR device_state.status = 'PENDING')
        GROUP BY 1, 2
        """,
        parameters,
    ).fetchall()
    moving = connection.execute(
        """
        SELECT devices.device_id
        FROM devices
        JOIN device_state USING (tenant_id, device_id)
        WHERE devices.tenant_id = %(tenant_id)s
          AND devices.lifecycle <> 'DECOMMISSIONED'
          AND NOT (devices.lifecycle_changed_at <= %(start)s
                   AND (device_state.status_changed_at <= %(start)s OR device_state.status = 'PENDING'))
        ORDER BY devices.device_id
        """,
        parameters,
    )
    groups = [(DeviceStatus(row["status"]), row["in_service"], row["devices"]) for row in steady]
    return groups, [row["device_id"] for row in moving]


def read_spans(
    connection: Connection, tenant_id: str, device_ids: list[str], *, start: datetime, end: datetime
) -> dict[str, list[Span]]:
    """When each of the devices was up, down and unknown between two times."""
    return {
        device_id: list(spans_of(moments, status=status, start=start, end=end))
        for device_id, status, moments in _moments(connection, tenant_id, device_ids, start)
    }


def _measure(
    connection: Connection, tenant_id: str, device_ids: list[str], start: datetime, end: datetime
) -> list[Uptime]:
    return [
        measure_uptime(moments, status=status, start=start, end=end)
        for _, status, moments in _moments(connection, tenant_id, device_ids, start)
    ]


def _moments(
    connection: Connection, tenant_id: str, device_ids: list[str], start: datetime
) -> Iterator[tuple[str, DeviceStatus, list[Moment]]]:
    """Each device with its first status and its changes: without any, nothing was ever heard of it."""
    rows = connection.execute(_MOMENTS, {"tenant_id": tenant_id, "device_ids": device_ids, "start": start})
    by_device = {device_id: list(found) for device_id, found in groupby(rows, key=itemgetter("device_id"))}
    for device_id in device_ids:
        found = by_device.get(device_id, [])
        statuses = [row for row in found if row["to_status"] is not None]
        first = DeviceStatus(statuses[0]["from_status"]) if statuses else DeviceStatus.PENDING
        yield device_id, first, [_moment(row) for row in found]


def _moment(row: dict[str, Any]) -> Moment:
    if row["to_status"] is not None:
        return Moment(row["time"], status=DeviceStatus(row["to_status"]))
    return Moment(row["time"], in_service=row["to_lifecycle"] == "ACTIVE")


def _shown(uptime: Uptime) -> dict[str, Any]:
    second = timedelta(seconds=1)
    return {
        "uptime_percent": None if uptime.percent is None else round(uptime.percent, 3),
        "known_percent": round(uptime.known_percent, 3),
        "up_seconds": uptime.up // second,
        "down_seconds": uptime.down // second,
        "unknown_seconds": uptime.unknown // second,
    }
