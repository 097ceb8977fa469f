"""How long a device was up, from its changes of status. Pure.

Up is ONLINE; down is STALE and OFFLINE, for as long as there is an alert for silence. Unknown is the time before a
device was first heard of, and the time that it was out of service.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from pulse.devices.state import DeviceStatus


class UptimeRange(StrEnum):
    """How far back from now."""

    DAY = "24h"
    WEEK = "7d"
    MONTH = "30d"


LENGTHS: Final = {
    UptimeRange.DAY: timedelta(hours=24),
    UptimeRange.WEEK: timedelta(days=7),
    UptimeRange.MONTH: timedelta(days=30),
}


class Moment(NamedTuple):
    """What a device is from a time on: its status, or whether it is in service."""

    time: datetime
    status: DeviceStatus | None = None
    in_service: bool | None = None


class Uptime(NamedTuple):
    """Up, down and unknown make the whole period."""

    up: timedelta = timedelta()
    down: timedelta = timedelta()
    unknown: timedelta = timedelta()

    @property
    def percent(self) -> float | None:
        """Share of the known time that it was up; None when nothing is known."""
        known = self.up + self.down
        return 100 * (self.up / known) if known else None

    def plus(self, other: "Uptime") -> "Uptime":
        """Both together."""
        return Uptime(self.up + other.up, self.down + other.down, self.unknown + other.unknown)


def measure_uptime(
    moments: Iterable[Moment],
    *,
    status: DeviceStatus = DeviceStatus.PENDING,
    in_service: bool = True,
    start: datetime,
    end: datetime,
) -> Uptime:
    """The time between `start` and `end`, told apart.

    `status` and `in_service` are what the device was before the first moment. Moments may come in any order and lie
    outside of the period; of several at one time the last one given holds.
    """
    total = Uptime()
    since = start
    for moment in sorted(moments, key=lambda moment: moment.time):
        until = min(max(moment.time, start), end)
        total = total.plus(_spent(status, in_service, until - since))
        since = until
        status = status if moment.status is None else moment.status
        in_service = in_service if moment.in_service is None else moment.in_service
    return total.plus(_spent(status, in_service, end - since))


def add_up(uptimes: Sequence[Uptime]) -> Uptime:
    """All of them together."""
    total = Uptime()
    for uptime in uptimes:
        total = total.plus(uptime)
    return total


def _spent(status: DeviceStatus, in_service: bool, time: timedelta) -> Uptime:
    if not in_service or status is DeviceStatus.PENDING:
        return Uptime(unknown=time)
    return Uptime(up=time) if status is DeviceStatus.ONLINE else Uptime(down=time)
