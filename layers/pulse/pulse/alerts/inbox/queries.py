"""The inbox: alerts as people see them. Every query runs inside one tenant and names it."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple
from uuid import UUID

from psycopg import sql
from pydantic import AwareDatetime, Field

from pulse.alerts.alert import Alert, AlertStatus
from pulse.alerts.inbox.alert_filter import HAS_STATUS, MATCHING, AlertFilter
from pulse.alerts.severity import Severity
from pulse.database import tenant_session
from pulse.errors import NotFoundError
from pulse.models import Model


class TimelineItem(Model):
    """One event in the life of an alert."""

    time: datetime
    event: str = Field(examples=["opened", "retriggered", "severity_changed", "acknowledged", "closed"])
    actor: str = Field(description="A person, or `system`")
    detail: dict[str, Any]


class AlertDetail(Alert):
    """An alert with its story."""

    timeline: list[TimelineItem] = Field(description="Oldest first")


class AlertSort(StrEnum):
    """What the inbox is sorted by; ties are in the order of opening."""

    OPENED_AT = "opened_at"
    LAST_TRIGGERED_AT = "last_triggered_at"
    SEVERITY = "severity"


class AlertPosition(NamedTuple):
    """A place in an inbox that is sorted by `sort`: the alert there, and what it may be sorted by."""

    sort: AlertSort
    opened_at: AwareDatetime
    last_triggered_at: AwareDatetime
    severity: Severity
    alert_id: UUID


class AlertList(NamedTuple):
    """A page, where the next one starts (None after the last), and counts whatever the status wanted.

    `counts` has every status, `silenced` and `suppressed` count live alerts.
    """

    alerts: list[Alert]
    next_position: AlertPosition | None
    counts: dict[AlertStatus, int]
    silenced: int
    suppressed: int


COLUMNS: Final = sql.SQL("""
    alert_id, tenant_id, type, severity, status, device_id, site_id, rule_id, summary, details, trigger_count,
    opened_at, last_triggered_at, acknowledged_at, acknowledged_by, silenced_at, silenced_until, silenced_by,
    flapping_since, suppressed_by, group_id, closed_at, closed_by, closed_reason
""")
_PAGE: Final = sql.SQL("""
    SELECT {columns}
    {matching}
      AND {has_status}
      AND (%(after_alert_id)s::uuid IS NULL OR ({key}) {beyond} ({after_key}))
    ORDER BY {ordering}
    LIMIT %(limit)s
""")
# For each sort, its columns in a row and in the position to go on from. The last one tells any two alerts apart.
_SORT_KEYS: Final = {
    AlertSort.OPENED_AT: {"opened_at": "timestamptz", "alert_id": "uuid"},
    AlertSort.LAST_TRIGGERED_AT: {"last_triggered_at": "timestamptz", "alert_id": "uuid"},
    AlertSort.SEVERITY: {"severity": "severity", "opened_at": "timestamptz", "alert_id": "uuid"},
}
_COUNT: Final = sql.SQL("""
    SELECT status, count(*) AS alerts, count(silenced_at) AS silenced,
           count(suppressed_by) FILTER (WHERE status <> 'CLOSED') AS suppressed
    {matching} GROUP BY status
""").format(matching=MATCHING)
_ONE: Final = sql.SQL("""
    SELECT {columns} FROM alerts WHERE tenant_id = %(tenant_id)s AND alert_id = %(alert_id)s
""").format(columns=COLUMNS)


def list_alerts(
    tenant_id: str,
    wanted: AlertFilter,
    *,
    sort: AlertSort,
    descending: bool,
    limit: int,
    after: AlertPosition | None,
) -> AlertList:
    """A page of the alerts that are wanted, following `after`."""
    parameters = {
        **wanted.parameters(tenant_id),
        "after_opened_at": after.opened_at if after else None,
        "after_last_triggered_at": after.last_triggered_at if after else None,
        "after_severity": after.severity if after else None,
        "after_alert_id": after.alert_id if after else None,
        "limit": limit + 1,
    }
    with tenant_session(tenant_id) as connection:
        rows = connection.execute(_page_by(sort, descending=descending), parameters).fetchall()
        counted = connection.execute(_COUNT, parameters).fetchall()
    alerts = [Alert.model_validate(row) for row in rows[:limit]]
    position = None
    if len(rows) > limit:
        last = alerts[-1]
        position = AlertPosition(sort, last.opened_at, last.last_triggered_at, last.severity, last.alert_id)
    counts = dict.fromkeys(AlertStatus, 0) | {AlertStatus(row["status"]): row["alerts"] for row in counted}
    return AlertList(
        alerts,
        position,
        counts,
        silenced=sum(row["silenced"] for row in counted),
        suppressed=sum(row["suppressed"] for row in counted),
    )


def get_alert(tenant_id: str, alert_id: UUID) -> AlertDetail:
    """One alert with its story. Raises NotFoundError."""
    parameters = {"tenant_id": tenant_id, "alert_id": alert_id}
    with tenant_session(tenant_id) as connection:
        row = connection.execute(_ONE, parameters).fetchone()
        if row is None:
            message = f"there is no alert {alert_id}"
            raise NotFoundError(message)
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


def _page_by(sort: AlertSort, *, descending: bool) -> sql.Composed:
    columns = _SORT_KEYS[sort]
    direction = sql.SQL("DESC" if descending else "ASC")
    return _PAGE.format(
        columns=COLUMNS,
        matching=MATCHING,
        has_status=HAS_STATUS,
        key=sql.SQL(", ").join(map(sql.Identifier, columns)),
        beyond=sql.SQL("<" if descending else ">"),
        after_key=sql.SQL(", ").join(
            sql.SQL("{}::{}").format(sql.Placeholder(f"after_{name}"), sql.Identifier(kind))
            for name, kind in columns.items()
        ),
        ordering=sql.SQL(", ").join(sql.SQL("{} {}").format(sql.Identifier(name), direction) for name in columns),
    )
