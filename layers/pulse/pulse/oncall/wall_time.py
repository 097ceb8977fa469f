"""From wall-clock times to instants. Everything about clocks that are put forward or back stands here.

Twice a year in many zones a wall time happens twice (the clock is put back) or not at all (it is put forward). What
starts at a time that happens twice starts at the first, what ends at one ends at the last; a time that is skipped is
the first instant after the jump. So nothing is lost and nothing gapes.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

_SECOND = timedelta(seconds=1)


def start_instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """When something starts that starts at this wall time (without an offset): UTC."""
    return _instant(wall, zone, 0)


def end_instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """When something ends that ends at this wall time (without an offset): UTC."""
    return _instant(wall, zone, 1)


def wall_time(instant: datetime, zone: ZoneInfo) -> datetime:
    """What clocks show in the zone, without an offset."""
    return instant.astimezone(zone).replace(tzinfo=None)


@lru_cache(maxsize=20_000)
def _instant(wall: datetime, zone: ZoneInfo, fold: int) -> datetime:
    instant = wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)
    if wall_time(instant, zone) == wall:
        return instant
    return _first_after_jump(wall, zone)


def _first_after_jump(wall: datetime, zone: ZoneInfo) -> datetime:
    # Reckoned with the offset after the jump the time lies before it, with the offset before the jump after it.
    before = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    after = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    offset_before = before.astimezone(zone).utcoffset()
    while after - before > _SECOND:
        middle = before + timedelta(seconds=(after - before) // _SECOND // 2)
        if middle.astimezone(zone).utcoffset() == offset_before:
            before = middle
        else:
            after = middle
    return after
