"""Messages of the caller's tenant that were refused."""

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

routes = Routes("Quarantine")
_CURSOR = Cursor(QuarantinePosition)
_MAX_ID = 2**63 - 1


class QuarantinePage(Page[QuarantineEntry]):
    """A page of refused messages, newest first."""


@routes.get("/customer/quarantine", permission=Permission.READ_QUARANTINE)
def list_quarantine(
    reason: Annotated[Reason | None, Query()] = None,
    device_id: NameFilter = None,
    q: Search = None,
    start: Start = None,
    end: End = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
) -> QuarantinePage:
    """List messages that were refused, newest first.

    They are kept for 30 days. Of a flood the first messages of each minute and reason are kept, and all are counted.
    `q` looks in the topic and in the detail.
    """
    page = queries.list_quarantine(
        principal(),
        QuarantineFilter(reason=reason, device_id=device_id, q=q, start=start, end=end),
        limit=limit,
        after=_CURSOR.decode(cursor),
        origin=origin(),
    )
    return QuarantinePage(items=page.entries, next_cursor=_CURSOR.encode(page.next_position))


@routes.get("/customer/quarantine/counts", permission=Permission.READ_QUARANTINE)
def count_quarantine(start: Start = None, end: End = None) -> QuarantineCounts:
    """Count refused messages by reason, by default those of the last 24 hours."""
    return queries.count_quarantine(principal(), tenant_id=None, start=start, end=end, origin=origin())


@routes.get("/customer/quarantine/<quarantine_id>", permission=Permission.READ_QUARANTINE)
def get_quarantined(quarantine_id: Annotated[int, Path(ge=1, le=_MAX_ID)]) -> QuarantinedMessage:
    """Read a refused message with the start of its payload."""
    return queries.get_quarantined(principal(), quarantine_id, origin=origin())
