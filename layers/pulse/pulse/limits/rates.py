"""Rates: so many requests in so many seconds, counted in windows of the clock and smoothed over their edges.

The last window still counts for the part of it that lies less than a window back: 15 s into a minute, three quarters
of the requests of the minute before. So nobody gets twice the rate by asking just before and just after the turn of
the minute, and it takes two numbers per subject.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_LIST: Final = re.compile(r"[1-9][0-9]{0,8}:[1-9][0-9]{0,5}(,[1-9][0-9]{0,8}:[1-9][0-9]{0,5})*")


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `count` requests in `seconds`; both are at least 1."""

    count: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Window:
    """Where an instant lies: when its window began, and how many of its microseconds are over."""

    start: datetime
    elapsed: int
    length: int

    @property
    def ends_in(self) -> timedelta:
        """Time until the next window."""
        return (self.length - self.elapsed) * _MICROSECOND


def parse_rates(text: str) -> tuple[Rate, ...]:
    """Rates written as `count:seconds`, several of them with commas: `1000:1,600000:3600`. Raises ValueError."""
    if not _LIST.fullmatch(text):
        message = f"{text!r} is no list of count:seconds, such as 100:60"
        raise ValueError(message)
    pairs = (pair.split(":") for pair in text.split(","))
    return tuple(Rate(count=int(count), seconds=int(seconds)) for count, seconds in pairs)


def format_rates(rates: Sequence[Rate]) -> str:
    """The text that `parse_rates` reads."""
    return ",".join(f"{rate.count}:{rate.seconds}" for rate in rates)


def window_at(rate: Rate, now: datetime) -> Window:
    """The window of a rate that an instant lies in; the first one began in 1970."""
    length = rate.seconds * 1_000_000
    microseconds = (now - _EPOCH) // _MICROSECOND
    elapsed = microseconds % length
    return Window(start=_EPOCH + (microseconds - elapsed) * _MICROSECOND, elapsed=elapsed, length=length)


def room(rate: Rate, *, previous: int, now: datetime) -> int:
    """How many requests the window of `now` may hold by then, after `previous` requests in the window before."""
    window = window_at(rate, now)
    carried = previous * (window.length - window.elapsed) // window.length
    return max(0, rate.count - carried)


def retry_after(rate: Rate, *, previous: int, current: int, now: datetime, amount: int = 1) -> int:
    """In how many whole seconds there is room for one more, or for `amount` at once, if nobody asks until then.

    `current` requests were admitted in the window of `now` and `previous` in the one before. The amount is at most the
    rate's count.
    """
    window = window_at(rate, now)
    if current + amount <= rate.count:
        wait = _fades_at(previous, rate.count - current - amount + 1, window.length) - window.elapsed
    else:
        wait = window.length - window.elapsed + _fades_at(current, rate.count - amount + 1, window.length)
    return max(1, -(-wait // 1_000_000))


def _fades_at(previous: int, allowed: int, length: int) -> int:
    """The microsecond of a window from which less than `allowed` of the window before still counts."""
    return max(0, length * (previous - allowed) // previous + 1) if previous >= allowed else 0
