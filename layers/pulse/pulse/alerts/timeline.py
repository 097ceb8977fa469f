"""The append-only story of an alert: what happened, when, and by which sample or person."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.types.json import Jsonb

from pulse.database import Connection


class TimelineEntry(NamedTuple):
    """`event` is opened, severity_changed, acknowledged, closed; `actor` an e-mail address or `system`."""

    tenant_id: str
    alert_id: UUID
    time: datetime
    event: str
    actor: str
    detail: dict[str, Any]


def append_timeline(connection: Connection, entries: Sequence[TimelineEntry]) -> None:
    """Append entries in the caller's transaction."""
    if not entries:
        return
    connection.execute(
        """
        INSERT INTO alert_timeline (tenant_id, alert_id, time, event, actor, detail)
        SELECT *
        FROM unnest(%(tenant_ids)s::text[], %(alert_ids)s::uuid[], %(times)s::timestamptz[], %(events)s::text[],
                    %(actors)s::text[], %(details)s::jsonb[])
        """,
        {
            "tenant_ids": [entry.tenant_id for entry in entries],
            "alert_ids": [entry.alert_id for entry in entries],
            "times": [entry.time for entry in entries],
            "events": [entry.event for entry in entries],
            "actors": [entry.actor for entry in entries],
            "details": [Jsonb(entry.detail) for entry in entries],
        },
    )
