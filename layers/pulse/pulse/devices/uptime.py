"""How long a device was up, from its changes of status. Pure.

Up is ONLINE; down is STALE and OFFLINE, for as long as there is an alert for silence. Unknown is the time before a
device was first heard of, and the time that it was out of service.
"""

from collections.abc import Iterable, Iterator, Sequence
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

    @property
    def known_percent(self) -> float:
        """Share of the period of which anything is known; 0 of no time."""
        whole = self.up + self.down + self.unknown
        return 100 * ((self.up + self.down) / whole) if whole else 0.0

    def plus(self, other: "Uptime") -> "Uptime":
        """Both together."""
        return Uptime(self.up + other.up, self.down + other.down, self.unknown + other.unknown)


class Span(NamedTuple):
    """A time in which a device was up (True), down (False) or unknown (None)."""

    start: datetime
    end: datetime
    is_up: bool | None


def spans_of(
    moments: Iterable[Moment],
    *,
    status: DeviceStatus = DeviceStatus.PENDING,
    in_service: bool = True,
    start: datetime,
    end: datetime,
) -> Iterator[Span]:
    """The time between `start` and `end` in pieces that follow each other; parameters as for `measure_uptime`."""
    since = start
    for moment in sorted(moments, key=lambda moment: moment.time):
        until = min(max(moment.time, start), end)
        if until > since:
            yield Span(since, until, _is_up(status, in_service))
        since = until
        status = status if moment.status is None else moment.status
        in_service = in_service if moment.in_service is None else moment.in_service
    if end > since:
        yield Span(since, end, _is_up(status, in_service))


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
    spans = spans_of(moments, status=status, in_service=in_service, start=start, end=end)
    return add_up([_spent(span) for span in spans])


def add_up(uptimes: Sequence[Uptime]) -> Uptime:
    """All of them together."""
    total = Uptime()
    for uptime in uptimes:
        total = total.plus(uptime)
    return total


def _is_up(status: DeviceStatus, in_service: bool) -> bool | None:
    return status is DeviceStatus.ONLINE if in_service and status is not DeviceStatus.PENDING else None


def _spent(span: Span) -> Uptime:
    time = span.end - span.start
    match span.is_up:
        case None:
            return Uptime(unknown=time)
        case True:
            return Uptime(up=time)
        case False:
            return Uptime(down=time)
