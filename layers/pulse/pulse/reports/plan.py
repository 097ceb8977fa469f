"""When a report is due, and what time it is about. Pure.

Periods end at an hour of the clock on the wall: each day, on Mondays, on the first of the month. They follow each other
without a gap, so that a day has 23 or 25 hours when clocks change.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from pulse.reports.availability import Interval
from pulse.wall_clock import begins_at, wall_time

_A_DAY: Final = timedelta(days=1)


class ReportCadence(StrEnum):
    """How often there is a report."""

    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"

    def ends_on(self, day: date) -> bool:
        """Whether a period ends on that day."""
        match self:
            case ReportCadence.DAILY:
                return True
            case ReportCadence.WEEKLY:
                return day.weekday() == 0
            case ReportCadence.MONTHLY:
                return day.day == 1


class Plan(NamedTuple):
    """When periods end."""

    hour: int
    zone: ZoneInfo

    def period_before(self, cadence: ReportCadence, now: datetime) -> Interval:
        """The newest period that is over."""
        ends = self._ends(cadence, wall_time(now, self.zone).date() + _A_DAY, -_A_DAY)
        end = next(instant for instant in ends if instant <= now)
        return Interval(next(instant for instant in ends if instant < end), end)

    def next_end(self, cadence: ReportCadence, now: datetime) -> datetime:
        """When the current period ends."""
        ends = self._ends(cadence, wall_time(now, self.zone).date() - _A_DAY, _A_DAY)
        return next(instant for instant in ends if instant > now)

    def due_at(self, cadences: Iterable[ReportCadence], now: datetime) -> datetime | None:
        """When the next of several periods ends; None without any."""
        return min((self.next_end(cadence, now) for cadence in cadences), default=None)

    def _ends(self, cadence: ReportCadence, day: date, step: timedelta) -> Iterator[datetime]:
        while True:
            if cadence.ends_on(day):
                yield begins_at(datetime.combine(day, time(self.hour)), self.zone)
            day += step
