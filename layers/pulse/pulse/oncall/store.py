"""Schedules and their layers in the database."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from psycopg import sql
from psycopg.types.json import Jsonb

from pulse.database import Connection
from pulse.database.lists import list_by_name
from pulse.oncall.override_store import find_overrides
from pulse.oncall.schedule import Layer, LayerDefinition, Schedule

type Row = dict[str, Any]
type ScheduleKey = tuple[str, UUID]
"""(tenant_id, schedule_id)"""

_COLUMNS: Final = sql.SQL("tenant_id, schedule_id, name, description, timezone, version, created_at, updated_at")


def list_schedule_rows(
    connection: Connection, tenant_id: str, *, q: str | None, after: str | None, limit: int
) -> tuple[list[Row], int]:
    """Schedules by name, from `after` on, and how many match altogether."""
    return list_by_name(
        connection,
        """
        FROM oncall_schedules
        WHERE tenant_id = %(tenant_id)s
          AND (%(q)s::text IS NULL OR strpos(lower(name || ' ' || description), lower(%(q)s)) > 0)
        """,
        {"tenant_id": tenant_id, "q": q},
        columns=_COLUMNS,
        after=after,
        limit=limit,
    )


def read_schedule_row(connection: Connection, tenant_id: str, schedule_id: UUID, *, lock: bool = False) -> Row | None:
    """One schedule, locked until the transaction ends if it is to be changed."""
    return connection.execute(
        sql.SQL("""
            SELECT {columns} FROM oncall_schedules
            WHERE tenant_id = %(tenant_id)s AND schedule_id = %(schedule_id)s {lock}
        """).format(columns=_COLUMNS, lock=sql.SQL("FOR UPDATE" if lock else "")),
        {"tenant_id": tenant_id, "schedule_id": schedule_id},
    ).fetchone()


def insert_schedule_row(connection: Connection, tenant_id: str, values: Mapping[str, Any]) -> Row:
    """A new schedule. Raises psycopg.errors.UniqueViolation."""
    statement = sql.SQL("""
        INSERT INTO oncall_schedules (tenant_id, name, description, timezone)
        VALUES (%(tenant_id)s, %(name)s, %(description)s, %(timezone)s)
        RETURNING {columns}
    """).format(columns=_COLUMNS)
    return _one(connection.execute(statement, {"tenant_id": tenant_id, **values}).fetchone())


def update_schedule_row(
    connection: Connection, tenant_id: str, schedule_id: UUID, values: Mapping[str, Any], *, now: datetime
) -> Row:
    """Other words and another zone for a locked schedule, whose shifts are announced anew from `now` on.

    Raises psycopg.errors.UniqueViolation.
    """
    statement = sql.SQL("""
        UPDATE oncall_schedules
        SET name = %(name)s, description = %(description)s, timezone = %(timezone)s, announce_at = %(now)s,
            version = version + 1, updated_at = now()
        WHERE tenant_id = %(tenant_id)s AND schedule_id = %(schedule_id)s
        RETURNING {columns}
    """).format(columns=_COLUMNS)
    parameters = {"tenant_id": tenant_id, "schedule_id": schedule_id, "now": now, **values}
    return _one(connection.execute(statement, parameters).fetchone())


def delete_schedule_row(connection: Connection, tenant_id: str, schedule_id: UUID) -> None:
    """Take a schedule away with all that belongs to it. Raises psycopg.errors.ForeignKeyViolation while it is used."""
    connection.execute(
        "DELETE FROM oncall_schedules WHERE tenant_id = %(tenant_id)s AND schedule_id = %(schedule_id)s",
        {"tenant_id": tenant_id, "schedule_id": schedule_id},
    )


def replace_layers(
    connection: Connection, tenant_id: str, schedule_id: UUID, layers: Sequence[LayerDefinition]
) -> None:
    """Give a locked schedule these layers. One that keeps its name keeps its id."""
    connection.execute(
        """
        DELETE FROM oncall_layers
        WHERE tenant_id = %(tenant_id)s AND schedule_id = %(schedule_id)s AND name <> ALL(%(names)s)
        """,
        {"tenant_id": tenant_id, "schedule_id": schedule_id, "names": [layer.name for layer in layers]},
    )
    for layer in layers:
        fields = layer.model_dump(mode="json")
        connection.execute(
            """
            INSERT INTO oncall_layers (tenant_id, schedule_id, name, priority, rotation, shift_hours, rotation_start,
                                       responders, restrictions)
            VALUES (%(tenant_id)s, %(schedule_id)s, %(name)s, %(priority)s, %(rotation)s, %(shift_hours)s,
                    %(rotation_start)s, %(responders)s, %(restrictions)s)
            ON CONFLICT (tenant_id, schedule_id, name) DO UPDATE
            SET priority = excluded.priority,
                rotation = excluded.rotation,
                shift_hours = excluded.shift_hours,
                rotation_start = excluded.rotation_start,
                responders = excluded.responders,
                restrictions = excluded.restrictions
            """,
            {
                **fields,
                "tenant_id": tenant_id,
                "schedule_id": schedule_id,
                "responders": Jsonb(fields["responders"]),
                "restrictions": Jsonb(fields["restrictions"]),
            },
        )


def find_layers(connection: Connection, keys: Sequence[ScheduleKey]) -> dict[ScheduleKey, tuple[Layer, ...]]:
    """The layers of schedules, in the order of their priority."""
    layers: dict[ScheduleKey, tuple[Layer, ...]] = dict.fromkeys(keys, ())
    for row in connection.execute(
        """
        SELECT tenant_id, schedule_id, layer_id, name, priority, rotation, shift_hours, rotation_start, responders,
               restrictions
        FROM oncall_layers
        WHERE (tenant_id, schedule_id) IN (SELECT * FROM unnest(%(tenant_ids)s::text[], %(schedule_ids)s::uuid[]))
        ORDER BY priority, name
        """,
        {"tenant_ids": [tenant for tenant, _ in keys], "schedule_ids": [schedule for _, schedule in keys]},
    ):
        key = row.pop("tenant_id"), row.pop("schedule_id")
        layers[key] += (Layer.model_validate(row),)
    return layers


def load_schedules(
    connection: Connection, rows: Sequence[Row], start: datetime, end: datetime
) -> dict[ScheduleKey, Schedule]:
    """Schedules for computing what happens in [start, end), by rows that have been read."""
    keys = [(row["tenant_id"], row["schedule_id"]) for row in rows]
    layers = find_layers(connection, keys)
    overrides = find_overrides(connection, keys, start, end)
    return {
        key: Schedule(ZoneInfo(row["timezone"]), layers[key], overrides[key])
        for key, row in zip(keys, rows, strict=True)
    }


def read_all_rows(connection: Connection, tenant_id: str) -> list[Row]:
    """All schedules of a tenant, by name."""
    statement = sql.SQL("SELECT {columns} FROM oncall_schedules WHERE tenant_id = %(tenant_id)s ORDER BY name").format(
        columns=_COLUMNS
    )
    return connection.execute(statement, {"tenant_id": tenant_id}).fetchall()


def find_schedule_ids(connection: Connection, tenant_id: str, schedule_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Those of the ids that are schedules of the tenant."""
    rows = connection.execute(
        """
        SELECT schedule_id FROM oncall_schedules
        WHERE tenant_id = %(tenant_id)s AND schedule_id = ANY(%(schedule_ids)s)
        """,
        {"tenant_id": tenant_id, "schedule_ids": list(schedule_ids)},
    )
    return frozenset(row["schedule_id"] for row in rows)


