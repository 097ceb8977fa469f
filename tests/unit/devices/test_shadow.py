"""What is desired of a device, what it reports, and what is left between the two."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from pulse.devices.shadow import MAXIMUM_BYTES, Part, Whole, change_to, difference, merged, read_shadow

LEAVES = st.booleans() | st.integers(-3, 3) | st.text(max_size=3) | st.lists(st.integers(0, 1), max_size=2)
STATES = st.recursive(
    st.dictionaries(st.text(max_size=2), LEAVES, max_size=3),
    lambda inner: st.dictionaries(st.text(max_size=2), LEAVES | inner, max_size=3),
    max_leaves=8,
)


@given(STATES, STATES)
def test_the_change_to_a_state_leads_to_it(state: dict[str, Any], wanted: dict[str, Any]) -> None:
    assert merged(state, change_to(state, wanted)) == wanted


@given(STATES)
def test_nothing_changes_where_nothing_differs(state: dict[str, Any]) -> None:
    assert change_to(state, state) == {}
    assert difference(state, state) == {}


@given(STATES, STATES)
def test_a_device_that_reports_the_difference_has_none_left(desired: dict[str, Any], reported: dict[str, Any]) -> None:
    assert difference(desired, merged(reported, difference(desired, reported))) == {}


@pytest.mark.parametrize(
    ("desired", "reported", "delta"),
    [
        ({"a": 1}, {}, {"a": 1}),
        ({"a": 1}, {"a": 1, "b": 2}, {}),
        ({"a": True}, {"a": 1}, {"a": True}),
        ({"a": [True]}, {"a": [1]}, {"a": [True]}),
        ({"a": 2}, {"a": 2.0}, {}),
        ({"a": [{"b": 2}]}, {"a": [{"b": 2.0}]}, {}),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 1}}, {"a": {"c": 2}}),
        ({"a": [1, 2]}, {"a": [2, 1]}, {"a": [1, 2]}),
        ({"a": {"b": 1}}, {"a": 7}, {"a": {"b": 1}}),
    ],
)
def test_the_delta_is_what_is_desired_and_not_reported(
    desired: dict[str, Any], reported: dict[str, Any], delta: dict[str, Any]
) -> None:
    assert difference(desired, reported) == delta


def test_a_part_that_is_null_is_taken_away() -> None:
    assert merged({"a": {"b": 1, "c": 2}, "d": 3}, {"a": {"b": None}, "d": None}) == {"a": {"c": 2}}


def test_times_are_those_of_the_newest_parts() -> None:
    shadow = read_shadow(
        {
            "state": {"desired": {"a": {"b": 1}, "c": [1]}},
            "metadata": {"desired": {"a": {"b": {"timestamp": 7}}, "c": [{"timestamp": 9}]}},
            "version": 3,
        }
    )
    assert (shadow.desired_at, shadow.reported_at, shadow.version) == (datetime.fromtimestamp(9, UTC), None, 3)


def nested(depth: int) -> dict[str, Any]:
    return {"a": nested(depth - 1)} if depth > 1 else {}


@pytest.mark.parametrize("state", [nested(8), {"text": "x" * (MAXIMUM_BYTES - 11)}, {"list": [{"a": 1}]}])
def test_a_state_may_be_as_large_and_as_deep_as_the_limit(state: dict[str, Any]) -> None:
    assert TypeAdapter(Whole).validate_python(state) == state


@pytest.mark.parametrize(
    "state", [nested(9), {"text": "x" * (MAXIMUM_BYTES - 10)}, {"a": None}, {"a": [{"b": None}]}, {"a": 2**70}]
)
def test_a_state_that_goes_beyond_is_refused(state: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Whole).validate_python(state)


def test_a_part_may_take_away_and_a_whole_may_not() -> None:
    assert TypeAdapter(Part).validate_python({"a": None}) == {"a": None}
    with pytest.raises(ValidationError, match="leave out what is not wanted"):
        TypeAdapter(Whole).validate_python({"a": None})
