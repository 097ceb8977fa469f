"""Alerts as rows of a file, read from a cursor, so that memory does not grow with their number."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any, Final

from pulse.database import Connection

ALERT_COLUMNS: Final = (
    "alert_id", "device_id", "site_id", "source", "type", "severity", "status", "summary", "trigger_count",
    "opened_at", "last_triggered_at", "acknowledged_at", "acknowledged_by", "closed_at", "closed_by",
    "closed_reason",
)  # fmt: skip
_FETCHED_AT_ONCE: Final = 2000


def alert_rows(
    connection: Connection,
    tenant_id: str,
    start: datetime,
    end: datetime,
    *,
    site_id: str | None,
    device_id: str | None,
    device_ids: Collection[str] | None,
    status: str | None,
) -> Iterator[list[dict[str, Any]]]:
    """Alerts opened in a period with ALERT_COLUMNS, the oldest first, some at a time.

    `device_ids` are the devices whose alerts they may be; None: of all, and of none.
    """
    with connection.cursor(name="exported_alerts") as cursor:
        cursor.execute(
            """
            SELECT alert_id::text, device_id, site_id, source, type, severity::text, status, summary, trigger_count,
                   opened_at, last_triggered_at, acknowledged_at, acknowledged_by, closed_at, closed_by, closed_reason
            FROM alerts
            WHERE tenant_id = %(tenant_id)s AND opened_at >= %(start)s AND opened_at < %(end)s
              AND (%(site_id)s::text IS NULL OR site_id = %(site_id)s)
              AND (%(device_id)s::text IS NULL OR device_id = %(device_id)s)
              AND (%(device_ids)s::text[] IS NULL OR device_id = ANY(%(device_ids)s))
              AND (%(status)s::text IS NULL OR status = %(status)s)
            ORDER BY opened_at, alert_id
            """,
            {
                "tenant_id": tenant_id,
                "start": start,
                "end": end,
                "site_id": site_id,
                "device_id": device_id,
                "device_ids": None if device_ids is None else list(device_ids),
                "status": status,
            },
        )
        while rows := cursor.fetchmany(_FETCHED_AT_ONCE):
            yield rows