def find_schedules_of_channel(connection: Connection, tenant_id: str, channel_id: UUID, *, now: datetime) -> list[str]:
    """Names of schedules with a responder of that channel, in a layer or in an override that ends after `now`."""
    rows = connection.execute(
        """
        SELECT name
        FROM oncall_schedules AS schedule
        WHERE tenant_id = %(tenant_id)s
          AND (EXISTS (
                   SELECT FROM oncall_layers AS layer
                   WHERE layer.tenant_id = schedule.tenant_id AND layer.schedule_id = schedule.schedule_id
                     AND layer.responders @> %(responders)s
               )
               OR EXISTS (
                   SELECT FROM oncall_overrides AS override
                   WHERE override.tenant_id = schedule.tenant_id AND override.schedule_id = schedule.schedule_id
                     AND override.ends_at > %(now)s AND override.responder @> %(responder)s
               ))
        ORDER BY name
        """,
        {
            "tenant_id": tenant_id,
            "now": now,
            "responder": Jsonb({"channel_id": str(channel_id)}),
            "responders": Jsonb([{"channel_id": str(channel_id)}]),
        },
    )
    return [row["name"] for row in rows]


def count_schedules(connection: Connection, tenant_id: str) -> int:
    """How many schedules a tenant has."""
    row = connection.execute(
        "SELECT count(*) AS total FROM oncall_schedules WHERE tenant_id = %(tenant_id)s", {"tenant_id": tenant_id}
    ).fetchone()
    return int(_one(row)["total"])


def announce_soon(connection: Connection, tenant_id: str, schedule_id: UUID, *, now: datetime) -> None:
    """Have the next sweep look at who is on call: an override has changed."""
    connection.execute(
        """
        UPDATE oncall_schedules SET announce_at = %(now)s
        WHERE tenant_id = %(tenant_id)s AND schedule_id = %(schedule_id)s
        """,
        {"tenant_id": tenant_id, "schedule_id": schedule_id, "now": now},
    )


def claim_announcements(connection: Connection, now: datetime, *, limit: int) -> list[Row]:
    """Schedules whose people may have changed, locked until the transaction ends."""
    statement = sql.SQL("""
        SELECT {columns}, announced, announce_at
        FROM oncall_schedules
        WHERE announce_at <= %(now)s
        ORDER BY announce_at
        LIMIT %(limit)s
        FOR UPDATE SKIP LOCKED
    """).format(columns=_COLUMNS)
    return connection.execute(statement, {"now": now, "limit": limit}).fetchall()


def note_announcement(
    connection: Connection, key: ScheduleKey, emails: Sequence[str], *, announce_at: datetime
) -> None:
    """Remember who was announced, and when to look again."""
    connection.execute(
        """
        UPDATE oncall_schedules SET announced = %(emails)s, announce_at = %(announce_at)s
        WHERE tenant_id = %(tenant_id)s AND schedule_id = %(schedule_id)s
        """,
        {"tenant_id": key[0], "schedule_id": key[1], "emails": list(emails), "announce_at": announce_at},
    )


def _one(row: Row | None) -> Row:
    assert row is not None
    return row
