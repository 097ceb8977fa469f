"""What a gateway is told, and reads."""

from random import Random
from uuid import UUID

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.devices.shadow import merged
from pulse.polling.assignment import (
    INDEX_SHADOW,
    MOST_IN_PART,
    AssignmentError,
    Index,
    Part,
    divide,
    number_of_part,
    part_shadow,
    read_index,
    read_part,
    read_target,
    target_shadow,
    write_index,
    write_part,
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


MOST_BYTES = 8 * 1024
"""Of the state of a shadow at AWS IoT."""


@given(TARGETS, TARGETS)
def test_a_list_that_is_written_over_another_one_says_what_is_wanted_and_nothing_else(
    before: dict[UUID, int], wanted: dict[UUID, int]
) -> None:
    desired = merged({}, write_part(Part(1, before)))
    desired = merged(desired, write_part(Part(2, wanted)))
    assert read_part(desired) == Part(2, wanted)


@given(st.integers(1, 2**31), st.lists(st.integers(1, 2**31), max_size=50), st.lists(st.integers(1, 9), max_size=50))
def test_an_index_that_is_written_over_another_one_says_what_is_wanted(
    version: int, parts: list[int], before: list[int]
) -> None:
    desired = merged(merged({"targets": {"old": 1}}, write_index(Index(1, before))), write_index(Index(version, parts)))
    assert read_index(desired) == Index(version, parts)
    assert set(desired) == {"version", "parts"}


@pytest.mark.parametrize("count", [0, 1, MOST_IN_PART, MOST_IN_PART + 1, 1000, 5000])
def test_as_many_targets_as_a_tenant_may_have_fit_into_shadows(count: int) -> None:
    random = Random(count)
    targets = {UUID(int=random.getrandbits(128)): 2**31 for _ in range(count)}
    parts = divide(targets)
    assert {key: version for part in parts for key, version in part.items()} == targets
    assert sum(len(part) for part in parts) == count
    documents = [write_part(Part(2**31, part)) for part in parts]
    documents.append(write_index(Index(2**31, [2**31] * len(parts))))
    assert all(len(orjson.dumps({"state": {"desired": document}})) <= MOST_BYTES for document in documents)


def test_a_shadow_is_told_by_its_name() -> None:
    assert number_of_part(part_shadow(12)) == 12
    assert [number_of_part(name) for name in (INDEX_SHADOW, target_shadow(UUID(int=1)), "targets-x")] == [None] * 3


def test_a_gateway_reads_a_target_as_it_was_written() -> None:
    assert read_target(orjson.loads(orjson.dumps(write_target(TARGET)))) == TARGET


def test_a_gateway_without_targets_has_nothing_to_do() -> None:
    assert read_index({}) == Index(0, [])
    assert read_part({}) == Part(0, {})


@pytest.mark.parametrize("desired", [{"parts": ["x"]}, {"parts": 7}, {"version": "x"}])
def test_what_is_no_index_is_refused(desired: dict[str, object]) -> None:
    with pytest.raises(AssignmentError):
        read_index(desired)


@pytest.mark.parametrize("desired", [{"targets": "no-id:1"}, {"targets": [1]}, {"targets": "x"}, {"version": "x"}])
def test_what_is_no_list_is_refused(desired: dict[str, object]) -> None:
    with pytest.raises(AssignmentError):
        read_part(desired)


def test_neither_a_refusal_nor_a_targets_own_text_holds_a_secret() -> None:
    broken = write_target(TARGET)["target"].replace("192.0.2.7", "no host!")
    with pytest.raises(AssignmentError) as refused:
        read_target({"target": broken})
    assert "the secret one" not in str(refused.value)
    assert "the secret one" not in repr(TARGET)
