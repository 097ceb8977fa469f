"""Wall-clock times of a zone as instants: the one place that knows what happens when clocks change. Pure.

A wall-clock time that comes twice is its first instant as a beginning and its second as an end. One that is skipped is
the first instant after the jump.
"""

from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, StringConstraints


@cache
def _zone_names() -> frozenset[str]:
    return frozenset(available_timezones())


def _known_zone(name: str) -> str:
    if name not in _zone_names():
        message = "must be an IANA time zone, such as Europe/Amsterdam"
        raise ValueError(message)
    return name


TimeZone = Annotated[str, StringConstraints(min_length=1, max_length=64), AfterValidator(_known_zone)]
"""A time zone by its IANA name."""


def wall_time(instant: datetime, zone: ZoneInfo) -> datetime:
    """What a clock on the wall shows at an instant, without a zone."""
    return instant.astimezone(zone).replace(tzinfo=None)


def begins_at(wall: datetime, zone: ZoneInfo) -> datetime:
    """The instant at which something begins that is to begin at this time by the clock on the wall."""
    return _instant(wall, zone, 0)


def ends_at(wall: datetime, zone: ZoneInfo) -> datetime:
    """The instant at which something ends that is to end at this time by the clock on the wall."""
    return _instant(wall, zone, 1)


@lru_cache(maxsize=20_000)
def _instant(wall: datetime, zone: ZoneInfo, fold: int) -> datetime:
    instant = wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)
    return instant if wall_time(instant, zone) == wall else _jump_over(wall, zone)


def _jump_over(wall: datetime, zone: ZoneInfo) -> datetime:
    """The first instant after the jump that skips a wall-clock time, found by halving: zones don't tell."""
    # Read with the offset after the jump, the time is before it; with the offset before the jump, after it.
    before = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    after = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        if wall_time(middle, zone) < wall:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)
