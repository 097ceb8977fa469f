"""When a digest is due, and what time it is about. Pure.

Periods end at an hour of the clock on the wall, each day or on one weekday, and follow each other without a gap: a day
has 23 or 25 hours when clocks change.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from pulse.oncall.schedule import WEEKDAYS, Weekday
from pulse.wall_clock import begins_at, wall_time

_A_DAY: Final = timedelta(days=1)


class Cadence(StrEnum):
    """How often there is a digest."""

    DAILY = "DAILY"
    WEEKLY = "WEEKLY"

    @property
    def length(self) -> timedelta:
        """How long a period is by the clock on the wall."""
        return _A_DAY if self is Cadence.DAILY else timedelta(weeks=1)


class Period(NamedTuple):
    """What a digest is about: its start is part of it, its end is not."""

    start: datetime
    end: datetime


class Plan(NamedTuple):
    """When periods end; `weekday` counts when they are weeks."""

    cadence: Cadence
    weekday: Weekday
    hour: int
    zone: ZoneInfo

    def period_before(self, now: datetime) -> Period:
        """The newest period that is over."""
        ends = self._ends(wall_time(now, self.zone).date() + _A_DAY, -_A_DAY)
        end = next(instant for instant in ends if instant <= now)
        return Period(next(instant for instant in ends if instant < end), end)

    def next_end(self, now: datetime) -> datetime:
        """When the current period ends."""
        ends = self._ends(wall_time(now, self.zone).date() - _A_DAY, _A_DAY)
        return next(instant for instant in ends if instant > now)

    def period_until(self, now: datetime) -> Period:
        """A day or a week that is over right now, by the clock on the wall."""
        return Period(begins_at(wall_time(now, self.zone) - self.cadence.length, self.zone), now)

    def _ends(self, day: date, step: timedelta) -> Iterator[datetime]:
        while True:
            if self.cadence is Cadence.DAILY or WEEKDAYS[day.weekday()] is self.weekday:
                yield begins_at(datetime.combine(day, time(self.hour)), self.zone)
            day += step
