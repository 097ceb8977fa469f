"""On-call schedules of the caller's tenant, and what they say."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from pydantic import Field

from pulse.api.etags import IfMatch
from pulse.api.filters import Search
from pulse.api.paging import DEFAULT_LIMIT, CountedPage, Cursor, CursorText, Limit
from pulse.api.request import origin, principal, tenant
from pulse.api.routes import Routes
from pulse.api.types import Instant
from pulse.identity.permissions import Permission
from pulse.models import Input
from pulse.oncall import lookup, schedules
from pulse.oncall.lookup import CurrentOnCall, MyShifts, OncallCoverage, OncallTimeline
from pulse.oncall.schedule import MAX_LAYERS, LayerDefinition
from pulse.oncall.schedules import OncallSchedule, ScheduleDefinition
from pulse.texts import Description, Title
from pulse.wall_clock import TimeZone

routes = Routes("On-call")
_CURSOR = Cursor(tuple[str])
_CONFLICT = (HTTPStatus.CONFLICT,)
_SCHEDULE = "/customer/oncall-schedules/<schedule_id>"

Days = Annotated[int, Query(ge=1, le=60, description="How many days")]


class DescribeSchedule(Input):
    """A schedule as a whole."""

    name: Title
    description: Description = ""
    timezone: TimeZone = Field("UTC", description="Of the IANA database", examples=["Europe/Berlin"])
    layers: list[LayerDefinition] = Field(
        [], max_length=MAX_LAYERS, description="In any order; no two with the same name or priority"
    )


class SchedulePage(CountedPage[OncallSchedule]):
    """A page of schedules."""


@routes.get("/customer/oncall-schedules", permission=Permission.READ_ONCALL)
def list_oncall_schedules(q: Search = None, limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None) -> SchedulePage:
    """List on-call schedules by name."""
    after = _CURSOR.decode(cursor)
    page = schedules.list_schedules(tenant(), q=q, limit=limit, after=after[0] if after else None)
    next_cursor = _CURSOR.encode((page.next_position,)) if page.next_position is not None else None
    return SchedulePage(items=page.schedules, next_cursor=next_cursor, total=page.total)


@routes.post(
    "/customer/oncall-schedules", permission=Permission.MANAGE_ONCALL, also=_CONFLICT, status=HTTPStatus.CREATED
)
def create_oncall_schedule(body: Annotated[DescribeSchedule, Body()]) -> OncallSchedule:
    """Make an on-call schedule.

    Shifts hand over at the local hour of the rotation's start and stay there when clocks change. A name that is taken
    answers 409.
    """
    return schedules.create_schedule(principal(), _definition(body), origin=origin())


@routes.get(_SCHEDULE, permission=Permission.READ_ONCALL)
def get_oncall_schedule(schedule_id: UUID) -> OncallSchedule:
    """Read an on-call schedule."""
    return schedules.get_schedule(tenant(), schedule_id)


@routes.put(_SCHEDULE, permission=Permission.MANAGE_ONCALL, also=_CONFLICT)
def change_oncall_schedule(
    schedule_id: UUID, body: Annotated[DescribeSchedule, Body()], if_match: IfMatch = None
) -> OncallSchedule:
    """Replace an on-call schedule with its layers.

    A layer that keeps its name stays the same layer. Overrides and calendar feeds stay as they are.
    """
    return schedules.change_schedule(principal(), schedule_id, _definition(body), if_match=if_match, origin=origin())


@routes.delete(_SCHEDULE, permission=Permission.MANAGE_ONCALL, also=_CONFLICT)
def delete_oncall_schedule(schedule_id: UUID, if_match: IfMatch = None) -> None:
    """Delete an on-call schedule with its overrides and calendar feeds."""
    schedules.delete_schedule(principal(), schedule_id, if_match=if_match, origin=origin())


@routes.get(f"{_SCHEDULE}/current", permission=Permission.READ_ONCALL)
def get_current_oncall(
    schedule_id: UUID,
    at: Annotated[Instant | None, Query(description="Then instead of now")] = None,
) -> CurrentOnCall:
    """Read who is on call, why, until when, and who is next."""
    return lookup.get_current(tenant(), schedule_id, at)


@routes.get(f"{_SCHEDULE}/timeline", permission=Permission.READ_ONCALL)
def get_oncall_timeline(
    schedule_id: UUID,
    start: Annotated[Instant | None, Query(alias="from", description="Then instead of now")] = None,
    days: Days = 14,
) -> OncallTimeline:
    """Read who is on call in the coming days, and why."""
    return lookup.get_timeline(tenant(), schedule_id, start, days=days)


@routes.get(f"{_SCHEDULE}/gaps", permission=Permission.READ_ONCALL)
def get_oncall_gaps(schedule_id: UUID) -> OncallCoverage:
    """Read where nobody is on call in the next eight weeks, and how many hours each person is."""
    return lookup.get_coverage(tenant(), schedule_id)


@routes.get("/customer/oncall/my-shifts", permission=Permission.READ_ONCALL)
def get_my_shifts(days: Days = 30) -> MyShifts:
    """Read when you are on call yourself, in all schedules.

    People are recognised by their e-mail address.
    """
    return lookup.get_my_shifts(principal(), days=days)


def _definition(body: DescribeSchedule) -> ScheduleDefinition:
    return ScheduleDefinition(body.name, body.description, body.timezone, body.layers)
