"""A tenant's digest: when it is sent and to whom, and what became of the last one. Pure."""

from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from pydantic import Field

from pulse.alerts.figures.period import AlertFigures
from pulse.devices.state import DeviceStatus
from pulse.digests.plan import Cadence, Plan
from pulse.models import Model
from pulse.oncall.schedule import Weekday
from pulse.versions import Versioned


class DigestWish(Model):
    """What people say of a digest."""

    enabled: bool = Field(False, description="Whether it is sent; it needs a recipient")
    cadence: Cadence = Cadence.WEEKLY
    weekday: Weekday = Field(Weekday.MONDAY, description="On which a weekly one is sent")
    hour: int = Field(8, ge=0, le=23, description="At which it is sent, by the zone's clocks")
    timezone: str = "UTC"
    recipients: list[str] = Field([])

    @property
    def plan(self) -> Plan:
        """When it is due."""
        return Plan(self.cadence, self.weekday, self.hour, ZoneInfo(self.timezone))


class RunStatus(StrEnum):
    """PENDING: it is being sent, or tried again; CANCELLED: it was switched off before it was sent."""

    PENDING = "PENDING"
    SENT = "SENT"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


class DigestRun(Model):
    """A digest of a period."""

    period_start: datetime
    period_end: datetime
    status: RunStatus
    attempts: int
    finished_at: datetime | None
    outcome: str | None = Field(description="Why it was not sent, or not yet")


class Digest(DigestWish, Versioned):
    """A tenant's digest."""

    next_at: datetime | None = Field(description="When the next one is sent; null while it is off")
    last_run: DigestRun | None


class SilentDevice(Model):
    """A device that is OFFLINE."""

    device_id: str
    site_id: str
    last_seen_at: datetime | None


class Fleet(Model):
    """A fleet as it is when the digest is made."""

    devices: int = Field(description="In service")
    counts: dict[DeviceStatus, int]
    offline: list[SilentDevice] = Field(description="At most ten, the longest silent first")


class DigestFigures(Model):
    """What a digest tells."""

    tenant_name: str
    timezone: str
    cadence: Cadence
    period_start: datetime
    period_end: datetime
    alerts: AlertFigures
    fleet: Fleet


class DigestPreview(Model):
    """What would be sent."""

    recipients: list[str]
    subject: str
    text: str
    html: str
    figures: DigestFigures
