"""How long devices were available, with maintenance taken out of both sides. Pure.

Up, down, maintenance and unknown make the whole period. Unknown is the time before a device was first heard of, and
that out of service; maintenance is what a window has covered of the rest.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from pulse.devices.uptime import Span


class Interval(NamedTuple):
    """From `start` until right before `end`."""

    start: datetime
    end: datetime


class Availability(NamedTuple):
    """How long devices were up, down, in maintenance, and unknown."""

    up: timedelta = timedelta()
    down: timedelta = timedelta()
    maintenance: timedelta = timedelta()
    unknown: timedelta = timedelta()

    @property
    def percent(self) -> float | None:
        """Share of the time that counts in which they were up; None when none counts."""
        counted = self.up + self.down
        return 100 * (self.up / counted) if counted else None

    @property
    def known_percent(self) -> float | None:
        """Share of the whole time of which anything is known; None of no time."""
        whole = self.up + self.down + self.maintenance + self.unknown
        return 100 * ((whole - self.unknown) / whole) if whole else None

    @property
    def excluded(self) -> timedelta:
        """The time that does not count."""
        return self.maintenance + self.unknown

    def plus(self, other: "Availability") -> "Availability":
        """Both together."""
        return Availability(*(one + another for one, another in zip(self, other, strict=True)))


def measure(spans: Iterable[Span], maintenance: Iterable[Interval]) -> Availability:
    """What a device's spans come to; windows may overlap and lie outside of them."""
    windows = _merged(maintenance)
    total = Availability()
    for span in spans:
        length = span.end - span.start
        covered = sum((_overlap(span, window) for window in windows), timedelta())
        match span.is_up:
            case None:
                total = total.plus(Availability(unknown=length))
            case True:
                total = total.plus(Availability(up=length - covered, maintenance=covered))
            case False:
                total = total.plus(Availability(down=length - covered, maintenance=covered))
    return total


def total_length(intervals: Iterable[Interval], period: Interval) -> timedelta:
    """How much of a period some intervals cover."""
    return sum(
        (
            max(timedelta(), min(window.end, period.end) - max(window.start, period.start))
            for window in _merged(intervals)
        ),
        timedelta(),
    )


def _merged(intervals: Iterable[Interval]) -> Sequence[Interval]:
    merged: list[Interval] = []
    for interval in sorted(intervals):
        if merged and interval.start <= merged[-1].end:
            merged[-1] = Interval(merged[-1].start, max(merged[-1].end, interval.end))
        elif interval.start < interval.end:
            merged.append(interval)
    return merged


def _overlap(span: Span, window: Interval) -> timedelta:
    return max(timedelta(), min(span.end, window.end) - max(span.start, window.start))
