"""What people ask of a device. Every query runs inside one tenant and names it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from pulse import clock
from pulse.database import Connection, tenant_session
from pulse.devices.registry import DeviceKey
from pulse.devices.state import DeviceStatus
from pulse.errors import NotFoundError
from pulse.models import Model
from pulse.versions import Versioned


class Lifecycle(StrEnum):
    """Whether a device takes part: a suspended one is refused by ingest, a decommissioned one is history."""

    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    DECOMMISSIONED = "DECOMMISSIONED"


class Device(Model):
    """A device in a list."""

    device_id: str
    name: str
    site_id: str
    site_name: str
    device_type: str
    lifecycle: Lifecycle
    tags: dict[str, str] = Field(description="A plain tag has an empty value")
    status: DeviceStatus = Field(description="PENDING until first heard of")
    status_changed_at: datetime | None
    last_seen_at: datetime | None = Field(description="Newest message of any kind")
    last_telemetry_at: datetime | None = Field(description="Time of the newest reading")


class ExpectedInterval(Model):
    """How often a device is expected to be heard of."""

    seconds: int
    origin: Literal["device", "device_type"] = Field(description="Whether the device overrides its type")


class MetricReading(Model):
    """The newest value of a metric."""

    metric: str
    value: bool | int | float
    time: datetime = Field(description="When the device measured it")


class DeviceDetail(Versioned, Device):
    """Everything known of a device."""

    model: str
    manufacturer: str
    serial_number: str
    mac: str
    imei: str
    iccid: str
    hardware_version: str
    firmware_version: str
    latitude: float | None
    longitude: float | None
    notes: str
    parent_device_id: str | None = Field(description="The gateway that it is reached through")
    subscription_id: UUID | None = Field(description="Whose seat it has; null without a subscription")
    connected: bool = Field(description="Whether it has a session at the broker; a device that speaks HTTP has none")
    created_at: datetime
    updated_at: datetime
    lifecycle_changed_at: datetime
    lifecycle_reason: str = Field(description="Why it was suspended, resumed or decommissioned")
    decommissioned_at: datetime | None
    decommissioned_by: str | None
    expected_interval: ExpectedInterval
    stale_at: datetime | None = Field(description="When it turns STALE unless heard of before")
    offline_at: datetime | None = Field(description="When it turns OFFLINE unless heard of before")
    metrics: list[MetricReading] = Field(description="Newest value of each metric, by name")
    as_of: datetime = Field(description="When this was read")


class DeviceTags(Versioned):
    """The tags of a device; the version is the device's."""

    tags: dict[str, str] = Field(description="A plain tag has an empty value")


class LatestMetrics(Model):
    """The newest values of a device."""

    device_id: str
    last_telemetry_at: datetime | None = Field(description="Time of the newest reading")
    metrics: list[MetricReading] = Field(description="Newest value of each metric, by name")
    as_of: datetime = Field(description="When this was read")


def get_device(tenant_id: str, device_id: str) -> DeviceDetail:
    """One device. Raises NotFoundError."""
    with tenant_session(tenant_id) as connection:
        return read_device(connection, tenant_id, device_id)


def read_device(connection: Connection, tenant_id: str, device_id: str) -> DeviceDetail:
    """One device, as it is within the caller's transaction. Raises NotFoundError."""
    row = connection.execute(
        """
        SELECT devices.*, sites.name AS site_name, coalesce(device_state.status, 'PENDING') AS status,
               device_state.status_changed_at, device_state.last_seen_at, device_state.last_telemetry_at,
               device_state.stale_at, device_state.offline_at,
               coalesce(device_state.last_metrics, '{}') AS last_metrics,
               device_types.expected_interval_seconds AS type_interval_seconds,
               coalesce(newest_session.connected, false) AS connected
        FROM devices
        JOIN sites USING (tenant_id, site_id)
        JOIN device_types USING (tenant_id, device_type)
        LEFT JOIN device_state USING (tenant_id, device_id)
        LEFT JOIN LATERAL (
            SELECT disconnected_at IS NULL AS connected
            FROM device_connections
            WHERE device_connections.tenant_id = devices.tenant_id
              AND device_connections.device_id = devices.device_id
            ORDER BY connected_at DESC NULLS LAST, connection_number DESC
            LIMIT 1
        ) AS newest_session ON true
        WHERE devices.tenant_id = %(tenant_id)s AND devices.device_id = %(device_id)s
        """,
        {"tenant_id": tenant_id, "device_id": device_id},
    ).fetchone()
    if row is None:
        raise device_not_found(device_id)
    own_interval = row["expected_interval_seconds"]
    return DeviceDetail(
        **row,
        expected_interval=ExpectedInterval(
            seconds=own_interval or row["type_interval_seconds"],
            origin="device" if own_interval else "device_type",
        ),
        metrics=_readings(row["last_metrics"]),
        as_of=clock.now(),
    )


