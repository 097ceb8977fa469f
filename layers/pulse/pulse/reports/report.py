"""What a report says, when it is sent, and what became of each."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import Field

from pulse.alerts.figures.period import AlertFigures
from pulse.models import Model
from pulse.reports.availability import Availability
from pulse.reports.plan import Plan, ReportCadence
from pulse.versions import Versioned


class AvailabilityFigures(Model):
    """How long devices were up. Up, down, maintenance and unknown make the whole time of all of them."""

    availability_percent: float | None = Field(description="Of the time that counts, up and down; null when none does")
    known_percent: float | None = Field(
        None,
        description="Share of the whole time of which anything is known: an availability of little says little. Null "
        "of no time, and in reports from before there was this figure",
    )
    up_seconds: float = Field(description="ONLINE")
    down_seconds: float = Field(description="STALE or OFFLINE")
    maintenance_seconds: float = Field(description="Covered by a maintenance window; does not count")
    unknown_seconds: float = Field(description="Before a device was first heard of, or out of service; does not count")

    @classmethod
    def of(cls, availability: Availability, **more: object) -> Self:
        """The figures of an availability."""
        return cls(
            availability_percent=_rounded(availability.percent),
            known_percent=_rounded(availability.known_percent),
            up_seconds=_seconds(availability.up),
            down_seconds=_seconds(availability.down),
            maintenance_seconds=_seconds(availability.maintenance),
            unknown_seconds=_seconds(availability.unknown),
            **more,
        )


class SiteAvailability(AvailabilityFigures):
    """A site's devices together."""

    site_id: str
    devices: int


class DeviceAvailability(AvailabilityFigures):
    """One device."""

    device_id: str
    site_id: str
    device_name: str | None = Field(
        None, description="What it was called; null without a name, and in reports from before there was this field"
    )


class MaintenanceFigures(Model):
    """A maintenance window that was on."""

    window_id: UUID
    name: str
    seconds: float


class SlaSummary(Model):
    """What was promised, and what it came to."""

    start: datetime
    end: datetime
    devices: int = Field(description="Without decommissioned ones")
    fleet: AvailabilityFigures
    sites: list[SiteAvailability] = Field(description="The least available first")
    least_available_devices: list[DeviceAvailability] = Field(description="At most ten that were down for some time")
    alerts: AlertFigures = Field(description="MTTA and MTTR are its mean seconds to acknowledge and to close")
    alerts_opened: int
    alerts_closed: int
    alerts_still_open: int
    maintenance: list[MaintenanceFigures]


class ReportStatus(StrEnum):
    """PENDING: it is being made, or tried again; CANCELLED: nobody wanted it any more."""

    PENDING = "PENDING"
    DONE = "DONE"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


class ReportRun(Model):
    """A report that was made, or is."""

    report_id: UUID
    cadence: ReportCadence | None = Field(description="Null for one that somebody asked for")
    requested_by: str = Field(description="`schedule` for one that came by itself")
    period_start: datetime
    period_end: datetime
    status: ReportStatus
    recipients: list[str] = Field(description="Who got it by mail")
    attempts: int
    outcome: str | None = Field(description="Why it failed, or is late")
    created_at: datetime
    finished_at: datetime | None


class ReportRunDetail(ReportRun):
    """A report with what it says."""

    result: SlaSummary | None = Field(description="Null until it is made")


class ScheduleWish(Model):
    """What people say of their reports."""

    cadences: list[ReportCadence] = Field(
        [], description="Weekly ones end on Mondays, monthly ones on the first; none: off"
    )
    hour: int = Field(6, ge=0, le=23, description="At which periods end, by the zone's clocks")
    timezone: str = "UTC"
    recipients: list[str] = Field([])

    @property
    def plan(self) -> Plan:
        """When periods end."""
        return Plan(self.hour, ZoneInfo(self.timezone))


class ReportSchedule(ScheduleWish, Versioned):
    """When a tenant gets reports by mail."""

    due_at: datetime | None = Field(description="When the next one is made; null while there is none")


def _rounded(percent: float | None) -> float | None:
    return None if percent is None else round(percent, 3)


def _seconds(time: timedelta) -> float:
    return round(time.total_seconds(), 6)
