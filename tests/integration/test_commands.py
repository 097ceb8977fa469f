"""Commands from the person who sends them to the device and back, over MQTT and over HTTP."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import orjson
import psycopg
import pytest

from pulse import clock, transient
from pulse.commands import answering, delivery, delivery_store, happenings, queries, sending, sweep
from pulse.commands.answer import Answer
from pulse.commands.command import MAXIMUM_OPEN, Command, CommandStatus, GroupCommand
from pulse.commands.course import FOLLOWERS
from pulse.commands.happenings import Happening
from pulse.database import ingest_session, operator_session, tenant_session
from pulse.devices import groups, lifecycle
from pulse.devices.connections import note_presence
from pulse.devices.presence import PresenceEvent
from pulse.errors import ConflictError, NotFoundError, NotPermittedError
from pulse.identity.permissions import Role
from pulse.limits.admission import RateExceededError
from pulse.limits.counters import forget_counts
from pulse.limits.definitions import LimitName, set_tenant_limit
from pulse.limits.rates import parse_rates
from pulse.settings import settings
from tests.builders import NOON, ORIGIN, Fleet, make_envelope
from tests.dynamodb import InMemoryDynamoDB
from tests.integration.onboarding import Newcomer
from tests.integration.stack import wait_for

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
    scenario = Clock(NOON)
    monkeypatch.setattr(clock, "now", lambda: scenario.now)
    return scenario


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch, scenario_database: str) -> Broker:
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


def test_a_connected_device_gets_a_command_and_its_answer_ends_it(
    warehouse: Fleet, broker: Broker, time: Clock
) -> None:
    connect(warehouse)
    command = send(warehouse, parameters={"delay_seconds": 5})
    assert command.status == "QUEUED"
    delivery.deliver_due(time.now)
    assert broker.published == [str(command.command_id)]
    assert read(warehouse, command).status == "DELIVERED"
    assert answer(warehouse, command, {"status": "acknowledged", "result": {"uptime": 7}}) == 1
    done = read(warehouse, command)
    assert (done.status, done.result, done.deliveries) == ("ACKNOWLEDGED", {"uptime": 7}, 1)
    assert (done.delivered_at, done.answered_at, done.finished_at) == (NOON, NOON, NOON)
    assert events(warehouse) == ["command.queued", "command.delivered", "command.acknowledged"]


def test_a_device_that_is_away_gets_its_commands_when_it_connects(
    warehouse: Fleet, broker: Broker, time: Clock
) -> None:
    first, second = send(warehouse), send(warehouse)
    assert delivery.deliver_due(time.now).waiting == 2
    assert not delivery.deliver_due(time.now).total
    assert read(warehouse, first).status == "QUEUED"
    connect(warehouse)
    delivery.begin_sessions([(warehouse.tenant_id, "freezer-1")], time.now)
    delivery.deliver_due(time.now)
    assert broker.published == [str(first.command_id), str(second.command_id)]


def test_a_command_is_handed_over_again_until_it_is_answered(warehouse: Fleet, broker: Broker, time: Clock) -> None:
    connect(warehouse)
    command = send(warehouse)
    delivery.deliver_due(time.now)
    time.now += 29 * SECOND
    assert not delivery.deliver_due(time.now).total
    time.now += SECOND
    assert delivery.deliver_due(time.now).published == 1
    answer(warehouse, command)
    time.now += HOUR
    assert not delivery.deliver_due(time.now).total
    assert len(broker.published) == 2
    assert events(warehouse).count("command.delivered") == 1


def test_a_broker_that_is_down_delays_a_command_and_loses_none(warehouse: Fleet, broker: Broker, time: Clock) -> None:
    connect(warehouse)
    command = send(warehouse)
    broker.is_up = False
    assert delivery.deliver_due(time.now).failed == 1
    assert read(warehouse, command).status == "QUEUED"
    broker.is_up = True
    time.now += 30 * SECOND
    assert delivery.deliver_due(time.now).published == 1


def test_a_suspended_device_waits_until_it_is_resumed_and_gets_no_new_command(
    warehouse: Fleet, broker: Broker, time: Clock
) -> None:
    connect(warehouse)
    send(warehouse)
    lifecycle.suspend_device(warehouse.person(), "freezer-1", reason="repair", if_match=None, origin=ORIGIN)
    assert delivery.deliver_due(time.now).waiting == 1
    assert broker.published == []
    with pytest.raises(ConflictError, match="SUSPENDED"):
        send(warehouse)


def test_what_is_not_answered_in_time_expires_exactly_once(warehouse: Fleet, time: Clock) -> None:
    command = send(warehouse, lifetime=60 * SECOND)
    time.now += 59 * SECOND
    assert sweep.expire_batch(time.now) == 0
    time.now += SECOND
    assert delivery.deliver_due(time.now).total == 0
    assert [sweep.expire_batch(time.now), sweep.expire_batch(time.now)] == [1, 0]
    assert (read(warehouse, command).status, read(warehouse, command).finished_at) == ("EXPIRED", time.now)
    assert events(warehouse) == ["command.queued", "command.expired"]


@pytest.mark.parametrize("end", ["EXPIRED", "CANCELLED"])
@pytest.mark.parametrize("said", ["ACKNOWLEDGED", "REJECTED"])
def test_an_answer_after_the_end_is_kept_beside_how_and_why_it_ended(
    warehouse: Fleet, time: Clock, end: str, said: str
) -> None:
    command = send(warehouse, lifetime=60 * SECOND)
    if end == "CANCELLED":
        sending.cancel_command(warehouse.person(), "freezer-1", command.command_id, reason="a mistake", origin=ORIGIN)
    time.now += 60 * SECOND
    sweep.expire_batch(time.now)
    before = read(warehouse, command)
    time.now += SECOND
    for reason in ("the lid is open", "told again"):
        assert answer(warehouse, command, {"status": said, "reason": reason, "result": {"done": True}}) == 1
    late = read(warehouse, command)
    assert (late.status, late.reason, late.finished_at) == (end, before.reason, before.finished_at)
    assert (late.late_status, late.late_reason, late.result) == (said, "the lid is open", {"done": True})
    assert late.answered_at == time.now
    assert events(warehouse) == ["command.queued", f"command.{end.lower()}"]


def leave(fleet: Fleet, now: datetime) -> None:
    decommission(fleet, "freezer-1")
    delivery.give_up_devices([(fleet.tenant_id, "freezer-1")], now)


STEPS: dict[str, Callable[[Fleet, Command, datetime], object]] = {
    "handed over": lambda _fleet, _command, now: delivery.deliver_due(now),
    "fetched": lambda fleet, _command, _now: answering.fetch_commands((fleet.tenant_id, "freezer-1")),
    "acknowledged": lambda fleet, command, _now: answer(fleet, command),
    "rejected": lambda fleet, command, _now: answer(fleet, command, {"status": "REJECTED"}),
    "cancelled": lambda fleet, command, _now: sending.cancel_command(
        fleet.person(), "freezer-1", command.command_id, reason="", origin=ORIGIN
    ),
    "its device gone": lambda fleet, _command, now: leave(fleet, now),
    "its time over": lambda _fleet, _command, now: sweep.expire_batch(now + HOUR),
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("reached", ["QUEUED", "DELIVERED", "ACKNOWLEDGED", "REJECTED", "EXPIRED", "CANCELLED"])
def test_no_step_leaves_the_course_of_a_command(warehouse: Fleet, time: Clock, reached: str, step: str) -> None:
    ways = {"DELIVERED": "fetched", "EXPIRED": "its time over"}
    connect(warehouse)
    command = send(warehouse)
    if reached != "QUEUED":
        STEPS[ways.get(reached, reached.lower())](warehouse, command, time.now)
    before = read(warehouse, command)
    assert before.status == reached
    with suppress(ConflictError):
        STEPS[step](warehouse, command, time.now)
    after = read(warehouse, command)
    followers = FOLLOWERS.get(before.status)
    if followers is None:
        assert (after.status, after.reason, after.finished_at) == (reached, before.reason, before.finished_at)
    else:
        assert after.status in followers


def test_the_first_answer_counts(warehouse: Fleet) -> None:
    command = send(warehouse)
    answer(warehouse, command, {"status": "REJECTED", "reason": "the door is open"})
    answer(warehouse, command, {"status": "ACKNOWLEDGED"})
    assert (read(warehouse, command).status, read(warehouse, command).reason) == ("REJECTED", "the door is open")
    assert events(warehouse) == ["command.queued", "command.rejected"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"principal": "certificate-of-nobody"}, "CREDENTIAL_MISMATCH"),
        ({"principal": ""}, "CREDENTIAL_MISMATCH"),
        ({"principal": "certificate-freezer-2"}, "CREDENTIAL_MISMATCH"),
        ({"payload": b"no JSON"}, "INVALID_JSON"),
    ],
)
def test_an_answer_that_is_not_the_devices_own_ends_in_quarantine(
    warehouse: Fleet, changes: dict[str, Any], reason: str
) -> None:
    warehouse.add_device("freezer-2")
    command = send(warehouse)
    assert answer(warehouse, command, **changes) == 0
    assert read(warehouse, command).status == "QUEUED"
    assert [row["reason"] for row in warehouse.rows("SELECT reason FROM quarantine_events")] == [reason]


def test_a_device_does_not_answer_for_another(warehouse: Fleet) -> None:
    warehouse.add_device("freezer-2")
    command = send(warehouse, "freezer-2")
    assert answer(warehouse, command.model_copy(update={"device_id": "freezer-1"})) == 0
    assert read(warehouse, command).status == "QUEUED"
    [refused] = warehouse.rows("SELECT device_id, reason FROM quarantine_events")
    assert refused == {"device_id": "freezer-1", "reason": "BAD_TOPIC"}


def test_a_command_is_taken_back_as_long_as_the_device_does_not_have_it(
    warehouse: Fleet, broker: Broker, time: Clock
) -> None:
    person = warehouse.person()
    command = send(warehouse)
    cancelled = sending.cancel_command(person, "freezer-1", command.command_id, reason="a mistake", origin=ORIGIN)
    assert (cancelled.status, cancelled.reason) == ("CANCELLED", "a mistake")
    connect(warehouse)
    delivered = send(warehouse)
    delivery.deliver_due(time.now)
    assert broker.published == [str(delivered.command_id)]
    with pytest.raises(ConflictError, match="DELIVERED"):
        sending.cancel_command(person, "freezer-1", delivered.command_id, reason="too late", origin=ORIGIN)


def test_a_decommissioned_device_keeps_no_open_command(warehouse: Fleet, time: Clock) -> None:
    command = send(warehouse)
    decommission(warehouse, "freezer-1")
    delivery.give_up_devices([(warehouse.tenant_id, "freezer-1")], time.now)
    assert read(warehouse, command).status == "CANCELLED"
    assert events(warehouse) == ["command.queued", "command.cancelled"]


def test_a_device_with_the_id_of_a_former_one_keeps_its_commands(warehouse: Fleet, time: Clock) -> None:
    decommission(warehouse, "freezer-1")
    lifecycle.delete_device(warehouse.person(), "freezer-1", if_match=None, origin=ORIGIN)
    warehouse.add_device()
    command = send(warehouse)
    told_again = (warehouse.tenant_id, "freezer-1")  # that the former one was decommissioned
    assert delivery.give_up_devices([told_again], time.now) == 0
    assert read(warehouse, command).status == "QUEUED"


def test_what_the_bus_tells_makes_commands_due_or_void(warehouse: Fleet, broker: Broker, time: Clock) -> None:
    warehouse.add_device("freezer-2")
    come, gone = send(warehouse), send(warehouse, "freezer-2")
    delivery.deliver_due(time.now)
    connect(warehouse)
    decommission(warehouse, "freezer-2")

    def tell(*told: tuple[str, str]) -> int:
        happened = [
            Happening(event_type, {"tenant_id": warehouse.tenant_id, "device_id": device_id})
            for event_type, device_id in told
        ]
        return happenings.carry_out(happened, time.now, budget=20 * SECOND)

    assert tell(("device.connected", "freezer-1"), ("device.decommissioned", "freezer-2")) == 1
    assert broker.published == [str(come.command_id)]
    assert read(warehouse, gone).status == "CANCELLED"
    assert tell(("command.queued", "freezer-1")) == 0


def test_a_device_has_a_hundred_open_commands_at_most(warehouse: Fleet) -> None:
    for _ in range(MAXIMUM_OPEN):
        send(warehouse)
    with pytest.raises(ConflictError, match="100 open commands"):
        send(warehouse)
    warehouse.add_device("freezer-2")
    sent = send_to_group(warehouse, "freezer-1", "freezer-2")
    assert (sent.devices, sent.left_out) == (1, 1)


def test_a_command_for_a_group_counts_those_that_are_being_sent_at_the_same_moment(
    warehouse: Fleet, scenario_owner_url: str
) -> None:
    for _ in range(MAXIMUM_OPEN - 1):
        send(warehouse)
    group = make_group(warehouse, "freezer-1")
    with psycopg.connect(scenario_owner_url) as somebody_else, ThreadPoolExecutor(1) as thread:
        somebody_else.execute("SELECT FROM devices WHERE tenant_id = %s FOR UPDATE", (warehouse.tenant_id,))
        somebody_else.execute(
            """
            INSERT INTO commands (tenant_id, device_id, name, parameters, created_at, created_by, expires_at)
            VALUES (%s, 'freezer-1', 'reboot', '{}', %s, 'somebody', %s)
            """,
            (warehouse.tenant_id, NOON, NOON + HOUR),
        )
        sending_it = thread.submit(send_to, warehouse, group)
        wait_for(lambda: waits_for_a_lock(somebody_else), what="the group's command, which waits for the device")
        somebody_else.commit()
        assert sending_it.result().left_out == 1


def waits_for_a_lock(connection: psycopg.Connection) -> bool:
    row = connection.execute("SELECT count(*) FROM pg_locks WHERE NOT granted").fetchone()
    return row is not None and row[0] > 0


@pytest.mark.parametrize(
    ("lanes", "shares"),
    [
        ({("a", "G1"): 500}, {("a", "G1"): 200}),
        ({("a", "G1"): 500, ("b", ""): 3}, {("a", "G1"): 100, ("b", ""): 3}),
        ({("a", "G1"): 500, ("a", ""): 3, ("b", ""): 300}, {("a", "G1"): 50, ("a", ""): 3, ("b", ""): 100}),
        (
            {("a", "G1"): 500, ("a", "G2"): 500, ("b", "G3"): 500},
            {("a", "G1"): 50, ("a", "G2"): 50, ("b", "G3"): 100},
        ),
        ({(str(number), ""): 2 for number in range(5)}, {(str(number), ""): 2 for number in range(5)}),
    ],
)
def test_what_is_due_is_handed_over_in_equal_shares(
    broker: Broker, lanes: dict[tuple[str, str], int], shares: dict[tuple[str, str], int]
) -> None:
    """Of tenants, and within each of commands to single devices and of each command for a group."""
    assert broker
    groups_by_name = {name: uuid4() for _, name in lanes if name}
    names = {str(group): name for name, group in groups_by_name.items()}
    fleets = {tenant: Fleet() for tenant in {tenant for tenant, _ in lanes}}
    for fleet in fleets.values():
        fleet.add_device()
    tenants = {fleet.tenant_id: tenant for tenant, fleet in fleets.items()}
    for (tenant, name), commands in lanes.items():
        enter_many(fleets[tenant], commands, group_command_id=groups_by_name.get(name))
    with ingest_session() as connection:
        claimed = delivery_store.claim_due(connection, now=NOON, limit=200)
    found = Counter((tenants[row["tenant_id"]], names.get(str(row["group_command_id"]), "")) for row in claimed)
    assert found == shares


def test_with_more_lanes_than_places_the_longest_due_come_first(broker: Broker) -> None:
    assert broker
    fleets = [Fleet() for _ in range(3)]
    for number, fleet in enumerate(fleets):
        fleet.add_device()
        enter_many(fleet, 2, due_at=NOON - number * SECOND)
    with ingest_session() as connection:
        claimed = delivery_store.claim_due(connection, now=NOON, limit=2)
    assert [row["tenant_id"] for row in claimed] == [fleets[2].tenant_id, fleets[1].tenant_id]


def enter_many(fleet: Fleet, commands: int, *, group_command_id: UUID | None = None, due_at: datetime = NOON) -> None:
    """Commands for the fleet's device, all due."""
    with tenant_session(fleet.tenant_id) as connection:
        connection.execute(
            """
            INSERT INTO commands (tenant_id, device_id, group_command_id, name, parameters, created_at, created_by,
                                  expires_at, deliver_at)
            SELECT %s, 'freezer-1', %s, 'reboot', '{}', %s, 'somebody', %s, %s FROM generate_series(1, %s)
            """,
            (fleet.tenant_id, group_command_id, NOON - HOUR, NOON + HOUR, due_at, commands),
        )


