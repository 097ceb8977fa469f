"""Entering sites, device types and devices into a tenant's registry. Repeating an entry brings it up to date."""

from dataclasses import dataclass
from typing import Any

from psycopg.types.json import Jsonb

from pulse.database import Connection, tenant_session
from pulse.operations.audit import record_change


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A place; `timezone` is an IANA name."""

    site_id: str
    name: str
    address: str = ""
    latitude: float | None = None
    longitude: float | None = None
    timezone: str = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceType:
    """How often devices of a type are heard of, and after how many silent intervals they are STALE and OFFLINE."""

    device_type: str
    expected_interval_seconds: int = 60
    stale_factor: float = 2
    offline_factor: float = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRegistration:
    """What is entered of a device; `expected_interval_seconds` overrides the type's."""

    device_id: str
    site_id: str
    device_type: str
    name: str = ""
    tags: dict[str, str] | None = None
    model: str = ""
    manufacturer: str = ""
    serial_number: str = ""
    latitude: float | None = None
    longitude: float | None = None
    expected_interval_seconds: int | None = None


def save_site(tenant_id: str, site: Site, *, actor: str) -> None:
    """Enter a site."""
    with tenant_session(tenant_id) as connection:
        before = _site(connection, tenant_id, site.site_id)
        connection.execute(
            """
            INSERT INTO sites (tenant_id, site_id, name, address, latitude, longitude, timezone)
            VALUES (%(tenant_id)s, %(site_id)s, %(name)s, %(address)s, %(latitude)s, %(longitude)s, %(timezone)s)
            ON CONFLICT (tenant_id, site_id) DO UPDATE
            SET name = excluded.name, address = excluded.address, latitude = excluded.latitude,
                longitude = excluded.longitude, timezone = excluded.timezone
            """,
            {
                "tenant_id": tenant_id,
                "site_id": site.site_id,
                "name": site.name,
                "address": site.address,
                "latitude": site.latitude,
                "longitude": site.longitude,
                "timezone": site.timezone,
            },
        )
        record_change(
            connection,
            actor=actor,
            tenant_id=tenant_id,
            action="site.save",
            subject=site.site_id,
            before=before,
            after=_site(connection, tenant_id, site.site_id),
        )


def save_device_type(tenant_id: str, device_type: DeviceType, *, actor: str) -> None:
    """Enter a device type."""
    with tenant_session(tenant_id) as connection:
        before = _device_type(connection, tenant_id, device_type.device_type)
        connection.execute(
            """
            INSERT INTO device_types (tenant_id, device_type, expected_interval_seconds, stale_factor, offline_factor)
            VALUES (%(tenant_id)s, %(device_type)s, %(interval)s, %(stale_factor)s, %(offline_factor)s)
            ON CONFLICT (tenant_id, device_type) DO UPDATE
            SET expected_interval_seconds = excluded.expected_interval_seconds,
                stale_factor = excluded.stale_factor,
                offline_factor = excluded.offline_factor
            """,
            {
                "tenant_id": tenant_id,
                "device_type": device_type.device_type,
                "interval": device_type.expected_interval_seconds,
                "stale_factor": device_type.stale_factor,
                "offline_factor": device_type.offline_factor,
            },
        )
        record_change(
            connection,
            actor=actor,
            tenant_id=tenant_id,
            action="device_type.save",
            subject=device_type.device_type,
            before=before,
            after=_device_type(connection, tenant_id, device_type.device_type),
        )


def register_device(tenant_id: str, device: DeviceRegistration, *, actor: str) -> None:
    """Enter a device, PENDING until it is heard of. Its site and type must exist."""
    with tenant_session(tenant_id) as connection:
        before = _device(connection, tenant_id, device.device_id)
        connection.execute(
            """
            INSERT INTO devices (tenant_id, device_id, site_id, device_type, name, tags, model, manufacturer,
                                 serial_number, latitude, longitude, expected_interval_seconds)
            VALUES (%(tenant_id)s, %(device_id)s, %(site_id)s, %(device_type)s, %(name)s, %(tags)s, %(model)s,
                    %(manufacturer)s, %(serial_number)s, %(latitude)s, %(longitude)s, %(interval)s)
            ON CONFLICT (tenant_id, device_id) DO UPDATE
            SET site_id = excluded.site_id, device_type = excluded.device_type, name = excluded.name,
                tags = excluded.tags, model = excluded.model, manufacturer = excluded.manufacturer,
                serial_number = excluded.serial_number, latitude = excluded.latitude,
                longitude = excluded.longitude, expected_interval_seconds = excluded.expected_interval_seconds,
                updated_at = now()
            """,
            {
                "tenant_id": tenant_id,
                "device_id": device.device_id,
                "site_id": device.site_id,
                "device_type": device.device_type,
                "name": device.name,
                "tags": Jsonb(device.tags or {}),
                "model": device.model,
                "manufacturer": device.manufacturer,
                "serial_number": device.serial_number,
                "latitude": device.latitude,
                "longitude": device.longitude,
                "interval": device.expected_interval_seconds,
            },
        )
        connection.execute(
            """
            INSERT INTO device_state (tenant_id, device_id)
            VALUES (%(tenant_id)s, %(device_id)s)
            ON CONFLICT DO NOTHING
            """,
            {"tenant_id": tenant_id, "device_id": device.device_id},
        )
        record_change(
            connection,
            actor=actor,
            tenant_id=tenant_id,
            action="device.register",
            subject=device.device_id,
            before=before,
            after=_device(connection, tenant_id, device.device_id),
        )


def _site(connection: Connection, tenant_id: str, site_id: str) -> dict[str, Any] | None:
    row = connection.execute(
        """
        SELECT to_jsonb(sites) AS known FROM sites
        WHERE tenant_id = %(tenant_id)s AND site_id = %(site_id)s
        FOR UPDATE
        """,
        {"tenant_id": tenant_id, "site_id": site_id},
    ).fetchone()
    return row["known"] if row else None


def _device_type(connection: Connection, tenant_id: str, device_type: str) -> dict[str, Any] | None:
    row = connection.execute(
        """
        SELECT to_jsonb(device_types) AS known FROM device_types
        WHERE tenant_id = %(tenant_id)s AND device_type = %(device_type)s
        FOR UPDATE
        """,
        {"tenant_id": tenant_id, "device_type": device_type},
    ).fetchone()
    return row["known"] if row else None


def _device(connection: Connection, tenant_id: str, device_id: str) -> dict[str, Any] | None:
    row = connection.execute(
        """
        SELECT to_jsonb(devices) AS known FROM devices
        WHERE tenant_id = %(tenant_id)s AND device_id = %(device_id)s
        FOR UPDATE
        """,
        {"tenant_id": tenant_id, "device_id": device_id},
    ).fetchone()
    return row["known"] if row else None
