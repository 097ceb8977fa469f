"""Names that stand twice in an object are found wherever it is, and nothing else is."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.api.repeated_names import repeated_names

DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(document=DOCUMENTS)
def test_what_a_program_writes_repeats_nothing(document: Any) -> None:
    assert repeated_names(json.dumps(document)) == []


@given(name=st.text(), first=DOCUMENTS, second=DOCUMENTS, way=st.lists(st.integers(0, 3) | st.sampled_from("ab")))
def test_a_repeated_name_is_found_at_its_place(name: str, first: Any, second: Any, way: list[int | str]) -> None:
    text = f"{{{json.dumps(name)}: {json.dumps(first)}, {json.dumps(name)}: {json.dumps(second)}}}"
    for part in reversed(way):
        text = f"[{'null, ' * part}{text}]" if isinstance(part, int) else f"{{{json.dumps(part)}: {text}}}"
    assert repeated_names(text) == [".".join([*map(str, way), name])]


@pytest.mark.parametrize("depth", [1, 1000])
def test_depth_is_no_matter(depth: int) -> None:
    text = "[" * depth + '{"a": 1, "a": 2}' + "]" * depth
    assert repeated_names(text) == [f"{'0.' * depth}a"]


def test_a_number_that_python_does_not_read_is_none_of_its_business() -> None:
    assert repeated_names(f'{{"a": {"9" * 5000}}}') == []
