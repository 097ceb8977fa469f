"""Texts of addons say what is known, and nothing of what is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from pulse.inbound.record import Record
from pulse.inbound.templates import TitleTemplate, render

RECORD: Record = {"port": "ge-0/0/7", "switch": "core", "seconds": 5, "text": "{port} [[x]]"}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{port} of {switch} is down", "ge-0/0/7 of core is down"),
        ("{port} of {room}", "ge-0/0/7 of unknown"),
        ("{port}[[ of {room}]]", "ge-0/0/7"),
        ("{port}[[ of {switch}]][[ for {seconds} s]]", "ge-0/0/7 of core for 5 s"),
        ("{port}[[ of {switch} in {room}]]", "ge-0/0/7"),
        ("{room}\n{switch}", "core"),
        ("{port}\n{room}: {floor}", "ge-0/0/7"),
        ("Look at it.\n{room}", "Look at it."),
        ("{room}", ""),
        ("{text}", "{port} [[x]]"),
        ("[[{port}]][{switch}]", "ge-0/0/7[core]"),
    ],
)
def test_what_is_missing_is_left_out_where_the_text_allows_it(template: str, text: str) -> None:
    assert render(template, RECORD, longest=100) == text


@given(template=st.text(alphabet="[]{}ab \n", max_size=60), longest=st.integers(1, 80))
def test_any_text_is_written_and_is_never_too_long(template: str, longest: int) -> None:
    assert len(render(template, {"a": "b" * 50}, longest=longest)) <= longest


def test_a_title_that_may_be_empty_is_refused() -> None:
    with pytest.raises(ValidationError, match="outside of"):
        TypeAdapter(TitleTemplate).validate_python("[[{port}]] ")
