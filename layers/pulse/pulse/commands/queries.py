"""What people ask of commands."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from pulse.commands import command_store
from pulse.commands.command import Command, CommandStatus, GroupCommand
from pulse.database import tenant_session
from pulse.devices.queries import require_device
from pulse.identity.permissions import Permission
from pulse.identity.principal import Principal


class CommandPosition(NamedTuple):
    """A place in a list of commands, which has the newest first."""

    sequence: int


class CommandList(NamedTuple):
    """A page, and where the next one starts (None after the last)."""

    commands: list[Command]
    next_position: CommandPosition | None


class GroupCommandList(NamedTuple):
    """A page, and where the next one starts (None after the last)."""

    group_commands: list[GroupCommand]
    next_position: CommandPosition | None


def get_command(actor: Principal, device_id: str, command_id: UUID) -> Command:
    """One command of a device. Raises NotPermittedError, NotFoundError."""
    tenant_id = actor.require(Permission.READ_DEVICES)
    with tenant_session(tenant_id) as connection:
        return command_store.read_command(connection, tenant_id, device_id, command_id)


def list_device_commands(
    actor: Principal,
    device_id: str,
    *,
    statuses: Sequence[CommandStatus],
    name: str | None,
    limit: int,
    after: CommandPosition | None,
) -> CommandList:
    """A page of a device's commands, newest first. Raises NotPermittedError, NotFoundError."""
    tenant_id = actor.require(Permission.READ_DEVICES)
    with tenant_session(tenant_id) as connection:
        require_device(connection, tenant_id, device_id)
        rows = command_store.list_commands(
            connection,
            tenant_id,
            device_id=device_id,
            statuses=statuses,
            name=name,
            limit=limit + 1,
            after=after.sequence if after else None,
        )
    return _page(rows, limit)


def get_group_command(actor: Principal, group_command_id: UUID) -> GroupCommand:
    """One command for a group. Raises NotPermittedError, NotFoundError."""
    tenant_id = actor.require(Permission.READ_DEVICES)
    with tenant_session(tenant_id) as connection:
        return command_store.read_group_command(connection, tenant_id, group_command_id)


def list_group_commands(
    actor: Principal, *, group_id: UUID | None, limit: int, after: CommandPosition | None
) -> GroupCommandList:
    """A page of the commands for groups, newest first. Raises NotPermittedError."""
    tenant_id = actor.require(Permission.READ_DEVICES)
    with tenant_session(tenant_id) as connection:
        found = command_store.list_group_commands(
            connection, tenant_id, group_id=group_id, limit=limit + 1, after=after.sequence if after else None
        )
    page = found[:limit]
    position = CommandPosition(page[-1][0]) if len(found) > limit else None
    return GroupCommandList([group_command for _, group_command in page], position)


def list_results(
    actor: Principal,
    group_command_id: UUID,
    *,
    statuses: Sequence[CommandStatus],
    limit: int,
    after: CommandPosition | None,
) -> CommandList:
    """A page of what became of a command for a group at each device. Raises NotPermittedError, NotFoundError."""
    tenant_id = actor.require(Permission.READ_DEVICES)
    with tenant_session(tenant_id) as connection:
        command_store.read_group_command(connection, tenant_id, group_command_id)
        rows = command_store.list_commands(
            connection,
            tenant_id,
            group_command_id=group_command_id,
            statuses=statuses,
            limit=limit + 1,
            after=after.sequence if after else None,
        )
    return _page(rows, limit)


def _page(rows: list[command_store.Row], limit: int) -> CommandList:
    page = rows[:limit]
    position = CommandPosition(page[-1]["sequence"]) if len(rows) > limit else None
    return CommandList([Command.model_validate(row) for row in page], position)
