"""Levels of JSON are counted as they are written."""

from typing import Any

import pytest

from pulse.api.nesting import is_deeper


@pytest.mark.parametrize(
    ("document", "levels"),
    [(1, 0), ({}, 1), ([], 1), ({"a": 1}, 1), ({"a": [1, {}]}, 3), ([[], [[2]]], 3), ({"a": {"b": {"c": None}}}, 3)],
)
def test_a_document_has_so_many_levels_and_no_more(document: Any, levels: int) -> None:
    assert not is_deeper(document, levels)
    assert levels == 0 or is_deeper(document, levels - 1)
