"""Maintenance windows of the caller's tenant: what is seen during one opens no alert until it ends."""

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from pydantic import Field, StringConstraints

from pulse import clock
from pulse.alerts.maintenance import planning as maintenance
from pulse.alerts.maintenance.planning import WindowPosition
from pulse.alerts.maintenance.window import MaintenanceWindow, Selector, WindowPlan, WindowState
from pulse.api.etags import IfMatch
from pulse.api.filters import End, Start
from pulse.api.paging import DEFAULT_LIMIT, CountedPage, Cursor, CursorText, Limit
from pulse.api.request import origin, principal, tenant
from pulse.api.routes import Routes
from pulse.api.types import Instant, Label
from pulse.identity.permissions import Permission
from pulse.input_errors import in_words
from pulse.models import Input, Model
from pulse.texts import Description
from pulse.wall_clock import TimeZone

routes = Routes("Maintenance")
_CURSOR = Cursor(WindowPosition)
_WINDOW = "/customer/maintenance-windows/<window_id>"
_MOST_TIMES = 1000

Recurrence = Annotated[
    str,
    StringConstraints(
        min_length=1,
        max_length=200,
        pattern=in_words(r"^[A-Z0-9=;,+-]*$", "must be a rule such as FREQ=WEEKLY;BYDAY=SU, without RRULE: before it"),
    ),
]


class PlanWindow(Input):
    """When, and for which devices, nothing is to alert."""

    name: Label
    description: Description = ""
    starts_at: Instant = Field(description="The first time")
    ends_at: Instant = Field(description="A minute to 90 days after starts_at")
    timezone: TimeZone = Field("UTC", description="Whose wall clock the recurrence follows")
    recurrence: Recurrence | None = Field(
        None,
        description="An RRULE after RFC 5545, daily or rarer, for at most ten years; null for once",
        examples=["FREQ=WEEKLY;BYDAY=SU"],
    )
    selector: Selector = Field(Selector(), description="All devices when it is empty")


class WindowPage(CountedPage[MaintenanceWindow]):
    """A page of maintenance windows."""


class PlannedTime(Model):
    """One time of a window."""

    window_id: UUID
    name: str
    starts_at: datetime
    ends_at: datetime


class PlannedTimes(Model):
    """The times of all windows in a period."""

    items: list[PlannedTime] = Field(description=f"In the order of their beginnings, at most {_MOST_TIMES}")


@routes.get("/customer/maintenance-windows", permission=Permission.READ_MAINTENANCE)
def list_maintenance_windows(
    state: Annotated[WindowState | None, Query(description="All when left out")] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
) -> WindowPage:
    """List maintenance windows by the time that is on or comes next; those that are over come last."""
    page = maintenance.list_windows(tenant(), state=state, limit=limit, after=_CURSOR.decode(cursor))
    return WindowPage(items=page.windows, next_cursor=_CURSOR.encode(page.next_position), total=page.total)


@routes.get("/customer/maintenance-windows/calendar", permission=Permission.READ_MAINTENANCE)
def list_maintenance_times(start: Start = None, end: End = None) -> PlannedTimes:
    """List when maintenance is: every time of every window that has some part in a period.

    From now on for two weeks unless `start` and `end` say otherwise.
    """
    since = start or clock.now()
    times = maintenance.list_planned_times(
        tenant(), start=since, end=end or since + timedelta(days=14), limit=_MOST_TIMES
    )
    return PlannedTimes(
        items=[
            PlannedTime(
                window_id=time.window_id,
                name=time.name,
                starts_at=time.occurrence.starts_at,
                ends_at=time.occurrence.ends_at,
            )
            for time in times
        ]
    )


@routes.post("/customer/maintenance-windows", permission=Permission.MANAGE_MAINTENANCE, status=HTTPStatus.CREATED)
def plan_maintenance_window(body: Annotated[PlanWindow, Body()]) -> MaintenanceWindow:
    """Plan a maintenance window.

    While it is on, what is seen of its devices opens no alert, and alerts that are live go on. What is still true when
    it ends opens then. It expires by itself.
    """
    return maintenance.plan_window(principal(), _plan(body), origin=origin())


@routes.get(_WINDOW, permission=Permission.READ_MAINTENANCE)
def get_maintenance_window(window_id: UUID) -> MaintenanceWindow:
    """Read a maintenance window."""
    return maintenance.get_window(tenant(), window_id)


@routes.put(_WINDOW, permission=Permission.MANAGE_MAINTENANCE)
def change_maintenance_window(
    window_id: UUID, body: Annotated[PlanWindow, Body()], if_match: IfMatch = None
) -> MaintenanceWindow:
    """Plan a maintenance window differently.

    What it holds and no longer covers opens within a minute. What has taken place stays: of a window that has begun the
    selector can't be changed, and its times only from now on.
    """
    return maintenance.change_window(principal(), window_id, _plan(body), if_match=if_match, origin=origin())


@routes.post(_WINDOW + "/end", permission=Permission.MANAGE_MAINTENANCE)
def end_maintenance_window(window_id: UUID, if_match: IfMatch = None) -> MaintenanceWindow:
    """End the time of a maintenance window that is on.

    What it holds opens within a minute, as at any end. One that recurs comes again as planned.
    """
    return maintenance.end_window(principal(), window_id, if_match=if_match, origin=origin())


@routes.delete(_WINDOW, permission=Permission.MANAGE_MAINTENANCE)
def delete_maintenance_window(window_id: UUID, if_match: IfMatch = None) -> None:
    """Take a maintenance window back.

    What it holds opens within a minute. One that has not begun is gone; one that has ends for good, and stays with what
    has taken place of it, which reports count. One that is over can't be deleted.
    """
    maintenance.delete_window(principal(), window_id, if_match=if_match, origin=origin())


def _plan(body: PlanWindow) -> WindowPlan:
    return WindowPlan(
        name=body.name,
        description=body.description,
        starts_at=body.starts_at,
        ends_at=body.ends_at,
        timezone=body.timezone,
        recurrence=body.recurrence,
        selector=body.selector,
    )
