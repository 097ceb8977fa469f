"""Alerts of all tenants."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import Field

from pulse.alerts.alert import AlertStatus, AlertType
from pulse.alerts.inbox.across_tenants import (
    TenantAlert,
    TenantAlertPosition,
    TenantAlertSort,
    list_alerts_of_tenants,
)
from pulse.alerts.inbox.alert_filter import AlertFilter
from pulse.alerts.severity import Severity
from pulse.api.filters import End, NameFilter, Order, OrderChoice, Search, Start
from pulse.api.paging import DEFAULT_LIMIT, CountedPage, Cursor, CursorText, Limit, bad_cursor
from pulse.api.request import origin, principal
from pulse.api.routes import Routes
from pulse.identity.permissions import Permission

routes = Routes("Operator: alerts")
_CURSOR = Cursor(TenantAlertPosition)

Statuses = Annotated[
    list[AlertStatus] | None,
    Query(min_length=1, max_length=3, description="Once for each; what is not closed when left out"),
]
Severities = Annotated[list[Severity] | None, Query(min_length=1, max_length=5, description="Once for each")]
Types = Annotated[list[AlertType] | None, Query(alias="type", min_length=1, max_length=20, description="Once for each")]


class TenantAlertPage(CountedPage[TenantAlert]):
    """A page of alerts."""

    counts: dict[AlertStatus, int] = Field(
        description="Alerts in each status that match all filters but `status`; every status is there"
    )


@routes.get("/operator/alerts", permission=Permission.OPERATOR_READ_ALERTS)
def list_alerts(
    tenant_id: NameFilter = None,
    status: Statuses = None,
    severity: Severities = None,
    alert_type: Types = None,
    device_id: NameFilter = None,
    q: Search = None,
    start: Start = None,
    end: End = None,
    sort: Annotated[TenantAlertSort, Query(description="Ties are in the order of opening")] = TenantAlertSort.OPENED_AT,
    order: OrderChoice = Order.DESCENDING,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
) -> TenantAlertPage:
    """List alerts of all tenants, with counts for each status.

    `start` and `end` are about when an alert was opened. `severity` descending has the gravest first. Keep the filters
    and the sort as they are while following `next_cursor`.
    """
    after = _CURSOR.decode(cursor)
    if after is not None and after.sort is not sort:
        raise bad_cursor()
    statuses = frozenset(status) if status else frozenset({AlertStatus.OPEN, AlertStatus.ACKNOWLEDGED})
    wanted = AlertFilter(
        statuses=statuses,
        severities=frozenset(severity) if severity else None,
        types=frozenset(alert_type) if alert_type else None,
        device_id=device_id,
        q=q,
        start=start,
        end=end,
    )
    page = list_alerts_of_tenants(
        principal(),
        wanted,
        tenant_id=tenant_id,
        sort=sort,
        descending=order is Order.DESCENDING,
        limit=limit,
        after=after,
        origin=origin(),
    )
    return TenantAlertPage(
        items=page.alerts,
        next_cursor=_CURSOR.encode(page.next_position),
        total=sum(page.counts[status] for status in statuses),
        counts=page.counts,
    )
