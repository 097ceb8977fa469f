"""Escalation policies in the database."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from psycopg import sql

from pulse.database import Connection
from pulse.database.lists import list_by_name
from pulse.escalation.policy import Level, Plan

type Row = dict[str, Any]
type PolicyKey = tuple[str, UUID]
"""(tenant_id, policy_id)"""

_COLUMNS: Final = sql.SQL(
    "tenant_id, policy_id, name, description, is_default, repeat, acknowledgement_timeout_minutes, version, "
    "created_at, updated_at"
)


def list_policy_rows(
    connection: Connection, tenant_id: str, *, q: str | None, after: str | None, limit: int
) -> tuple[list[Row], int]:
    """Policies by name, from `after` on, and how many match altogether."""
    return list_by_name(
        connection,
        """
        FROM escalation_policies
        WHERE tenant_id = %(tenant_id)s
          AND (%(q)s::text IS NULL OR strpos(lower(name || ' ' || description), lower(%(q)s)) > 0)
        """,
        {"tenant_id": tenant_id, "q": q},
        columns=_COLUMNS,
        after=after,
        limit=limit,
    )


def read_policy_row(connection: Connection, tenant_id: str, policy_id: UUID, *, lock: bool = False) -> Row | None:
    """One policy, locked until the transaction ends if it is to be changed."""
    return connection.execute(
        sql.SQL("""
            SELECT {columns} FROM escalation_policies
            WHERE tenant_id = %(tenant_id)s AND policy_id = %(policy_id)s {lock}
        """).format(columns=_COLUMNS, lock=sql.SQL("FOR UPDATE" if lock else "")),
        {"tenant_id": tenant_id, "policy_id": policy_id},
    ).fetchone()


def insert_policy_row(connection: Connection, tenant_id: str, values: Mapping[str, Any]) -> Row:
    """A new policy, without its levels. Raises psycopg.errors.UniqueViolation."""
    statement = sql.SQL("""
        INSERT INTO escalation_policies (tenant_id, name, description, is_default, repeat,
                                         acknowledgement_timeout_minutes)
        VALUES (%(tenant_id)s, %(name)s, %(description)s, %(is_default)s, %(repeat)s,
                %(acknowledgement_timeout_minutes)s)
        RETURNING {columns}
    """).format(columns=_COLUMNS)
    return _one(connection.execute(statement, {"tenant_id": tenant_id, **values}).fetchone())


def update_policy_row(connection: Connection, tenant_id: str, policy_id: UUID, values: Mapping[str, Any]) -> Row:
    """Other contents for a locked policy, but for its levels. Raises psycopg.errors.UniqueViolation."""
    statement = sql.SQL("""
        UPDATE escalation_policies
        SET name = %(name)s, description = %(description)s, is_default = %(is_default)s, repeat = %(repeat)s,
            acknowledgement_timeout_minutes = %(acknowledgement_timeout_minutes)s, version = version + 1,
            updated_at = now()
        WHERE tenant_id = %(tenant_id)s AND policy_id = %(policy_id)s
        RETURNING {columns}
    """).format(columns=_COLUMNS)
    return _one(connection.execute(statement, {"tenant_id": tenant_id, "policy_id": policy_id, **values}).fetchone())


def end_other_defaults(connection: Connection, tenant_id: str, policy_id: UUID | None) -> list[UUID]:
    """Have no default policy but this one; return which were."""
    rows = connection.execute(
        """
        UPDATE escalation_policies
        SET is_default = false, version = version + 1, updated_at = now()
        WHERE tenant_id = %(tenant_id)s AND is_default AND policy_id IS DISTINCT FROM %(policy_id)s::uuid
        RETURNING policy_id
        """,
        {"tenant_id": tenant_id, "policy_id": policy_id},
    )
    return [row["policy_id"] for row in rows]


def delete_policy_row(connection: Connection, tenant_id: str, policy_id: UUID) -> None:
    """Take a policy away with its levels."""
    connection.execute(
        "DELETE FROM escalation_policies WHERE tenant_id = %(tenant_id)s AND policy_id = %(policy_id)s",
        {"tenant_id": tenant_id, "policy_id": policy_id},
    )


def replace_levels(connection: Connection, tenant_id: str, policy_id: UUID, levels: Sequence[Level]) -> None:
    """Give a locked policy these levels. Raises psycopg.errors.ForeignKeyViolation for a schedule that is not there."""
    key = {"tenant_id": tenant_id, "policy_id": policy_id}
    connection.execute(
        "DELETE FROM escalation_targets WHERE tenant_id = %(tenant_id)s AND policy_id = %(policy_id)s", key
    )
    for number, level in enumerate(levels, 1):
        for position, target in enumerate(level.targets):
            fields = {"channel_id": None, "schedule_id": None, "email": None, **dict(target)}
            connection.execute(
                """
                INSERT INTO escalation_targets (tenant_id, policy_id, level, delay_minutes, position, kind, channel_id,
                                                schedule_id, email)
                VALUES (%(tenant_id)s, %(policy_id)s, %(level)s, %(delay_minutes)s, %(position)s, %(kind)s,
                        %(channel_id)s, %(schedule_id)s, %(email)s)
                """,
                {**key, **fields, "level": number, "delay_minutes": level.delay_minutes, "position": position},
            )


def find_levels(connection: Connection, keys: Sequence[PolicyKey]) -> dict[PolicyKey, tuple[Level, ...]]:
    """The levels of policies, in their order."""
    rows = connection.execute(
        """
        SELECT tenant_id, policy_id, level, delay_minutes, kind, channel_id, schedule_id, email
        FROM escalation_targets
        WHERE (tenant_id, policy_id) IN (SELECT * FROM unnest(%(tenant_ids)s::text[], %(policy_ids)s::uuid[]))
        ORDER BY tenant_id, policy_id, level, position
        """,
        {"tenant_ids": [tenant for tenant, _ in keys], "policy_ids": [policy for _, policy in keys]},
    ).fetchall()
    levels: dict[PolicyKey, tuple[Level, ...]] = dict.fromkeys(keys, ())
    for (tenant_id, policy_id, _, delay_minutes), targets in groupby(
        rows, key=lambda row: (row["tenant_id"], row["policy_id"], row["level"], row["delay_minutes"])
    ):
        level = Level.model_validate({"delay_minutes": delay_minutes, "targets": [_target(row) for row in targets]})
        levels[tenant_id, policy_id] += (level,)
    return levels


def find_policies_of_channel(connection: Connection, tenant_id: str, channel_id: UUID) -> list[str]:
    """Names of the policies with a level that turns to a channel."""
    rows = connection.execute(
        """
        SELECT DISTINCT policy.name
        FROM escalation_targets AS target
        JOIN escalation_policies AS policy USING (tenant_id, policy_id)
        WHERE target.tenant_id = %(tenant_id)s AND target.channel_id = %(channel_id)s
        ORDER BY policy.name
        """,
        {"tenant_id": tenant_id, "channel_id": channel_id},
    )
    return [row["name"] for row in rows]


def find_policies_of_schedule(connection: Connection, tenant_id: str, schedule_id: UUID) -> list[str]:
    """Names of the policies with a level that turns to a schedule."""
    rows = connection.execute(
        """
        SELECT DISTINCT policy.name
        FROM escalation_targets AS target
        JOIN escalation_policies AS policy USING (tenant_id, policy_id)
        WHERE target.tenant_id = %(tenant_id)s AND target.schedule_id = %(schedule_id)s
        ORDER BY policy.name
        """,
        {"tenant_id": tenant_id, "schedule_id": schedule_id},
    )
    return [row["name"] for row in rows]


def find_default_plans(connection: Connection, tenant_ids: Iterable[str]) -> dict[str, Plan]:
    """The default policies of those tenants that have one, as alerts keep them."""
    rows = connection.execute(
        sql.SQL(
            "SELECT {columns} FROM escalation_policies WHERE is_default AND tenant_id = ANY(%(tenant_ids)s)"
        ).format(columns=_COLUMNS),
        {"tenant_ids": sorted(tenant_ids)},
    ).fetchall()
    return {tenant_id: plan for (tenant_id, _), plan in _plans(connection, rows).items()}


def find_plans(connection: Connection, keys: Sequence[PolicyKey]) -> dict[PolicyKey, Plan]:
    """Policies as alerts keep them."""
    rows = connection.execute(
        sql.SQL("""
            SELECT {columns} FROM escalation_policies
            WHERE (tenant_id, policy_id) IN (SELECT * FROM unnest(%(tenant_ids)s::text[], %(policy_ids)s::uuid[]))
        """).format(columns=_COLUMNS),
        {"tenant_ids": [tenant for tenant, _ in keys], "policy_ids": [policy for _, policy in keys]},
    ).fetchall()
    return _plans(connection, rows)


def hold_policy(connection: Connection, tenant_id: str, policy_id: UUID) -> bool:
    """Whether the tenant has such a policy, which then is not deleted until the transaction ends."""
    held = connection.execute(
        """
        SELECT FROM escalation_policies
        WHERE tenant_id = %(tenant_id)s AND policy_id = %(policy_id)s
        FOR KEY SHARE
        """,
        {"tenant_id": tenant_id, "policy_id": policy_id},
    )
    return held.rowcount == 1


def _plans(connection: Connection, rows: Sequence[Row]) -> dict[PolicyKey, Plan]:
    if not rows:
        return {}
    levels = find_levels(connection, [(row["tenant_id"], row["policy_id"]) for row in rows])
    return {
        (row["tenant_id"], row["policy_id"]): Plan(
            policy_id=row["policy_id"],
            policy_name=row["name"],
            levels=levels[row["tenant_id"], row["policy_id"]],
            repeat=row["repeat"],
            acknowledgement_timeout_minutes=row["acknowledgement_timeout_minutes"],
        )
        for row in rows
    }


def _target(row: Row) -> dict[str, Any]:
    """The one of the three columns that the kind names."""
    name = {"channel": "channel_id", "schedule": "schedule_id", "email": "email"}[row["kind"]]
    return {"kind": row["kind"], name: row[name]}


def _one(row: Row | None) -> Row:
    assert row is not None
    return row
