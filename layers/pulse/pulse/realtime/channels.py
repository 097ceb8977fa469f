"""What can be followed, and who is told of what. Pure."""

from collections.abc import Mapping
from typing import Any, Final

from pulse.identity.permissions import Permission

ALERTS: Final = "alerts"
FLEET: Final = "fleet"
_DEVICE: Final = "device:"

LIVE_READING: Final = "device.telemetry"
"""Type of the message that carries a device's newest values. It comes from ingest and is no event of the bus."""


def device_channel(device_id: str) -> str:
    """The channel of one device."""
    return _DEVICE + device_id


def device_of(channel: str) -> str | None:
    """The device that a channel is about, or None for the channels of the whole tenant."""
    return channel.removeprefix(_DEVICE) if channel.startswith(_DEVICE) else None


def permission_for(channel: str) -> Permission:
    """What a caller needs in order to follow a channel."""
    if channel == ALERTS:
        return Permission.READ_ALERTS
    return Permission.READ_DEVICES if channel == FLEET else Permission.READ_TELEMETRY


def channels_of(event_type: str, detail: Mapping[str, Any]) -> tuple[str, ...]:
    """The channels on which an event is told.

    An alert is told to those who follow alerts and to those who look at its device; a device's change to those who
    follow the fleet or look at that device; its values and commands to the latter alone.
    """
    concept = event_type.partition(".")[0]
    device_id = detail.get("device_id")
    own = (device_channel(device_id),) if isinstance(device_id, str) else ()
    match concept:
        case "alert":
            return (ALERTS, *own)
        case "device":
            return own if event_type == LIVE_READING else (FLEET, *own)
        case "command":
            return own
        case _:
            return ()
