"""Entering sites, device types and devices into a tenant's registry. Repeating an entry brings it up to date."""

from dataclasses import dataclass

from psycopg.types.json import Jsonb

from pulse.database import Connection, tenant_session


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
        _audit(connection, tenant_id, actor, "sites.save", site.site_id)


def save_device_type(tenant_id: str, device_type: DeviceType, *, actor: str) -> None:
    """Enter a device type."""
    with tenant_session(tenant_id) as connection:
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
        _audit(connection, tenant_id, actor, "device_types.save", device_type.device_type)


def register_device(tenant_id: str, device: DeviceRegistration, *, actor: str) -> None:
    """Enter a device, PENDING until it is heard of. Its site and type must exist."""
    with tenant_session(tenant_id) as connection:
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
        _audit(connection, tenant_id, actor, "devices.register", device.device_id)


def _audit(connection: Connection, tenant_id: str, actor: str, action: str, subject: str) -> None:
    connection.execute(
        """
        INSERT INTO audit_log (tenant_id, actor, action, subject)
        VALUES (%(tenant_id)s, %(actor)s, %(action)s, %(subject)s)
        """,
        {"tenant_id": tenant_id, "actor": actor, "action": action, "subject": subject},
    )
