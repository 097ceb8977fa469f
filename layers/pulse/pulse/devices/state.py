"""A device's state: status from stored deadlines, newest values. Pure; times are the platform's time of receipt.

Any authenticated message is a sign of life. A device that was never heard of is PENDING and has no deadline.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from pulse.clock import format_instant
from pulse.devices.registry import DeviceKey, RegisteredDevice
from pulse.telemetry.message import Message, MessageType, MetricValue


class DeviceStatus(StrEnum):
    """PENDING: never heard of; STALE: two expected intervals silent; OFFLINE: five (both by device type)."""

    PENDING = "PENDING"
    ONLINE = "ONLINE"
    STALE = "STALE"
    OFFLINE = "OFFLINE"


class DeviceState(NamedTuple):
    """One row of `device_state`. `last_metrics` is {metric: {"value", "time"}} with fixed-width UTC instants."""

    tenant_id: str
    device_id: str
    status: DeviceStatus
    status_changed_at: datetime
    last_seen_at: datetime | None
    last_telemetry_at: datetime | None
    last_metrics: dict[str, dict[str, Any]]
    stale_at: datetime | None
    offline_at: datetime | None

    @property
    def key(self) -> DeviceKey:
        """What identifies the device."""
        return (self.tenant_id, self.device_id)


class Observation(NamedTuple):
    """What a batch of messages tells of one device, order within the batch notwithstanding."""

    seen_at: datetime
    telemetry_at: datetime | None
    metrics: Mapping[str, tuple[MetricValue, datetime]]


class Transition(NamedTuple):
    """A change of status at a time."""

    tenant_id: str
    device_id: str
    from_status: DeviceStatus
    to_status: DeviceStatus
    time: datetime


def summarize(messages: Iterable[Message]) -> dict[DeviceKey, Observation]:
    """Fold accepted messages into one observation for each device; the newest value of each metric wins."""
    observations: dict[DeviceKey, Observation] = {}
    newest: dict[DeviceKey, dict[str, tuple[MetricValue, datetime]]] = {}
    for message in messages:
        key = (message.tenant_id, message.device_id)
        values = newest.setdefault(key, {})
        telemetry_at = None
        for reading in message.readings:
            if message.msg_type is MessageType.TELEMETRY or reading.metrics:
                telemetry_at = _later(telemetry_at, reading.time)
            for metric, value in reading.metrics.items():
                if metric not in values or reading.time >= values[metric][1]:
                    values[metric] = (value, reading.time)
        known = observations.get(key)
        observations[key] = Observation(
            seen_at=max(known.seen_at, message.received_at) if known else message.received_at,
            telemetry_at=_later(known.telemetry_at, telemetry_at) if known else telemetry_at,
            metrics=values,
        )
    return observations


def observe(
    state: DeviceState, observation: Observation, device: RegisteredDevice
) -> tuple[DeviceState, Transition | None]:
    """The state after an observation. Nothing goes backwards: older receipts and older values change nothing."""
    metrics = dict(state.last_metrics)
    for metric, (value, time) in observation.metrics.items():
        stamp = format_instant(time)
        if metric not in metrics or stamp >= metrics[metric]["time"]:
            metrics[metric] = {"value": value, "time": stamp}
    state = state._replace(
        last_metrics=metrics, last_telemetry_at=_later(state.last_telemetry_at, observation.telemetry_at)
    )
    if state.last_seen_at is not None and observation.seen_at <= state.last_seen_at:
        return state, None

    interval = timedelta(seconds=device.expected_interval_seconds)
    state = state._replace(
        last_seen_at=observation.seen_at,
        stale_at=observation.seen_at + interval * device.stale_factor,
        offline_at=observation.seen_at + interval * device.offline_factor,
    )
    if state.status is DeviceStatus.ONLINE:
        return state, None
    transition = Transition(*state.key, state.status, DeviceStatus.ONLINE, observation.seen_at)
    return state._replace(status=DeviceStatus.ONLINE, status_changed_at=observation.seen_at), transition


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    if one is None or other is None:
        return one or other
    return max(one, other)
