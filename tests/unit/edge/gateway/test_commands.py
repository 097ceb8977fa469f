"""What a gateway is told to do now."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.gateway.assignments import Request
from edge.gateway.commands import Commands, TrialWish

TOPIC = "devices/acme/gw-1/commands"
COMMAND, TARGET = UUID(int=1), UUID(int=2)


class Told:
    """A gateway that is told something."""

    def __init__(self) -> None:
        self.wishes: list[TrialWish] = []
        self.commands = Commands(TOPIC, self.wishes.append)

    def hear(self, **changes: Any) -> list[Request]:
        document = {
            "command_id": str(COMMAND),
            "name": "poll_target",
            "parameters": {"target_id": str(TARGET), "version": 3},
            "created_at": "2026-11-20T12:00:00Z",
            "expires_at": "2026-11-20T12:02:00Z",
        }
        return self.commands.hear(TOPIC, json.dumps(document | changes).encode())


def test_it_asks_the_target_and_says_that_it_does() -> None:
    told = Told()
    assert told.hear() == [Request(f"{TOPIC}/{COMMAND}/ack", {"status": "ACKNOWLEDGED"})]
    assert told.wishes == [TrialWish(COMMAND, TARGET, 3, datetime(2026, 11, 20, 12, 2, tzinfo=UTC))]


def test_a_command_that_comes_again_is_answered_again_and_done_once() -> None:
    told = Told()
    assert told.hear() == told.hear()
    assert len(told.wishes) == 1


@pytest.mark.parametrize(
    "changes",
    [{"name": "reboot"}, {"parameters": {}}, {"parameters": None}, {"parameters": {"target_id": "7", "version": 1}}],
)
def test_what_it_can_not_do_it_refuses_with_the_reason(changes: dict[str, Any]) -> None:
    told = Told()
    [answer] = told.hear(**changes)
    assert answer.document["status"] == "REJECTED"
    assert "poll_target" in answer.document["reason"]
    assert told.wishes == []


@given(st.one_of(st.binary(), st.recursive(st.none() | st.text(), st.lists).map(lambda it: json.dumps(it).encode())))
def test_what_is_no_command_is_left_aside(payload: bytes) -> None:
    assert Told().commands.hear(TOPIC, payload) == []
