"""Escalations of alerts in the database: what was frozen, how far it has come, what is due."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.types.json import Jsonb

from pulse.database import Connection
from pulse.escalation.plan import Progress, WaitingFor
from pulse.escalation.policy import Plan


class Escalation(NamedTuple):
    """An alert's escalation. `generation` counts executions; the newest sleeps until `wakes_at`."""

    tenant_id: str
    alert_id: UUID
    plan: Plan
    progress: Progress
    generation: int
    wakes_at: datetime | None
    last_step_at: datetime | None


class NewEscalation(NamedTuple):
    """An escalation that begins, due for its first level."""

    tenant_id: str
    alert_id: UUID
    plan: Plan
    due_at: datetime


_SELECT = """
    SELECT tenant_id, alert_id, plan, step, due_at, waiting_for, generation, wakes_at, last_step_at
    FROM alert_escalations
    WHERE tenant_id = %(tenant_id)s AND alert_id = %(alert_id)s
"""


def insert_escalations(connection: Connection, escalations: Sequence[NewEscalation]) -> None:
    """Begin escalations; an alert has one at most."""
    connection.execute(
        """
        INSERT INTO alert_escalations (tenant_id, alert_id, plan, due_at)
        SELECT * FROM unnest(%(tenant_ids)s::text[], %(alert_ids)s::uuid[], %(plans)s::jsonb[],
                             %(due_at)s::timestamptz[])
        ON CONFLICT (tenant_id, alert_id) DO NOTHING
        """,
        {
            "tenant_ids": [new.tenant_id for new in escalations],
            "alert_ids": [new.alert_id for new in escalations],
            "plans": [Jsonb(new.plan.model_dump(mode="json")) for new in escalations],
            "due_at": [new.due_at for new in escalations],
        },
    )


def read_escalation(connection: Connection, tenant_id: str, alert_id: UUID) -> Escalation | None:
    """The escalation of an alert, if it has one."""
    row = connection.execute(_SELECT, {"tenant_id": tenant_id, "alert_id": alert_id}).fetchone()
    return _escalation(row) if row else None


def lock_escalation(connection: Connection, tenant_id: str, alert_id: UUID) -> Escalation | None:
    """The same, locked until the transaction ends. The alert is locked before."""
    row = connection.execute(_SELECT + "FOR UPDATE", {"tenant_id": tenant_id, "alert_id": alert_id}).fetchone()
    return _escalation(row) if row else None


def write_escalation(connection: Connection, escalation: Escalation) -> None:
    """Write how far a locked escalation has come."""
    connection.execute(
        """
        UPDATE alert_escalations
        SET step = %(step)s, due_at = %(due_at)s, waiting_for = %(waiting_for)s, generation = %(generation)s,
            wakes_at = %(wakes_at)s, last_step_at = %(last_step_at)s
        WHERE tenant_id = %(tenant_id)s AND alert_id = %(alert_id)s
        """,
        {**escalation.progress._asdict(), **escalation._asdict(), "plan": None, "progress": None},
    )


def find_overdue(connection: Connection, due_before: datetime, *, limit: int) -> list[tuple[str, UUID]]:
    """Escalations whose due time has passed without anybody having looked, the longest overdue first."""
    rows = connection.execute(
        """
        SELECT tenant_id, alert_id
        FROM alert_escalations
        WHERE due_at <= %(due_before)s
        ORDER BY due_at
        LIMIT %(limit)s
        """,
        {"due_before": due_before, "limit": limit},
    )
    return [(row["tenant_id"], row["alert_id"]) for row in rows]


def find_waiting_for_silence(connection: Connection) -> list[tuple[str, UUID]]:
    """Escalations that have nothing due until a silence or a suppression ends."""
    rows = connection.execute(
        "SELECT tenant_id, alert_id FROM alert_escalations WHERE due_at IS NULL AND waiting_for = 'silence'"
    )
    return [(row["tenant_id"], row["alert_id"]) for row in rows]


def put_off(connection: Connection, tenant_id: str, alert_id: UUID, *, until: datetime) -> None:
    """Look at an escalation later: what was due could not be done."""
    connection.execute(
        "UPDATE alert_escalations SET due_at = %(until)s WHERE tenant_id = %(tenant_id)s AND alert_id = %(alert_id)s",
        {"tenant_id": tenant_id, "alert_id": alert_id, "until": until},
    )


def _escalation(row: dict[str, Any]) -> Escalation:
    return Escalation(
        row["tenant_id"],
        row["alert_id"],
        Plan.model_validate(row["plan"]),
        Progress(row["step"], row["due_at"], WaitingFor(row["waiting_for"])),
        row["generation"],
        row["wakes_at"],
        row["last_step_at"],
    )
