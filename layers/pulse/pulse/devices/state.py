"""A device's state: status from stored deadlines, newest values. Pure; times are the platform's time of receipt.

Any authenticated message is a sign of life. A device that was never heard of is PENDING and has no deadline.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from operator import attrgetter
from typing import Any, Final, NamedTuple

from pulse.clock import format_instant, from_epoch_milliseconds
from pulse.devices.registry import DeviceKey, RegisteredDevice
from pulse.telemetry.buckets import Meter
from pulse.telemetry.message import MetricValue, Reading

# A device that makes up a new name for each reading must not make its state grow without end.
MOST_LAST_METRICS: Final = 256


class DeviceStatus(StrEnum):
    """PENDING: never heard of; STALE: two expected intervals silent; OFFLINE: five (both by device type)."""

    PENDING = "PENDING"
    ONLINE = "ONLINE"
    STALE = "STALE"
    OFFLINE = "OFFLINE"


class DeviceState(NamedTuple):
    """One row of `device_state`. `last_metrics` is {metric: {"value", "time"}} with fixed-width UTC instants, of the
    256 metrics with the newest values.

    `receipts` is what the device has sent lately, which its rate is measured by.
    """

    tenant_id: str
    device_id: str
    status: DeviceStatus
    status_changed_at: datetime
    last_seen_at: datetime | None
    last_telemetry_at: datetime | None
    last_metrics: dict[str, dict[str, Any]]
    stale_at: datetime | None
    offline_at: datetime | None
    receipts: Meter

    @property
    def key(self) -> DeviceKey:
        """What identifies the device."""
        return (self.tenant_id, self.device_id)


class Observation(NamedTuple):
    """What a batch tells of one device, order within the batch notwithstanding.

    Readings with metrics span the time from `telemetry_since` to `telemetry_at`, by the device's clock. Where that is
    ahead, `measured_at` says the newest reading's time of receipt.
    """

    seen_at: datetime
    telemetry_since: datetime | None
    telemetry_at: datetime | None
    measured_at: datetime | None
    metrics: Mapping[str, tuple[MetricValue, datetime]]


class Transition(NamedTuple):
    """A change of status at a time."""

    tenant_id: str
    device_id: str
    from_status: DeviceStatus
    to_status: DeviceStatus
    time: datetime


def summarize(accepted: Sequence[Reading]) -> Observation:
    """Fold accepted readings of one device, at least one; the newest value of each metric wins."""
    seen_at = from_epoch_milliseconds(max([reading.envelope.received_milliseconds for reading in accepted]))
    measured = [reading for reading in accepted if reading.metrics]
    if not measured:
        return Observation(seen_at, None, None, None, {})
    times = [reading.time for reading in measured]
    newest = measured[times.index(max(times))]
    metrics = {metric: (value, newest.time) for metric, value in newest.metrics.items()}
    # Nearly always the newest reading has every metric, so that nothing has to be put in order.
    if len(set().union(*[reading.metrics for reading in measured])) > len(metrics):
        for reading in sorted(measured, key=attrgetter("time"), reverse=True):
            for metric, value in reading.metrics.items():
                metrics.setdefault(metric, (value, reading.time))
    return Observation(
        seen_at=seen_at,
        telemetry_since=min(times),
        telemetry_at=newest.time,
        measured_at=_measured_at(newest, measured),
        metrics=metrics,
    )


def _measured_at(newest: Reading, measured: Sequence[Reading]) -> datetime:
    if newest.time <= newest.envelope.received_at:
        return newest.time
    return max(measured_at(reading) for reading in measured)


def measured_at(reading: Reading) -> datetime:
    """When a reading counts as taken: by the device's clock, unless that is ahead of ours."""
    return min(reading.time, reading.envelope.received_at)


def count_arrivals(new: Iterable[Reading]) -> dict[int, int]:
    """Messages by second of receipt, of readings that were not stored before."""
    messages = {reading.envelope.message_id: reading.envelope.received_milliseconds for reading in new}
    counts: dict[int, int] = {}
    for received_milliseconds in messages.values():
        second = received_milliseconds // 1000
        counts[second] = counts.get(second, 0) + 1
    return counts


def observe(
    state: DeviceState, observation: Observation, device: RegisteredDevice, receipts: Meter
) -> tuple[DeviceState, Transition | None]:
    """The state after an observation and with these receipts.

    Nothing goes backwards: what is older changes nothing, and no status begins before the one that it follows.

    A device out of service has no deadlines, and gets none by a message that was let in on its way out.
    """
    metrics = _newest(state.last_metrics, observation.metrics)
    telemetry_at = _later(state.last_telemetry_at, observation.measured_at)
    if state.last_seen_at is not None and observation.seen_at <= state.last_seen_at:
        return state._replace(last_metrics=metrics, last_telemetry_at=telemetry_at, receipts=receipts), None

    if state.status is not DeviceStatus.PENDING and state.stale_at is None:
        seen = state._replace(last_seen_at=observation.seen_at, last_metrics=metrics, last_telemetry_at=telemetry_at)
        return seen._replace(receipts=receipts), None

    interval = timedelta(seconds=device.expected_interval_seconds)
    came_back = state.status is not DeviceStatus.ONLINE
    # A message that was on its way for long is older than the silence that it refutes.
    back_at = max(observation.seen_at, state.status_changed_at)
    after = DeviceState(
        tenant_id=state.tenant_id,
        device_id=state.device_id,
        status=DeviceStatus.ONLINE,
        status_changed_at=back_at if came_back else state.status_changed_at,
        last_seen_at=observation.seen_at,
        last_telemetry_at=telemetry_at,
        last_metrics=metrics,
        stale_at=observation.seen_at + interval * device.stale_factor,
        offline_at=observation.seen_at + interval * device.offline_factor,
        receipts=receipts,
    )
    return after, Transition(*state.key, state.status, after.status, back_at) if came_back else None


def is_worth_noting(state: DeviceState, seen_at: datetime, device: RegisteredDevice) -> bool:
    """Whether a sign of life without a reading is worth writing the state anew.

    A device may ask for its commands each second. While it is ONLINE, it is enough to know when it was heard of to a
    tenth of its expected interval.
    """
    if state.status is not DeviceStatus.ONLINE or state.last_seen_at is None:
        return True
    return seen_at - state.last_seen_at >= timedelta(seconds=device.expected_interval_seconds) / 10


def _newest(
    known: Mapping[str, dict[str, Any]], observed: Mapping[str, tuple[MetricValue, datetime]]
) -> dict[str, dict[str, Any]]:
    metrics = dict(known)
    stamps: dict[datetime, str] = {}
    for metric, (value, time) in observed.items():
        stamp = stamps.get(time) or stamps.setdefault(time, format_instant(time))
        if metric not in metrics or stamp >= metrics[metric]["time"]:
            metrics[metric] = {"value": value, "time": stamp}
    if len(metrics) <= MOST_LAST_METRICS:
        return metrics
    # By name where times are equal: what is kept must not depend on the order of arrival.
    newest_first = sorted(metrics, key=lambda metric: (metrics[metric]["time"], metric), reverse=True)
    return {metric: metrics[metric] for metric in newest_first[:MOST_LAST_METRICS]}


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    if one is None or other is None:
        return one or other
    return max(one, other)
