"""What the fleets of all tenants come to, for those who look after the installation: machines and operators."""

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


_IN_SERVICE: Final = sql.SQL("""
    FROM device_state
    JOIN devices USING (tenant_id, device_id)
    WHERE devices.lifecycle = 'ACTIVE'
""")


def count_devices(connection: Connection) -> dict[DeviceStatus, int]:
    """All devices in service, by status; every status is there."""
    rows = connection.execute(
        sql.SQL("SELECT status, count(*) AS devices {in_service} GROUP BY status").format(in_service=_IN_SERVICE)
    )
    return dict.fromkeys(DeviceStatus, 0) | {DeviceStatus(row["status"]): row["devices"] for row in rows}


def fleets_of_tenants(connection: Connection) -> dict[str, TenantFleet]:
    """Each tenant's devices, by tenant; those without devices are not there."""
    rows = connection.execute(
        sql.SQL("""
            SELECT tenant_id, count(*) FILTER (WHERE status = 'PENDING') AS pending,
                   count(*) FILTER (WHERE status = 'ONLINE') AS online,
                   count(*) FILTER (WHERE status = 'STALE') AS stale,
                   count(*) FILTER (WHERE status = 'OFFLINE') AS offline,
                   max(last_seen_at) AS last_seen_at
            {in_service}
            GROUP BY tenant_id
        """).format(in_service=_IN_SERVICE)
    )
    return {
        row["tenant_id"]: TenantFleet(
            row["tenant_id"], {status: row[status.value.lower()] for status in DeviceStatus}, row["last_seen_at"]
        )
        for row in rows
    }


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
