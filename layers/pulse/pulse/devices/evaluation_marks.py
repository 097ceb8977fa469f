"""How far the rules have seen a device's readings: columns of `device_state` that the evaluation owns."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from psycopg import sql

from pulse.database import Connection
from pulse.devices.registry import DeviceKey
from pulse.devices.state import DeviceStatus


class EvaluationMark(NamedTuple):
    """A locked row's evaluation columns.

    Rules have seen the readings up to `evaluated_until`. A device out of service, which has no deadlines, alerts
    nobody, whatever ingest still remembers of it.
    """

    tenant_id: str
    device_id: str
    status: DeviceStatus
    last_seen_at: datetime | None
    evaluated_until: datetime | None
    in_service: bool

    @property
    def key(self) -> DeviceKey:
        """What identifies the device."""
        return (self.tenant_id, self.device_id)


def lock_marks(connection: Connection, keys: Sequence[DeviceKey], *, skip_locked: bool = False) -> list[EvaluationMark]:
    """Lock the devices' state rows in key order and read their marks; `skip_locked` leaves out what others hold."""
    rows = connection.execute(
        sql.SQL("""
        SELECT tenant_id, device_id, status, last_seen_at, evaluated_until,
               status = 'PENDING' OR stale_at IS NOT NULL AS in_service
        FROM device_state
        WHERE (tenant_id, device_id) IN (
            SELECT * FROM unnest(%(tenant_ids)s::text[], %(device_ids)s::text[])
        )
        ORDER BY tenant_id, device_id
        FOR UPDATE {skip_locked}
        """).format(skip_locked=sql.SQL("SKIP LOCKED" if skip_locked else "")),
        {"tenant_ids": [tenant for tenant, _ in keys], "device_ids": [device for _, device in keys]},
    )
    return [_mark(row) for row in rows]


def claim_missed_marks(connection: Connection, now: datetime, *, limit: int) -> list[EvaluationMark]:
    """Lock devices whose evaluation is overdue: their batch was stored and its evaluation did not finish."""
    rows = connection.execute(
        """
        SELECT tenant_id, device_id, status, last_seen_at, evaluated_until,
               status = 'PENDING' OR stale_at IS NOT NULL AS in_service
        FROM device_state
        WHERE evaluation_due_at <= %(now)s
        ORDER BY evaluation_due_at
        LIMIT %(limit)s
        FOR UPDATE SKIP LOCKED
        """,
        {"now": now, "limit": limit},
    )
    return [_mark(row) for row in rows]


def write_marks(
    connection: Connection, marks: Sequence[EvaluationMark], evaluated: Mapping[DeviceKey, datetime]
) -> None:
    """Note how far each device was evaluated. Its due time goes unless newer readings have been stored meanwhile."""
    connection.execute(
        """
        UPDATE device_state
        SET evaluated_until = greatest(device_state.evaluated_until, done.until),
            evaluation_due_at = CASE
                WHEN last_telemetry_at > greatest(device_state.evaluated_until, done.until)
                THEN evaluation_due_at
            END
        FROM unnest(%(tenant_ids)s::text[], %(device_ids)s::text[], %(until)s::timestamptz[])
             AS done (tenant_id, device_id, until)
        WHERE device_state.tenant_id = done.tenant_id
          AND device_state.device_id = done.device_id
        """,
        {
            "tenant_ids": [mark.tenant_id for mark in marks],
            "device_ids": [mark.device_id for mark in marks],
            "until": [evaluated.get(mark.key) for mark in marks],
        },
    )


def _mark(row: dict[str, Any]) -> EvaluationMark:
    return EvaluationMark(**{**row, "status": DeviceStatus(row["status"])})
