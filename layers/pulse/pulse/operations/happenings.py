"""What happened last across all tenants, from the concepts that note it: alerts, devices, refused messages."""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from operator import attrgetter

from pydantic import Field

from pulse.alerts.figures import platform as alerts
from pulse.alerts.severity import Severity
from pulse.database import Connection
from pulse.devices.fleet_figures import StatusChange, recent_status_changes
from pulse.devices.state import DeviceStatus
from pulse.models import Model
from pulse.quarantine.platform_figures import Refused, recently_refused
from pulse.tenants.registry import names_of_tenants


class HappeningKind(StrEnum):
    """What an event is about."""

    ALERT = "alert"
    DEVICE = "device"
    QUARANTINE = "quarantine"


class Happening(Model):
    """Something that happened."""

    event_id: str = Field(description="The same for the same event whenever it is read", examples=["alert-4711"])
    time: datetime
    kind: HappeningKind
    event: str = Field(description="Such as `opened`, `closed`, `offline`, `refused`")
    severity: Severity | None = Field(description="How bad it is; null for what is good or neutral")
    tenant_id: str | None
    tenant_name: str | None = Field(description="What the tenant is called")
    device_id: str | None
    text: str = Field(description="What happened in words; of an alert's event the alert's summary")


_SEVERITIES = {DeviceStatus.STALE: Severity.MEDIUM, DeviceStatus.OFFLINE: Severity.HIGH}


def recent_happenings(connection: Connection, *, limit: int) -> list[Happening]:
    """The newest of all kinds together, newest first."""
    newest = sorted(_of_each_kind(connection, limit), key=attrgetter("time", "event_id"), reverse=True)[:limit]
    names = names_of_tenants(connection, {happening.tenant_id for happening in newest if happening.tenant_id})
    return [
        happening.model_copy(update={"tenant_name": names.get(happening.tenant_id)})
        if happening.tenant_id
        else happening
        for happening in newest
    ]


def _of_each_kind(connection: Connection, limit: int) -> Iterator[Happening]:
    yield from map(_of_alert, alerts.recent_happenings(connection, limit=limit))
    yield from map(_of_device, recent_status_changes(connection, limit=limit))
    yield from map(_of_quarantine, recently_refused(connection, limit=limit))


def _of_alert(happening: alerts.AlertHappening) -> Happening:
    return Happening(
        event_id=f"alert-{happening.entry_id}",
        time=happening.time,
        kind=HappeningKind.ALERT,
        event=happening.event,
        severity=None if happening.event == "closed" else happening.severity,
        tenant_id=happening.tenant_id,
        tenant_name=None,
        device_id=happening.device_id,
        text=happening.summary,
    )


def _of_device(change: StatusChange) -> Happening:
    return Happening(
        event_id=f"device-{change.entry_id}",
        time=change.time,
        kind=HappeningKind.DEVICE,
        event=change.to_status.value.lower(),
        severity=_SEVERITIES.get(change.to_status),
        tenant_id=change.tenant_id,
        tenant_name=None,
        device_id=change.device_id,
        text=f"{change.device_id} is {change.to_status.value.lower()}, was {change.from_status.value.lower()}",
    )


def _of_quarantine(refused: Refused) -> Happening:
    messages = f"{refused.messages} message{'s' if refused.messages > 1 else ''}"
    return Happening(
        event_id=f"quarantine-{refused.minute:%Y%m%dT%H%M}-{refused.reason.value}-{refused.tenant_id or ''}",
        time=refused.minute,
        kind=HappeningKind.QUARANTINE,
        event="refused",
        severity=Severity.LOW,
        tenant_id=refused.tenant_id,
        tenant_name=None,
        device_id=None,
        text=f"{messages} refused: {refused.reason.value}",
    )
