"""A gateway polls what its shadows say."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest

from edge.gateway.assignments import Assignments, Request, Targets
from pulse.polling.assignment import (
    Index,
    Part,
    divide,
    part_shadow,
    write_index,
    write_part,
    write_target,
)
from pulse.polling.target import PollTarget

SHADOW = "$aws/things/acme:gw-1/shadow"
GET_INDEX = Request(f"{SHADOW}/name/targets/get", {})
A, B = UUID(int=1), UUID(int=2)


def target(key: UUID, *, version: int = 1) -> PollTarget:
    return PollTarget.model_validate(
        {
            "target_id": key,
            "version": version,
            "name": "switch",
            "host": "192.0.2.7",
            "access": {"kind": "snmp", "version": "v2c", "community": "public"},
            "questions": {"kind": "snmp", "get": {"uptime": "1.3.6.1.2.1.1.3.0"}},
            "interval_seconds": 60,
            "timeout_seconds": 10,
        }
    )


class Gateway:
    """Assignments, and what they say is to be polled."""

    def __init__(self) -> None:
        self.polled: Targets = {}
        self.assignments = Assignments(SHADOW, self._take)

    def _take(self, targets: Targets) -> None:
        self.polled = dict(targets)

    def accept(self, shadow: str, desired: Mapping[str, Any] | None, **more: Any) -> list[Request]:
        state = more if desired is None else {"desired": desired, **more}
        payload = json.dumps({"state": state, "version": 5}).encode()
        return self.assignments.hear(f"{SHADOW}/name/{shadow}/get/accepted", payload)

    def assign(self, version: int, targets: Mapping[UUID, int], **more: Any) -> list[Request]:
        """Answer for the index, and for the lists that are asked for then; what is asked for after that."""
        parts = divide(targets)
        asked = self.accept("targets", write_index(Index(version, [version] * len(parts))), **more)
        for number, part in enumerate(parts):
            if Request(f"{SHADOW}/name/{part_shadow(number)}/get", {}) in asked:
                after = self.accept(part_shadow(number), write_part(Part(version, part)))
        return after if asked and parts and "/targets-" in asked[0].topic else asked

    def hand_over(self, given: PollTarget) -> list[Request]:
        return self.accept(f"target-{given.target_id}", write_target(given))


def reported(version: int) -> list[Request]:
    return [Request(f"{SHADOW}/name/targets/update", {"state": {"reported": {"version": version}}})]


def test_it_asks_at_every_connection_and_at_every_change() -> None:
    gateway = Gateway()
    assert gateway.assignments.ask() == [GET_INDEX]
    assert gateway.assignments.hear(f"{SHADOW}/name/targets/update/delta", b"{}") == [GET_INDEX]


def test_it_fetches_what_it_does_not_have_and_reports_when_it_has_all() -> None:
    gateway = Gateway()
    asked = gateway.assign(3, {A: 1, B: 1})
    assert {request.topic for request in asked} == {f"{SHADOW}/name/target-{key}/get" for key in (A, B)}
    assert gateway.hand_over(target(A)) == []
    assert set(gateway.polled) == {A}
    assert gateway.hand_over(target(B)) == reported(3)
    assert gateway.assign(3, {A: 1, B: 1}) == reported(3)
    assert gateway.assign(3, {A: 1, B: 1}, reported={"version": 3}) == []


def test_a_new_version_is_fetched_and_what_is_not_named_any_more_is_polled_no_more() -> None:
    gateway = Gateway()
    gateway.assign(1, {A: 1, B: 1})
    for key in (A, B):
        gateway.hand_over(target(key))
    assert gateway.assign(2, {A: 2}) == [Request(f"{SHADOW}/name/target-{A}/get", {})]
    assert set(gateway.polled) == {A}
    assert gateway.hand_over(target(A, version=2)) == reported(2)
    assert gateway.polled[A].version == 2


def test_a_gateway_without_a_shadow_has_nothing_to_do() -> None:
    gateway = Gateway()
    assert gateway.accept("targets", None) == []
    assert gateway.polled == {}


def test_a_thousand_targets_are_fetched_list_by_list_and_each_once() -> None:
    gateway = Gateway()
    targets = {UUID(int=number): 1 for number in range(1000)}
    lists = gateway.accept("targets", write_index(Index(4, [4] * len(divide(targets)))))
    assert [request.topic for request in lists] == [
        f"{SHADOW}/name/{part_shadow(number)}/get" for number in range(len(divide(targets)))
    ]
    asked: list[Request] = []
    for number, part in enumerate(divide(targets)):
        asked = gateway.accept(part_shadow(number), write_part(Part(4, part)))
    assert {request.topic for request in asked} == {f"{SHADOW}/name/target-{key}/get" for key in targets}
    said = [gateway.hand_over(target(key)) for key in targets]
    assert said == [[]] * 999 + [reported(4)]
    assert set(gateway.polled) == set(targets)


def test_a_list_that_has_not_changed_is_not_fetched_again() -> None:
    gateway = Gateway()
    gateway.assign(3, {A: 1})
    gateway.hand_over(target(A))
    assert gateway.accept("targets", write_index(Index(4, [3]))) == reported(4)


def test_what_is_polled_stays_so_until_all_lists_are_there() -> None:
    gateway = Gateway()
    gateway.assign(1, {A: 1})
    gateway.hand_over(target(A))
    gateway.accept("targets", write_index(Index(2, [2, 2])))
    gateway.accept("targets-0", write_part(Part(2, {B: 1})))
    assert set(gateway.polled) == {A}
    gateway.accept("targets-1", write_part(Part(2, {})))
    assert gateway.polled == {}


@pytest.mark.parametrize(("code", "asked"), [(429, [GET_INDEX]), (500, [GET_INDEX]), (404, [])])
def test_what_could_not_be_had_now_is_asked_for_again(code: int, asked: list[Request]) -> None:
    payload = json.dumps({"code": code, "message": "no"}).encode()
    assert Gateway().assignments.hear(f"{SHADOW}/name/targets/get/rejected", payload) == asked


def test_what_can_not_be_read_changes_nothing() -> None:
    gateway = Gateway()
    gateway.assign(1, {A: 1})
    gateway.hand_over(target(A))
    topic = f"{SHADOW}/name/targets/get/accepted"
    for payload in (b"no json", b"[]", b'{"state": 7}', b'{"state": {"desired": {"parts": ["x"]}}}', b"\xff"):
        assert gateway.assignments.hear(topic, payload) == []
    assert gateway.accept(f"target-{B}", {"target": "{}"}) == []
    assert set(gateway.polled) == {A}