def test_a_command_for_a_group_counts_once_for_each_of_its_devices(warehouse: Fleet, time: Clock) -> None:
    warehouse.add_device("freezer-2")
    group = make_group(warehouse, "freezer-1", "freezer-2")
    limit_commands(warehouse, "3:600")
    send_to(warehouse, group)
    with pytest.raises(RateExceededError, match="sent too many commands: 3 requests in 600 s are allowed"):
        send_to(warehouse, group)
    send(warehouse)
    with pytest.raises(RateExceededError):
        send(warehouse)
    time.now += timedelta(seconds=1200)
    send_to(warehouse, group)


def test_a_group_that_is_larger_than_the_limit_is_told_so_and_not_to_come_back(warehouse: Fleet) -> None:
    warehouse.add_device("freezer-2")
    limit_commands(warehouse, "1:600")
    with pytest.raises(ConflictError, match="1 in 600 s are allowed, and this would be 2"):
        send_to_group(warehouse, "freezer-1", "freezer-2")
    assert warehouse.rows("SELECT FROM commands") == []


def limit_commands(fleet: Fleet, rates: str) -> None:
    with operator_session(user_id="otto", reason="test", write=True) as connection:
        set_tenant_limit(
            connection, tenant_id=fleet.tenant_id, name=LimitName.COMMANDS_TENANT, rates=parse_rates(rates)
        )


