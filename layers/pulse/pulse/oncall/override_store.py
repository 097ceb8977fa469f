"""Overrides in the database."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb
from pydantic import AwareDatetime

from pulse.database import Connection
from pulse.oncall.schedule import Override, OverrideKind, Responder

type Row = dict[str, Any]

_COLUMNS: Final = sql.SQL(
    "override_id, schedule_id, kind, responder, starts_at, ends_at, reason, created_by, version, created_at, updated_at"
)


class OverridePosition(NamedTuple):
    """A place in the list of overrides, which is by their start."""

    starts_at: AwareDatetime
    override_id: UUID


def find_overrides(
    connection: Connection, keys: Sequence[tuple[str, UUID]], start: datetime, end: datetime
) -> dict[tuple[str, UUID], tuple[Override, ...]]:
    """Overrides of schedules that touch [start, end), by start; of those that start at once the older comes first."""
    overrides: dict[tuple[str, UUID], tuple[Override, ...]] = dict.fromkeys(keys, ())
    for row in connection.execute(
        """
        SELECT tenant_id, schedule_id, override_id, kind, responder, starts_at, ends_at, reason
        FROM oncall_overrides
        WHERE (tenant_id, schedule_id) IN (SELECT * FROM unnest(%(tenant_ids)s::text[], %(schedule_ids)s::uuid[]))
          AND ends_at > %(start)s AND starts_at < %(end)s
        ORDER BY starts_at, created_at, override_id
        """,
        {
            "tenant_ids": [tenant for tenant, _ in keys],
            "schedule_ids": [schedule for _, schedule in keys],
            "start": start,
            "end": end,
        },
    ):
        override = Override(
            row["override_id"],
            OverrideKind(row["kind"]),
            Responder.model_validate(row["responder"]),
            row["starts_at"],
            row["ends_at"],
            row["reason"],
        )
        overrides[row["tenant_id"], row["schedule_id"]] += (override,)
    return overrides


def list_override_rows(
    connection: Connection,
    tenant_id: str,
    schedule_id: UUID,
    *,
    start: datetime | None,
    end: datetime | None,
    after: OverridePosition | None,
    limit: int,
) -> tuple[list[Row], int]:
    """Overrides that touch [start, end) by their start, from `after` on, and how many match altogether."""
    parameters = {
        "tenant_id": tenant_id,
        "schedule_id": schedule_id,
        "start": start,
        "end": end,
        "after_start": after.starts_at if after else None,
        "after_id": after.override_id if after else None,
        "limit": limit,
    }
    matching = sql.SQL("""
        FROM oncall_overrides
        WHERE tenant_id = %(tenant_id)s AND schedule_id = %(schedule_id)s
          AND (%(start)s::timestamptz IS NULL OR ends_at > %(start)s)
          AND (%(end)s::timestamptz IS NULL OR starts_at < %(end)s)
    """)
    rows = connection.execute(
        sql.SQL("""
            SELECT {columns} {matching}
              AND (%(after_start)s::timestamptz IS NULL
                   OR (starts_at, override_id) > (%(after_start)s, %(after_id)s::uuid))
            ORDER BY starts_at, override_id
            LIMIT %(limit)s
        """).format(columns=_COLUMNS, matching=matching),
        parameters,
    ).fetchall()
    counted = connection.execute(sql.SQL("SELECT count(*) AS total {}").format(matching), parameters).fetchone()
    assert counted is not None
    return rows, int(counted["total"])


def read_override_row(
    connection: Connection, tenant_id: str, schedule_id: UUID, override_id: UUID, *, lock: bool = False
) -> Row | None:
    """One override of a schedule, locked until the transaction ends if it is to be changed."""
    return connection.execute(
        sql.SQL("""
            SELECT {columns} FROM oncall_overrides
            WHERE tenant_id = %(tenant_id)s AND schedule_id = %(schedule_id)s AND override_id = %(override_id)s {lock}
        """).format(columns=_COLUMNS, lock=sql.SQL("FOR UPDATE" if lock else "")),
        {"tenant_id": tenant_id, "schedule_id": schedule_id, "override_id": override_id},
    ).fetchone()


def insert_override_row(connection: Connection, tenant_id: str, schedule_id: UUID, values: Mapping[str, Any]) -> Row:
    """A new override. Raises psycopg.errors.ForeignKeyViolation without its schedule."""
    statement = sql.SQL("""
        INSERT INTO oncall_overrides (tenant_id, schedule_id, kind, responder, starts_at, ends_at, reason, created_by)
        VALUES (%(tenant_id)s, %(schedule_id)s, %(kind)s, %(responder)s, %(starts_at)s, %(ends_at)s, %(reason)s,
                %(created_by)s)
        RETURNING {columns}
    """).format(columns=_COLUMNS)
    return _returned(connection, statement, {"tenant_id": tenant_id, "schedule_id": schedule_id, **values})


def update_override_row(connection: Connection, tenant_id: str, override_id: UUID, values: Mapping[str, Any]) -> Row:
    """Other contents for a locked override."""
    statement = sql.SQL("""
        UPDATE oncall_overrides
        SET kind = %(kind)s, responder = %(responder)s, starts_at = %(starts_at)s, ends_at = %(ends_at)s,
            reason = %(reason)s, version = version + 1, updated_at = now()
        WHERE tenant_id = %(tenant_id)s AND override_id = %(override_id)s
        RETURNING {columns}
    """).format(columns=_COLUMNS)
    return _returned(connection, statement, {"tenant_id": tenant_id, "override_id": override_id, **values})


def delete_override_row(connection: Connection, tenant_id: str, override_id: UUID) -> None:
    """Take an override away."""
    connection.execute(
        "DELETE FROM oncall_overrides WHERE tenant_id = %(tenant_id)s AND override_id = %(override_id)s",
        {"tenant_id": tenant_id, "override_id": override_id},
    )


def _returned(connection: Connection, statement: sql.Composed, values: Mapping[str, Any]) -> Row:
    row = connection.execute(
        statement, {**values, "responder": Jsonb(values["responder"]), "kind": str(values["kind"])}
    ).fetchone()
    assert row is not None
    return row
