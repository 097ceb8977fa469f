"""What is told of changes, and how often."""

import ast
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as checking
from hypothesis import strategies as st

from pulse import clock, transient
from pulse.operations.changes import Change
from pulse.realtime import changes
from pulse.realtime.changes import tell_changes
from pulse.realtime.channels import READ_BY
from tests.dynamodb import InMemoryDynamoDB
from tests.unit.realtime.delayed_queue import NOON, World

RULE = Change("acme", "alert_rule")

HAVE_EVENTS = {"alert", "device", "command", "group_command", "credential", "activation_code"}
"""What happens to a device and its alerts is told by events of their own."""
OF_NOBODYS_PAGE = {"oncall_calendar_feed", "limit", "operator_key", "usage_price"}
"""A person's own, or of the installation, whose operators follow nothing."""


def told(world: World) -> list[tuple[str, str]]:
    return [(detail["tenant_id"], detail["kind"]) for _, detail in world.queued]


@pytest.fixture
def world(transient_table: InMemoryDynamoDB, monkeypatch: pytest.MonkeyPatch) -> World:
    transient_table.items.clear()
    world = World()
    monkeypatch.setenv("REALTIME_QUEUE_URL", "https://queue.example")
    monkeypatch.setattr(clock, "now", lambda: world.now)
    monkeypatch.setattr(changes, "offer", world.offer)
    return world


def test_a_change_says_whose_it_is_and_of_which_kind_and_nothing_else(world: World) -> None:
    tell_changes([RULE])
    [(_, detail)] = world.queued
    assert detail == {"tenant_id": "acme", "kind": "alert_rule", "time": "2037-11-20T12:00:00.000000Z"}


def test_what_nobody_follows_by_its_kind_is_not_told(world: World) -> None:
    tell_changes([Change("acme", "device"), Change("acme", "usage_price")])
    assert world.queued == []


def test_tenants_and_kinds_have_turns_of_their_own(world: World) -> None:
    several = {RULE, Change("acme", "site"), Change("globex", "alert_rule")}
    for _ in range(2):
        tell_changes(several)
    assert sorted(told(world)) == sorted(several)


def test_an_import_of_500_rows_is_told_by_a_few_messages(world: World) -> None:
    for _ in range(500):
        tell_changes([RULE])
        world.now += timedelta(milliseconds=20)
    assert len(world.queued) == 5


@checking(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.integers(0, 5000), min_size=1, max_size=30))
def test_a_message_follows_each_change_within_three_seconds_and_what_shares_two_seconds_shares_it(
    world: World, transient_table: InMemoryDynamoDB, pauses: list[int]
) -> None:
    transient_table.items.clear()
    world.now, world.queued = NOON, []
    changed_at = []
    for pause in pauses:
        world.now += timedelta(milliseconds=pause)
        changed_at.append(world.now)
        tell_changes([RULE])
        assert any(timedelta() < due_at - world.now <= timedelta(seconds=3) for due_at, _ in world.queued)
    assert len(world.queued) == len({int(time.timestamp()) // 2 for time in changed_at})


def test_a_change_stands_though_it_can_not_be_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object, **__: object) -> None:
        raise transient.TransientUnavailableError

    monkeypatch.setattr(changes, "create_entry", away)
    tell_changes([RULE])
    assert world.queued == []


def audited_kinds() -> Iterator[str]:
    """First words of the actions in the code that are written out where they are recorded."""
    for path in Path("layers/pulse/pulse").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "record_change"):
                continue
            for keyword in node.keywords:
                match keyword.value:
                    case ast.Constant(value=str(action)) if keyword.arg == "action":
                        yield action.partition(".")[0]
                    case ast.JoinedStr(values=[ast.Constant(value=str(kind)), *_]) if keyword.arg == "action":
                        yield kind.rstrip(".")


@pytest.mark.parametrize("kind", sorted(set(audited_kinds())))
def test_a_kind_of_change_is_told_or_there_is_a_reason_why_not(kind: str) -> None:
    assert (kind in READ_BY) + (kind in HAVE_EVENTS) + (kind in OF_NOBODYS_PAGE) == 1
