"""What the fleets of all tenants come to, for those who look after the installation: machines and operators."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, NamedTuple

from psycopg import sql

from pulse.database import Connection
from pulse.devices.state import DeviceStatus


class TenantFleet(NamedTuple):
    """A tenant's devices in service, and when one of them was last heard of."""

    tenant_id: str
    counts: dict[DeviceStatus, int]
    last_seen_at: datetime | None

    @property
    def total(self) -> int:
        """Devices in service."""
        return sum(self.counts.values())


class StatusChange(NamedTuple):
    """A device's status changed."""

    entry_id: int
    tenant_id: str
    device_id: str
    time: datetime
    from_status: DeviceStatus
    to_status: DeviceStatus


# The many that are ONLINE are what is left: to count them would take many times as long.
_FLEETS: Final = """
    WITH in_service AS (
        SELECT tenant_id, count(*) AS devices
        FROM devices
        WHERE lifecycle = 'ACTIVE'
        GROUP BY tenant_id
    ), others AS (
        SELECT tenant_id, count(*) FILTER (WHERE device_state.status = 'PENDING') AS pending,
               count(*) FILTER (WHERE device_state.status = 'STALE') AS stale,
               count(*) FILTER (WHERE device_state.status = 'OFFLINE') AS offline
        FROM device_state
        JOIN devices USING (tenant_id, device_id)
        WHERE device_state.status <> 'ONLINE' AND devices.lifecycle = 'ACTIVE'
        GROUP BY tenant_id
    )
"""


def count_devices(connection: Connection) -> dict[DeviceStatus, int]:
    """All devices in service, by status; every status is there."""
    row = connection.execute(
        sql.SQL("""
            {fleets}
            SELECT coalesce(sum(devices), 0)::bigint AS devices, coalesce(sum(pending), 0)::bigint AS pending,
                   coalesce(sum(stale), 0)::bigint AS stale, coalesce(sum(offline), 0)::bigint AS offline
            FROM in_service
            LEFT JOIN others USING (tenant_id)
        """).format(fleets=sql.SQL(_FLEETS))
    ).fetchone()
    assert row is not None
    return _by_status(row)


def fleets_of_tenants(connection: Connection) -> dict[str, TenantFleet]:
    """Each tenant's devices, by tenant; those without devices are not there."""
    rows = connection.execute(
        sql.SQL("""
            {fleets}
            SELECT tenant_id, devices, coalesce(pending, 0) AS pending, coalesce(stale, 0) AS stale,
                   coalesce(offline, 0) AS offline, newest.last_seen_at
            FROM in_service
            LEFT JOIN others USING (tenant_id)
            CROSS JOIN LATERAL (
                SELECT last_seen_at
                FROM device_state
                JOIN devices USING (tenant_id, device_id)
                WHERE device_state.tenant_id = in_service.tenant_id AND devices.lifecycle = 'ACTIVE'
                ORDER BY coalesce(last_seen_at, '-infinity'::timestamptz) DESC
                LIMIT 1
            ) AS newest
        """).format(fleets=sql.SQL(_FLEETS))
    )
    return {row["tenant_id"]: TenantFleet(row["tenant_id"], _by_status(row), row["last_seen_at"]) for row in rows}


def _by_status(row: Mapping[str, int]) -> dict[DeviceStatus, int]:
    counts: dict[DeviceStatus, int] = {
        status: row[status.value.lower()] for status in DeviceStatus if status is not DeviceStatus.ONLINE
    }
    return {**counts, DeviceStatus.ONLINE: row["devices"] - sum(counts.values())}


def recent_status_changes(connection: Connection, *, limit: int) -> list[StatusChange]:
    """The changes that were noted last, newest first."""
    rows = connection.execute(
        """
        SELECT entry_id, tenant_id, device_id, time, from_status, to_status
        FROM device_status_log
        ORDER BY entry_id DESC
        LIMIT %(limit)s
        """,
        {"limit": limit},
    )
    return [
        StatusChange(
            **row | {"from_status": DeviceStatus(row["from_status"]), "to_status": DeviceStatus(row["to_status"])}
        )
        for row in rows
    ]
