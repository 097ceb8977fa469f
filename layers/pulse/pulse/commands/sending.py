"""Sending commands, to one device or to those of a group, and taking back what no device has yet."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from pulse import clock
from pulse.clock import format_instant
from pulse.commands import command_store
from pulse.commands.command import MAXIMUM_DEVICES, MAXIMUM_OPEN, Command, GroupCommand
from pulse.commands.telling import command_event, group_command_queued
from pulse.database import Connection, tenant_session
from pulse.devices.groups import get_group_in, member_ids
from pulse.devices.queries import Lifecycle, lock_in_service, lock_lifecycle
from pulse.errors import ConflictError
from pulse.events.outbox import add_events, publish_after_commit
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.limits.admission import admit_amount
from pulse.limits.definitions import LimitName
from pulse.operations.audit import record_change


def send_command(
    actor: Principal, device_id: str, *, name: str, parameters: dict[str, Any], lifetime: timedelta, origin: Origin
) -> Command:
    """Enter a command for a device, which gets it at once, or as soon as it is there, until its lifetime is over.

    Raises NotPermittedError, NotFoundError, ConflictError for a device that is out of service or has too many open
    commands, RateExceededError when the tenant's devices were sent too many.
    """
    tenant_id = actor.require(Permission.SEND_COMMANDS)
    with tenant_session(tenant_id) as connection:
        command = enter_command(
            connection, actor, tenant_id, device_id, name=name, parameters=parameters, lifetime=lifetime, origin=origin
        )
    publish_after_commit()
    return command


def enter_command(
    connection: Connection,
    actor: Principal,
    tenant_id: str,
    device_id: str,
    *,
    name: str,
    parameters: dict[str, Any],
    lifetime: timedelta,
    origin: Origin,
) -> Command:
    """The same within a transaction of somebody who has looked whether the actor may. Raises as `send_command` does."""
    now = clock.now()
    # Held, so that two commands don't both take the last place.
    lifecycle = lock_lifecycle(connection, tenant_id, device_id)
    if lifecycle is not Lifecycle.ACTIVE:
        message = f"device {device_id} is {lifecycle}; commands are for devices in service"
        raise ConflictError(message)
    if command_store.count_open(connection, tenant_id, device_id) >= MAXIMUM_OPEN:
        message = f"device {device_id} has {MAXIMUM_OPEN} open commands; wait for its answers or cancel some"
        raise ConflictError(message)
    admit_amount(connection, tenant_id, LimitName.COMMANDS_TENANT, 1)
    row = connection.execute(
        """
        INSERT INTO commands (tenant_id, device_id, name, parameters, created_at, created_by, expires_at, deliver_at)
        VALUES (%(tenant_id)s, %(device_id)s, %(name)s, %(parameters)s, %(now)s, %(created_by)s, %(expires_at)s,
                %(now)s)
        RETURNING *
        """,
        {
            "tenant_id": tenant_id,
            "device_id": device_id,
            "name": name,
            "parameters": Jsonb(parameters),
            "now": now,
            "created_by": actor.name,
            "expires_at": now + lifetime,
        },
    ).fetchone()
    assert row is not None
    record_change(
        connection,
        actor=actor,
        origin=origin,
        action="command.send",
        subject=device_id,
        after={
            "command_id": str(row["command_id"]),
            "name": name,
            "parameters": parameters,
            "expires_at": format_instant(row["expires_at"]),
        },
    )
    add_events(connection, [command_event(tenant_id, "queued", row)])
    return Command.model_validate(row)


def send_group_command(
    actor: Principal, group_id: UUID, *, name: str, parameters: dict[str, Any], lifetime: timedelta, origin: Origin
) -> GroupCommand:
    """Enter a command for every device in service of a group, as the group is now.

    Raises NotPermittedError, NotFoundError, ConflictError for a group without such devices, or with too many,
    RateExceededError when the tenant's devices were sent too many.
    """
    tenant_id = actor.require(Permission.SEND_COMMANDS)
    now = clock.now()
    with tenant_session(tenant_id) as connection:
        group = get_group_in(connection, tenant_id, group_id)
        members = member_ids(connection, tenant_id, group_id, in_service=True)
        # Held, so that two commands don't both take a device's last place.
        device_ids = lock_in_service(connection, tenant_id, members)
        if not device_ids:
            message = f"the group {group.name} has no device in service"
            raise ConflictError(message)
        if len(device_ids) > MAXIMUM_DEVICES:
            message = f"the group {group.name} has {len(device_ids)} devices; a command goes to {MAXIMUM_DEVICES}"
            raise ConflictError(message)
        admit_amount(connection, tenant_id, LimitName.COMMANDS_TENANT, len(device_ids))
        sent = command_store.insert_group_command(
            connection,
            tenant_id,
            {
                "group_id": group_id,
                "group_name": group.name,
                "name": name,
                "parameters": Jsonb(parameters),
                "now": now,
                "created_by": actor.name,
                "expires_at": now + lifetime,
            },
            device_ids,
        )
        record_change(
            connection,
            actor=actor,
            origin=origin,
            action="group_command.send",
            subject=str(group_id),
            after={
                "group_command_id": str(sent["group_command_id"]),
                "name": name,
                "parameters": parameters,
                "expires_at": format_instant(sent["expires_at"]),
                "devices": len(device_ids) - sent["left_out"],
            },
        )
        add_events(connection, [group_command_queued(tenant_id, sent, devices=len(device_ids) - sent["left_out"])])
        group_command = command_store.read_group_command(connection, tenant_id, sent["group_command_id"])
    publish_after_commit()
    return group_command


def cancel_command(actor: Principal, device_id: str, command_id: UUID, *, reason: str, origin: Origin) -> Command:
    """Take back a command that the device does not have yet.

    Raises NotPermittedError, NotFoundError, ConflictError for one that was handed over or is finished.
    """
    tenant_id = actor.require(Permission.SEND_COMMANDS)
    with tenant_session(tenant_id) as connection:
        before = command_store.read_command(connection, tenant_id, device_id, command_id, lock=True)
        cancelled = command_store.cancel_queued(
            connection, tenant_id, now=clock.now(), reason=reason, command_id=command_id
        )
        if not cancelled:
            message = f"the command is {before.status}; only one that is QUEUED can be cancelled"
            raise ConflictError(message)
        record_change(
            connection,
            actor=actor,
            origin=origin,
            action="command.cancel",
            subject=device_id,
            before={"command_id": str(command_id), "status": before.status.value},
            after={"status": "CANCELLED", "reason": reason},
        )
        add_events(connection, [command_event(tenant_id, "cancelled", row) for row in cancelled])
        after = command_store.read_command(connection, tenant_id, device_id, command_id)
    publish_after_commit()
    return after


def cancel_group_command(actor: Principal, group_command_id: UUID, *, reason: str, origin: Origin) -> GroupCommand:
    """Take back the part of a command for a group that its devices don't have yet. Repeating it changes nothing.

    Raises NotPermittedError, NotFoundError.
    """
    tenant_id = actor.require(Permission.SEND_COMMANDS)
    with tenant_session(tenant_id) as connection:
        command_store.read_group_command(connection, tenant_id, group_command_id)
        cancelled = command_store.cancel_queued(
            connection, tenant_id, now=clock.now(), reason=reason, group_command_id=group_command_id
        )
        if cancelled:
            record_change(
                connection,
                actor=actor,
                origin=origin,
                action="group_command.cancel",
                subject=str(group_command_id),
                after={"cancelled": len(cancelled), "reason": reason},
            )
            add_events(connection, [command_event(tenant_id, "cancelled", row) for row in cancelled])
        group_command = command_store.read_group_command(connection, tenant_id, group_command_id)
    publish_after_commit()
    return group_command
