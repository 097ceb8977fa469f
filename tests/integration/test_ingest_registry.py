"""Whom ingest knows: asked once, believed for a while, and never for long."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from pulse import clock
from pulse.database import Connection, ingest_session, tenant_session
from pulse.devices import known_devices as registry
from pulse.devices.known_devices import BELIEVED_FOR, REFUSAL_BELIEVED_FOR, known_devices
from pulse.devices.registry import DeviceKey, RegisteredDevice, load_devices
from pulse.telemetry.ingest import ingest
from tests.builders import Fleet

SECOND = timedelta(seconds=1)

type MoveClock = Callable[[timedelta], None]


@pytest.fixture
def move_clock(monkeypatch: pytest.MonkeyPatch) -> MoveClock:
    """The process's clock, which stands still until it is moved."""
    present = clock.now()

    def now() -> datetime:
        return present

    def move(by: timedelta) -> None:
        nonlocal present
        present += by

    monkeypatch.setattr(clock, "now", now)
    return move


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[set[DeviceKey]]:
    """What the database was asked for, query by query."""
    queries: list[set[DeviceKey]] = []

    def load(connection: Connection, keys: set[DeviceKey]) -> dict[DeviceKey, RegisteredDevice]:
        queries.append(set(keys))
        return load_devices(connection, keys)

    monkeypatch.setattr(registry, "load_devices", load)
    return queries


def accepted(fleet: Fleet, device_id: str = "freezer-1") -> bool:
    return ingest([fleet.message(device_id=device_id)]).accepted == 1


def revoke(fleet: Fleet) -> None:
    fleet.rows("UPDATE device_credentials SET revoked_at = now() RETURNING credential_id")


def test_a_revoked_credential_is_refused_half_a_minute_later(fleet: Fleet, move_clock: MoveClock) -> None:
    fleet.add_device()
    assert accepted(fleet)
    revoke(fleet)
    move_clock(BELIEVED_FOR - SECOND)
    assert accepted(fleet)
    move_clock(SECOND)
    assert not accepted(fleet)
    assert fleet.rows("SELECT reason FROM quarantine_events") == [{"reason": "CREDENTIAL_REVOKED"}]


@pytest.mark.parametrize("lifecycle", ["SUSPENDED", "DECOMMISSIONED"])
def test_a_device_taken_out_of_service_is_refused_half_a_minute_later(
    fleet: Fleet, move_clock: MoveClock, lifecycle: str
) -> None:
    fleet.add_device()
    assert accepted(fleet)
    fleet.rows("UPDATE devices SET lifecycle = %s RETURNING device_id", lifecycle)
    move_clock(BELIEVED_FOR)
    assert not accepted(fleet)
    assert fleet.rows("SELECT reason FROM quarantine_events") == [{"reason": f"DEVICE_{lifecycle}"}]


def test_a_device_that_is_registered_after_it_has_spoken_is_known_in_seconds(
    fleet: Fleet, move_clock: MoveClock
) -> None:
    assert not accepted(fleet)
    fleet.add_device()
    assert not accepted(fleet)
    move_clock(REFUSAL_BELIEVED_FOR)
    assert accepted(fleet)


def test_a_new_certificate_of_a_device_that_speaks_is_known_at_once(fleet: Fleet) -> None:
    fleet.add_device()
    assert accepted(fleet)
    with tenant_session(fleet.tenant_id) as connection:
        connection.execute(
            """
            INSERT INTO device_credentials (tenant_id, device_id, credential_id, kind, certificate_arn)
            VALUES (%s, 'freezer-1', 'renewed', 'certificate', 'arn:aws:iot:test')
            """,
            (fleet.tenant_id,),
        )
    assert ingest([replace(fleet.message(), principal="renewed")]).accepted == 1


def test_a_batch_asks_once_for_what_is_missing(fleet: Fleet, asked: list[set[DeviceKey]]) -> None:
    for number in range(3):
        fleet.add_device(f"freezer-{number}")
    keys = [(fleet.tenant_id, f"freezer-{number}") for number in range(3)]
    ingest([fleet.message(device_id=f"freezer-{number}") for number in (0, 1, 0, 1)])
    ingest([fleet.message(device_id=f"freezer-{number}") for number in (0, 1)])
    ingest([fleet.message(device_id=f"freezer-{number}") for number in (0, 1, 2)])
    assert asked == [set(keys[:2]), {keys[2]}]


def test_an_unknown_sender_is_asked_for_once_in_five_seconds(
    fleet: Fleet, asked: list[set[DeviceKey]], move_clock: MoveClock
) -> None:
    for _ in range(3):
        assert not accepted(fleet, "nobody")
    move_clock(REFUSAL_BELIEVED_FOR)
    assert not accepted(fleet, "nobody")
    assert len(asked) == 2


def test_strangers_who_take_turns_are_asked_for_once_each(fleet: Fleet, asked: list[set[DeviceKey]]) -> None:
    fleet.add_device()
    assert accepted(fleet)
    for principal in ("stranger-1", "stranger-2") * 3:
        assert ingest([replace(fleet.message(), principal=principal)]).accepted == 0
    assert len(asked) == 3


def test_no_more_is_remembered_than_there_is_room_for(
    fleet: Fleet, asked: list[set[DeviceKey]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "_MOST_REMEMBERED", 2)
    for number in range(3):
        fleet.add_device(f"freezer-{number}")
    senders = [((fleet.tenant_id, f"freezer-{number}"), f"certificate-freezer-{number}") for number in range(3)]
    with ingest_session() as connection:
        for number in (0, 1, 0, 2, 0, 1):
            assert set(known_devices(connection, [senders[number]])) == {senders[number][0]}
    forgotten_is_the_one_not_used_for_longest = [{senders[number][0]} for number in (0, 1, 2, 1)]
    assert asked == forgotten_is_the_one_not_used_for_longest
