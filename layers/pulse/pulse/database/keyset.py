"""Lists that go on behind the last row of a page, whatever they are sorted by: nothing is left out or shown twice."""

from collections.abc import Sequence
from typing import NamedTuple

from psycopg import sql


class KeyPart(NamedTuple):
    """A part of what a list is sorted by: in a row, and at the place to go on from. Neither may be NULL."""

    of_row: sql.Composable
    of_place: sql.Composable


def beyond(key: Sequence[KeyPart], *, descending: bool) -> sql.Composed:
    """The condition of rows that follow the place. All parts together tell any two rows apart."""
    return sql.SQL("({}) {} ({})").format(
        sql.SQL(", ").join(part.of_row for part in key),
        sql.SQL("<" if descending else ">"),
        sql.SQL(", ").join(part.of_place for part in key),
    )


def ordering(key: Sequence[KeyPart], *, descending: bool) -> sql.Composed:
    """What follows ORDER BY. One direction for all parts, so that an index gives it forwards or backwards."""
    direction = sql.SQL("DESC" if descending else "ASC")
    return sql.SQL(", ").join(sql.SQL("{} {}").format(part.of_row, direction) for part in key)
