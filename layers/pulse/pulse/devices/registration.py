"""What is entered of sites, device types and devices, and the verbs by which programs enter them.

Here repeating an entry brings it up to date. People go through `sites`, `device_types` and `editing`, which refuse what
somebody else has made or changed.
"""

from pydantic import Field

from pulse import clock
from pulse.database import Connection, tenant_session
from pulse.database.timezones import require_timezone
from pulse.devices import device_store, device_type_store, site_store
from pulse.devices.deadlines import renew_deadlines
from pulse.devices.fields import (
    Address,
    DeviceId,
    DeviceTypeName,
    Factor,
    Iccid,
    Imei,
    IntervalSeconds,
    Latitude,
    Longitude,
    Mac,
    NewDeviceId,
    Notes,
    ShortText,
    SiteId,
    Tags,
)
from pulse.devices.references import require_references
from pulse.devices.seats import take_seats
from pulse.errors import FieldError, InvalidInputError
from pulse.models import Input
from pulse.operations.audit import record_change
from pulse.texts import Title
from pulse.wall_clock import TimeZone


class Site(Input):
    """A place; `timezone` is an IANA name."""

    site_id: SiteId
    name: Title
    address: Address = ""
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    timezone: TimeZone = "UTC"


class DeviceType(Input):
    """How often devices of a type are heard of, and after how many silent intervals they are STALE and OFFLINE."""

    device_type: DeviceTypeName
    description: ShortText = ""
    expected_interval_seconds: IntervalSeconds = 60
    stale_factor: Factor = 2
    offline_factor: Factor = Field(5, description="Above stale_factor")


class DeviceRegistration(Input):
    """What is entered of a device."""

    device_id: NewDeviceId = Field(description="Part of its topics and its certificate's name; never changes")
    site_id: SiteId
    device_type: DeviceTypeName
    name: ShortText = ""
    tags: Tags = Field({})
    model: ShortText = ""
    manufacturer: ShortText = ""
    serial_number: ShortText = ""
    mac: Mac = ""
    imei: Imei = ""
    iccid: Iccid = ""
    hardware_version: ShortText = ""
    firmware_version: ShortText = ""
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    notes: Notes = ""
    expected_interval_seconds: IntervalSeconds | None = Field(None, description="Overrides the device type's")
    parent_device_id: DeviceId | None = Field(None, description="The gateway that it is reached through")


def save_site(tenant_id: str, site: Site, *, actor: str) -> None:
    """Enter a site. Raises InvalidInputError."""
    with tenant_session(tenant_id) as connection:
        check_site(connection, site)
        before = site_store.read_site_row(connection, tenant_id, site.site_id, lock=True)
        if before is None:
            site_store.insert_site(connection, tenant_id, site.model_dump())
        else:
            site_store.update_site(connection, tenant_id, site.model_dump())
        record_change(
            connection,
            actor=actor,
            tenant_id=tenant_id,
            action="site.save",
            subject=site.site_id,
            before=before and {name: before[name] for name in Site.model_fields},
            after=site.model_dump(),
        )


def save_device_type(tenant_id: str, device_type: DeviceType, *, actor: str) -> None:
    """Enter a device type; its devices' deadlines follow. Raises InvalidInputError."""
    check_factors(device_type.stale_factor, device_type.offline_factor)
    name = device_type.device_type
    with tenant_session(tenant_id) as connection:
        before = device_type_store.read_device_type_row(connection, tenant_id, name, lock=True)
        if before is None:
            device_type_store.insert_device_type(connection, tenant_id, device_type.model_dump())
        else:
            device_type_store.update_device_type(connection, tenant_id, device_type.model_dump())
            renew_deadlines(connection, tenant_id, device_type=name, now=clock.now())
        record_change(
            connection,
            actor=actor,
            tenant_id=tenant_id,
            action="device_type.save",
            subject=name,
            before=before and {field: before[field] for field in DeviceType.model_fields},
            after=device_type.model_dump(),
        )


def register_device(tenant_id: str, device: DeviceRegistration, *, actor: str) -> None:
    """Enter a device, PENDING until it is heard of. Raises InvalidInputError, ConflictError when no seat is free."""
    with tenant_session(tenant_id) as connection:
        check_device(connection, tenant_id, device)
        before = device_store.read_device_row(connection, tenant_id, device.device_id, lock=True)
        if before is None:
            seats = take_seats(connection, tenant_id)
            device_store.insert_devices(connection, tenant_id, [device.model_dump()], seats)
        else:
            device_store.update_devices(connection, tenant_id, [device.model_dump()])
            renew_deadlines(connection, tenant_id, device_ids=[device.device_id], now=clock.now())
        record_change(
            connection,
            actor=actor,
            tenant_id=tenant_id,
            action="device.register",
            subject=device.device_id,
            before=before and device_store.registered_fields(before),
            after=device.model_dump(mode="json"),
        )


def check_device(connection: Connection, tenant_id: str, device: DeviceRegistration) -> None:
    """Raise InvalidInputError unless the device makes sense and what it refers to exists."""
    check_place(device.latitude, device.longitude)
    require_references(
        connection,
        tenant_id,
        device_id=device.device_id,
        site_id=device.site_id,
        device_type=device.device_type,
        parent_device_id=device.parent_device_id,
    )


def check_site(connection: Connection, site: Site) -> None:
    """Raise InvalidInputError unless the site makes sense."""
    check_place(site.latitude, site.longitude)
    require_timezone(connection, site.timezone)


def check_place(latitude: float | None, longitude: float | None) -> None:
    """Raise InvalidInputError for half a place."""
    for error in place_error(latitude, longitude):
        raise InvalidInputError(f"{error.field}: {error.reason}", errors=(error,))


def place_error(latitude: float | None, longitude: float | None) -> tuple[FieldError, ...]:
    """What is wrong with half a place."""
    if (latitude is None) == (longitude is None):
        return ()
    missing, given = ("latitude", "longitude") if latitude is None else ("longitude", "latitude")
    return (FieldError(missing, f"must come together with {given}"),)


def check_factors(stale_factor: float, offline_factor: float) -> None:
    """Raise InvalidInputError unless a device turns STALE before it turns OFFLINE."""
    if offline_factor <= stale_factor:
        reason = "must be above stale_factor"
        raise InvalidInputError(f"offline_factor {reason}", errors=(FieldError("offline_factor", reason),))
