"""What time a caller asks about, and how it is cut into buckets. Pure."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from pulse.errors import FieldError, InvalidInputError

MAX_POINTS: Final = 1500
MAX_BUCKET: Final = timedelta(days=30)
# Where the database's time_bucket starts to count: a Monday. Buckets that divide a day start at midnight.
ORIGIN: Final = datetime(2000, 1, 3, tzinfo=UTC)
_ENOUGH_POINTS: Final = 200
_USUAL_BUCKETS: Final = tuple(
    timedelta(seconds=seconds) for seconds in (1, 10, 60, 300, 900, 3600, 21_600, 86_400, 604_800)
)


class HistoryRange(StrEnum):
    """How far back a history goes, up to now."""

    HOUR = "1h"
    SIX_HOURS = "6h"
    DAY = "24h"
    WEEK = "7d"
    MONTH = "30d"


class _Resolution(NamedTuple):
    span: timedelta
    bucket: timedelta


_RESOLUTIONS: Final = {
    HistoryRange.HOUR: _Resolution(timedelta(hours=1), timedelta(minutes=1)),
    HistoryRange.SIX_HOURS: _Resolution(timedelta(hours=6), timedelta(minutes=5)),
    HistoryRange.DAY: _Resolution(timedelta(hours=24), timedelta(minutes=15)),
    HistoryRange.WEEK: _Resolution(timedelta(days=7), timedelta(hours=1)),
    HistoryRange.MONTH: _Resolution(timedelta(days=30), timedelta(hours=6)),
}
DEFAULT_RANGE: Final = HistoryRange.DAY


class Period(NamedTuple):
    """What a caller asks for: a range up to now, or a start and an end; a bucket's length, or a fitting one."""

    range: HistoryRange | None = None
    start: datetime | None = None
    end: datetime | None = None
    bucket: timedelta | None = None


class Buckets(NamedTuple):
    """Whole buckets from `start` on; the last one may be cut off by `end`, which is not part of it."""

    start: datetime
    end: datetime
    bucket: timedelta


def choose_span(period: Period, now: datetime) -> tuple[datetime, datetime]:
    """Start and end of a period: without any choice the last 24 hours. Raises InvalidInputError."""
    if period.range is not None and (period.start is not None or period.end is not None):
        reason = "can't be given together with start or end"
        raise InvalidInputError(f"range {reason}", errors=(FieldError("range", reason),))
    end = period.end or now
    start = period.start or end - _RESOLUTIONS[period.range or DEFAULT_RANGE].span
    if start >= end:
        reason = "must be before end"
        raise InvalidInputError(f"start {reason}", errors=(FieldError("start", reason),))
    return start, end


def cut(period: Period, now: datetime) -> Buckets:
    """The buckets of a period, at most MAX_POINTS. Raises InvalidInputError."""
    start, end = choose_span(period, now)
    bucket = period.bucket or _fitting_bucket(period, end - start)
    start = floor_to_bucket(start, bucket)
    if (points := -((start - end) // bucket)) > MAX_POINTS:
        reason = f"gives {points} points, more than {MAX_POINTS}; take longer buckets or a shorter time"
        raise InvalidInputError(f"bucket_seconds {reason}", errors=(FieldError("bucket_seconds", reason),))
    return Buckets(start, end, bucket)


def floor_to_bucket(instant: datetime, bucket: timedelta) -> datetime:
    """Start of the bucket that an instant lies in."""
    return ORIGIN + (instant - ORIGIN) // bucket * bucket


def _fitting_bucket(period: Period, span: timedelta) -> timedelta:
    if period.start is None and period.end is None:
        return _RESOLUTIONS[period.range or DEFAULT_RANGE].bucket
    return next((bucket for bucket in _USUAL_BUCKETS if span / bucket <= _ENOUGH_POINTS), MAX_BUCKET)
