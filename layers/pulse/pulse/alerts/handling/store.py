"""The table of alerts as a tenant's people change it: some alerts of one tenant."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from psycopg.types.json import Jsonb

from pulse.alerts.alert import Alert
from pulse.alerts.telling import AlertRow
from pulse.database import Connection

_CHANGEABLE: Final = {
    "alert_id",
    "status",
    "acknowledged_at",
    "acknowledged_by",
    "silenced_at",
    "silenced_until",
    "silenced_by",
    "closed_at",
    "closed_by",
    "closed_reason",
}


def lock_alerts(connection: Connection, tenant_id: str, alert_ids: Sequence[UUID]) -> dict[UUID, AlertRow]:
    """Lock those of the alerts that there are, in the order in which everybody locks alerts, and read them."""
    rows = connection.execute(
        """
        SELECT *
        FROM alerts
        WHERE tenant_id = %(tenant_id)s AND alert_id = ANY(%(alert_ids)s)
        ORDER BY tenant_id, fingerprint
        FOR UPDATE
        """,
        {"tenant_id": tenant_id, "alert_ids": list(alert_ids)},
    )
    return {row["alert_id"]: row for row in rows}


def write_handled(connection: Connection, tenant_id: str, alerts: Sequence[Alert]) -> list[AlertRow]:
    """Write what people may change of locked alerts; return their rows as they are then."""
    if not alerts:
        return []
    return connection.execute(
        """
        UPDATE alerts
        SET status = written.status,
            acknowledged_at = written.acknowledged_at,
            acknowledged_by = written.acknowledged_by,
            silenced_at = written.silenced_at,
            silenced_until = written.silenced_until,
            silenced_by = written.silenced_by,
            closed_at = written.closed_at,
            closed_by = written.closed_by,
            closed_reason = written.closed_reason
        FROM jsonb_to_recordset(%(alerts)s) AS written (
            alert_id uuid, status text, acknowledged_at timestamptz, acknowledged_by text, silenced_at timestamptz,
            silenced_until timestamptz, silenced_by text, closed_at timestamptz, closed_by text, closed_reason text
        )
        WHERE alerts.tenant_id = %(tenant_id)s
          AND alerts.alert_id = written.alert_id
        RETURNING alerts.*
        """,
        {"tenant_id": tenant_id, "alerts": Jsonb([alert.model_dump(include=_CHANGEABLE) for alert in alerts])},
    ).fetchall()