def test_a_group_has_a_result_for_each_of_its_devices_in_service(warehouse: Fleet, time: Clock) -> None:
    person = warehouse.person()
    for number in range(2, 6):
        warehouse.add_device(f"freezer-{number}")
    lifecycle.suspend_device(person, "freezer-5", reason="repair", if_match=None, origin=ORIGIN)
    sent = send_to_group(warehouse, *(f"freezer-{number}" for number in range(1, 6)))
    assert (sent.devices, sent.counts[CommandStatus.QUEUED]) == (4, 4)
    assert events(warehouse) == ["group_command.queued"]
    connect(warehouse, "freezer-1")
    connect(warehouse, "freezer-2")
    delivery.deliver_due(time.now)

    def results(*statuses: CommandStatus) -> list[Command]:
        page = queries.list_results(person, sent.group_command_id, statuses=statuses, limit=50, after=None)
        return page.commands

    answered = next(command for command in results() if command.device_id == "freezer-1")
    answer(warehouse, answered, {"status": "REJECTED"})
    cancelled = sending.cancel_group_command(person, sent.group_command_id, reason="enough", origin=ORIGIN)
    assert {status.value: count for status, count in cancelled.counts.items() if count} == {
        "REJECTED": 1,
        "DELIVERED": 1,
        "CANCELLED": 2,
    }
    assert [command.device_id for command in results(CommandStatus.REJECTED)] == ["freezer-1"]
    [listed] = queries.list_group_commands(person, group_id=sent.group_id, limit=50, after=None).group_commands
    assert listed == cancelled


