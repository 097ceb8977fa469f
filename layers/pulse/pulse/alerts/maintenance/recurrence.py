"""When something comes again: recurrence rules after RFC 5545, at the same wall-clock time whatever clocks do. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import islice, pairwise
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from dateutil.rrule import rrule, rrulestr

from pulse.wall_clock import begins_at, ends_at, wall_time

MAX_YEARS: Final = 10
_HORIZON: Final = relativedelta(years=MAX_YEARS)
_ALWAYS: Final = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", "BYMONTH"})
# Others with them would make rules that never fit, which a computer takes long to find out.
_KNOWN_PARTS: Final = {
    "DAILY": _ALWAYS,
    "WEEKLY": _ALWAYS,
    "MONTHLY": _ALWAYS | {"BYMONTHDAY", "BYSETPOS"},
    "YEARLY": _ALWAYS | {"BYMONTHDAY", "BYSETPOS", "BYYEARDAY", "BYWEEKNO"},
}
_COMPARED: Final = 100
_A_DAY: Final = timedelta(days=1)


class RecurrenceError(ValueError):
    """A recurrence that can't be followed; the message says what is wrong with it."""


class Occurrence(NamedTuple):
    """One time: from `starts_at` until right before `ends_at`."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Schedule:
    """A first time, and a rule by which it comes again for at most ten years; None for once.

    A time that was on at an instant of `ended_early` has ended there.
    """

    first: Occurrence
    zone: ZoneInfo
    recurrence: str | None = None
    ended_early: tuple[datetime, ...] = ()

    def occurrence_at(self, instant: datetime) -> Occurrence | None:
        """The time that an instant lies in."""
        latest = self._latest_begun(instant)
        return latest if latest is not None and instant < latest.ends_at else None

    def current_or_next(self, instant: datetime) -> Occurrence | None:
        """The time that is on, or else the next one."""
        return next(self.between(instant, datetime.max.replace(tzinfo=UTC)), None)

    def between(self, start: datetime, end: datetime) -> Iterator[Occurrence]:
        """The times that have some part in a period, in their order."""
        current = self.occurrence_at(start)
        if current is not None:
            yield current
        probe = wall_time(start, self.zone) - _A_DAY
        for wall in self._walls_after(probe):
            occurrence = self._occurrence(wall)
            if occurrence.starts_at >= end:
                return
            if occurrence.starts_at > start:
                yield occurrence

    def before(self, instant: datetime) -> list[Occurrence]:
        """The times that have begun before an instant, as far as they lie before it."""
        return [
            time._replace(ends_at=min(time.ends_at, instant))
            for time in self.between(self.first.starts_at, instant)
            if time.starts_at < instant
        ]

    def recurrence_before(self, instant: datetime) -> str | None:
        """The rule without the times that begin after an instant, at or before which the first one has begun."""
        latest = self._latest_begun(instant)
        if self.recurrence is None or latest is None:
            return self.recurrence
        parts = {name: value for name, value in _parts(self.recurrence).items() if name not in {"COUNT", "UNTIL"}}
        until = wall_time(latest.starts_at, self.zone).strftime("%Y%m%dT%H%M%S")
        return ";".join(f"{name}={value}" for name, value in {**parts, "UNTIL": until}.items())

    @property
    def last_ends_at(self) -> datetime:
        """When the last time ends."""
        if self.recurrence is None:
            return self._occurrence(self._first_wall).ends_at
        *_, last = self._rule
        return self._occurrence(last).ends_at

    def check(self) -> None:
        """Raise RecurrenceError unless the rule can be followed, begins with the first time and never overlaps."""
        if self.recurrence is None:
            return
        _check_parts(self.recurrence)
        try:
            walls = list(islice(self._rule, _COMPARED))
        except (ValueError, TypeError, OverflowError) as error:
            message = f"is not a recurrence rule after RFC 5545: {error}"
            raise RecurrenceError(message) from error
        if not walls or walls[0] != self._first_wall:
            message = "does not fit starts_at, which has to be the first time"
            raise RecurrenceError(message)
        if any(self._occurrence(one).ends_at > self._occurrence(next_).starts_at for one, next_ in pairwise(walls)):
            message = "comes again before it has ended; make it shorter or come less often"
            raise RecurrenceError(message)

    @property
    def _first_wall(self) -> datetime:
        return wall_time(self.first.starts_at, self.zone)

    @property
    def _rule(self) -> rrule:
        assert self.recurrence is not None
        return _parse(self.recurrence, self._first_wall, self.zone)

    def _latest_begun(self, instant: datetime) -> Occurrence | None:
        if self.recurrence is None:
            return self._occurrence(self._first_wall) if self.first.starts_at <= instant else None
        # Where clocks are set back, a later wall-clock time may be the earlier instant: look from a day ahead.
        wall = self._rule.before(wall_time(instant, self.zone) + _A_DAY, inc=True)
        while wall is not None:
            occurrence = self._occurrence(wall)
            if occurrence.starts_at <= instant:
                return occurrence
            wall = self._rule.before(wall)
        return None

    def _walls_after(self, wall: datetime) -> Iterator[datetime]:
        if self.recurrence is None:
            return iter((self._first_wall,) if self._first_wall > wall else ())
        return iter(self._rule.xafter(wall))

    def _occurrence(self, wall: datetime) -> Occurrence:
        planned = self._planned(wall)
        early = (end for end in self.ended_early if planned.starts_at <= end < planned.ends_at)
        return planned._replace(ends_at=min(early, default=planned.ends_at))

    def _planned(self, wall: datetime) -> Occurrence:
        if wall == self._first_wall:
            return self.first
        length = wall_time(self.first.ends_at, self.zone) - self._first_wall
        return Occurrence(begins_at(wall, self.zone), ends_at(wall + length, self.zone))


def _check_parts(recurrence: str) -> None:
    parts = _parts(recurrence)
    known = _KNOWN_PARTS.get(parts.get("FREQ", ""))
    if known is None:
        message = f"needs FREQ, one of {', '.join(_KNOWN_PARTS)}"
        raise RecurrenceError(message)
    unknown = sorted(parts.keys() - known)
    if unknown or not all(parts.values()):
        message = f"has {', '.join(unknown) or 'an empty part'}; {parts['FREQ']} goes with {', '.join(sorted(known))}"
        raise RecurrenceError(message)
    for name in ("INTERVAL", "COUNT"):
        if not re.fullmatch(r"[1-9][0-9]{0,3}", parts.get(name, "1")):
            message = f"needs {name} to be between 1 and 9999"
            raise RecurrenceError(message)


@lru_cache(maxsize=512)
def _parse(recurrence: str, first: datetime, zone: ZoneInfo) -> rrule:
    """The rule over wall-clock times; it remembers what it has counted out. Raises ValueError."""
    parts = _parts(recurrence)
    until, count = parts.pop("UNTIL", None), parts.pop("COUNT", None)
    rule = rrulestr(";".join(f"{name}={value}" for name, value in parts.items()), dtstart=first, cache=True)
    assert isinstance(rule, rrule)
    # With an end, for a rule that never fits would be looked for until the year 9999.
    horizon = first + _HORIZON
    rule = rule.replace(until=min(_wall_of(until, zone), horizon) if until else horizon)
    if count is not None:
        counted = list(islice(rule, int(count)))
        rule = rule.replace(until=counted[-1] if counted else first)
    return rule


def _parts(recurrence: str) -> dict[str, str]:
    return dict(part.partition("=")[::2] for part in recurrence.split(";"))


def _wall_of(until: str, zone: ZoneInfo) -> datetime:
    """The last wall-clock time of a rule: RFC 5545 has a day, a time of the clock on the wall, or one in UTC."""
    if len(until) == len("20260101"):
        return datetime.strptime(until, "%Y%m%d") + _A_DAY - timedelta(seconds=1)  # noqa: DTZ007 - a wall-clock time
    if until.endswith("Z"):
        return wall_time(datetime.strptime(until, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC), zone)
    return datetime.strptime(until, "%Y%m%dT%H%M%S")  # noqa: DTZ007 - a wall-clock time
