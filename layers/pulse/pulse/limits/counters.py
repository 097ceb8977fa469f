"""Counting requests in the table of short-lived state: one entry for each subject and window."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from pulse.limits.rates import Rate, room, window_at
from pulse.transient import Key, count_up, list_entries, read_entry

_MOST_REMEMBERED: Final = 10_000
# Usage is metered from the counts of tenants, and a meter that misses its turn reads the hour later.
_KEPT_AT_LEAST: Final = timedelta(hours=3)
# A window that is over does not change any more, so each process reads its count once.
_finished: dict[Key, int] = {}


@dataclass(frozen=True, slots=True)
class Count:
    """What was counted of a subject: requests admitted in this window and in the one before, and whether this was."""

    admitted: bool
    current: int
    previous: int


def count_request(limit: str, rate: Rate, subject: str, now: datetime, *, amount: int = 1) -> Count:
    """Count a request, or `amount` at once, if the rate has room for it. Raises TransientUnavailableError."""
    partition = _partition(limit, rate, subject)
    start = window_at(rate, now).start
    previous = _count_of_finished(_key(partition, start - timedelta(seconds=rate.seconds)))
    bound = room(rate, previous=previous, now=now)
    admitted, current = count_up(_key(partition, start), by=amount, most=bound, lifetime=_lifetime(rate))
    return Count(admitted=admitted, current=current, previous=previous)


def discount_request(limit: str, rate: Rate, subject: str, counted_at: datetime) -> None:
    """Take back one request that was counted at a time. Raises TransientUnavailableError."""
    key = _key(_partition(limit, rate, subject), window_at(rate, counted_at).start)
    count_up(key, by=-1, most=rate.count, lifetime=_lifetime(rate))


def admitted_since(limit: str, rates: Iterable[Rate], subject: str, since: datetime) -> dict[datetime, int]:
    """Requests of a subject that were admitted, by the start of the window, of windows since then that are still kept.

    Raises TransientUnavailableError.
    """
    return {
        start: count
        for rate in rates
        for sort, entry in list_entries(_partition(limit, rate, subject)).items()
        if (start := datetime.fromtimestamp(int(sort), UTC)) >= since and isinstance(count := entry.get("count"), int)
    }


def forget_counts() -> None:
    """Forget the counts of finished windows. For tests."""
    _finished.clear()


def _lifetime(rate: Rate) -> timedelta:
    return max(timedelta(seconds=2 * rate.seconds), _KEPT_AT_LEAST)


def _partition(limit: str, rate: Rate, subject: str) -> str:
    return f"RATE#{limit}#{rate.seconds}#{subject}"


def _key(partition: str, start: datetime) -> Key:
    return Key(partition, str(int(start.timestamp())))


def _count_of_finished(key: Key) -> int:
    if key not in _finished:
        if len(_finished) >= _MOST_REMEMBERED:
            _finished.clear()
        count = (read_entry(key) or {}).get("count", 0)
        assert isinstance(count, int)
        _finished[key] = count
    return _finished[key]
