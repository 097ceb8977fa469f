"""What a gateway is told, and reads."""

from uuid import UUID

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.devices.shadow import merged
from pulse.polling.assignment import (
    Assignment,
    AssignmentError,
    read_assignment,
    read_target,
    write_assignment,
    write_target,
)
from pulse.polling.target import PollTarget

TARGETS = st.dictionaries(st.uuids(), st.integers(1, 2**31), max_size=5)
TARGET = PollTarget.model_validate(
    {
        "target_id": UUID(int=7),
        "version": 3,
        "name": "core switch",
        "host": "192.0.2.7",
        "access": {"kind": "snmp", "version": "v2c", "community": "the secret one"},
        "questions": {"kind": "snmp", "get": {"uptime": "1.3.6.1.2.1.1.3.0"}},
        "interval_seconds": 60,
        "timeout_seconds": 10,
    }
)


@given(TARGETS, TARGETS)
def test_a_shadow_that_is_written_over_another_one_says_what_is_wanted_and_nothing_else(
    before: dict[UUID, int], wanted: dict[UUID, int]
) -> None:
    desired = merged({}, write_assignment(Assignment(1, before), {}))
    desired = merged(desired, write_assignment(Assignment(2, wanted), desired))
    assert read_assignment(desired) == Assignment(2, wanted)


def test_a_gateway_reads_a_target_as_it_was_written() -> None:
    assert read_target(orjson.loads(orjson.dumps(write_target(TARGET)))) == TARGET


def test_a_gateway_without_targets_has_nothing_to_do() -> None:
    assert read_assignment({}) == Assignment(0, {})


@pytest.mark.parametrize("desired", [{"targets": {"no id": 1}}, {"targets": [1]}, {"version": "x"}])
def test_what_is_no_assignment_is_refused(desired: dict[str, object]) -> None:
    with pytest.raises(AssignmentError):
        read_assignment(desired)


def test_neither_a_refusal_nor_a_targets_own_text_holds_a_secret() -> None:
    broken = write_target(TARGET)["target"].replace("192.0.2.7", "no host!")
    with pytest.raises(AssignmentError) as refused:
        read_target({"target": broken})
    assert "the secret one" not in str(refused.value)
    assert "the secret one" not in repr(TARGET)
