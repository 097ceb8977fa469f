"""What can be followed, and who is told of what. Pure."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from pulse.identity.permissions import Permission

ALERTS: Final = "alerts"
FLEET: Final = "fleet"
_DEVICE: Final = "device:"
_CHANGES: Final = "changes:"

LIVE_READING: Final = "device.telemetry"
"""Type of the message that carries a device's newest values. It comes from ingest and is no event of the bus."""

CHANGED: Final = "configuration.changed"
"""Type of the message that something was made, changed or deleted: of which kind, and no more. No event of the bus."""

READ_BY: Final = MappingProxyType(
    {
        "addon": Permission.READ_ADDONS,
        "alert_limit": Permission.READ_ALERTS,
        "alert_rule": Permission.READ_ALERT_RULES,
        "api_key": Permission.READ_API_KEYS,
        "claim_token": Permission.READ_CREDENTIALS,
        "device_group": Permission.READ_DEVICES,
        "device_type": Permission.READ_DEVICES,
        "digest": Permission.READ_NOTIFICATIONS,
        "escalation_policy": Permission.READ_ESCALATION,
        "export": Permission.READ_EXPORTS,
        "inbound_source": Permission.READ_ADDONS,
        "maintenance_window": Permission.READ_MAINTENANCE,
        "metric": Permission.READ_METRICS,
        "metric_mapping": Permission.READ_METRICS,
        "notification_channel": Permission.READ_NOTIFICATIONS,
        "notification_job": Permission.READ_NOTIFICATIONS,
        "notification_routing_rule": Permission.READ_NOTIFICATIONS,
        "oncall_override": Permission.READ_ONCALL,
        "oncall_schedule": Permission.READ_ONCALL,
        "report": Permission.READ_REPORTS,
        "report_schedule": Permission.READ_REPORTS,
        "site": Permission.READ_SITES,
        "subscription": Permission.READ_SUBSCRIPTIONS,
        "target": Permission.READ_ADDONS,
        "tenant": Permission.READ_TENANT,
        "user": Permission.READ_USERS,
    }
)
"""Kinds of things whose changes are told, and what one needs in order to hear of them: what reading them needs.

Alerts, devices and commands have events of their own, which say more.
"""


def change_channel(permission: Permission) -> str:
    """The channel of changes to what a permission lets one read."""
    return _CHANGES + permission.value.removesuffix(":read")


CHANGE_CHANNELS: Final = MappingProxyType(
    {change_channel(permission): permission for permission in sorted(set(READ_BY.values()))}
)


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
    if channel in CHANGE_CHANNELS:
        return CHANGE_CHANNELS[channel]
    return Permission.READ_DEVICES if channel == FLEET else Permission.READ_TELEMETRY


def channels_of(event_type: str, detail: Mapping[str, Any]) -> tuple[str, ...]:
    """The channels on which an event is told.

    An alert is told to those who follow alerts and to those who look at its device; a device's change to those who
    follow the fleet or look at that device; its values and commands to the latter alone. A change of configuration is
    told to those who follow what may be read by the same permission.
    """
    if event_type == CHANGED:
        return (change_channel(READ_BY[detail["kind"]]),)
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
