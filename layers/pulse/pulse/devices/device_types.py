"""Device types as people see and edit them: how often devices are expected to be heard of."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

import psycopg
from pydantic import Field

from pulse import clock
from pulse.database import Connection, tenant_session
from pulse.devices import device_type_store
from pulse.devices.deadlines import renew_deadlines
from pulse.devices.registration import DeviceType, check_factors
from pulse.errors import ConflictError, NotFoundError
from pulse.events.outbox import publish_after_commit
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.operations.audit import record_change
from pulse.versions import Versioned, require_match


class ShownDeviceType(Versioned):
    """A kind of device, and after how many silent intervals one is STALE and OFFLINE."""

    device_type: str
    description: str
    expected_interval_seconds: int
    stale_factor: float
    offline_factor: float
    devices: int = Field(description="Its devices; decommissioned ones don't count")
    created_at: datetime
    updated_at: datetime


class DeviceTypeList(NamedTuple):
    """A page by name, the name that the next one follows (None after the last), and how long the list is."""

    device_types: list[ShownDeviceType]
    next_position: str | None
    total: int


def list_device_types(tenant_id: str, *, limit: int, after: str | None) -> DeviceTypeList:
    """A page of the tenant's device types, by name, following `after`."""
    with tenant_session(tenant_id) as connection:
        rows, total = device_type_store.list_device_type_rows(connection, tenant_id, after=after, limit=limit + 1)
    types = [ShownDeviceType.model_validate(row) for row in rows[:limit]]
    return DeviceTypeList(types, types[-1].device_type if len(rows) > limit else None, total)


def get_device_type(tenant_id: str, device_type: str) -> ShownDeviceType:
    """One device type. Raises NotFoundError."""
    with tenant_session(tenant_id) as connection:
        return _read(connection, tenant_id, device_type)


def create_device_type(actor: Principal, device_type: DeviceType, *, origin: Origin) -> ShownDeviceType:
    """Enter a device type. Raises NotPermittedError, InvalidInputError, ConflictError when there is one already."""
    tenant_id = actor.require(Permission.MANAGE_DEVICES)
    check_factors(device_type.stale_factor, device_type.offline_factor)
    try:
        with tenant_session(tenant_id) as connection:
            device_type_store.insert_device_type(connection, tenant_id, device_type.model_dump())
            record_change(
                connection,
                actor=actor,
                origin=origin,
                action="device_type.create",
                subject=device_type.device_type,
                after=device_type.model_dump(),
            )
            return _read(connection, tenant_id, device_type.device_type)
    except psycopg.errors.UniqueViolation as error:
        message = f"there is a device type {device_type.device_type} already; choose another name, or change that one"
        raise ConflictError(message) from error


def change_device_type(
    actor: Principal, device_type: str, changes: Mapping[str, Any], *, if_match: int | None, origin: Origin
) -> ShownDeviceType:
    """Change the given fields; the deadlines of its devices follow at once.

    Raises NotPermittedError, NotFoundError, StaleVersionError, InvalidInputError.
    """
    tenant_id = actor.require(Permission.MANAGE_DEVICES)
    with tenant_session(tenant_id) as connection:
        before = _lock(connection, tenant_id, device_type, if_match)
        after = before.model_copy(update=dict(changes))
        changed = {name for name in changes if getattr(before, name) != getattr(after, name)}
        if changed:
            check_factors(after.stale_factor, after.offline_factor)
            device_type_store.update_device_type(connection, tenant_id, after.model_dump())
            record_change(
                connection,
                actor=actor,
                origin=origin,
                action="device_type.change",
                subject=device_type,
                before=before.model_dump(include=changed),
                after=after.model_dump(include=changed),
            )
        if changed - {"description"}:
            renew_deadlines(connection, tenant_id, device_type=device_type, now=clock.now())
        shown = _read(connection, tenant_id, device_type)
    publish_after_commit()
    return shown


def delete_device_type(actor: Principal, device_type: str, *, if_match: int | None, origin: Origin) -> None:
    """Take a device type away.

    Raises NotPermittedError, NotFoundError, StaleVersionError, ConflictError while a device is of it.
    """
    tenant_id = actor.require(Permission.MANAGE_DEVICES)
    try:
        with tenant_session(tenant_id) as connection:
            before = _lock(connection, tenant_id, device_type, if_match)
            device_type_store.delete_device_type(connection, tenant_id, device_type)
            record_change(
                connection,
                actor=actor,
                origin=origin,
                action="device_type.delete",
                subject=device_type,
                before=before.model_dump(),
            )
    except psycopg.errors.ForeignKeyViolation as error:
        message = f"devices are of type {device_type}, decommissioned ones among them; change or delete them first"
        raise ConflictError(message) from error


def _read(connection: Connection, tenant_id: str, device_type: str) -> ShownDeviceType:
    row = device_type_store.read_device_type_row(connection, tenant_id, device_type)
    if row is None:
        raise _not_found(device_type)
    devices = device_type_store.count_devices_of_type(connection, tenant_id, device_type)
    return ShownDeviceType(**row, devices=devices)


def _lock(connection: Connection, tenant_id: str, device_type: str, if_match: int | None) -> DeviceType:
    row = device_type_store.read_device_type_row(connection, tenant_id, device_type, lock=True)
    if row is None:
        raise _not_found(device_type)
    require_match(if_match, row["version"])
    return DeviceType.model_construct(**{name: row[name] for name in DeviceType.model_fields})


def _not_found(device_type: str) -> NotFoundError:
    return NotFoundError(f"there is no device type {device_type}")
