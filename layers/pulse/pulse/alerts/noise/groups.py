"""Groups: more than ten devices of a site that fell silent within a minute are one thing to tell of."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from pulse.clock import format_instant
from pulse.database import Connection
from pulse.events.outbox import Event, add_events

MOST_ALONE: Final = 10
"""So many silent devices of a site are as many alerts; one more makes a group of them."""
TOGETHER: Final = timedelta(minutes=1)


def group_silences(connection: Connection, alert_ids: Sequence[UUID]) -> None:
    """Put new alerts of silent devices, and those of the minute before, into their site's group where there is one.

    A group takes what opens within a minute of its newest alert.
    """
    groups = connection.execute(
        """
        WITH concerned AS (
            SELECT tenant_id, site_id, max(opened_at) AS latest
            FROM alerts
            WHERE alert_id = ANY(%(alert_ids)s)
              AND type = 'NO_HEARTBEAT' AND suppressed_by IS NULL AND site_id IS NOT NULL
            GROUP BY 1, 2
        ),
        recent AS (
            SELECT tenant_id, site_id, latest, min(alerts.opened_at) AS first, count(*) AS silent
            FROM concerned JOIN alerts USING (tenant_id, site_id)
            WHERE alerts.type = 'NO_HEARTBEAT' AND alerts.status <> 'CLOSED' AND alerts.suppressed_by IS NULL
              AND alerts.opened_at > latest - %(together)s AND alerts.opened_at <= latest
            GROUP BY 1, 2, 3
        )
        INSERT INTO alert_groups AS known (tenant_id, site_id, opened_at, last_opened_at)
        SELECT tenant_id, site_id, first, latest
        FROM recent
        WHERE silent > %(most_alone)s
           OR EXISTS (
                SELECT FROM alert_groups AS live
                WHERE live.tenant_id = recent.tenant_id AND live.site_id = recent.site_id
                  AND live.closed_at IS NULL AND live.last_opened_at >= recent.latest - %(together)s
           )
        ORDER BY tenant_id, site_id
        ON CONFLICT (tenant_id, site_id) WHERE closed_at IS NULL DO UPDATE
        SET last_opened_at = greatest(known.last_opened_at, excluded.last_opened_at)
        RETURNING *, xmax = 0 AS is_new
        """,
        {"alert_ids": alert_ids, "together": TOGETHER, "most_alone": MOST_ALONE},
    ).fetchall()
    if not groups:
        return
    counted = connection.execute(
        """
        WITH joining AS (
            SELECT alerts.alert_id, live.group_id
            FROM unnest(%(group_ids)s::uuid[]) AS wanted (group_id)
            JOIN alert_groups AS live USING (group_id)
            JOIN alerts ON alerts.tenant_id = live.tenant_id
             AND alerts.site_id = live.site_id
             AND alerts.type = 'NO_HEARTBEAT' AND alerts.status <> 'CLOSED' AND alerts.suppressed_by IS NULL
             AND alerts.group_id IS NULL
             AND alerts.opened_at > live.last_opened_at - %(together)s
            FOR UPDATE OF alerts SKIP LOCKED
        )
        UPDATE alerts
        SET group_id = joining.group_id
        FROM joining
        WHERE alerts.alert_id = joining.alert_id
        RETURNING alerts.group_id
        """,
        {"group_ids": [group["group_id"] for group in groups], "together": TOGETHER},
    ).fetchall()
    sizes = [row["group_id"] for row in counted]
    add_events(
        connection,
        [_opened(group, sizes.count(group["group_id"])) for group in groups if group["is_new"]],
    )


def close_groups(connection: Connection, now: datetime, *, limit: int) -> int:
    """Close groups that have no live alert left; return how many there were."""
    groups = connection.execute(
        """
        UPDATE alert_groups
        SET closed_at = %(now)s
        WHERE group_id IN (
            SELECT group_id
            FROM alert_groups
            WHERE closed_at IS NULL AND last_opened_at < %(now)s - %(together)s
              AND NOT EXISTS (
                SELECT FROM alerts WHERE alerts.group_id = alert_groups.group_id AND alerts.status <> 'CLOSED'
              )
            LIMIT %(limit)s
            FOR UPDATE SKIP LOCKED
        )
        RETURNING *, (SELECT count(*) FROM alerts WHERE alerts.group_id = alert_groups.group_id) AS alert_count
        """,
        {"now": now, "together": TOGETHER, "limit": limit},
    ).fetchall()
    add_events(connection, [_closed(group) for group in groups])
    return len(groups)


def _opened(group: dict[str, Any], alert_count: int) -> Event:
    return Event(
        group["tenant_id"],
        "alert_group.opened",
        {
            "group_id": str(group["group_id"]),
            "kind": group["kind"],
            "site_id": group["site_id"],
            "alert_count": alert_count,
            "opened_at": format_instant(group["opened_at"]),
        },
    )


def _closed(group: dict[str, Any]) -> Event:
    return Event(
        group["tenant_id"],
        "alert_group.closed",
        {
            "group_id": str(group["group_id"]),
            "kind": group["kind"],
            "site_id": group["site_id"],
            "alert_count": group["alert_count"],
            "opened_at": format_instant(group["opened_at"]),
            "closed_at": format_instant(group["closed_at"]),
        },
    )