def test_a_group_without_a_device_in_service_gets_none(warehouse: Fleet) -> None:
    with pytest.raises(ConflictError, match="no device in service"):
        send_to_group(warehouse)


def test_lists_are_narrowed_and_lead_through_all_pages_newest_first(warehouse: Fleet) -> None:
    person = warehouse.person()
    sent = [send(warehouse, name=name) for name in ("reboot", "blink", "reboot", "blink", "reboot")]
    answer(warehouse, sent[0])

    def listed(**changes: Any) -> list[Command]:
        found: list[Command] = []
        after = None
        while True:
            wanted = {"statuses": (), "name": None, "limit": 2, "after": after, **changes}
            page = queries.list_device_commands(person, "freezer-1", **wanted)
            found += page.commands
            after = page.next_position
            if after is None:
                return found

    assert [command.command_id for command in listed()] == [command.command_id for command in reversed(sent)]
    assert [command.command_id for command in listed(name="blink")] == [sent[3].command_id, sent[1].command_id]
    assert [command.command_id for command in listed(statuses=(CommandStatus.ACKNOWLEDGED,))] == [sent[0].command_id]


def test_a_viewer_reads_commands_and_sends_none(warehouse: Fleet) -> None:
    command = send(warehouse)
    viewer = warehouse.person(Role.VIEWER)
    assert queries.get_command(viewer, "freezer-1", command.command_id) == command
    with pytest.raises(NotPermittedError):
        sending.send_command(viewer, "freezer-1", name="reboot", parameters={}, lifetime=HOUR, origin=ORIGIN)


