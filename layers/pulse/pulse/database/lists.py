"""Lists in the order of names: a page of rows, and how many there are on all pages."""

from collections.abc import Mapping
from typing import Any, LiteralString

from psycopg import sql

from pulse.database.sessions import Connection


def list_by_name(
    connection: Connection,
    matching: LiteralString,
    parameters: Mapping[str, Any],
    *,
    columns: sql.SQL,
    after: str | None,
    limit: int,
    name: LiteralString = "name",
) -> tuple[list[dict[str, Any]], int]:
    """The rows whose name follows `after`, at most `limit`, and how many rows match altogether.

    `matching` goes from FROM to the end of WHERE, with parameters of its own. Names are ordered by their characters'
    codes, as is the place after which the next page begins, whatever the database's language.
    """
    chosen = sql.SQL(matching)
    rows = connection.execute(
        sql.SQL("""
            SELECT {columns} {matching}
              AND (%(after)s::text IS NULL OR {name} COLLATE "C" > %(after)s)
            ORDER BY {name} COLLATE "C"
            LIMIT %(limit)s
        """).format(columns=columns, matching=chosen, name=sql.Identifier(name)),
        {**parameters, "after": after, "limit": limit},
    ).fetchall()
    counted = connection.execute(sql.SQL("SELECT count(*) AS total {}").format(chosen), parameters).fetchone()
    assert counted is not None
    return rows, counted["total"]
