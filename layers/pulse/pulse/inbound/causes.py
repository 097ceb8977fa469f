"""From what an addon has read to alerts, and the alerts about sources themselves. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID, uuid5

from pulse.alerts.alert_store import Closing, Opening
from pulse.alerts.severity import Severity
from pulse.clock import format_instant
from pulse.inbound.reading import Clear, Raise
from pulse.inbound.record import Value
from pulse.inbound.steps import Repeated

_MAX_DETAIL: Final = 500
_GATEWAYS: Final = UUID("6f2f4f1e-3b1c-4a55-9a0e-5d6c1c9d8a37")


class Origin(NamedTuple):
    """Who said it, read by an addon.

    A source of a tenant, a target that was asked, or a site gateway, which is a device of the registry.
    """

    tenant_id: str
    source_id: UUID
    source_name: str
    addon_id: str
    site_id: str | None
    gateway_id: str | None = None
    is_target: bool = False

    @property
    def speaker(self) -> dict[str, Any]:
        """The same among an alert's details."""
        if self.gateway_id is not None:
            return {"gateway": {"device_id": self.gateway_id}}
        if self.is_target:
            return {"target": {"target_id": str(self.source_id), "name": self.source_name}}
        return {"inbound_source": {"source_id": str(self.source_id), "name": self.source_name}}


def gateway_origin(tenant_id: str, device_id: str, site_id: str, addon_id: str = "") -> Origin:
    """A device as the one who hands on what others say; it has one and the same source id for ever."""
    source_id = uuid5(_GATEWAYS, f"{tenant_id}:{device_id}")
    return Origin(tenant_id, source_id, f"gateway {device_id}", addon_id, site_id, gateway_id=device_id)


class KnownDevice(NamedTuple):
    """What a sender's device is here: one of the registry, or an external one."""

    device_id: str | None
    site_id: str | None
    external_device_id: UUID | None


def addon_opening(origin: Origin, repeated: Repeated, device: KnownDevice, received_at: datetime) -> Opening:
    """The alert that something is wrong, open since that was heard: escalation must not begin in the past."""
    event = repeated.newest
    return Opening(
        tenant_id=origin.tenant_id,
        fingerprint=event.fingerprint,
        source="addon",
        type=event.type,
        severity=event.severity,
        summary=event.summary,
        details=_details(origin, event, device),
        time=received_at,
        device_id=device.device_id,
        site_id=device.site_id or origin.site_id,
        times=repeated.times,
    )


def addon_closing(origin: Origin, event: Clear, received_at: datetime) -> Closing:
    """The end of it."""
    return Closing(
        tenant_id=origin.tenant_id,
        fingerprint=event.fingerprint,
        reason=f"{origin.source_name} says that it is over",
        time=received_at,
        details={
            "cleared_by": origin.gateway_id or str(origin.source_id),
            "cleared_at": format_instant(event.occurred_at),
        },
    )


def absent_closing(origin: Origin, fingerprint: str, now: datetime) -> Closing:
    """The end of what a complete poll did not raise any more."""
    reason = f"{origin.source_name} was asked, and does not say it any more"
    return Closing(origin.tenant_id, fingerprint, reason, now, {"cleared_by": str(origin.source_id)})


def unreadable_fingerprint(source_id: UUID) -> str:
    """One live alert for a source whose messages can't be read."""
    return f"INBOUND_UNREADABLE:{source_id}"


def unreadable_opening(origin: Origin, reason: str, now: datetime) -> Opening:
    """A source's message could not be read: what it wanted to say, nobody knows."""
    return Opening(
        tenant_id=origin.tenant_id,
        fingerprint=unreadable_fingerprint(origin.source_id),
        source="platform",
        type="INBOUND_UNREADABLE",
        severity=Severity.MEDIUM,
        summary=f"A message of {origin.source_name} could not be read: {reason}"[:_MAX_DETAIL],
        details={**origin.speaker, "addon_id": origin.addon_id, "reason": reason[:_MAX_DETAIL]},
        time=now,
        site_id=origin.site_id,
        device_id=origin.gateway_id,
    )


def unreadable_closing(origin: Origin, now: datetime) -> Closing:
    """A message of the source could be read again."""
    return Closing(origin.tenant_id, unreadable_fingerprint(origin.source_id), "a message could be read again", now, {})


def storm_fingerprint(source_id: UUID) -> str:
    """One live alert for a source that sends too much."""
    return f"INBOUND_STORM:{source_id}"


def storm_opening(origin: Origin, now: datetime) -> Opening:
    """A source sends more than is taken of it."""
    return Opening(
        tenant_id=origin.tenant_id,
        fingerprint=storm_fingerprint(origin.source_id),
        source="platform",
        type="INBOUND_STORM",
        severity=Severity.HIGH,
        summary=f"{origin.source_name} sends more than is taken; some of its messages are refused",
        details=origin.speaker,
        time=now,
        site_id=origin.site_id,
    )


def storm_closing(tenant_id: str, source_id: UUID, now: datetime) -> Closing:
    """Everything that the source sends is taken again."""
    reason = "nothing of the source has been refused for some minutes"
    return Closing(tenant_id, storm_fingerprint(source_id), reason, now, {})


def refused_fingerprint(source_id: UUID) -> str:
    """One live alert for a gateway that can't take all that comes."""
    return f"TRAPS_REFUSED:{source_id}"


def refused_opening(origin: Origin, refused: Mapping[str, int], seconds: int, now: datetime) -> Opening:
    """A gateway has not taken notifications: nobody knows what they wanted to say."""
    total = sum(refused.values())
    return Opening(
        tenant_id=origin.tenant_id,
        fingerprint=refused_fingerprint(origin.source_id),
        source="platform",
        type="TRAPS_REFUSED",
        severity=Severity.HIGH,
        summary=f"{origin.source_name} has not taken {total} notifications within {seconds} s"[:_MAX_DETAIL],
        details={**origin.speaker, "refused": dict(refused), "seconds": seconds},
        time=now,
        site_id=origin.site_id,
        device_id=origin.gateway_id,
    )


def refused_closing(origin: Origin, now: datetime) -> Closing:
    """It takes all that comes again."""
    reason = "the gateway has refused nothing for a minute"
    return Closing(origin.tenant_id, refused_fingerprint(origin.source_id), reason, now, {})


def _details(origin: Origin, event: Raise, device: KnownDevice) -> dict[str, Any]:
    details: dict[str, Any] = {
        "addon_id": origin.addon_id,
        **origin.speaker,
        "category": event.category.value,
        "description": event.description,
        "occurred_at": format_instant(event.occurred_at),
        "fields": {name: _short(value) for name, value in event.fields.items()},
    }
    if device.external_device_id is not None:
        details["external_device"] = {
            "external_device_id": str(device.external_device_id),
            "name": event.device.label,
            "address": event.device.address,
        }
    return details


def _short(value: Value) -> Value:
    return value[: _MAX_DETAIL - 1] + "…" if isinstance(value, str) and len(value) > _MAX_DETAIL else value
