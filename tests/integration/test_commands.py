"""Commands from the person who sends them to the device and back, over MQTT and over HTTP."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest

from pulse.commands import answering, delivery, happenings, queries, sending, sweep
from pulse.commands.answer import Answer
from pulse.commands.command import MAXIMUM_OPEN, Command, CommandStatus
from pulse.commands.course import FOLLOWERS
from pulse.commands.happenings import Happening
from pulse.devices import lifecycle
from pulse.errors import ConflictError, NotFoundError, NotPermittedError
from pulse.identity.permissions import Role
from tests.builders import NOON, ORIGIN, Fleet
from tests.integration.commanding import (
    HOUR,
    SECOND,
    Broker,
    Clock,
    answer,
    broker,
    connect,
    decommission,
    events,
    read,
    send,
    send_to_group,
    time,
    warehouse,
)

__all__ = ["broker", "time", "warehouse"]


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
