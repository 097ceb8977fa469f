"""A device's way through service: suspended, resumed, decommissioned, and in the end deleted."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pulse import clock
from pulse.database import Connection, tenant_session
from pulse.devices import announcements, broker, device_store
from pulse.devices.credential_endings import release_credentials_of, revoke_all_credentials
from pulse.devices.deadlines import renew_deadlines
from pulse.devices.queries import DeviceDetail, Lifecycle, device_not_found, read_device
from pulse.devices.seats import free_seats, lock_seats
from pulse.devices.shadow_store import delete_shadows
from pulse.errors import ConflictError
from pulse.events.outbox import add_events, publish_after_commit
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.operations.audit import record_change
from pulse.versions import require_match


def suspend_device(
    actor: Principal, device_id: str, *, reason: str, if_match: int | None, origin: Origin
) -> DeviceDetail:
    """Put a device out of service for a while: within half a minute its messages are refused, and it never alerts.

    It keeps its seat and its credentials. Raises NotPermittedError, NotFoundError, StaleVersionError, ConflictError
    unless it is in service.
    """
    tenant_id = actor.require(Permission.MANAGE_DEVICES)
    with tenant_session(tenant_id) as connection:
        before = _lock(connection, tenant_id, device_id, if_match)
        _require(before, Lifecycle.ACTIVE)
        _move(connection, actor, before, Lifecycle.SUSPENDED, reason=reason, now=clock.now(), origin=origin)
        add_events(connection, [announcements.device_suspended(tenant_id, device_id, reason=reason, by=actor.name)])
        after = read_device(connection, tenant_id, device_id)
    publish_after_commit()
    return after


def resume_device(
    actor: Principal, device_id: str, *, reason: str, if_match: int | None, origin: Origin
) -> DeviceDetail:
    """Put a suspended device back into service; it has a full interval to be heard of.

    Raises NotPermittedError, NotFoundError, StaleVersionError, ConflictError unless it is suspended.
    """
    tenant_id = actor.require(Permission.MANAGE_DEVICES)
    with tenant_session(tenant_id) as connection:
        before = _lock(connection, tenant_id, device_id, if_match)
        _require(before, Lifecycle.SUSPENDED)
        _move(connection, actor, before, Lifecycle.ACTIVE, reason=reason, now=clock.now(), origin=origin)
        add_events(connection, [announcements.device_resumed(tenant_id, device_id, reason=reason, by=actor.name)])
        after = read_device(connection, tenant_id, device_id)
    publish_after_commit()
    return after


def decommission_device(
    actor: Principal,
    device_id: str,
    *,
    reason: str,
    if_match: int | None,
    origin: Origin,
    permission: Permission = Permission.MANAGE_DEVICES,
) -> DeviceDetail:
    """Put a device out of service for good: its credentials and alerts end, its seat is free, its data stays.

    Raises NotPermittedError, NotFoundError, StaleVersionError, ConflictError when it is decommissioned already.
    """
    tenant_id = actor.require(permission)
    now = clock.now()
    with tenant_session(tenant_id) as connection:
        # Seats before devices, as whoever adds devices locks them.
        lock_seats(connection, tenant_id)
        before = _lock(connection, tenant_id, device_id, if_match)
        _require(before, Lifecycle.ACTIVE, Lifecycle.SUSPENDED)
        free_seats(connection, tenant_id, [device_id])
        _move(connection, actor, before, Lifecycle.DECOMMISSIONED, reason=reason, now=now, origin=origin)
        revoke_all_credentials(connection, tenant_id, device_id, actor=actor, origin=origin, now=now)
        add_events(
            connection, [announcements.device_decommissioned(tenant_id, device_id, reason=reason, by=actor.name)]
        )
        after = read_device(connection, tenant_id, device_id)
    release_credentials_of(tenant_id, device_id)
    publish_after_commit()
    return after


def delete_device(actor: Principal, device_id: str, *, if_match: int | None, origin: Origin) -> None:
    """Take a decommissioned device out of the registry, with its history; its readings are kept unseen for a while.

    Nothing of it stays at AWS IoT: neither its thing and certificates, nor what was desired of it, which whoever has
    the id next must not be told. They go first, since nobody could find them any more once the registry has forgotten
    the device; when that fails, the device is still there to be deleted again.

    Raises NotPermittedError, NotFoundError, StaleVersionError, ConflictError unless it is decommissioned.
    """
    tenant_id = actor.require(Permission.MANAGE_DEVICES)
    with tenant_session(tenant_id) as connection:
        _require(_lock(connection, tenant_id, device_id, if_match), Lifecycle.DECOMMISSIONED)
    delete_shadows(tenant_id, device_id)
    broker.delete_thing(tenant_id, device_id)
    with tenant_session(tenant_id) as connection:
        before = _lock(connection, tenant_id, device_id, if_match)
        _require(before, Lifecycle.DECOMMISSIONED)
        device_store.delete_device(connection, tenant_id, device_id)
        record_change(
            connection,
            actor=actor,
            origin=origin,
            action="device.delete",
            subject=device_id,
            before=device_store.registered_fields(before),
        )
        add_events(connection, [announcements.device_deleted(tenant_id, device_id, by=actor.name)])
    publish_after_commit()


def _lock(connection: Connection, tenant_id: str, device_id: str, if_match: int | None) -> dict[str, Any]:
    row = device_store.read_device_row(connection, tenant_id, device_id, lock=True)
    if row is None:
        raise device_not_found(device_id)
    require_match(if_match, row["version"])
    return {**row, "tenant_id": tenant_id}


def _require(device: Mapping[str, Any], *allowed: Lifecycle) -> None:
    if device["lifecycle"] not in allowed:
        wanted = " or ".join(lifecycle.value for lifecycle in allowed)
        message = f"the device is {device['lifecycle']}; this is for one that is {wanted}"
        raise ConflictError(message)


def _move(
    connection: Connection,
    actor: Principal,
    before: Mapping[str, Any],
    lifecycle: Lifecycle,
    *,
    reason: str,
    now: datetime,
    origin: Origin,
) -> None:
    """Write the step, its log and its audit entry; deadlines and alerts follow."""
    step = {
        "tenant_id": before["tenant_id"],
        "device_id": before["device_id"],
        "from_lifecycle": before["lifecycle"],
        "to_lifecycle": lifecycle.value,
        "reason": reason,
        "actor": actor.name,
        "now": now,
    }
    connection.execute(
        """
        UPDATE devices
        SET lifecycle = %(to_lifecycle)s, lifecycle_changed_at = %(now)s, lifecycle_reason = %(reason)s,
            decommissioned_at = CASE %(to_lifecycle)s WHEN 'DECOMMISSIONED' THEN %(now)s END,
            decommissioned_by = CASE %(to_lifecycle)s WHEN 'DECOMMISSIONED' THEN %(actor)s END,
            updated_at = now(), version = version + 1
        WHERE tenant_id = %(tenant_id)s AND device_id = %(device_id)s
        """,
        step,
    )
    connection.execute(
        """
        INSERT INTO device_lifecycle_log (tenant_id, device_id, time, from_lifecycle, to_lifecycle, reason, actor)
        VALUES (%(tenant_id)s, %(device_id)s, %(now)s, %(from_lifecycle)s, %(to_lifecycle)s, %(reason)s, %(actor)s)
        """,
        step,
    )
    renew_deadlines(connection, before["tenant_id"], device_ids=[before["device_id"]], now=now)
    verbs = {
        Lifecycle.SUSPENDED: "device.suspend",
        Lifecycle.ACTIVE: "device.resume",
        Lifecycle.DECOMMISSIONED: "device.decommission",
    }
    record_change(
        connection,
        actor=actor,
        origin=origin,
        action=verbs[lifecycle],
        subject=before["device_id"],
        before={"lifecycle": before["lifecycle"]},
        after={"lifecycle": lifecycle.value, "reason": reason},
    )
