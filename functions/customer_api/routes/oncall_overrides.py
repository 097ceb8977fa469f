"""Overrides of an on-call schedule."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import Field

from pulse.api.etags import IfMatch
from pulse.api.filters import End, Start
from pulse.api.paging import DEFAULT_LIMIT, CountedPage, Cursor, CursorText, Limit
from pulse.api.request import origin, principal, tenant
from pulse.api.routes import Routes
from pulse.api.types import Instant, Note
from pulse.identity.permissions import Permission
from pulse.models import Input
from pulse.oncall import overrides
from pulse.oncall.override_store import OverridePosition
from pulse.oncall.overrides import OncallOverride, OverrideDefinition
from pulse.oncall.schedule import OverrideKind, Responder

routes = Routes("On-call")
_CURSOR = Cursor(OverridePosition)
_OVERRIDES = "/customer/oncall-schedules/<schedule_id>/overrides"
_OVERRIDE = f"{_OVERRIDES}/<override_id>"


class DescribeOverride(Input):
    """A change of who is on call for a while."""

    kind: OverrideKind = Field(
        description="`replace`: in place of whoever the layers name; `add`: beside them; `remove`: not this person, "
        "and the next layer that has somebody else steps in"
    )
    responder: Responder
    starts_at: Instant
    ends_at: Instant = Field(description="After starts_at, in the future, and at most 366 days after the start")
    reason: Note = ""


class OverridePage(CountedPage[OncallOverride]):
    """A page of overrides."""


@routes.get(_OVERRIDES, permission=Permission.READ_ONCALL)
def list_oncall_overrides(
    schedule_id: UUID,
    start: Start = None,
    end: End = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
) -> OverridePage:
    """List the overrides of a schedule by their start, those that touch the time from `start` to `end`."""
    page = overrides.list_overrides(
        tenant(), schedule_id, start=start, end=end, limit=limit, after=_CURSOR.decode(cursor)
    )
    return OverridePage(items=page.overrides, next_cursor=_CURSOR.encode(page.next_position), total=page.total)


@routes.post(_OVERRIDES, permission=Permission.COVER_ONCALL, status=HTTPStatus.CREATED)
def create_oncall_override(schedule_id: UUID, body: Annotated[DescribeOverride, Body()]) -> OncallOverride:
    """Change who is on call for a while.

    Overrides beat layers. Where several are in force, those that started later have the last word.
    """
    return overrides.create_override(principal(), schedule_id, _definition(body), origin=origin())


@routes.get(_OVERRIDE, permission=Permission.READ_ONCALL)
def get_oncall_override(schedule_id: UUID, override_id: UUID) -> OncallOverride:
    """Read an override."""
    return overrides.get_override(tenant(), schedule_id, override_id)


@routes.put(_OVERRIDE, permission=Permission.COVER_ONCALL)
def change_oncall_override(
    schedule_id: UUID, override_id: UUID, body: Annotated[DescribeOverride, Body()], if_match: IfMatch = None
) -> OncallOverride:
    """Replace an override."""
    return overrides.change_override(
        principal(), schedule_id, override_id, _definition(body), if_match=if_match, origin=origin()
    )


@routes.delete(_OVERRIDE, permission=Permission.COVER_ONCALL)
def delete_oncall_override(schedule_id: UUID, override_id: UUID, if_match: IfMatch = None) -> None:
    """Take an override away: the layers count again."""
    overrides.delete_override(principal(), schedule_id, override_id, if_match=if_match, origin=origin())


def _definition(body: DescribeOverride) -> OverrideDefinition:
    return OverrideDefinition(body.kind, body.responder, body.starts_at, body.ends_at, body.reason)
