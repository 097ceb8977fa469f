"""What is wanted as a file, and how far it is. Pure."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID

from pydantic import Field

from pulse.devices.export_rows import DeviceChoice
from pulse.identity.permissions import Permission
from pulse.models import Model


class Dataset(StrEnum):
    """What there is to export."""

    DEVICES = "devices"
    ALERTS = "alerts"
    TELEMETRY = "telemetry"
    AVAILABILITY = "availability"

    @property
    def permission(self) -> Permission:
        """What whoever exports it, or fetches its file, must be allowed beside exporting."""
        match self:
            case Dataset.DEVICES:
                return Permission.READ_DEVICES
            case Dataset.ALERTS:
                return Permission.READ_ALERTS
            case Dataset.TELEMETRY:
                return Permission.READ_TELEMETRY
            case Dataset.AVAILABILITY:
                return Permission.READ_REPORTS


class Format(StrEnum):
    """CSV with a header, or a JSON array with an object on each line."""

    CSV = "csv"
    JSON = "json"

    @property
    def content_type(self) -> str:
        """The media type of a file."""
        return "text/csv; charset=utf-8" if self is Format.CSV else "application/json"


class ExportStatus(StrEnum):
    """PENDING: it waits for its turn, or for another try."""

    PENDING = "PENDING"
    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"

    @property
    def is_open(self) -> bool:
        """Whether there is a file to come."""
        return self in (ExportStatus.PENDING, ExportStatus.RUNNING)


class ExportWish(NamedTuple):
    """Which rows. `period_start` and `period_end` are None of devices, and there for the rest.

    `dataset_status` is one of devices or alerts; None of anything: all. A device has all of the `tags`, a key with None
    whatever the value.
    """

    dataset: Dataset
    format: Format
    period_start: datetime | None = None
    period_end: datetime | None = None
    site_id: str | None = None
    device_id: str | None = None
    dataset_status: str | None = None
    tags: Mapping[str, str | None] = MappingProxyType({})
    group_id: UUID | None = None

    @property
    def devices(self) -> DeviceChoice:
        """The devices whose rows are wanted."""
        return DeviceChoice(self.site_id, self.device_id, self.tags, self.group_id)

    @property
    def period(self) -> tuple[datetime, datetime]:
        """Start and end of a wish for anything but devices."""
        assert self.period_start is not None, "devices have no period"
        assert self.period_end is not None, "devices have no period"
        return self.period_start, self.period_end

    def file_name(self, now: datetime) -> str:
        """What the file is called."""
        return f"{self.dataset}-{now:%Y%m%d-%H%M%S}.{self.format}"


class Export(Model):
    """A file that was made, or is."""

    export_id: UUID
    dataset: Dataset
    format: Format
    period_start: datetime | None = Field(description="Null of devices, which are exported as they are")
    period_end: datetime | None
    site_id: str | None
    device_id: str | None
    dataset_status: str | None = Field(description="Of the devices or alerts in it; null: any")
    tags: dict[str, str | None] = Field(description="Only of devices with all of these; null: whatever the value")
    group_id: UUID | None
    status: ExportStatus
    progress: float = Field(description="Share of its way, 0 to 1")
    row_count: int = Field(description="Devices, alerts or readings written so far")
    byte_count: int
    attempts: int
    outcome: str | None = Field(description="Why it failed, was cancelled, or is late")
    requested_by: str
    at_once: bool = Field(description="Whether it was handed over at once, and no file was kept")
    created_at: datetime
    finished_at: datetime | None
    expires_at: datetime | None = Field(description="Until when its file can be fetched: 24 hours if one was kept")


class ExportLink(Model):
    """Where a file is fetched without a token."""

    url: str
    expires_at: datetime = Field(description="After this ask for another link; the file may be there for longer")
