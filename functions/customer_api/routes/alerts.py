"""Alerts of the caller's tenant."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import Field

from pulse.alerts.alert import AlertSource, AlertStatus, AlertTypeText
from pulse.alerts.inbox import queries as inbox
from pulse.alerts.inbox.alert_filter import AlertFilter
from pulse.alerts.inbox.queries import AlertDetail, AlertPosition, AlertSort, ListedAlert
from pulse.alerts.severity import Severity
from pulse.api.filters import End, NameFilter, Order, OrderChoice, Search, Start
from pulse.api.paging import DEFAULT_LIMIT, CountedPage, Cursor, CursorText, Limit, bad_cursor
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


Statuses = Annotated[
    list[StatusChoice] | None, Query(min_length=1, max_length=4, description="Once for each; OPEN when left out")
]
Severities = Annotated[list[Severity] | None, Query(min_length=1, max_length=5, description="Once for each")]
Types = Annotated[
    list[AlertTypeText] | None,
    Query(alias="type", min_length=1, max_length=20, description="Once for each: Pulse's own, or an addon's"),
]

Sources = Annotated[
    list[AlertSource] | None,
    Query(min_length=1, max_length=4, description="Once for each: `addon` are those of other systems"),
]


class AlertPage(CountedPage[ListedAlert]):
    """A page of alerts."""

    counts: dict[AlertStatus, int] = Field(
        description="Alerts in each status that match all filters but `status`, grouped or not; every status is there"
    )
    silenced: int = Field(description="Live alerts among those that are silenced")
    suppressed: int = Field(description="Live alerts among those that are suppressed by their parent device's")


@routes.get("/customer/alerts", "/api/v2/alerts", permission=Permission.READ_ALERTS)
def list_alerts(
    status: Statuses = None,
    severity: Severities = None,
    alert_type: Types = None,
    source: Sources = None,
    device_id: NameFilter = None,
    site_id: NameFilter = None,
    rule_id: Annotated[UUID | None, Query()] = None,
    acknowledged_by: NameFilter = None,
    silenced: Annotated[bool | None, Query(description="Only those that are silenced, or that are not")] = None,
    suppressed: Annotated[bool | None, Query(description="Only those that a parent's suppresses, or not")] = None,
    flapping: Annotated[bool | None, Query(description="Only those that flap or flapped, or not")] = None,
    group_id: Annotated[UUID | None, Query()] = None,
    q: Search = None,
    start: Start = None,
    end: End = None,
    grouped: Annotated[
        bool, Query(description="The first of many devices of a site that fell silent together stands for them all")
    ] = False,
    sort: Annotated[AlertSort, Query(description="Ties are in the order of opening")] = AlertSort.OPENED_AT,
    order: OrderChoice = Order.DESCENDING,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
) -> AlertPage:
    """List alerts, newest first unless another order is asked for, with counts for each status.

    `start` and `end` are about when an alert was opened.
    """
    after = _CURSOR.decode(cursor)
    if after is not None and after.sort is not sort:
        raise bad_cursor()
    wanted = AlertFilter(
        statuses=_statuses(status),
        severities=frozenset(severity) if severity else None,
        types=frozenset(alert_type) if alert_type else None,
        sources=frozenset(source) if source else None,
        device_id=device_id,
        site_id=site_id,
        rule_id=rule_id,
        acknowledged_by=acknowledged_by,
        silenced=silenced,
        suppressed=suppressed,
        flapping=flapping,
        group_id=group_id,
        q=q,
        start=start,
        end=end,
    )
    page = inbox.list_alerts(
        tenant(),
        wanted,
        sort=sort,
        descending=order is Order.DESCENDING,
        limit=limit,
        after=after,
        grouped=grouped,
    )
    return AlertPage(
        items=page.alerts,
        next_cursor=_CURSOR.encode(page.next_position),
        total=page.total,
        counts=page.counts,
        silenced=page.silenced,
        suppressed=page.suppressed,
    )


@routes.get("/customer/alerts/<alert_id>", permission=Permission.READ_ALERTS)
def get_alert(alert_id: UUID) -> AlertDetail:
    """Read an alert with its timeline."""
    return inbox.get_alert(tenant(), alert_id)


def _statuses(choices: list[StatusChoice] | None) -> frozenset[AlertStatus] | None:
    if choices is None:
        return frozenset({AlertStatus.OPEN})
    if StatusChoice.ALL in choices:
        return None
    return frozenset(AlertStatus(choice) for choice in choices)
