"""Alerts of the caller's tenant."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import Field

from pulse.alerts import inbox
from pulse.alerts.alert import Alert, AlertStatus, AlertType
from pulse.alerts.inbox import AlertDetail, AlertFilter, AlertPosition
from pulse.alerts.severity import Severity
from pulse.api.filters import End, NameFilter, Search, Start
from pulse.api.paging import DEFAULT_LIMIT, CountedPage, Cursor, CursorText, Limit
from pulse.api.request import tenant
from pulse.api.routes import Routes
from pulse.identity.permissions import Permission

routes = Routes("Alerts")
_CURSOR = Cursor(AlertPosition)


class StatusChoice(StrEnum):
    """A status of alerts, or all of them."""

    OPEN = "OPEN"
    ACKNOWLEDGED = "ACKNOWLEDGED"
    CLOSED = "CLOSED"
    ALL = "ALL"


class AlertPage(CountedPage[Alert]):
    """A page of alerts, newest first."""

    counts: dict[AlertStatus, int] = Field(
        description="Alerts in each status that match all filters but `status`; every status is there"
    )


@routes.get("/customer/alerts", "/api/v2/alerts", permission=Permission.READ_ALERTS)
def list_alerts(
    status: Annotated[StatusChoice, Query()] = StatusChoice.OPEN,
    severity: Annotated[Severity | None, Query()] = None,
    alert_type: Annotated[AlertType | None, Query(alias="type")] = None,
    device_id: NameFilter = None,
    site_id: NameFilter = None,
    q: Search = None,
    start: Start = None,
    end: End = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
) -> AlertPage:
    """List alerts, newest first, with counts for each status.

    `start` and `end` are about when an alert was opened.
    """
    wanted = AlertFilter(
        status=None if status is StatusChoice.ALL else AlertStatus(status),
        severity=severity,
        type=alert_type,
        device_id=device_id,
        site_id=site_id,
        q=q,
        start=start,
        end=end,
    )
    page = inbox.list_alerts(tenant(), wanted, limit=limit, after=_CURSOR.decode(cursor))
    return AlertPage(
        items=page.alerts,
        next_cursor=_CURSOR.encode(page.next_position),
        total=page.counts[wanted.status] if wanted.status else sum(page.counts.values()),
        counts=page.counts,
    )


@routes.get("/customer/alerts/<alert_id>", permission=Permission.READ_ALERTS)
def get_alert(alert_id: UUID) -> AlertDetail:
    """Read an alert with its timeline."""
    return inbox.get_alert(tenant(), alert_id)
