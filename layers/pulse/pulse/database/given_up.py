"""What was tried and given up, in whatever table it stands, across all tenants."""

from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from psycopg import sql

from pulse.database.sessions import Connection

_ANY: Final = sql.SQL("true")


class GivenUp(NamedTuple):
    """Something that was given up, and why."""

    tenant_id: str
    id: UUID
    finished_at: datetime
    outcome: str | None


def read_given_up(
    connection: Connection,
    table: str,
    id_column: str,
    *,
    since: datetime,
    until: datetime,
    limit: int,
    only: sql.SQL = _ANY,
) -> list[GivenUp]:
    """What failed for good in a time, newest first, of the rows that fit `only`.

    The table has `status`, `finished_at` and `outcome`.
    """
    rows = connection.execute(
        sql.SQL("""
            SELECT tenant_id, {id} AS id, finished_at, outcome
            FROM {table}
            WHERE status = 'FAILED' AND finished_at >= %(since)s AND finished_at <= %(until)s AND {only}
            ORDER BY finished_at DESC
            LIMIT %(limit)s
        """).format(table=sql.Identifier(table), id=sql.Identifier(id_column), only=only),
        {"since": since, "until": until, "limit": limit},
    )
    return [GivenUp(**row) for row in rows]