def test_a_command_is_looked_for_at_its_own_device(warehouse: Fleet) -> None:
    warehouse.add_device("freezer-2")
    command = send(warehouse)
    with pytest.raises(NotFoundError):
        queries.get_command(warehouse.person(), "freezer-2", command.command_id)


def test_finished_commands_are_forgotten_after_their_retention_and_open_ones_are_not(
    warehouse: Fleet, time: Clock
) -> None:
    send_to_group(warehouse, "freezer-1")
    kept = send(warehouse, lifetime=timedelta(days=30))
    sweep.expire_batch(NOON + HOUR)
    time.now += HOUR + timedelta(days=180)
    sweep.forget_commands(time.now)
    assert len(warehouse.rows("SELECT FROM commands")) == 2
    time.now += SECOND
    sweep.forget_commands(time.now)
    assert [row["command_id"] for row in warehouse.rows("SELECT command_id FROM commands")] == [kept.command_id]
    assert warehouse.rows("SELECT FROM group_commands") == []


def test_a_device_without_a_session_fetches_its_commands_over_http_until_it_has_answered(warehouse: Fleet) -> None:
    device = (warehouse.tenant_id, "freezer-1")
    command = send(warehouse, parameters={"delay_seconds": 5})
    for _ in range(2):
        [fetched] = answering.fetch_commands(device)
        assert (fetched["command_id"], fetched["parameters"]) == (str(command.command_id), {"delay_seconds": 5})
    assert events(warehouse) == ["command.queued", "command.delivered"]
    row = answering.answer_command(device, command.command_id, Answer(status="REJECTED", reason="busy"))
    assert row is not None
    assert (row["status"], row["reason"], row["deliveries"]) == ("REJECTED", "busy", 2)
    assert answering.fetch_commands(device) == []
    assert answering.answer_command((warehouse.tenant_id, "freezer-2"), command.command_id, Answer()) is None


