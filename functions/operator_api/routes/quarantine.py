"""Refused messages of all tenants, and those that belong to none."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from pulse.api.filters import End, NameFilter, Search, Start
from pulse.api.paging import DEFAULT_LIMIT, Cursor, CursorText, Limit, Page
from pulse.api.request import origin, principal
from pulse.api.routes import Routes
from pulse.identity.permissions import Permission
from pulse.quarantine import queries
from pulse.quarantine.queries import (
    QuarantineCounts,
    QuarantinedMessage,
    QuarantineEntry,
    QuarantineFilter,
    QuarantinePosition,
)
from pulse.quarantine.reasons import Reason

routes = Routes("Operator: quarantine")
_CURSOR = Cursor(QuarantinePosition)
_MAX_ID = 2**63 - 1


class QuarantinePage(Page[QuarantineEntry]):
    """A page of refused messages, newest first."""


@routes.get("/operator/quarantine", permission=Permission.OPERATOR_READ_QUARANTINE)
def list_quarantine(
    tenant_id: NameFilter = None,
    reason: Annotated[Reason | None, Query()] = None,
    device_id: NameFilter = None,
    q: Search = None,
    start: Start = None,
    end: End = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
) -> QuarantinePage:
    """List messages that were refused, of all tenants and of none, newest first.

    `q` looks in the topic and in the detail.
    """
    page = queries.list_quarantine(
        principal(),
        QuarantineFilter(tenant_id=tenant_id, reason=reason, device_id=device_id, q=q, start=start, end=end),
        limit=limit,
        after=_CURSOR.decode(cursor),
        origin=origin(),
    )
    return QuarantinePage(items=page.entries, next_cursor=_CURSOR.encode(page.next_position))


@routes.get("/operator/quarantine/counts", permission=Permission.OPERATOR_READ_QUARANTINE)
def count_quarantine(tenant_id: NameFilter = None, start: Start = None, end: End = None) -> QuarantineCounts:
    """Count refused messages by reason, by default those of the last 24 hours."""
    return queries.count_quarantine(principal(), tenant_id=tenant_id, start=start, end=end, origin=origin())


@routes.get("/operator/quarantine/<quarantine_id>", permission=Permission.OPERATOR_READ_QUARANTINE)
def get_quarantined(quarantine_id: Annotated[int, Path(ge=1, le=_MAX_ID)]) -> QuarantinedMessage:
    """Read a refused message with the start of its payload."""
    return queries.get_quarantined(principal(), quarantine_id, origin=origin())
