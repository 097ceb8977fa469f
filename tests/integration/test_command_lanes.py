"""What is due is handed over in turns: of tenants, and within each of single commands and of each group's."""

from collections import Counter
from datetime import datetime
from uuid import UUID, uuid4

import pytest

from pulse.commands import delivery_store
from pulse.database import ingest_session, tenant_session
from tests.builders import NOON, Fleet
from tests.integration.commanding import (
    HOUR,
    SECOND,
    Broker,
    broker,
)

__all__ = ["broker"]


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