@pytest.fixture
def new(newcomer: Newcomer) -> dict[str, Any]:
    """A certificate of the newcomer, with its key."""
    document: dict[str, Any] = newcomer.post("/credentials").json()
    return document


def test_deployed_a_command_reaches_the_device_and_its_answer_the_person(
    newcomer: Newcomer, new: dict[str, Any]
) -> None:
    waiting = newcomer.post("/commands", {"name": "blink", "parameters": {"times": 3}}).json()
    path = f"{newcomer.path}/commands"
    with newcomer.connect(new) as connection:
        assert connection.wait_connected() == "Success"
        assert connection.subscribe(new["mqtt"]["command_topic"]) == "Granted QoS 1"
        # It was sent before the device came; the second while it is there.
        received = wait_for(lambda: connection.received, what="the command that waited")
        assert orjson.loads(received[0].payload)["command_id"] == waiting["command_id"]
        assert not received[0].retain
        sent = newcomer.post("/commands", {"name": "reboot"}).json()
        wait_for(
            lambda: any(orjson.loads(message.payload)["name"] == "reboot" for message in connection.received),
            what="the command for a connected device",
        )
        reply = {"status": "REJECTED", "reason": "the door is open"}
        topic = f"{new['mqtt']['command_topic']}/{sent['command_id']}/ack"
        assert connection.publish(reply, topic=topic) == "Success"
        wait_for(
            lambda: newcomer.api.get(f"{path}/{sent['command_id']}").json()["status"] == "REJECTED",
            what="the device's answer",
        )
    answered = newcomer.api.get(path, params={"status": "REJECTED"}).json()["items"]
    assert [(command["command_id"], command["reason"]) for command in answered] == [
        (sent["command_id"], "the door is open")
    ]


def test_deployed_a_device_that_speaks_http_fetches_a_command_and_answers_it(newcomer: Newcomer) -> None:
    sent = newcomer.post("/commands", {"name": "reboot"}).json()
    device = newcomer.stack.api_with(newcomer.post("/credentials", {"kind": "token"}).json()["token"])
    [fetched] = device.get("/ingest/v1/commands").json()["commands"]
    assert (fetched["command_id"], fetched["name"]) == (sent["command_id"], "reboot")
    path = f"/ingest/v1/commands/{fetched['command_id']}/ack"
    answered = device.post(path, json={"result": {"uptime": 1}})
    assert (answered.status_code, answered.json()["status"]) == (200, "ACKNOWLEDGED")
    assert device.get("/ingest/v1/commands").json() == {"commands": []}
    shown = newcomer.api.get(f"{newcomer.path}/commands/{sent['command_id']}").json()
    assert (shown["status"], shown["result"]) == ("ACKNOWLEDGED", {"uptime": 1})
    assert device.post(f"/ingest/v1/commands/{uuid4()}/ack").status_code == 404
    assert device.post(path, content=b"no JSON").status_code == 422
    assert newcomer.stack.api_with("pd_nobody").get("/ingest/v1/commands").status_code == 401
