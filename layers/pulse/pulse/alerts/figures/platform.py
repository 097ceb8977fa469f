"""What the alerts of all tenants come to, for those who look after the installation: machines and operators."""

from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from pulse.alerts.figures.heat import QUARTER, Cell, heat
from pulse.alerts.severity import Severity
from pulse.database import Connection

_HOUR: Final = timedelta(hours=1)


class Flow(NamedTuple):
    """Alerts that were opened and closed in a time."""

    opened: int
    closed: int


class TenantAlerts(NamedTuple):
    """A tenant's live alerts, and how many opened in each hour, the oldest first."""

    live: int
    critical: int
    opened_by_hour: tuple[int, ...]


class AlertHappening(NamedTuple):
    """An entry in the story of an alert."""

    entry_id: int
    tenant_id: str
    alert_id: UUID
    time: datetime
    event: str
    actor: str
    severity: Severity
    device_id: str | None
    summary: str


def count_live(connection: Connection) -> dict[Severity, int]:
    """Alerts that are not closed, by severity; every severity is there."""
    rows = connection.execute("SELECT severity, count(*) AS alerts FROM alerts WHERE status <> 'CLOSED' GROUP BY 1")
    return dict.fromkeys(Severity, 0) | {Severity(row["severity"]): row["alerts"] for row in rows}


def count_flow(connection: Connection, *, start: datetime, end: datetime) -> Flow:
    """Alerts opened and closed from `start` until before `end`."""
    row = connection.execute(
        """
        SELECT (SELECT count(*) FROM alerts WHERE opened_at >= %(start)s AND opened_at < %(end)s) AS opened,
               (SELECT count(*) FROM alerts WHERE closed_at >= %(start)s AND closed_at < %(end)s) AS closed
        """,
        {"start": start, "end": end},
    ).fetchone()
    assert row is not None
    return Flow(**row)


def heat_of_platform(connection: Connection, *, start: datetime, zone: ZoneInfo) -> list[Cell]:
    """Alerts of all tenants opened since `start`, in each hour of the week by the wall clock of a zone."""
    rows = connection.execute(
        """
        SELECT date_bin(%(quarter)s, opened_at, 'epoch') AS quarter, count(*) AS opened
        FROM alerts
        WHERE opened_at >= %(start)s
        GROUP BY 1
        """,
        {"quarter": QUARTER, "start": start},
    )
    return heat({row["quarter"]: row["opened"] for row in rows}, zone)


def alerts_of_tenants(connection: Connection, *, now: datetime, hours: int) -> dict[str, TenantAlerts]:
    """Live alerts of each tenant and those opened in the last hours, of which the last is not over yet.

    A tenant that has neither is not there.
    """
    first = now.replace(minute=0, second=0, microsecond=0) - (hours - 1) * _HOUR
    live = {
        row["tenant_id"]: row
        for row in connection.execute(
            """
            SELECT tenant_id, count(*) AS live, count(*) FILTER (WHERE severity = 'CRITICAL') AS critical
            FROM alerts
            WHERE status <> 'CLOSED'
            GROUP BY tenant_id
            """
        )
    }
    opened: dict[str, list[int]] = {}
    for row in connection.execute(
        """
        SELECT tenant_id, date_bin('1 hour', opened_at, %(first)s) AS hour, count(*) AS alerts
        FROM alerts
        WHERE opened_at >= %(first)s AND opened_at <= %(now)s
        GROUP BY 1, 2
        """,
        {"first": first, "now": now},
    ):
        by_hour = opened.setdefault(row["tenant_id"], [0] * hours)
        by_hour[(row["hour"] - first) // _HOUR] = row["alerts"]
    nothing = (0,) * hours
    return {
        tenant_id: TenantAlerts(
            live[tenant_id]["live"] if tenant_id in live else 0,
            live[tenant_id]["critical"] if tenant_id in live else 0,
            tuple(opened.get(tenant_id, nothing)),
        )
        for tenant_id in live.keys() | opened.keys()
    }


def recent_happenings(connection: Connection, *, limit: int) -> list[AlertHappening]:
    """What happened to alerts last, newest first."""
    rows = connection.execute(
        """
        SELECT newest.entry_id, newest.tenant_id, newest.alert_id, newest.time, newest.event, newest.actor,
               alerts.severity, alerts.device_id, alerts.summary
        FROM (
            SELECT entry_id, tenant_id, alert_id, time, event, actor
            FROM alert_timeline
            ORDER BY entry_id DESC
            LIMIT %(limit)s
        ) AS newest
        JOIN alerts USING (tenant_id, alert_id)
        ORDER BY newest.entry_id DESC
        """,
        {"limit": limit},
    )
    return [AlertHappening(**row | {"severity": Severity(row["severity"])}) for row in rows]
