"""The shifts of one layer: who has which turn, from when to when. Pure.

Shift k starts at the wall time `rotation_start + k * shift` and lasts until the next one starts, so that of an
unrestricted layer exactly one responder is on call at every instant from the rotation's start on. The incoming person
takes over at the first occurrence of a wall time that happens twice; a shift that is skipped by the clocks is nobody's,
and the turn after it is as if it had been.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from pulse.oncall.schedule import WEEKDAYS, Layer, Responder, Restriction
from pulse.wall_clock import begins_at, ends_at, wall_time

_DAY = timedelta(days=1)


class Shift(NamedTuple):
    """A turn in [start, end), or a part of it that the layer's restrictions leave. `number` counts turns from 0."""

    layer: Layer
    number: int
    start: datetime
    end: datetime

    @property
    def responder(self) -> Responder:
        """Whose turn it is."""
        return self.layer.responders[self.number % len(self.layer.responders)]


def shifts_of(layer: Layer, zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[Shift]:
    """The layer's shifts that touch [start, end), whole, in order. Its restrictions are taken into account."""
    turns = list(_turns(layer, zone, start, end))
    if not layer.restrictions or not turns:
        yield from turns
        return
    # A turn may be cut by several windows and a window by several turns.
    windows = _windows(layer.restrictions, zone, turns[0].start, turns[-1].end)
    window = next(windows, None)
    for turn in turns:
        while window is not None and window[1] <= turn.start:
            window = next(windows, None)
        while window is not None and window[0] < turn.end:
            cut = turn._replace(start=max(turn.start, window[0]), end=min(turn.end, window[1]))
            if cut.start < end and cut.end > start:
                yield cut
            if window[1] > turn.end:
                break
            window = next(windows, None)


def _turns(layer: Layer, zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[Shift]:
    number = max(_turn_at(layer, zone, start), 0)
    begins = _turn_start(layer, zone, number)
    while begins < end:
        finishes = _turn_start(layer, zone, number + 1)
        if begins < finishes:
            yield Shift(layer, number, begins, finishes)
        number, begins = number + 1, finishes


def _turn_at(layer: Layer, zone: ZoneInfo, instant: datetime) -> int:
    number = (wall_time(instant, zone) - layer.rotation_start) // layer.shift
    # In an hour that happens twice the clocks show less than has gone by: the last turn that has begun counts.
    while _turn_start(layer, zone, number + 1) <= instant:
        number += 1
    while _turn_start(layer, zone, number) > instant:
        number -= 1
    return number


def _turn_start(layer: Layer, zone: ZoneInfo, number: int) -> datetime:
    return begins_at(layer.rotation_start + number * layer.shift, zone)


def _windows(
    restrictions: tuple[Restriction, ...], zone: ZoneInfo, start: datetime, end: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """What the restrictions leave around [start, end): windows in order that neither overlap nor touch."""
    begins = finishes = datetime.min.replace(tzinfo=UTC)
    for opens, closes in _single_windows(restrictions, zone, start, end):
        if opens > finishes:
            if finishes > begins:
                yield begins, finishes
            begins, finishes = opens, closes
        else:
            finishes = max(finishes, closes)
    if finishes > begins:
        yield begins, finishes


def _single_windows(
    restrictions: tuple[Restriction, ...], zone: ZoneInfo, start: datetime, end: datetime
) -> Iterator[tuple[datetime, datetime]]:
    day = wall_time(start, zone).date() - 2 * _DAY  # a window of the day before may reach into the range
    last = wall_time(end, zone).date()
    while day <= last:
        todays = []
        for restriction in restrictions:
            if not restriction.weekdays or WEEKDAYS[day.weekday()] in restriction.weekdays:
                closing_day = day if restriction.end > restriction.start else day + _DAY
                opens = begins_at(datetime.combine(day, restriction.start), zone)
                closes = ends_at(datetime.combine(closing_day, restriction.end), zone)
                if opens < closes:
                    todays.append((opens, closes))
        yield from sorted(todays)
        day += _DAY
