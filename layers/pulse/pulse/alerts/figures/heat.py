"""When in the week alerts open, by somebody's wall clock. Pure."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

# Every offset from UTC that is in use is a multiple of it, so that a quarter lies in one hour of every wall clock.
QUARTER: Final = timedelta(minutes=15)


class Cell(NamedTuple):
    """Alerts that opened on an ISO weekday (1 is Monday) in an hour of the day."""

    weekday: int
    hour: int
    opened: int


def start_of_days(now: datetime, days: int, zone: ZoneInfo) -> datetime:
    """Midnight by the wall clock before the first of so many days, of which today is the last."""
    today = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return (today - timedelta(days=days - 1)).astimezone(now.tzinfo)


def heat(quarters: Mapping[datetime, int], zone: ZoneInfo) -> list[Cell]:
    """All 168 cells of a week, from alerts by the quarter of an hour that they opened in."""
    opened: Counter[tuple[int, int]] = Counter()
    for quarter, alerts in quarters.items():
        local = quarter.astimezone(zone)
        opened[local.isoweekday(), local.hour] += alerts
    return [Cell(weekday, hour, opened[weekday, hour]) for weekday in range(1, 8) for hour in range(24)]
