"""Commands to devices and to groups of them."""

from datetime import timedelta
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from pydantic import Field

from pulse.api.paging import DEFAULT_LIMIT, Cursor, CursorText, Limit, Page
from pulse.api.request import origin, principal
from pulse.api.routes import Routes
from pulse.api.types import Name, Remark
from pulse.commands import queries, sending
from pulse.commands.command import (
    DEFAULT_SECONDS,
    LONGEST_SECONDS,
    SHORTEST_SECONDS,
    Command,
    CommandName,
    CommandStatus,
    GroupCommand,
    Parameters,
)
from pulse.commands.queries import CommandPosition
from pulse.identity.permissions import Permission
from pulse.limits.definitions import LimitName
from pulse.models import Input

routes = Routes("Commands")
_CURSOR = Cursor(CommandPosition)
_CONFLICT = (HTTPStatus.CONFLICT,)
_LIMITS = (LimitName.API_COMMAND,)
_OF_DEVICE = "/customer/devices/<device_id>/commands"
_FOR_GROUP = "/customer/group-commands/<group_command_id>"

Statuses = Annotated[list[CommandStatus] | None, Query(alias="status", description="One or more; without it all")]


class CommandPage(Page[Command]):
    """A page of commands, newest first."""


class GroupCommandPage(Page[GroupCommand]):
    """A page of commands for groups, newest first."""


class SendCommand(Input):
    """A command that is wanted."""

    name: CommandName = Field(description="What the device knows it by, such as `reboot`")
    parameters: Parameters = Field(default_factory=dict)
    expires_in_seconds: int = Field(
        DEFAULT_SECONDS, ge=SHORTEST_SECONDS, le=LONGEST_SECONDS, description="Without an answer it is given up then"
    )

    @property
    def lifetime(self) -> timedelta:
        """The same as a duration."""
        return timedelta(seconds=self.expires_in_seconds)


class CancelCommand(Input):
    """Why a command is taken back."""

    reason: Remark


@routes.post(_OF_DEVICE, permission=Permission.SEND_COMMANDS, also=_CONFLICT, status=HTTPStatus.CREATED, limits=_LIMITS)
def send_command(device_id: Name, body: Annotated[SendCommand, Body()]) -> Command:
    """Tell a device to do something.

    A device that is connected gets it at once on its command topic, another one as soon as it connects; a device that
    speaks HTTP fetches it. It is handed over again until the device answers or it expires; a device knows a repetition
    by the command's id. 409 for a device out of service, or with 100 open commands.
    """
    return sending.send_command(
        principal(),
        device_id,
        name=body.name,
        parameters=body.parameters,
        lifetime=body.lifetime,
        origin=origin(),
    )


@routes.get(_OF_DEVICE, permission=Permission.READ_DEVICES)
def list_device_commands(
    device_id: Name,
    status: Statuses = None,
    name: Annotated[CommandName | None, Query(description="Only commands of this name")] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
) -> CommandPage:
    """List a device's commands, newest first. Finished ones are kept for 180 days."""
    page = queries.list_device_commands(
        principal(), device_id, statuses=status or (), name=name, limit=limit, after=_CURSOR.decode(cursor)
    )
    return CommandPage(items=page.commands, next_cursor=_CURSOR.encode(page.next_position))


@routes.get(f"{_OF_DEVICE}/<command_id>", permission=Permission.READ_DEVICES)
def get_command(device_id: Name, command_id: UUID) -> Command:
    """Read what became of a command."""
    return queries.get_command(principal(), device_id, command_id)


@routes.post(f"{_OF_DEVICE}/<command_id>/cancel", permission=Permission.SEND_COMMANDS, also=_CONFLICT)
def cancel_command(device_id: Name, command_id: UUID, body: Annotated[CancelCommand, Body()]) -> Command:
    """Take back a command that the device does not have yet; 409 for another."""
    return sending.cancel_command(principal(), device_id, command_id, reason=body.reason, origin=origin())


@routes.post(
    "/customer/device-groups/<group_id>/commands",
    permission=Permission.SEND_COMMANDS,
    also=_CONFLICT,
    status=HTTPStatus.CREATED,
    limits=_LIMITS,
)
def send_group_command(group_id: UUID, body: Annotated[SendCommand, Body()]) -> GroupCommand:
    """Tell every device of a group that is in service to do something, as the group is now.

    Each device has a command of its own then, with its own answer. 409 for a group without such devices, or with more
    than 10 000.
    """
    return sending.send_group_command(
        principal(),
        group_id,
        name=body.name,
        parameters=body.parameters,
        lifetime=body.lifetime,
        origin=origin(),
    )


@routes.get("/customer/group-commands", permission=Permission.READ_DEVICES)
def list_group_commands(
    group_id: Annotated[UUID | None, Query(description="Only commands for this group")] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
) -> GroupCommandPage:
    """List commands for groups, newest first, with how many devices each stands at."""
    page = queries.list_group_commands(principal(), group_id=group_id, limit=limit, after=_CURSOR.decode(cursor))
    return GroupCommandPage(items=page.group_commands, next_cursor=_CURSOR.encode(page.next_position))


@routes.get(_FOR_GROUP, permission=Permission.READ_DEVICES)
def get_group_command(group_command_id: UUID) -> GroupCommand:
    """Read how far a command for a group has come."""
    return queries.get_group_command(principal(), group_command_id)


@routes.get(f"{_FOR_GROUP}/results", permission=Permission.READ_DEVICES)
def list_group_command_results(
    group_command_id: UUID, status: Statuses = None, limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None
) -> CommandPage:
    """List what became of a command for a group at each device."""
    page = queries.list_results(
        principal(), group_command_id, statuses=status or (), limit=limit, after=_CURSOR.decode(cursor)
    )
    return CommandPage(items=page.commands, next_cursor=_CURSOR.encode(page.next_position))


@routes.post(f"{_FOR_GROUP}/cancel", permission=Permission.SEND_COMMANDS)
def cancel_group_command(group_command_id: UUID, body: Annotated[CancelCommand, Body()]) -> GroupCommand:
    """Take back the part of a command for a group that its devices don't have yet."""
    return sending.cancel_group_command(principal(), group_command_id, reason=body.reason, origin=origin())
