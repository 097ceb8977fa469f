"""Devices as rows of a file, read from a cursor, so that memory does not grow with their number."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final, NamedTuple

from pulse.database import Connection
from pulse.devices.state import DeviceStatus

DEVICE_COLUMNS: Final = (
    "device_id", "name", "site_id", "device_type", "lifecycle", "status", "last_seen_at", "last_telemetry_at", "tags",
    "model", "manufacturer", "serial_number", "mac", "imei", "iccid", "hardware_version", "firmware_version",
    "latitude", "longitude", "notes", "parent_device_id", "subscription_id", "created_at",
)  # fmt: skip
_FETCHED_AT_ONCE: Final = 2000


class ExportedDevice(NamedTuple):
    """Whose readings are exported; those before `readings_since` are another device's (None: all are its own)."""

    site_id: str
    readings_since: datetime | None


def count_devices(
    connection: Connection, tenant_id: str, *, site_id: str | None, device_id: str | None, status: str | None
) -> int:
    """How many devices `device_rows` reads; of a status are those in service alone."""
    row = connection.execute(
        """
        SELECT count(*) AS devices
        FROM devices
        LEFT JOIN device_state USING (tenant_id, device_id)
        WHERE tenant_id = %(tenant_id)s
          AND (%(site_id)s::text IS NULL OR site_id = %(site_id)s)
          AND (%(device_id)s::text IS NULL OR device_id = %(device_id)s)
          AND (%(status)s::text IS NULL OR lifecycle = 'ACTIVE' AND coalesce(status, %(pending)s) = %(status)s)
        """,
        _parameters(tenant_id, site_id, device_id, status),
    ).fetchone()
    assert row is not None
    return int(row["devices"])


def device_rows(
    connection: Connection, tenant_id: str, *, site_id: str | None, device_id: str | None, status: str | None
) -> Iterator[list[dict[str, Any]]]:
    """Devices with DEVICE_COLUMNS by id, some at a time."""
    with connection.cursor(name="exported_devices") as cursor:
        cursor.execute(
            """
            SELECT device_id, name, site_id, device_type, lifecycle, coalesce(status, %(pending)s) AS status,
                   last_seen_at, last_telemetry_at, tags, model, manufacturer, serial_number, mac, imei, iccid,
                   hardware_version, firmware_version, latitude, longitude, notes, parent_device_id,
                   subscription_id::text, created_at
            FROM devices
            LEFT JOIN device_state USING (tenant_id, device_id)
            WHERE tenant_id = %(tenant_id)s
              AND (%(site_id)s::text IS NULL OR site_id = %(site_id)s)
              AND (%(device_id)s::text IS NULL OR device_id = %(device_id)s)
              AND (%(status)s::text IS NULL OR lifecycle = 'ACTIVE' AND coalesce(status, %(pending)s) = %(status)s)
            ORDER BY device_id
            """,
            _parameters(tenant_id, site_id, device_id, status),
        )
        while rows := cursor.fetchmany(_FETCHED_AT_ONCE):
            yield rows


def exported_devices(
    connection: Connection, tenant_id: str, *, site_id: str | None, device_id: str | None
) -> dict[str, ExportedDevice]:
    """The devices whose readings are exported, by id."""
    rows = connection.execute(
        """
        SELECT device_id, site_id, readings_since
        FROM devices
        WHERE tenant_id = %(tenant_id)s
          AND (%(site_id)s::text IS NULL OR site_id = %(site_id)s)
          AND (%(device_id)s::text IS NULL OR device_id = %(device_id)s)
        """,
        {"tenant_id": tenant_id, "site_id": site_id, "device_id": device_id},
    )
    return {row["device_id"]: ExportedDevice(row["site_id"], row["readings_since"]) for row in rows}


def _parameters(tenant_id: str, site_id: str | None, device_id: str | None, status: str | None) -> dict[str, Any]:
    return {
        "tenant_id": tenant_id,
        "site_id": site_id,
        "device_id": device_id,
        "status": status,
        "pending": DeviceStatus.PENDING.value,
    }
