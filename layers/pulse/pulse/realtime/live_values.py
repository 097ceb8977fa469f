"""From ingest to those who look at a device: its newest values, while somebody does.

A process asks every other second who is looked at. A fleet at which nobody looks costs that question and no more.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from pulse import clock
from pulse.clock import format_instant
from pulse.devices.registry import DeviceKey
from pulse.realtime.channels import LIVE_READING
from pulse.realtime.followers import watched_devices
from pulse.realtime.queue import offer
from pulse.settings import settings
from pulse.telemetry.message import Reading
from pulse.transient import TransientUnavailableError

_ASKED_EVERY: Final = timedelta(seconds=2)
_watched: set[DeviceKey] = set()
_asked_at: datetime | None = None


def offer_values(readings: Mapping[DeviceKey, Sequence[Reading]]) -> None:
    """Offer the newest value of each metric in the readings of devices that somebody looks at.

    Where no realtime queue is set, as in a benchmark, there is nobody to look.
    """
    if settings().realtime_queue_url is None:
        return
    watched = _watched_now()
    if not watched:
        return
    details = []
    for key in watched & readings.keys():
        in_order = sorted((reading for reading in readings[key] if reading.metrics), key=lambda reading: reading.time)
        if in_order:
            metrics = {name: value for reading in in_order for name, value in reading.metrics.items()}
            times = {name: format_instant(reading.time) for reading in in_order for name in reading.metrics}
            tenant_id, device_id = key
            details.append(
                {
                    "tenant_id": tenant_id,
                    "device_id": device_id,
                    "time": format_instant(clock.now()),
                    "reading_time": format_instant(in_order[-1].time),
                    "metrics": metrics,
                    "metric_times": times,
                }
            )
    if details:
        offer(LIVE_READING, details)


def forget_watched() -> None:
    """Ask anew. For tests."""
    global _asked_at, _watched
    _asked_at, _watched = None, set()


def _watched_now() -> set[DeviceKey]:
    global _asked_at, _watched
    now = clock.now()
    if _asked_at is None or now - _asked_at >= _ASKED_EVERY:
        _asked_at = now
        # While the table is away those are told on who were there: what is missed is not told again.
        with suppress(TransientUnavailableError):
            _watched = watched_devices()
    return _watched
