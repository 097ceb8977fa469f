"""Calendar feeds of on-call schedules: their secret addresses, and what is read there."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from pydantic import Field

from pulse.api.request import origin, principal, tenant
from pulse.api.routes import CALENDAR, PUBLIC, Routes
from pulse.api.types import Label, Name
from pulse.email_address import EmailAddress
from pulse.identity.permissions import Permission
from pulse.models import Input
from pulse.oncall import feeds
from pulse.oncall.feeds import CalendarFeedList, NewCalendarFeed

routes = Routes("On-call")
_FEEDS = "/customer/oncall-schedules/<schedule_id>/calendar-feeds"


class CreateCalendarFeed(Input):
    """An address that is wanted."""

    label: Label = Field(description="Who or what reads it")
    email: EmailAddress | None = Field(None, description="Whose shifts are in it; everybody's without it")


@routes.get(_FEEDS, permission=Permission.READ_ONCALL)
def list_calendar_feeds(schedule_id: UUID) -> CalendarFeedList:
    """List the calendar feeds of a schedule, the newest first, without their addresses."""
    return feeds.list_feeds(tenant(), schedule_id)


@routes.post(
    _FEEDS,
    permission=Permission.MANAGE_ONCALL,
    also=(HTTPStatus.CONFLICT,),
    status=HTTPStatus.CREATED,
    answers_secret=True,
)
def create_calendar_feed(schedule_id: UUID, body: Annotated[CreateCalendarFeed, Body()]) -> NewCalendarFeed:
    """Make a secret address at which calendar programs read the schedule.

    Whoever knows the address reads the calendar, from where the tenant's people may call. It is not shown again.
    """
    return feeds.create_feed(principal(), schedule_id, label=body.label, email=body.email, origin=origin())


@routes.delete(f"{_FEEDS}/<feed_id>", permission=Permission.MANAGE_ONCALL)
def revoke_calendar_feed(schedule_id: UUID, feed_id: UUID) -> None:
    """Revoke a calendar feed: its address leads nowhere from now on."""
    feeds.revoke_feed(principal(), schedule_id, feed_id, origin=origin())


@routes.get("/calendars/oncall", permission=PUBLIC, also=(HTTPStatus.NOT_FOUND,), produces=CALENDAR)
def read_calendar(token: Annotated[Name, Query(description="The secret of the feed's address")]) -> Response[str]:
    """Read a calendar feed: two weeks back, 60 days ahead."""
    text = feeds.read_feed(token, origin=origin())
    return Response(
        status_code=200,
        content_type=f"{CALENDAR}; charset=utf-8",
        body=text,
        headers={"Content-Disposition": 'inline; filename="oncall.ics"'},
    )
