"""Who is connected: right whatever the order and number of the broker's events; and seen on the deployed stack."""

from datetime import timedelta
from itertools import permutations
from random import Random
from typing import Any

import pytest

from pulse import clock
from pulse.devices.connections import Presence, forget_connections, list_connections, note_presence, read_presence_of
from pulse.devices.presence import PresenceEvent
from tests.builders import NOON, Fleet
from tests.integration.stack import Stack, wait_for

SECOND = timedelta(seconds=1)


@pytest.fixture
def device(fleet: Fleet) -> Fleet:
    """The fleet with `freezer-1` in it."""
    fleet.add_device()
    return fleet


def event(fleet: Fleet, kind: str, session: str, second: int, **changes: Any) -> PresenceEvent:
    """Of `freezer-1`, so many seconds past noon."""
    fields: dict[str, Any] = {
        "tenant_id": fleet.tenant_id,
        "device_id": "freezer-1",
        "session_id": session,
        "connected": kind == "connected",
        "time": NOON + second * SECOND,
        "number": second,
        "credential_id": "certificate-freezer-1",
        "ip_address": "198.51.100.7",
        "disconnect_reason": "" if kind == "connected" else "CONNECTION_LOST",
        **changes,
    }
    return PresenceEvent(**fields)


def presence(fleet: Fleet) -> Presence:
    return read_presence_of(fleet.person(), "freezer-1")


def test_a_device_that_was_never_seen_is_not_connected(device: Fleet) -> None:
    assert presence(device) == Presence(connected=False, since=None)


def test_a_session_begins_and_ends(device: Fleet) -> None:
    note_presence(event(device, "connected", "a", 1))
    assert presence(device) == Presence(connected=True, since=NOON + SECOND)
    note_presence(event(device, "disconnected", "a", 2))
    assert presence(device) == Presence(connected=False, since=NOON + 2 * SECOND)


STORY = [("connected", "a", 1), ("connected", "b", 3), ("disconnected", "a", 4)]


@pytest.mark.parametrize(
    "order", list(permutations(STORY)), ids=lambda order: " ".join(kind + of for kind, of, _ in order)
)
def test_the_end_of_a_session_that_was_replaced_disconnects_nobody(
    device: Fleet, order: tuple[tuple[str, str, int], ...]
) -> None:
    for kind, session, second in order:
        note_presence(event(device, kind, session, second))
    assert presence(device) == Presence(connected=True, since=NOON + 3 * SECOND)


@pytest.mark.parametrize("seed", range(8))
def test_any_order_and_any_repetition_lead_to_the_same(device: Fleet, seed: int) -> None:
    story = [event(device, kind, session, second) for kind, session, second in [*STORY, ("disconnected", "b", 9)]]
    told = [*story, *story]
    Random(seed).shuffle(told)
    for one in told:
        note_presence(one)
    page = list_connections(device.person(), "freezer-1", limit=50, after=None)
    assert [
        (connection.session_id, connection.connected_at, connection.disconnected_at) for connection in page.connections
    ] == [("b", NOON + 3 * SECOND, NOON + 9 * SECOND), ("a", NOON + SECOND, NOON + 4 * SECOND)]


def test_what_is_known_is_told_of_once(device: Fleet) -> None:
    assert note_presence(event(device, "connected", "a", 1))
    assert not note_presence(event(device, "connected", "a", 1))
    assert not note_presence(event(device, "connected", "a", 1, device_id="never-registered"))


def test_pages_lead_through_all_sessions_newest_first(device: Fleet) -> None:
    for second in range(5):
        note_presence(event(device, "connected", f"session-{second}", second))
    seen: list[str] = []
    after = None
    while True:
        page = list_connections(device.person(), "freezer-1", limit=2, after=after)
        seen += [connection.session_id for connection in page.connections]
        after = page.next_position
        if after is None:
            break
    assert seen == [f"session-{second}" for second in reversed(range(5))]


def test_sessions_that_ended_long_ago_are_forgotten_and_open_ones_are_not(device: Fleet) -> None:
    note_presence(event(device, "connected", "open", 1))
    note_presence(event(device, "connected", "ended", 2))
    note_presence(event(device, "disconnected", "ended", 3))
    forget_connections(NOON + 3 * SECOND + timedelta(days=90))
    assert len(list_connections(device.person(), "freezer-1", limit=9, after=None).connections) == 2
    forget_connections(NOON + 4 * SECOND + timedelta(days=90))
    [left] = list_connections(device.person(), "freezer-1", limit=9, after=None).connections
    assert left.session_id == "open"


def test_deployed_a_session_is_in_the_log_from_its_beginning_to_its_end(stack: Stack) -> None:
    device = stack.devices[-1]
    path = f"/customer/devices/{device['device_id']}"
    with stack.api("viewer", device["tenant_id"]) as api:

        def connected() -> bool:
            shown = {api.get(f"{path}{more}").json()["connected"] for more in ("", "/presence")}
            return shown == {True}

        with stack.connect(device) as connection:
            assert connection.wait_connected() == "Success"
            wait_for(connected, what="the device's presence")
        wait_for(lambda: not connected(), what="the device's absence")
        [newest, *_] = api.get(f"{path}/connections").json()["items"]
    assert newest["connected_at"] <= newest["disconnected_at"]
    assert newest["disconnect_reason"] == "CLIENT_INITIATED_DISCONNECT"
    assert len(newest["credential_id"]) == 64


def test_deployed_a_device_speaks_of_nobodys_session_by_calling_the_rule_past_its_topic(stack: Stack) -> None:
    forger = stack.devices[0]
    victim = next(device for device in stack.devices if device["tenant_id"] != forger["tenant_id"])
    session = {
        "clientId": f"{victim['tenant_id']}:{victim['device_id']}",
        "sessionIdentifier": "forged",
        "eventType": "connected",
        "timestamp": int(clock.now().timestamp() * 1000) + 3_600_000,
        "versionNumber": 1_000_000,
    }
    with stack.connect(forger) as connection:
        topic = f"$aws/rules/pulse_presence/{connection.topic}"
        assert connection.publish(session, topic=topic) == "Not authorized"
    with stack.api("viewer", victim["tenant_id"]) as api:
        path = f"/customer/devices/{victim['device_id']}/connections"
        before = len(api.get(path).json()["items"])
        with stack.connect(victim) as connection:
            assert connection.wait_connected() == "Success"
            wait_for(lambda: len(api.get(path).json()["items"]) > before, what="the victim's own session")
        assert "forged" not in {entry["session_id"] for entry in api.get(path).json()["items"]}
