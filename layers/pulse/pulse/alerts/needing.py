"""Which alerts need somebody: they are open, and nobody has taken, silenced or suppressed them; and which are live."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from psycopg.types.json import Jsonb

from pulse.database import Connection

type TenantsAlert = tuple[str, UUID]


def alerts_in_need(connection: Connection, alerts: Collection[TenantsAlert], *, since: datetime) -> set[TenantsAlert]:
    """Of some alerts those that have needed somebody since then, or for longer."""
    rows = connection.execute(
        """
        SELECT alerts.tenant_id, alerts.alert_id
        FROM jsonb_to_recordset(%(alerts)s) AS asked (tenant_id text, alert_id uuid)
        JOIN alerts USING (tenant_id, alert_id)
        WHERE alerts.status = 'OPEN' AND alerts.suppressed_by IS NULL
          AND (alerts.silenced_at IS NULL OR alerts.silenced_until <= %(since)s)
          AND NOT EXISTS (
              SELECT FROM alert_timeline
              WHERE alert_timeline.tenant_id = alerts.tenant_id AND alert_timeline.alert_id = alerts.alert_id
                AND alert_timeline.event IN ('unsilenced', 'unsuppressed') AND alert_timeline.time > %(since)s
          )
        """,
        {
            "alerts": Jsonb([{"tenant_id": tenant_id, "alert_id": str(alert_id)} for tenant_id, alert_id in alerts]),
            "since": since,
        },
    )
    return {(row["tenant_id"], row["alert_id"]) for row in rows}


def live_alerts(connection: Connection, tenant_id: str, alert_ids: Collection[UUID]) -> set[UUID]:
    """Those of a tenant's alerts that are not closed."""
    if not alert_ids:
        return set()
    rows = connection.execute(
        """
        SELECT alert_id
        FROM alerts
        WHERE tenant_id = %(tenant_id)s AND alert_id = ANY(%(alert_ids)s) AND status <> 'CLOSED'
        """,
        {"tenant_id": tenant_id, "alert_ids": list(alert_ids)},
    )
    return {row["alert_id"] for row in rows}
