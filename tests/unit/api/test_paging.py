"""Cursors lead back to where they were made, and nothing else passes for one."""

from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AwareDatetime

from pulse.api.paging import Cursor
from pulse.api.problems import MalformedRequestError


class Position(NamedTuple):
    """A place in some list."""

    time: AwareDatetime
    name: str | None
    identifier: UUID


CURSOR = Cursor(Position)
INSTANTS = st.datetimes(timezones=st.just(UTC))
NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=50)
POSITIONS = st.builds(Position, INSTANTS, st.none() | NAMES, st.uuids())


@given(POSITIONS)
def test_a_cursor_leads_back(position: Position) -> None:
    text = CURSOR.encode(position)
    assert text is not None
    assert CURSOR.decode(text) == position


@given(POSITIONS)
def test_a_cursor_needs_no_escaping_in_a_url(position: Position) -> None:
    text = CURSOR.encode(position) or ""
    assert text.replace("-", "").replace("_", "").isalnum()


def test_the_first_and_the_last_page_have_none() -> None:
    assert CURSOR.encode(None) is None
    assert CURSOR.decode(None) is None


@given(st.text(max_size=200))
def test_garbage_is_no_cursor(text: str) -> None:
    with pytest.raises(MalformedRequestError) as refusal:
        CURSOR.decode(text)
    assert [error.field for error in refusal.value.errors] == ["cursor"]


@given(st.binary(max_size=200))
def test_encoded_garbage_is_no_cursor(document: bytes) -> None:
    with pytest.raises(MalformedRequestError):
        CURSOR.decode(urlsafe_b64encode(document).rstrip(b"=").decode())


@pytest.mark.parametrize(
    "document",
    [
        b"[]",
        b"null",
        b'["2026-11-20T12:00:00Z","x"]',
        b'["2026-11-20T12:00:00","x","6f1b3a52-8c1d-4d7e-9a39-0d6f2f7f5a10"]',
        b'["2026-11-20T12:00:00Z",7,"6f1b3a52-8c1d-4d7e-9a39-0d6f2f7f5a10"]',
        b'["2026-11-20T12:00:00Z","x","6f1b3a52-8c1d-4d7e-9a39-0d6f2f7f5a10",1]',
        b'["2026-11-20T12:00:00Z","a\\u0000b","6f1b3a52-8c1d-4d7e-9a39-0d6f2f7f5a10"]',
    ],
)
def test_a_cursor_of_another_shape_is_refused(document: bytes) -> None:
    with pytest.raises(MalformedRequestError):
        CURSOR.decode(urlsafe_b64encode(document).rstrip(b"=").decode())


def test_padding_may_be_there() -> None:
    position = Position(datetime(2026, 11, 20, tzinfo=UTC), "x", UUID(int=1))
    text = CURSOR.encode(position) or ""
    assert CURSOR.decode(text.ljust(-(-len(text) // 4) * 4, "=")) == position
