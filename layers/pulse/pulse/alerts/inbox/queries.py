"""The inbox: alerts as people see them. Every query runs inside one tenant and names it."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple
from uuid import UUID

from psycopg import sql
from pydantic import AwareDatetime, Field

from pulse.alerts.alert import Alert, AlertSource, AlertStatus
from pulse.alerts.inbox.alert_filter import CONDITIONS, HAS_STATUS, MATCHING, AlertFilter
from pulse.alerts.severity import Severity
from pulse.database import Connection, tenant_session
from pulse.devices.names import names_of
from pulse.errors import NotFoundError
from pulse.models import Model


class TimelineItem(Model):
    """One event in the life of an alert."""

    time: datetime
    event: str = Field(examples=["opened", "retriggered", "severity_changed", "acknowledged", "closed"])
    actor: str = Field(description="A person, or `system`")
    detail: dict[str, Any]


class ListedAlert(Alert):
    """An alert with what it is recognised by."""

    source: AlertSource
    device_name: str | None = Field(description="What its device is called, if it has a name")
    together: int = Field(
        1, description="How many alerts of its group fit, when it stands for them all (`grouped`); 1 when it is alone"
    )


class AlertDetail(ListedAlert):
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

    `total` is how long the whole list is. `counts` has every status and counts alerts, also those that another one of
    their group stands for; `silenced` and `suppressed` count live alerts.
    """

    alerts: list[ListedAlert]
    next_position: AlertPosition | None
    total: int
    counts: dict[AlertStatus, int]
    silenced: int
    suppressed: int


COLUMNS: Final = sql.SQL("""
    alert_id, tenant_id, type, severity, status, device_id, site_id, rule_id, summary, details, trigger_count,
    opened_at, last_triggered_at, acknowledged_at, acknowledged_by, silenced_at, silenced_until, silenced_by,
    flapping_since, suppressed_by, group_id, closed_at, closed_by, closed_reason, source
""")
# Within `first`, the conditions are about `first`: one of a group stands for those that fit as well as it does.
_STANDS_ALONE: Final = sql.SQL("""
    (NOT %(grouped)s OR group_id IS NULL OR NOT EXISTS (
        SELECT FROM alerts AS first
        WHERE tenant_id = %(tenant_id)s AND group_id = alerts.group_id
          AND (opened_at, alert_id) < (alerts.opened_at, alerts.alert_id)
          AND {conditions}
          AND {has_status}
    ))
""").format(conditions=CONDITIONS, has_status=HAS_STATUS)
_TOGETHER: Final = sql.SQL("""
    SELECT group_id, count(*) AS alerts {matching} AND {has_status} AND group_id = ANY(%(groups)s::uuid[]) GROUP BY 1
""").format(matching=MATCHING, has_status=HAS_STATUS)
_ROWS: Final = sql.SQL("""
    SELECT count(*) FILTER (WHERE group_id IS NULL) + count(DISTINCT group_id) AS total {matching} AND {has_status}
""").format(matching=MATCHING, has_status=HAS_STATUS)
_PAGE: Final = sql.SQL("""
    SELECT {columns}
    {matching}
      AND {has_status}
      AND {stands_alone}
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
    grouped: bool = False,
) -> AlertList:
    """A page of the alerts that are wanted, following `after`.

    When `grouped`, the first of a group to open stands for all of them that are wanted.
    """
    parameters = {
        **wanted.parameters(tenant_id),
        "after_opened_at": after.opened_at if after else None,
        "after_last_triggered_at": after.last_triggered_at if after else None,
        "after_severity": after.severity if after else None,
        "after_alert_id": after.alert_id if after else None,
        "limit": limit + 1,
        "grouped": grouped,
    }
    with tenant_session(tenant_id) as connection:
        rows = connection.execute(_page_by(sort, descending=descending), parameters).fetchall()
        counted = connection.execute(_COUNT, parameters).fetchall()
        alerts = _listed(connection, rows[:limit])
        counts = dict.fromkeys(AlertStatus, 0) | {AlertStatus(row["status"]): row["alerts"] for row in counted}
        total = sum(counts[status] for status in wanted.statuses or AlertStatus)
        if grouped and total:
            alerts = _with_their_groups(connection, alerts, parameters)
            [in_rows] = connection.execute(_ROWS, parameters).fetchall()
            total = in_rows["total"]
    position = None
    if len(rows) > limit:
        last = alerts[-1]
        position = AlertPosition(sort, last.opened_at, last.last_triggered_at, last.severity, last.alert_id)
    return AlertList(
        alerts,
        position,
        total,
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
        [listed] = _listed(connection, [row])
    story = [TimelineItem.model_validate(entry) for entry in timeline]
    return AlertDetail.model_validate({**listed.model_dump(), "timeline": story})


def _listed(connection: Connection, rows: Sequence[dict[str, Any]]) -> list[ListedAlert]:
    names = names_of(connection, {(row["tenant_id"], row["device_id"]) for row in rows if row["device_id"] is not None})
    return [
        ListedAlert.model_validate({**row, "device_name": names.get((row["tenant_id"], row["device_id"]))})
        for row in rows
    ]


def _with_their_groups(
    connection: Connection, alerts: Sequence[ListedAlert], parameters: dict[str, Any]
) -> list[ListedAlert]:
    groups = [alert.group_id for alert in alerts if alert.group_id is not None]
    if not groups:
        return list(alerts)
    rows = connection.execute(_TOGETHER, {**parameters, "groups": groups})
    sizes = {row["group_id"]: row["alerts"] for row in rows}
    return [alert.model_copy(update={"together": sizes.get(alert.group_id, 1)}) for alert in alerts]


def _page_by(sort: AlertSort, *, descending: bool) -> sql.Composed:
    columns = _SORT_KEYS[sort]
    direction = sql.SQL("DESC" if descending else "ASC")
    return _PAGE.format(
        columns=COLUMNS,
        matching=MATCHING,
        has_status=HAS_STATUS,
        stands_alone=_STANDS_ALONE,
        key=sql.SQL(", ").join(map(sql.Identifier, columns)),
        beyond=sql.SQL("<" if descending else ">"),
        after_key=sql.SQL(", ").join(
            sql.SQL("{}::{}").format(sql.Placeholder(f"after_{name}"), sql.Identifier(kind))
            for name, kind in columns.items()
        ),
        ordering=sql.SQL(", ").join(sql.SQL("{} {}").format(sql.Identifier(name), direction) for name in columns),
    )
