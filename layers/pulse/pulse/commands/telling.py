"""Events about commands, written in the transaction of the change that they tell of."""

from collections.abc import Mapping
from typing import Any

from pulse.clock import format_instant
from pulse.events.outbox import Event


def command_event(tenant_id: str, event: str, command: Mapping[str, Any]) -> Event:
    """The event `command.{event}` about a row of the table."""
    return Event(tenant_id, f"command.{event}", command_payload(command))


def command_payload(command: Mapping[str, Any]) -> dict[str, Any]:
    """What every event about a command carries, as the command is after the change."""
    group_command_id = command["group_command_id"]
    return {
        "command_id": str(command["command_id"]),
        "device_id": command["device_id"],
        "group_command_id": str(group_command_id) if group_command_id else None,
        "name": command["name"],
        "status": command["status"],
        "reason": command["reason"],
        "created_by": command["created_by"],
        "expires_at": format_instant(command["expires_at"]),
    }


def group_command_queued(tenant_id: str, group_command: Mapping[str, Any], *, devices: int) -> Event:
    """A command was entered for the devices of a group, of which no `command.queued` tells."""
    return Event(
        tenant_id,
        "group_command.queued",
        {
            "group_command_id": str(group_command["group_command_id"]),
            "group_id": str(group_command["group_id"]),
            "group_name": group_command["group_name"],
            "name": group_command["name"],
            "devices": devices,
            "created_by": group_command["created_by"],
            "expires_at": format_instant(group_command["expires_at"]),
        },
    )
