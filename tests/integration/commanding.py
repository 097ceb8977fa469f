"""Commands as people send them and devices answer them, with the broker and the time of a scenario."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest

from pulse import clock, transient
from pulse.commands import answering, delivery, happenings, queries, sending, sweep
from pulse.commands.command import Command, GroupCommand
from pulse.database import ingest_session
from pulse.devices import groups, lifecycle
from pulse.devices.connections import note_presence
from pulse.devices.presence import PresenceEvent
from pulse.limits.counters import forget_counts
from pulse.settings import settings
from tests.builders import NOON, ORIGIN, Fleet, make_envelope
from tests.dynamodb import InMemoryDynamoDB

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


class Broker:
    """In the place of AWS IoT: keeps what was published, and takes nothing while it is down."""

    def __init__(self) -> None:
        self.published: list[str] = []
        self.is_up = True

    def publish(self, commands: list[dict[str, Any]]) -> list[bool]:
        if self.is_up:
            self.published += [str(command["command_id"]) for command in commands]
        return [self.is_up] * len(commands)


class Clock:
    """The time of a scenario."""

    def __init__(self, now: datetime) -> None:
        self.now = now


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """It is noon until a test moves it."""
    scenario = Clock(NOON)
    monkeypatch.setattr(clock, "now", lambda: scenario.now)
    return scenario


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch, scenario_database: str) -> Broker:
    """The broker of a scenario, in which there are no commands yet."""
    assert scenario_database
    broker, counts = Broker(), InMemoryDynamoDB()
    monkeypatch.setattr(transient, "_client", lambda: counts)
    monkeypatch.setenv("TRANSIENT_TABLE_NAME", "memory")
    settings.cache_clear()
    forget_counts()
    monkeypatch.setattr(delivery, "publish_commands", broker.publish)
    for module in (sending, answering, happenings, lifecycle):
        monkeypatch.setattr(module, "publish_after_commit", lambda: None)
    monkeypatch.setattr(lifecycle, "release_credentials_of", lambda *_: None)
    monkeypatch.setattr(sweep, "publish_due", lambda: 0)
    with ingest_session() as connection:
        connection.execute("DELETE FROM commands")
    return broker


@pytest.fixture
def warehouse(fleet: Fleet, time: Clock, broker: Broker) -> Fleet:
    """A fleet with `freezer-1`."""
    assert time
    assert broker
    fleet.add_device()
    return fleet


def connect(fleet: Fleet, device_id: str = "freezer-1", *, connected: bool = True, at: datetime = NOON) -> None:
    note_presence(
        PresenceEvent(fleet.tenant_id, device_id, "session-1", connected, at, 1, f"certificate-{device_id}", None, "")
    )


def send(fleet: Fleet, device_id: str = "freezer-1", **changes: Any) -> Command:
    wanted = {"name": "reboot", "parameters": {}, "lifetime": HOUR, **changes}
    return sending.send_command(fleet.person(), device_id, **wanted, origin=ORIGIN)


def decommission(fleet: Fleet, device_id: str) -> None:
    lifecycle.decommission_device(fleet.person(), device_id, reason="sold", if_match=None, origin=ORIGIN)


def make_group(fleet: Fleet, *device_ids: str) -> UUID:
    group = groups.create_group(fleet.person(), name=f"G {uuid4()}", description="", wanted=None, origin=ORIGIN)
    for device_id in device_ids:
        groups.add_member(fleet.person(), group.group_id, device_id, origin=ORIGIN)
    return group.group_id


def send_to(fleet: Fleet, group_id: UUID) -> GroupCommand:
    return sending.send_group_command(
        fleet.person(), group_id, name="reboot", parameters={}, lifetime=HOUR, origin=ORIGIN
    )


def send_to_group(fleet: Fleet, *device_ids: str) -> GroupCommand:
    return send_to(fleet, make_group(fleet, *device_ids))


def read(fleet: Fleet, command: Command) -> Command:
    return queries.get_command(fleet.person(), command.device_id, command.command_id)


def answer(fleet: Fleet, command: Command, payload: object = None, **changes: Any) -> int:
    """The device answers over MQTT."""
    topic = f"devices/{fleet.tenant_id}/{command.device_id}/commands/{command.command_id}/ack"
    data = payload if isinstance(payload, bytes) else b"" if payload is None else orjson.dumps(payload)
    fields = {"topic": topic, "principal": f"certificate-{command.device_id}", **changes}
    return answering.note_answers([make_envelope(data, **fields)])


def events(fleet: Fleet) -> list[str]:
    with ingest_session() as connection:
        rows = connection.execute(
            """
            SELECT event_type FROM outbox
            WHERE tenant_id = %s AND event_type LIKE '%%command.%%'
            ORDER BY sequence
            """,
            (fleet.tenant_id,),
        ).fetchall()
    return [row["event_type"] for row in rows]
