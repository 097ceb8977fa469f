"""The broker's presence events as documents."""

from base64 import b64encode
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.devices.presence import UnreadablePresenceError, read_entry, read_presence

CONNECTED: dict[str, Any] = {
    "clientId": "acme:freezer-1",
    "timestamp": 1795176000123,
    "eventType": "connected",
    "sessionIdentifier": "session-1",
    "principalIdentifier": "certificate-1",
    "ipAddress": "198.51.100.7",
    "versionNumber": 3,
}


def test_a_beginning_says_who_came_in_with_what() -> None:
    event = read_presence(CONNECTED)
    assert event is not None
    assert (event.tenant_id, event.device_id, event.session_id) == ("acme", "freezer-1", "session-1")
    assert (event.connected, event.credential_id, event.ip_address) == (True, "certificate-1", "198.51.100.7")
    assert event.time == datetime(2026, 11, 20, 12, 0, 0, 123000, tzinfo=UTC)


def test_an_end_says_why() -> None:
    event = read_presence({**CONNECTED, "eventType": "disconnected", "disconnectReason": "CONNECTION_LOST"})
    assert event is not None
    assert (event.connected, event.disconnect_reason) == (False, "CONNECTION_LOST")


@pytest.mark.parametrize("client_id", ["iotconsole-1", "acme:", ":freezer-1", ""])
def test_a_client_that_is_no_device_is_passed_over(client_id: str) -> None:
    assert read_presence({**CONNECTED, "clientId": client_id}) is None


@pytest.mark.parametrize(
    "change",
    [{"timestamp": "noon"}, {"timestamp": 10**30}, {"eventType": "subscribed"}, {"versionNumber": None}],
    ids=str,
)
def test_what_is_no_event_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(UnreadablePresenceError):
        read_presence({**CONNECTED, **change})


@given(st.sampled_from(sorted(CONNECTED.keys() - {"ipAddress", "versionNumber", "principalIdentifier"})))
def test_what_is_missing_is_refused(field: str) -> None:
    with pytest.raises(UnreadablePresenceError):
        read_presence({name: value for name, value in CONNECTED.items() if name != field})


def entry(topic: str) -> dict[str, str]:
    return {"topic": topic, "data": b64encode(orjson.dumps(CONNECTED)).decode()}


def test_an_entry_holds_what_the_broker_says_of_a_device() -> None:
    assert read_entry(entry("$aws/events/presence/connected/acme:freezer-1")) == read_presence(CONNECTED)


@pytest.mark.parametrize("topic", ["devices/acme/freezer-1/presence", "$aws/rules/pulse_presence/devices/acme/x/y", ""])
def test_what_comes_by_another_topic_is_nobodys_session(topic: str) -> None:
    assert read_entry(entry(topic)) is None


def test_an_entry_that_the_rule_did_not_write_is_unreadable() -> None:
    with pytest.raises(UnreadablePresenceError):
        read_entry({"topic": "$aws/events/presence/connected/a:b", "data": "no base64 of JSON"})
