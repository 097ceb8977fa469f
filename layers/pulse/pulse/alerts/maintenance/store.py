"""The table of maintenance windows."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from pulse.alerts.maintenance.recurrence import Occurrence
from pulse.alerts.maintenance.window import Cover, WindowPlan, WindowState, plan_of
from pulse.database import Connection

type WindowRow = dict[str, Any]

_COLUMNS: Final = sql.SQL("""
    tenant_id, window_id, name, description, starts_at, ends_at, timezone, recurrence, selector, ended_early,
    expires_at, created_by, created_at, updated_at, version,
    (
        SELECT count(*)
        FROM held_openings
        WHERE held_openings.tenant_id = maintenance_windows.tenant_id
          AND held_openings.window_id = maintenance_windows.window_id
    ) AS held
""")
_IN_STATE: Final = {
    WindowState.ACTIVE: sql.SQL("next_starts_at <= %(now)s AND next_ends_at > %(now)s"),
    WindowState.UPCOMING: sql.SQL("next_starts_at > %(now)s"),
    WindowState.EXPIRED: sql.SQL("expires_at <= %(now)s"),
}


def insert_window(
    connection: Connection, tenant_id: str, plan: WindowPlan, occurrence: Occurrence | None, *, by: str
) -> WindowRow:
    """Enter a window."""
    row = connection.execute(
        sql.SQL("""
        INSERT INTO maintenance_windows (tenant_id, name, description, starts_at, ends_at, timezone, recurrence,
                                         selector, next_starts_at, next_ends_at, expires_at, created_by)
        VALUES (%(tenant_id)s, %(name)s, %(description)s, %(starts_at)s, %(ends_at)s, %(timezone)s, %(recurrence)s,
                %(selector)s, %(next_starts_at)s, %(next_ends_at)s, %(expires_at)s, %(by)s)
        RETURNING {columns}
        """).format(columns=_COLUMNS),
        {"tenant_id": tenant_id, **_parameters(plan, occurrence), "by": by},
    ).fetchone()
    assert row is not None
    return row


def update_window(
    connection: Connection, tenant_id: str, window_id: UUID, plan: WindowPlan, occurrence: Occurrence | None
) -> WindowRow:
    """Write another plan to a locked window."""
    row = connection.execute(
        sql.SQL("""
        UPDATE maintenance_windows
        SET name = %(name)s, description = %(description)s, starts_at = %(starts_at)s, ends_at = %(ends_at)s,
            timezone = %(timezone)s, recurrence = %(recurrence)s, selector = %(selector)s,
            ended_early = %(ended_early)s, next_starts_at = %(next_starts_at)s,
            next_ends_at = %(next_ends_at)s, expires_at = %(expires_at)s, updated_at = now(), version = version + 1
        WHERE tenant_id = %(tenant_id)s AND window_id = %(window_id)s
        RETURNING {columns}
        """).format(columns=_COLUMNS),
        {"tenant_id": tenant_id, "window_id": window_id, **_parameters(plan, occurrence)},
    ).fetchone()
    assert row is not None
    return row


def delete_window(connection: Connection, tenant_id: str, window_id: UUID) -> None:
    """Remove a window."""
    connection.execute(
        "DELETE FROM maintenance_windows WHERE tenant_id = %(tenant_id)s AND window_id = %(window_id)s",
        {"tenant_id": tenant_id, "window_id": window_id},
    )


def read_window(connection: Connection, tenant_id: str, window_id: UUID, *, lock: bool = False) -> WindowRow | None:
    """A window, locked until the transaction ends if need be; None when there is none."""
    return connection.execute(
        sql.SQL("""
        SELECT {columns}
        FROM maintenance_windows
        WHERE tenant_id = %(tenant_id)s AND window_id = %(window_id)s
        {lock}
        """).format(columns=_COLUMNS, lock=sql.SQL("FOR UPDATE" if lock else "")),
        {"tenant_id": tenant_id, "window_id": window_id},
    ).fetchone()


def list_window_rows(
    connection: Connection,
    tenant_id: str,
    *,
    state: WindowState | None,
    now: datetime,
    after: tuple[datetime | None, UUID] | None,
    limit: int,
) -> tuple[list[WindowRow], int]:
    """Windows by their current or next time, those that are over last; and how many there are in the state."""
    matching = sql.SQL("FROM maintenance_windows WHERE tenant_id = %(tenant_id)s AND {state}").format(
        state=_IN_STATE[state] if state else sql.SQL("true")
    )
    parameters = {
        "tenant_id": tenant_id,
        "now": now,
        "after_starts_at": after[0] if after else None,
        "after_window_id": after[1] if after else None,
        "limit": limit,
    }
    rows = connection.execute(
        sql.SQL("""
        SELECT {columns}, next_starts_at AS sorted_by
        {matching}
          AND (%(after_window_id)s::uuid IS NULL
               OR (coalesce(next_starts_at, 'infinity'), window_id)
                  > (coalesce(%(after_starts_at)s::timestamptz, 'infinity'), %(after_window_id)s))
        ORDER BY coalesce(next_starts_at, 'infinity'), window_id
        LIMIT %(limit)s
        """).format(columns=_COLUMNS, matching=matching),
        parameters,
    ).fetchall()
    count = connection.execute(sql.SQL("SELECT count(*) AS total {}").format(matching), parameters).fetchone()
    assert count is not None
    return rows, count["total"]


def load_covers(
    connection: Connection, tenant_ids: Iterable[str], *, since: datetime, until: datetime
) -> dict[str, list[Cover]]:
    """The windows of tenants that may be on in a period, both its ends included."""
    covers: dict[str, list[Cover]] = {}
    for row in connection.execute(
        """
        SELECT tenant_id, window_id, name, description, starts_at, ends_at, timezone, recurrence, selector, ended_early
        FROM maintenance_windows
        WHERE tenant_id = ANY(%(tenant_ids)s) AND starts_at <= %(until)s AND expires_at > %(since)s
        """,
        {"tenant_ids": sorted(set(tenant_ids)), "since": since, "until": until},
    ):
        plan = plan_of(row)
        covers.setdefault(row["tenant_id"], []).append(
            Cover(row["tenant_id"], row["window_id"], plan.name, plan.schedule, plan.selector)
        )
    return covers


def lock_windows_over(connection: Connection, now: datetime, *, limit: int) -> list[WindowRow]:
    """Windows whose current time is over, for the sweep to find their next one."""
    return connection.execute(
        """
        SELECT tenant_id, window_id, name, description, starts_at, ends_at, timezone, recurrence, selector, ended_early
        FROM maintenance_windows
        WHERE next_ends_at <= %(now)s
        ORDER BY next_ends_at
        LIMIT %(limit)s
        FOR UPDATE SKIP LOCKED
        """,
        {"now": now, "limit": limit},
    ).fetchall()


def write_next(connection: Connection, window: WindowRow, occurrence: Occurrence | None) -> None:
    """Note the next time of a locked window."""
    connection.execute(
        """
        UPDATE maintenance_windows
        SET next_starts_at = %(next_starts_at)s, next_ends_at = %(next_ends_at)s
        WHERE tenant_id = %(tenant_id)s AND window_id = %(window_id)s
        """,
        {"tenant_id": window["tenant_id"], "window_id": window["window_id"], **_next(occurrence)},
    )


def _parameters(plan: WindowPlan, occurrence: Occurrence | None) -> dict[str, Any]:
    return {
        **plan._asdict(),
        "selector": Jsonb(plan.selector.model_dump(mode="json")),
        "ended_early": list(plan.ended_early),
        "expires_at": plan.schedule.last_ends_at,
        **_next(occurrence),
    }


def _next(occurrence: Occurrence | None) -> dict[str, datetime | None]:
    return {
        "next_starts_at": occurrence.starts_at if occurrence else None,
        "next_ends_at": occurrence.ends_at if occurrence else None,
    }
