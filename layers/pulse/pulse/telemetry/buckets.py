"""Token buckets over times of receipt. Pure.

A bucket of the rate `count:seconds` holds `count` tokens and gets as many back in `seconds`; a message takes one.
Queues hand messages out late, out of order and more than once, so a bucket remembers its last seconds one by one: a
late message is judged by the seconds around it, as if it had come in time. Messages older than what is remembered are
judged among themselves, from a full bucket. Hence whoever keeps to the rate is never refused, whatever the order; and
whoever exceeds it gets the rate in the long run.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from math import floor
from typing import NamedTuple

from pulse.limits.rates import Rate, format_rates

REMEMBERED_SECONDS = 16
_ROUNDING = 1e-6


class Receipts(NamedTuple):
    """What was taken from a bucket: tokens missing at the beginning of the second `since`, then messages by second."""

    since: int
    missing: float
    counts: tuple[int, ...]

    def by_second(self) -> dict[int, int]:
        """Messages of the remembered seconds."""
        return {self.since + index: count for index, count in enumerate(self.counts) if count}


type Meter = Mapping[str, Receipts]
"""What was taken from the bucket of each rate, by the rate's text."""


def read_meter(stored: Mapping[str, list[float]] | None) -> Meter:
    """From the form that `store_meter` gives it."""
    return {
        text: Receipts(int(since), missing, tuple(map(int, counts)))
        for text, (since, missing, *counts) in (stored or {}).items()
    }


def store_meter(meter: Meter) -> dict[str, list[float]]:
    """As it is kept in the database."""
    return {text: [receipts.since, receipts.missing, *receipts.counts] for text, receipts in meter.items()}


def admit(rates: Iterable[Rate], meter: Meter, arrivals: Mapping[int, int]) -> Mapping[int, int]:
    """How many of the arrivals of each second every rate has room for."""
    admitted = arrivals
    for rate in rates:
        room = _room(rate, meter.get(_text(rate)), arrivals)
        if room is not arrivals:
            admitted = {second: min(count, room[second]) for second, count in admitted.items()}
    return admitted


def record(rates: Iterable[Rate], meter: Meter, arrivals: Mapping[int, int]) -> Meter:
    """The meter after further messages; those too far back to be remembered leave no trace."""
    if not arrivals:
        return meter
    return {_text(rate): _record(rate, meter.get(_text(rate)), arrivals) for rate in rates}


@cache
def _text(rate: Rate) -> str:
    return format_rates([rate])


def _room(rate: Rate, receipts: Receipts | None, arrivals: Mapping[int, int]) -> Mapping[int, int]:
    if receipts is None:
        receipts = _untouched(arrivals)
    if _is_calm(rate, receipts, arrivals):
        return arrivals
    late = {second: count for second, count in arrivals.items() if second < receipts.since}
    if not late:
        return _room_by_second(rate, receipts, arrivals)
    timely = {second: count for second, count in arrivals.items() if second >= receipts.since}
    return {**_room_by_second(rate, _untouched(late), late), **_room_by_second(rate, receipts, timely)}


def _untouched(arrivals: Mapping[int, int]) -> Receipts:
    """A full bucket in which the arrivals come first."""
    return Receipts(min(arrivals), 0.0, ())


def _is_calm(rate: Rate, receipts: Receipts, arrivals: Mapping[int, int]) -> bool:
    """Whether the bucket gains in every second what is taken in it, so that there is no need to count."""
    counts = receipts.counts or (0,)
    busiest = max(counts), max(arrivals.values())
    follows = min(arrivals) >= receipts.since + len(counts)
    taken = max(busiest) if follows else sum(busiest)
    return taken <= rate.count / rate.seconds and receipts.missing <= rate.count


def _room_by_second(rate: Rate, receipts: Receipts, arrivals: Mapping[int, int]) -> dict[int, int]:
    regained = rate.count / rate.seconds
    taken = receipts.by_second()
    seconds = sorted({*taken, *arrivals})
    # How far the bucket sinks after each second by what later seconds have taken already.
    sinks: dict[int, float] = {}
    sink, later = 0.0, seconds[-1]
    for second in reversed(seconds):
        if second != later:
            sink = max(0.0, sink + taken.get(later, 0) - regained * (later - second))
        sinks[second] = sink
        later = second

    room: dict[int, int] = {}
    since, missing = receipts.since, receipts.missing
    for second in seconds:
        missing = max(0.0, missing - regained * (second - since)) + taken.get(second, 0)
        since = second
        if second in arrivals:
            left = floor(rate.count - missing - sinks[second] + _ROUNDING)
            room[second] = max(0, min(arrivals[second], left))
            missing += room[second]
    return room


def _record(rate: Rate, receipts: Receipts | None, arrivals: Mapping[int, int]) -> Receipts:
    since, missing, counts = receipts or _untouched(arrivals)
    newest = max(max(arrivals), since + len(counts) - 1, since)
    start = max(since, newest - REMEMBERED_SECONDS + 1)
    forgotten = dict(enumerate(counts[: start - since], since))
    kept = [*counts[start - since :]]
    kept += [0] * (newest - start + 1 - len(kept))
    for second, count in arrivals.items():
        if second >= start:
            kept[second - start] += count
        elif second >= since:
            forgotten[second] = forgotten.get(second, 0) + count
    regained = rate.count / rate.seconds
    for second in sorted(forgotten):
        missing = max(0.0, missing - regained * (second - since)) + forgotten[second]
        since = second
    missing = max(0.0, missing - regained * (start - since))
    return Receipts(start, round(missing, 3), tuple(kept))
