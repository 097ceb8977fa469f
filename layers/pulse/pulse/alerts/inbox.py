"""The inbox: alerts as people see them. Every query runs inside one tenant and names it."""

from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from psycopg import sql
from pydantic import AwareDatetime, BaseModel, Field

from pulse.alerts.alert import Alert, AlertStatus, AlertType
from pulse.alerts.severity import Severity
from pulse.database import tenant_session
from pulse.errors import NotFoundError


class TimelineItem(BaseModel):
    """One event in the life of an alert."""

    time: datetime
    event: str = Field(examples=["opened", "severity_changed", "acknowledged", "closed"])
    actor: str = Field(description="A person, or `system`")
    detail: dict[str, Any]


class AlertDetail(Alert):
    """An alert with its story."""

    timeline: list[TimelineItem] = Field(description="Oldest first")


class AlertFilter(NamedTuple):
    """What narrows the inbox; None does not. `start` ≤ opened_at < `end`."""

    status: AlertStatus | None = None
    severity: Severity | None = None
    type: AlertType | None = None
    device_id: str | None = None
    site_id: str | None = None
    q: str | None = None
    start: datetime | None = None
    end: datetime | None = None


class AlertPosition(NamedTuple):
    """A place in the inbox, which has the newest first."""

    opened_at: AwareDatetime
    alert_id: UUID


class AlertList(NamedTuple):
    """A page, where the next one starts (None after the last), and alerts in each status whatever the status wanted."""

    alerts: list[Alert]
    next_position: AlertPosition | None
    counts: dict[AlertStatus, int]


_COLUMNS: Final = sql.SQL("""
    alert_id, tenant_id, type, severity, status, device_id, site_id, rule_id, summary, details, trigger_count,
    opened_at, last_triggered_at, acknowledged_at, acknowledged_by, silenced_at, silenced_until, silenced_by,
    closed_at, closed_by, closed_reason
""")
_MATCHING: Final = sql.SQL("""
    FROM alerts
    WHERE tenant_id = %(tenant_id)s
      AND (%(severity)s::severity IS NULL OR severity = %(severity)s)
      AND (%(type)s::text IS NULL OR type = %(type)s)
      AND (%(device_id)s::text IS NULL OR device_id = %(device_id)s)
      AND (%(site_id)s::text IS NULL OR site_id = %(site_id)s)
      AND (%(q)s::text IS NULL OR strpos(lower(summary), lower(%(q)s)) > 0
           OR strpos(lower(device_id), lower(%(q)s)) > 0)
      AND (%(start)s::timestamptz IS NULL OR opened_at >= %(start)s)
      AND (%(end)s::timestamptz IS NULL OR opened_at < %(end)s)
""")
_PAGE: Final = sql.SQL("""
    SELECT {columns}
    {matching}
      AND (%(status)s::text IS NULL OR status = %(status)s)
      AND (%(after_opened_at)s::timestamptz IS NULL
           OR (opened_at, alert_id) < (%(after_opened_at)s, %(after_alert_id)s))
    ORDER BY opened_at DESC, alert_id DESC
    LIMIT %(limit)s
""").format(columns=_COLUMNS, matching=_MATCHING)
_COUNT: Final = sql.SQL("SELECT status, count(*) AS alerts {matching} GROUP BY status").format(matching=_MATCHING)
_ONE: Final = sql.SQL("""
    SELECT {columns} FROM alerts WHERE tenant_id = %(tenant_id)s AND alert_id = %(alert_id)s
""").format(columns=_COLUMNS)


def list_alerts(tenant_id: str, wanted: AlertFilter, *, limit: int, after: AlertPosition | None) -> AlertList:
    """A page of the alerts that are wanted, newest first, following `after`."""
    parameters: dict[str, Any] = {
        **wanted._asdict(),
        "tenant_id": tenant_id,
        "after_opened_at": after.opened_at if after else None,
        "after_alert_id": after.alert_id if after else None,
        "limit": limit + 1,
    }
    with tenant_session(tenant_id) as connection:
        rows = connection.execute(_PAGE, parameters).fetchall()
        counted = connection.execute(_COUNT, parameters).fetchall()
    alerts = [Alert.model_validate(row) for row in rows[:limit]]
    position = AlertPosition(alerts[-1].opened_at, alerts[-1].alert_id) if len(rows) > limit else None
    counts = dict.fromkeys(AlertStatus, 0) | {AlertStatus(row["status"]): row["alerts"] for row in counted}
    return AlertList(alerts, position, counts)


def get_alert(tenant_id: str, alert_id: UUID) -> AlertDetail:
    """One alert with its story. Raises NotFoundError."""
    parameters = {"tenant_id": tenant_id, "alert_id": alert_id}
    with tenant_session(tenant_id) as connection:
        row = connection.execute(_ONE, parameters).fetchone()
        if row is None:
            raise _not_found(alert_id)
        timeline = connection.execute(
            """
            SELECT time, event, actor, detail
            FROM alert_timeline
            WHERE tenant_id = %(tenant_id)s AND alert_id = %(alert_id)s
            ORDER BY entry_id
            """,
            parameters,
        ).fetchall()
    return AlertDetail(**row, timeline=[TimelineItem.model_validate(entry) for entry in timeline])


def _not_found(alert_id: UUID) -> NotFoundError:
    return NotFoundError(f"there is no alert {alert_id}")
