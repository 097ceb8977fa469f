"""Commands to groups of devices: one for each in service, counted together, with a result for each."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg
import pytest

from pulse.commands import delivery, queries, sending
from pulse.commands.command import MAXIMUM_OPEN, Command, CommandStatus
from pulse.database import operator_session
from pulse.devices import lifecycle
from pulse.errors import ConflictError
from pulse.limits.admission import RateExceededError
from pulse.limits.definitions import LimitName, set_tenant_limit
from pulse.limits.rates import parse_rates
from tests.builders import NOON, ORIGIN, Fleet
from tests.integration.alert_process import somebody_waits
from tests.integration.commanding import (
    HOUR,
    Clock,
    answer,
    broker,
    connect,
    events,
    make_group,
    send,
    send_to,
    send_to_group,
    time,
    warehouse,
)
from tests.integration.stack import wait_for

__all__ = ["broker", "time", "warehouse"]


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
        wait_for(lambda: somebody_waits(somebody_else), what="the group's command, which waits for the device")
        somebody_else.commit()
        assert sending_it.result().left_out == 1


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
