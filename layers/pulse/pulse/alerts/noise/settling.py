"""Keeping alerts few: what a new alert means beside those that there are. Within the transaction that opens it.

A cause that opened more than five times in an hour is flapping: one alert stays open until the cause is calm. A silent
parent device suppresses the silence of its children. Many silent devices of a site are one group.

Alerts of others are changed only while nobody holds them: whoever does is at work on them.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from pulse.alerts.alert_store import CALM_AFTER
from pulse.alerts.noise.groups import group_silences
from pulse.alerts.telling import AlertRow, tell
from pulse.database import Connection
from pulse.devices.traits import load_children, load_parents

FLAPPING_OPENS: Final = 5
"""An alert that opens when there were so many of its cause within the hour is the flapping one."""
FLAPPING_WITHIN: Final = timedelta(hours=1)
_SILENCES: Final = ["NO_HEARTBEAT", "NO_TELEMETRY"]


def settle_new(connection: Connection, new: Sequence[AlertRow]) -> list[AlertRow]:
    """Mark new alerts that flap, are suppressed or belong to a group; return them as they are then."""
    if not new:
        return []
    _mark_flapping(connection, [alert["alert_id"] for alert in new])
    silences = [alert for alert in new if alert["type"] in _SILENCES and alert["device_id"] is not None]
    if silences:
        _suppress_by_parents(connection, silences)
        _suppress_children(connection, [alert for alert in silences if alert["type"] == "NO_HEARTBEAT"])
        group_silences(connection, [alert["alert_id"] for alert in silences])
    return connection.execute(
        "SELECT * FROM alerts WHERE alert_id = ANY(%(alert_ids)s) ORDER BY tenant_id, fingerprint",
        {"alert_ids": [alert["alert_id"] for alert in new]},
    ).fetchall()


def _mark_flapping(connection: Connection, alert_ids: Sequence[UUID]) -> None:
    connection.execute(
        """
        UPDATE alerts
        SET flapping_since = opened_at,
            calm_at = opened_at + %(calm_after)s,
            details = details || jsonb_build_object('opened_within_the_hour', earlier.times + 1)
        FROM (
            SELECT new.alert_id, count(*) AS times
            FROM alerts AS new
            JOIN alerts AS earlier ON earlier.tenant_id = new.tenant_id
             AND earlier.fingerprint = new.fingerprint
             AND earlier.alert_id <> new.alert_id
             AND earlier.opened_at > new.opened_at - %(within)s
             AND earlier.opened_at <= new.opened_at
            WHERE new.alert_id = ANY(%(alert_ids)s)
            GROUP BY 1
        ) AS earlier
        WHERE alerts.alert_id = earlier.alert_id AND earlier.times >= %(opens)s
        """,
        {"alert_ids": alert_ids, "calm_after": CALM_AFTER, "within": FLAPPING_WITHIN, "opens": FLAPPING_OPENS},
    )


def _suppress_by_parents(connection: Connection, silences: Sequence[AlertRow]) -> None:
    parents = load_parents(connection, [(alert["tenant_id"], alert["device_id"]) for alert in silences])
    below = [
        (alert, parents[alert["tenant_id"], alert["device_id"]])
        for alert in silences
        if (alert["tenant_id"], alert["device_id"]) in parents
    ]
    if below:
        connection.execute(
            """
            UPDATE alerts
            SET suppressed_by = parent.alert_id
            FROM unnest(%(alert_ids)s::uuid[], %(parents)s::text[]) AS below (alert_id, parent_device_id),
                 alerts AS parent
            WHERE alerts.alert_id = below.alert_id
              AND parent.tenant_id = alerts.tenant_id
              AND parent.fingerprint = 'NO_HEARTBEAT:' || below.parent_device_id
              AND parent.status <> 'CLOSED'
            """,
            {"alert_ids": [alert["alert_id"] for alert, _ in below], "parents": [parent for _, parent in below]},
        )


def _suppress_children(connection: Connection, silent: Sequence[AlertRow]) -> None:
    """Suppress open silences of children, some of which may have been noticed before their parent's."""
    children = load_children(connection, [(alert["tenant_id"], alert["device_id"]) for alert in silent])
    if not children:
        return
    suppressed = connection.execute(
        """
        WITH below AS (
            SELECT alerts.alert_id, parent.alert_id AS parent_alert_id, parent.opened_at AS suppressed_at
            FROM unnest(%(tenant_ids)s::text[], %(device_ids)s::text[], %(parents)s::text[])
                 AS child (tenant_id, device_id, parent_device_id)
            JOIN alerts ON alerts.tenant_id = child.tenant_id
             AND alerts.device_id = child.device_id
             AND alerts.type = ANY(%(silences)s)
             AND alerts.status = 'OPEN'
             AND alerts.suppressed_by IS NULL
            JOIN alerts AS parent ON parent.tenant_id = child.tenant_id
             AND parent.fingerprint = 'NO_HEARTBEAT:' || child.parent_device_id
             AND parent.status <> 'CLOSED'
            FOR UPDATE OF alerts SKIP LOCKED
        )
        UPDATE alerts
        SET suppressed_by = below.parent_alert_id
        FROM below
        WHERE alerts.alert_id = below.alert_id
        RETURNING alerts.*, below.suppressed_at
        """,
        {
            "tenant_ids": [tenant_id for tenant_id, _ in children],
            "device_ids": [device_id for _, device_id in children],
            "parents": list(children.values()),
            "silences": _SILENCES,
        },
    ).fetchall()
    tell(connection, suppressed, "suppressed", time_column="suppressed_at", describe=_by_parent)


def _by_parent(alert: AlertRow) -> dict[str, str]:
    return {"suppressed_by": str(alert["suppressed_by"])}
