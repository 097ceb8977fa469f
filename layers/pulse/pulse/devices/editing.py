"""What people do with a device's entry: create it, change it, tag it."""

from collections.abc import Mapping
from typing import Any

import psycopg

from pulse import clock
from pulse.alerts.evaluation.leaving import close_left_scopes
from pulse.database import Connection, tenant_session
from pulse.devices import announcements, device_store
from pulse.devices.deadlines import renew_deadlines
from pulse.devices.device_store import registered_fields
from pulse.devices.fields import MAX_TAGS
from pulse.devices.queries import DeviceDetail, DeviceTags, device_not_found, read_device
from pulse.devices.registration import DeviceRegistration, check_device
from pulse.devices.seats import take_seats
from pulse.errors import ConflictError, FieldError, InvalidInputError, NotFoundError
from pulse.events.outbox import add_events, publish_after_commit
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.operations.audit import record_change
from pulse.versions import require_match

_MAKES_DEADLINES = {"device_type", "expected_interval_seconds"}
_SELECTS = {"site_id", "device_type", "tags"}


def create_device(
    actor: Principal,
    device: DeviceRegistration,
    *,
    origin: Origin,
    permission: Permission = Permission.MANAGE_DEVICES,
) -> DeviceDetail:
    """Enter a device, PENDING until it is heard of.

    Raises NotPermittedError, InvalidInputError, ConflictError when there is one already or no seat is free.
    """
    tenant_id = actor.require(permission)
    try:
        with tenant_session(tenant_id) as connection:
            enter_device(connection, tenant_id, device, actor=actor, origin=origin)
            detail = read_device(connection, tenant_id, device.device_id)
    except psycopg.errors.UniqueViolation as error:
        message = f"there is a device {device.device_id} already; choose another id, or change that one"
        raise ConflictError(message) from error
    publish_after_commit()
    return detail


def enter_device(
    connection: Connection,
    tenant_id: str,
    device: DeviceRegistration,
    *,
    actor: Principal | str,
    origin: Origin | None = None,
) -> None:
    """Enter a device in the caller's transaction.

    Raises InvalidInputError, NoSeatError, psycopg.errors.UniqueViolation when there is one already.
    """
    seats = take_seats(connection, tenant_id)
    check_device(connection, tenant_id, device)
    entry = device.model_dump()
    device_store.insert_devices(connection, tenant_id, [entry], seats)
    record_change(
        connection,
        actor=actor,
        origin=origin,
        tenant_id=tenant_id,
        action="device.create",
        subject=device.device_id,
        after=entry,
    )
    by = actor if isinstance(actor, str) else actor.name
    add_events(connection, announcements.devices_created(tenant_id, [entry], by=by))


def change_device(
    actor: Principal, device_id: str, changes: Mapping[str, Any], *, if_match: int | None, origin: Origin
) -> DeviceDetail:
    """Change the given fields of a device's entry; its deadlines follow a changed interval or type.

    Raises NotPermittedError, NotFoundError, StaleVersionError, InvalidInputError.
    """
    tenant_id = actor.require(Permission.MANAGE_DEVICES)
    with tenant_session(tenant_id) as connection:
        before = _lock(connection, tenant_id, device_id, if_match)
        _change(connection, tenant_id, before, changes, actor=actor, origin=origin)
        detail = read_device(connection, tenant_id, device_id)
    publish_after_commit()
    return detail


def replace_tags(
    actor: Principal, device_id: str, tags: Mapping[str, str], *, if_match: int | None, origin: Origin
) -> DeviceTags:
    """Give a device these tags and no others. Raises NotPermittedError, NotFoundError, StaleVersionError."""
    tenant_id = actor.require(Permission.MANAGE_DEVICES)
    with tenant_session(tenant_id) as connection:
        before = _lock(connection, tenant_id, device_id, if_match)
        after = _tag(connection, tenant_id, before, tags, actor=actor, origin=origin)
    publish_after_commit()
    return after


def put_tag(actor: Principal, device_id: str, tag: str, value: str, *, origin: Origin) -> DeviceTags:
    """Give a device a tag, or a tag of it another value.

    Raises NotPermittedError, NotFoundError, InvalidInputError when it has as many as it may have.
    """
    tenant_id = actor.require(Permission.MANAGE_DEVICES)
    with tenant_session(tenant_id) as connection:
        before = _lock(connection, tenant_id, device_id, None)
        after = _tag(connection, tenant_id, before, {**before["tags"], tag: value}, actor=actor, origin=origin)
    publish_after_commit()
    return after


def remove_tag(actor: Principal, device_id: str, tag: str, *, origin: Origin) -> None:
    """Take a tag from a device. Raises NotPermittedError, NotFoundError, also when it does not have it."""
    tenant_id = actor.require(Permission.MANAGE_DEVICES)
    with tenant_session(tenant_id) as connection:
        before = _lock(connection, tenant_id, device_id, None)
        if tag not in before["tags"]:
            message = f"device {device_id} has no tag {tag}"
            raise NotFoundError(message)
        left = {name: value for name, value in before["tags"].items() if name != tag}
        _tag(connection, tenant_id, before, left, actor=actor, origin=origin)
    publish_after_commit()


def _lock(connection: Connection, tenant_id: str, device_id: str, if_match: int | None) -> dict[str, Any]:
    row = device_store.read_device_row(connection, tenant_id, device_id, lock=True)
    if row is None:
        raise device_not_found(device_id)
    require_match(if_match, row["version"])
    return row


def _tag(
    connection: Connection,
    tenant_id: str,
    before: Mapping[str, Any],
    tags: Mapping[str, str],
    *,
    actor: Principal,
    origin: Origin,
) -> DeviceTags:
    if len(tags) > MAX_TAGS:
        reason = f"must be at most {MAX_TAGS} tags"
        raise InvalidInputError(f"tags {reason}", errors=(FieldError("tags", reason),))
    _change(connection, tenant_id, before, {"tags": dict(tags)}, actor=actor, origin=origin)
    after = device_store.read_device_row(connection, tenant_id, before["device_id"])
    assert after is not None
    return DeviceTags(tags=after["tags"], version=after["version"])


def _change(
    connection: Connection,
    tenant_id: str,
    before: Mapping[str, Any],
    changes: Mapping[str, Any],
    *,
    actor: Principal,
    origin: Origin,
) -> None:
    """Write what differs from a locked entry, if anything does."""
    entry = registered_fields(before)
    changed = {name: value for name, value in changes.items() if entry[name] != value}
    if not changed:
        return
    after = {**entry, **changed}
    check_device(connection, tenant_id, DeviceRegistration.model_construct(**after))
    device_store.update_devices(connection, tenant_id, [after])
    if changed.keys() & _MAKES_DEADLINES:
        renew_deadlines(connection, tenant_id, device_ids=[after["device_id"]], now=clock.now())
    if changed.keys() & _SELECTS:
        close_left_scopes(connection, [(tenant_id, after["device_id"])], clock.now())
    record_change(
        connection,
        actor=actor,
        origin=origin,
        action="device.change",
        subject=after["device_id"],
        before={name: entry[name] for name in changed},
        after=changed,
    )
    add_events(connection, announcements.devices_updated(tenant_id, [(after, changed)], by=actor.name))
