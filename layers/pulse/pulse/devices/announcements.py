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
