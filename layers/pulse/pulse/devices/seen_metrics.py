"""Which metrics a fleet sends, from the newest values of its devices: no reading is looked at."""

from datetime import datetime
from typing import NamedTuple

from pulse.database import Connection


class SeenMetric(NamedTuple):
    """A metric's name as devices send it, and when one last did."""

    metric: str
    last_seen_at: datetime


def list_seen_metrics(connection: Connection, tenant_id: str, *, since: datetime, limit: int) -> list[SeenMetric]:
    """Metrics of a tenant's devices with a value from `since` on, by name, at most `limit`."""
    rows = connection.execute(
        """
        SELECT newest.key AS metric, max((newest.value ->> 'time')::timestamptz) AS last_seen_at
        FROM device_state
        CROSS JOIN jsonb_each(last_metrics) AS newest
        WHERE tenant_id = %(tenant_id)s AND last_telemetry_at >= %(since)s
        GROUP BY newest.key
        HAVING max((newest.value ->> 'time')::timestamptz) >= %(since)s
        ORDER BY newest.key COLLATE "C"
        LIMIT %(limit)s
        """,
        {"tenant_id": tenant_id, "since": since, "limit": limit},
    )
    return [SeenMetric(**row) for row in rows]
