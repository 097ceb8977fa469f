"""What time alone does to alerts: silences and maintenance end, acknowledgements run out; in bounded batches."""

from datetime import datetime
from typing import Any

from pulse.alerts.lifecycle import close_alerts, open_alerts
from pulse.alerts.maintenance.holding import claim_released, find_tenants_to_release
from pulse.alerts.maintenance.store import lock_windows_over, write_next
from pulse.alerts.maintenance.window import plan_of
from pulse.alerts.noise.excess import claim_excess, claim_limits, find_ended_limits
from pulse.alerts.telling import AlertRow, tell
from pulse.database import Connection, ingest_session

_BATCH = 1000


def end_silences(now: datetime) -> int:
    """Alerts whose silence is over are told of again; return how many there were."""
    with ingest_session() as connection:
        alerts = connection.execute(
            """
            WITH due AS (
                SELECT alert_id, silenced_until AS ended_at
                FROM alerts
                WHERE silenced_until <= %(now)s AND status <> 'CLOSED'
                ORDER BY silenced_until
                LIMIT %(limit)s
                FOR UPDATE SKIP LOCKED
            )
            UPDATE alerts
            SET silenced_at = NULL, silenced_until = NULL, silenced_by = NULL
            FROM due
            WHERE alerts.alert_id = due.alert_id
            RETURNING alerts.*, due.ended_at
            """,
            {"now": now, "limit": _BATCH},
        ).fetchall()
        tell(connection, alerts, "unsilenced", time_column="ended_at", describe=_silence_is_over)
    return len(alerts)


def release_held(now: datetime) -> int:
    """What is still true when its maintenance window ends opens then; return how much there was."""
    with ingest_session() as connection:
        tenant_ids = find_tenants_to_release(connection, now)
        claim_limits(connection, tenant_ids)
        released = claim_released(connection, tenant_ids, now, limit=_BATCH)
        open_alerts(connection, released)
    return len(released)


def release_excess(now: datetime) -> int:
    """What the tenant's limit has room for again opens; return how many alerts that were."""
    with ingest_session() as connection:
        return open_alerts(connection, claim_excess(connection, now, limit=_BATCH))


def end_limits(now: datetime) -> int:
    """The alert that tells of held ones closes when none is held any more; return how many tenants that were."""
    with ingest_session() as connection:
        return close_alerts(connection, find_ended_limits(connection, now))


def renew_windows(now: datetime) -> int:
    """Windows whose time is over get their next one, or expire; return how many there were."""
    with ingest_session() as connection:
        windows = lock_windows_over(connection, now, limit=_BATCH)
        for window in windows:
            write_next(connection, window, plan_of(window).schedule.current_or_next(now))
    return len(windows)


def _silence_is_over(_alert: dict[str, Any]) -> dict[str, Any]:
    return {"reason": "the time of the silence is over"}


def reopen_alert(connection: Connection, alert: AlertRow, now: datetime, *, reason: str) -> None:
    """Open an acknowledged alert again, which the caller has locked: whoever took it has not closed it in time."""
    alerts = connection.execute(
        """
        UPDATE alerts
        SET status = 'OPEN', acknowledged_at = NULL, acknowledged_by = NULL
        WHERE tenant_id = %(tenant_id)s AND alert_id = %(alert_id)s AND status = 'ACKNOWLEDGED'
        RETURNING alerts.*, %(now)s::timestamptz AS reopened_at
        """,
        {"tenant_id": alert["tenant_id"], "alert_id": alert["alert_id"], "now": now},
    ).fetchall()
    tell(connection, alerts, "unacknowledged", time_column="reopened_at", describe=lambda _: {"reason": reason})
