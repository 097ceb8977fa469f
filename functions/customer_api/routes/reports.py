"""Reports of the caller's tenant: made now, made by a schedule, and those that were made."""

from http import HTTPStatus
from typing import Annotated, NamedTuple
from uuid import UUID

from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from pydantic import Field

from pulse.api.etags import IfMatch
from pulse.api.filters import End, NameFilter, Start
from pulse.api.paging import DEFAULT_LIMIT, Cursor, CursorText, Limit, Page
from pulse.api.request import origin, principal, tenant
from pulse.api.routes import Routes
from pulse.api.types import Email
from pulse.identity.permissions import Permission
from pulse.limits.definitions import LimitName
from pulse.models import Input
from pulse.reports import managing
from pulse.reports.plan import ReportCadence
from pulse.reports.report import (
    DeviceAvailability,
    ReportRun,
    ReportRunDetail,
    ReportSchedule,
    ReportStatus,
    ScheduleWish,
)
from pulse.reports.run_store import RunPosition
from pulse.wall_clock import TimeZone

routes = Routes("Reports")
_CURSOR = Cursor(RunPosition)
_LIMITS = (LimitName.API_EXPORT,)


class _DevicePosition(NamedTuple):
    device_id: str


_DEVICE_CURSOR = Cursor(_DevicePosition)


class ReportRunPage(Page[ReportRun]):
    """A page of reports."""


class DeviceAvailabilityPage(Page[DeviceAvailability]):
    """A page of devices with their availability."""


class ChangeReportSchedule(ScheduleWish, Input):
    """When reports are made, and who gets them by mail."""

    timezone: TimeZone = "UTC"
    cadences: list[ReportCadence] = Field(
        [], max_length=3, description="Weekly ones end on Mondays, monthly ones on the first; none: off"
    )
    recipients: list[Email] = Field([], max_length=20)


@routes.post(
    "/customer/reports/sla-summary",
    permission=Permission.MAKE_REPORTS,
    also=(HTTPStatus.BAD_REQUEST,),
    status=HTTPStatus.CREATED,
    limits=_LIMITS,
    while_suspended=True,
)
def make_sla_summary(start: Start = None, end: End = None) -> ReportRunDetail:
    """Make a report of service levels of any time, at most 366 days.

    Without `end` up to now, without `start` of 30 days. Maintenance is taken out of both sides of the availability, and
    what is not known is shown apart. It is kept among the reports, and counts as one of the ten exports and reports
    that an account may make in ten minutes, unless an operator has set something else.
    """
    return managing.make_report(principal(), start, end, origin=origin())


@routes.get("/customer/reports/availability", permission=Permission.READ_REPORTS)
def list_device_availability(
    site_id: NameFilter = None,
    start: Start = None,
    end: End = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
) -> DeviceAvailabilityPage:
    """List devices by id, each with its availability in a time; by default that of 30 days up to now.

    Send `start` and `end` with every page. All devices at once are an export (`availability`).
    """
    position = _DEVICE_CURSOR.decode(cursor)
    page, last = managing.list_availability(
        tenant(), start, end, site_id=site_id, limit=limit, after=position.device_id if position else ""
    )
    return DeviceAvailabilityPage(
        items=page, next_cursor=_DEVICE_CURSOR.encode(None if last is None else _DevicePosition(last))
    )


@routes.get("/customer/reports", permission=Permission.READ_REPORTS)
def list_reports(
    status: Annotated[ReportStatus | None, Query()] = None, limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None
) -> ReportRunPage:
    """List reports that were made, or are, newest first. They are kept for 180 days."""
    page = managing.list_runs(tenant(), status=status, limit=limit, after=_CURSOR.decode(cursor))
    return ReportRunPage(items=page.runs, next_cursor=_CURSOR.encode(page.next_position))


@routes.get("/customer/reports/<report_id>", permission=Permission.READ_REPORTS)
def get_report(report_id: UUID) -> ReportRunDetail:
    """Read a report with what it says."""
    return managing.get_run(tenant(), report_id)


@routes.post(
    "/customer/reports/<report_id>/cancel",
    permission=Permission.MANAGE_REPORTS,
    also=(HTTPStatus.CONFLICT,),
    while_suspended=True,
)
def cancel_report(report_id: UUID) -> ReportRunDetail:
    """Have a scheduled report that is due neither made nor sent.

    409 unless it is PENDING.
    """
    return managing.cancel_run(principal(), report_id, origin=origin())


@routes.get("/customer/report-schedule", permission=Permission.READ_REPORTS)
def get_report_schedule() -> ReportSchedule:
    """Read when reports are made, and who gets them by mail.

    There are none until somebody says so.
    """
    return managing.get_schedule(tenant())


@routes.put("/customer/report-schedule", permission=Permission.MANAGE_REPORTS)
def change_report_schedule(body: Annotated[ChangeReportSchedule, Body()], if_match: IfMatch = None) -> ReportSchedule:
    """Say when reports are made, and who gets them by mail.

    Fields that are left out get their defaults. The hour is that of the zone's clocks, whenever those change.
    """
    wish = body.model_copy(update={"cadences": [cadence for cadence in ReportCadence if cadence in body.cadences]})
    return managing.change_schedule(principal(), wish, if_match=if_match, origin=origin())
