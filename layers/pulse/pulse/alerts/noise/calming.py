"""The end of noise, by the minute sweep: flapping is over, a parent device is back, a group has no live alert left."""

from datetime import datetime, timedelta
from typing import Final

from pulse.alerts.noise.groups import close_groups
from pulse.alerts.telling import AlertRow, tell
from pulse.database import ingest_session

CHILDREN_HAVE: Final = timedelta(minutes=2)
"""So long after their parent's alert was closed children may stay silent before somebody is told of them."""
_BATCH: Final = 1000
_CALM: Final = "the cause has been away for 15 minutes, after it had come and gone"


def end_flapping(now: datetime) -> int:
    """Flapping alerts that are calm: those whose cause is away close, the others are alerts like any other.

    Return how many there were.
    """
    with ingest_session() as connection:
        alerts = connection.execute(
            """
            WITH calm AS (
                SELECT alert_id, calm_at AS ended_at
                FROM alerts
                WHERE calm_at <= %(now)s AND status <> 'CLOSED'
                ORDER BY calm_at
                LIMIT %(limit)s
                FOR UPDATE SKIP LOCKED
            )
            UPDATE alerts
            SET status = CASE WHEN cause_ended_at IS NULL THEN status ELSE 'CLOSED' END,
                closed_at = CASE WHEN cause_ended_at IS NULL THEN NULL ELSE greatest(calm.ended_at, opened_at) END,
                closed_by = CASE WHEN cause_ended_at IS NULL THEN NULL ELSE 'system' END,
                closed_reason = CASE WHEN cause_ended_at IS NULL THEN NULL ELSE %(reason)s END,
                silenced_at = CASE WHEN cause_ended_at IS NULL THEN silenced_at END,
                silenced_until = CASE WHEN cause_ended_at IS NULL THEN silenced_until END,
                silenced_by = CASE WHEN cause_ended_at IS NULL THEN silenced_by END,
                flapping_since = CASE WHEN cause_ended_at IS NULL THEN NULL ELSE flapping_since END,
                calm_at = NULL
            FROM calm
            WHERE alerts.alert_id = calm.alert_id
            RETURNING alerts.*, calm.ended_at
            """,
            {"now": now, "limit": _BATCH, "reason": _CALM},
        ).fetchall()
        closed = [alert for alert in alerts if alert["status"] == "CLOSED"]
        steady = [alert for alert in alerts if alert["status"] != "CLOSED"]
        tell(connection, closed, "closed", time_column="closed_at", describe=_closed)
        tell(connection, steady, "steadied", time_column="ended_at", describe=_steadied)
    return len(alerts)


def lift_suppressions(now: datetime) -> int:
    """Alerts that outlive the alert of their parent device are told of; return how many there were."""
    with ingest_session() as connection:
        alerts = connection.execute(
            """
            WITH outlived AS (
                SELECT alerts.alert_id, parent.closed_at + %(grace)s AS lifted_at
                FROM alerts
                JOIN alerts AS parent ON parent.alert_id = alerts.suppressed_by
                WHERE alerts.suppressed_by IS NOT NULL AND alerts.status <> 'CLOSED'
                  AND parent.status = 'CLOSED' AND parent.closed_at <= %(now)s - %(grace)s
                LIMIT %(limit)s
                FOR UPDATE OF alerts SKIP LOCKED
            )
            UPDATE alerts
            SET suppressed_by = NULL
            FROM outlived
            WHERE alerts.alert_id = outlived.alert_id
            RETURNING alerts.*, outlived.lifted_at
            """,
            {"now": now, "grace": CHILDREN_HAVE, "limit": _BATCH},
        ).fetchall()
        tell(connection, alerts, "unsuppressed", time_column="lifted_at", describe=_outlived)
    return len(alerts)


def end_groups(now: datetime) -> int:
    """Groups without a live alert are over; return how many there were."""
    with ingest_session() as connection:
        return close_groups(connection, now, limit=_BATCH)


def _closed(alert: AlertRow) -> dict[str, str]:
    return {"reason": str(alert["closed_reason"])}


def _steadied(_alert: AlertRow) -> dict[str, str]:
    return {"reason": "the cause has stayed for 15 minutes: the alert is not flapping any more"}


def _outlived(_alert: AlertRow) -> dict[str, str]:
    return {"reason": "the alert of the parent device is closed, and this one is not"}
