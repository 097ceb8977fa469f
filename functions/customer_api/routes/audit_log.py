"""The audit log of the caller's tenant."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from pulse.api.filters import End, NameFilter, Search, Start
from pulse.api.paging import DEFAULT_LIMIT, Cursor, CursorText, Limit, Page
from pulse.api.request import add_headers, origin, principal
from pulse.api.routes import CSV, Routes
from pulse.api.types import Name
from pulse.identity.permissions import Permission
from pulse.limits.definitions import LimitName
from pulse.operations import audit_log
from pulse.operations.audit_log import AuditEntry, AuditFilter, AuditPosition

routes = Routes("Audit log")
CURSOR = Cursor(AuditPosition)

ActionFilter = Annotated[Name | None, Query(description="Start of the action, such as `user.`")]
ActorFilter = Annotated[Name | None, Query(description="Id or name of who did it")]
ExportLimit = Annotated[int, Query(ge=1, le=10_000, description="Most entries in one file")]


class AuditPage(Page[AuditEntry]):
    """A page of the audit log, newest first."""


@routes.get("/customer/audit-log", permission=Permission.READ_AUDIT_LOG)
def list_audit_log(
    actor: ActorFilter = None,
    action: ActionFilter = None,
    subject: NameFilter = None,
    q: Search = None,
    start: Start = None,
    end: End = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
) -> AuditPage:
    """List who did what, newest first.

    `q` looks into the actor's name, the action and the subject.
    """
    wanted = AuditFilter(actor=actor, action=action, subject=subject, q=q, start=start, end=end)
    page = audit_log.list_entries(principal(), wanted, limit=limit, after=CURSOR.decode(cursor), origin=origin())
    return AuditPage(items=page.entries, next_cursor=CURSOR.encode(page.next_position))


@routes.get(
    "/customer/audit-log/export",
    permission=Permission.READ_AUDIT_LOG,
    produces=CSV,
    limits=(LimitName.API_EXPORT,),
)
def export_audit_log(
    actor: ActorFilter = None,
    action: ActionFilter = None,
    subject: NameFilter = None,
    q: Search = None,
    start: Start = None,
    end: End = None,
    limit: ExportLimit = 10_000,
    cursor: CursorText = None,
) -> Response[str]:
    """Export who did what as CSV, newest first.

    A file ends at `limit` entries or about 4 MB. `X-Next-Cursor` is then the `cursor` of the next one.
    """
    wanted = AuditFilter(actor=actor, action=action, subject=subject, q=q, start=start, end=end)
    export = audit_log.export_entries(principal(), wanted, limit=limit, after=CURSOR.decode(cursor), origin=origin())
    if export.next_position is not None:
        add_headers({"X-Next-Cursor": CURSOR.encode(export.next_position) or ""})
    return Response(
        status_code=200,
        content_type=f"{CSV}; charset=utf-8",
        body=export.text,
        headers={"Content-Disposition": f'attachment; filename="{export.name}"'},
    )
