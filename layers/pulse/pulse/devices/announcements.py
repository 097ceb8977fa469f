"""Events about the registry, written in the transaction of the change that they tell of."""

from collections.abc import Iterable, Mapping
from typing import Any

from pulse.events.outbox import Event

type Row = Mapping[str, Any]
"""A device's entry, with `device_id`, `site_id` and `device_type`."""


def devices_created(tenant_id: str, devices: Iterable[Row], *, by: str) -> list[Event]:
    """They were entered into the registry."""
    return [
        Event(
            tenant_id,
            "device.created",
            {
                "device_id": device["device_id"],
                "site_id": device["site_id"],
                "device_type": device["device_type"],
                "by": by,
            },
        )
        for device in devices
    ]


def devices_updated(tenant_id: str, devices: Iterable[tuple[Row, Iterable[str]]], *, by: str) -> list[Event]:
    """Fields of their entries were changed, each device with the names of its fields."""
    return [
        Event(
            tenant_id,
            "device.updated",
            {
                "device_id": device["device_id"],
                "site_id": device["site_id"],
                "device_type": device["device_type"],
                "fields": sorted(fields),
                "by": by,
            },
        )
        for device, fields in devices
    ]


def device_suspended(tenant_id: str, device_id: str, *, reason: str, by: str) -> Event:
    """It was put out of service for a while."""
    return Event(tenant_id, "device.suspended", {"device_id": device_id, "reason": reason, "by": by})


def device_resumed(tenant_id: str, device_id: str, *, reason: str, by: str) -> Event:
    """It was put back into service."""
    return Event(tenant_id, "device.resumed", {"device_id": device_id, "reason": reason, "by": by})


def device_decommissioned(tenant_id: str, device_id: str, *, reason: str, by: str) -> Event:
    """It was put out of service for good."""
    return Event(tenant_id, "device.decommissioned", {"device_id": device_id, "reason": reason, "by": by})


def device_deleted(tenant_id: str, device_id: str, *, by: str) -> Event:
    """It was taken out of the registry."""
    return Event(tenant_id, "device.deleted", {"device_id": device_id, "by": by})


def device_desired_changed(tenant_id: str, device_id: str, *, fields: Iterable[str], by: str) -> Event:
    """Something else is desired of it; the event names the parts of the state, which its shadow has."""
    return Event(tenant_id, "device.desired_changed", {"device_id": device_id, "fields": sorted(fields), "by": by})
