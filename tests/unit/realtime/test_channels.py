"""Who is told of what."""

import pytest

from pulse.identity.permissions import Permission
from pulse.realtime.channels import CHANGED, READ_BY, channels_of, device_of, permission_for

DETAIL = {"tenant_id": "acme", "device_id": "freezer-1"}


@pytest.mark.parametrize(
    ("event_type", "channels"),
    [
        ("alert.opened", ("alerts", "device:freezer-1")),
        ("alert.closed", ("alerts", "device:freezer-1")),
        ("device.status_changed", ("fleet", "device:freezer-1")),
        ("device.telemetry", ("device:freezer-1",)),
        ("command.acknowledged", ("device:freezer-1",)),
        ("tenant.created", ()),
    ],
)
def test_an_event_is_told_where_it_belongs(event_type: str, channels: tuple[str, ...]) -> None:
    assert channels_of(event_type, DETAIL) == channels


def test_an_alert_without_a_device_is_told_to_those_who_follow_alerts() -> None:
    assert channels_of("alert.opened", {"tenant_id": "acme", "device_id": None}) == ("alerts",)


@pytest.mark.parametrize("kind", READ_BY)
def test_a_change_is_told_to_those_alone_who_may_read_what_has_changed(kind: str) -> None:
    [channel] = channels_of(CHANGED, {"tenant_id": "acme", "kind": kind})
    assert permission_for(channel) is READ_BY[kind]


def test_a_channel_names_its_device() -> None:
    assert device_of("device:freezer-1") == "freezer-1"
    assert device_of("alerts") is None


@pytest.mark.parametrize(
    ("channel", "permission"),
    [
        ("alerts", Permission.READ_ALERTS),
        ("fleet", Permission.READ_DEVICES),
        ("device:freezer-1", Permission.READ_TELEMETRY),
    ],
)
def test_following_needs_the_permission_of_reading(channel: str, permission: Permission) -> None:
    assert permission_for(channel) is permission