def get_tags(tenant_id: str, device_id: str) -> DeviceTags:
    """A device's tags. Raises NotFoundError."""
    with tenant_session(tenant_id) as connection:
        row = connection.execute(
            "SELECT tags, version FROM devices WHERE tenant_id = %(tenant_id)s AND device_id = %(device_id)s",
            {"tenant_id": tenant_id, "device_id": device_id},
        ).fetchone()
    if row is None:
        raise device_not_found(device_id)
    return DeviceTags(**row)


def get_latest_metrics(tenant_id: str, device_id: str) -> LatestMetrics:
    """The newest values of one device. Raises NotFoundError."""
    with tenant_session(tenant_id) as connection:
        row = connection.execute(
            """
            SELECT device_state.last_telemetry_at, coalesce(device_state.last_metrics, '{}') AS last_metrics
            FROM devices LEFT JOIN device_state USING (tenant_id, device_id)
            WHERE devices.tenant_id = %(tenant_id)s AND devices.device_id = %(device_id)s
            """,
            {"tenant_id": tenant_id, "device_id": device_id},
        ).fetchone()
    if row is None:
        raise device_not_found(device_id)
    return LatestMetrics(
        device_id=device_id,
        last_telemetry_at=row["last_telemetry_at"],
        metrics=_readings(row["last_metrics"]),
        as_of=clock.now(),
    )


def require_device(connection: Connection, tenant_id: str, device_id: str) -> None:
    """Raise NotFoundError unless the tenant has such a device."""
    known = connection.execute(
        "SELECT FROM devices WHERE tenant_id = %(tenant_id)s AND device_id = %(device_id)s",
        {"tenant_id": tenant_id, "device_id": device_id},
    ).fetchone()
    if known is None:
        raise device_not_found(device_id)


def lock_lifecycle(connection: Connection, tenant_id: str, device_id: str) -> Lifecycle:
    """Hold a device until the transaction ends; return where it stands. Raises NotFoundError."""
    row = connection.execute(
        "SELECT lifecycle FROM devices WHERE tenant_id = %(tenant_id)s AND device_id = %(device_id)s FOR UPDATE",
        {"tenant_id": tenant_id, "device_id": device_id},
    ).fetchone()
    if row is None:
        raise device_not_found(device_id)
    return Lifecycle(row["lifecycle"])


def lock_in_service(connection: Connection, tenant_id: str, device_ids: Sequence[str]) -> list[str]:
    """Hold those of the devices that are in service until the transaction ends, in key order; return their ids."""
    rows = connection.execute(
        """
        SELECT device_id FROM devices
        WHERE tenant_id = %(tenant_id)s AND device_id = ANY(%(device_ids)s) AND lifecycle = 'ACTIVE'
        ORDER BY device_id
        FOR NO KEY UPDATE
        """,
        {"tenant_id": tenant_id, "device_ids": list(device_ids)},
    )
    return [row["device_id"] for row in rows]


def readings_since(connection: Connection, tenant_id: str, device_id: str) -> datetime | None:
    """From when on readings are the device's own: those before are of a deleted device that had its id.

    None when nobody had it. Raises NotFoundError.
    """
    row = connection.execute(
        "SELECT readings_since FROM devices WHERE tenant_id = %(tenant_id)s AND device_id = %(device_id)s",
        {"tenant_id": tenant_id, "device_id": device_id},
    ).fetchone()
    if row is None:
        raise device_not_found(device_id)
    since: datetime | None = row["readings_since"]
    return since


def site_of_device(connection: Connection, tenant_id: str, device_id: str) -> str:
    """The site that a device is registered at. Raises NotFoundError."""
    row = connection.execute(
        "SELECT site_id FROM devices WHERE tenant_id = %(tenant_id)s AND device_id = %(device_id)s",
        {"tenant_id": tenant_id, "device_id": device_id},
    ).fetchone()
    if row is None:
        raise device_not_found(device_id)
    return str(row["site_id"])


def statuses_in_service(connection: Connection, keys: Iterable[DeviceKey]) -> dict[DeviceKey, DeviceStatus]:
    """Of devices those that are in service, and whether they are heard of."""
    pairs = sorted(set(keys))
    rows = connection.execute(
        """
        SELECT devices.tenant_id, devices.device_id, coalesce(device_state.status, 'PENDING') AS status
        FROM unnest(%(tenant_ids)s::text[], %(device_ids)s::text[]) AS meant (tenant_id, device_id)
        JOIN devices USING (tenant_id, device_id)
        LEFT JOIN device_state USING (tenant_id, device_id)
        WHERE devices.lifecycle = 'ACTIVE'
        """,
        {"tenant_ids": [tenant_id for tenant_id, _ in pairs], "device_ids": [device_id for _, device_id in pairs]},
    )
    return {(row["tenant_id"], row["device_id"]): DeviceStatus(row["status"]) for row in rows}


def device_not_found(device_id: str) -> NotFoundError:
    """The error for a device that the tenant does not have."""
    return NotFoundError(f"there is no device {device_id}")


def _readings(last_metrics: dict[str, dict[str, Any]]) -> list[MetricReading]:
    return [MetricReading(metric=metric, **newest) for metric, newest in sorted(last_metrics.items())]
