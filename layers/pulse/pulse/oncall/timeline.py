"""From a schedule and a range to intervals: who is on call, and why. Pure, and the one answer for everybody who asks.

At each instant the layer with the lowest priority number that has somebody is the one that counts. Overrides beat
layers; where several are in force, those that started later have the last word.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain, pairwise
from typing import NamedTuple

from pulse.oncall.schedule import Override, OverrideKind, Responder, Schedule
from pulse.oncall.shifts import Shift, shifts_of


class Assignment(NamedTuple):
    """Somebody on call, and why: by a shift of a layer or by an override."""

    responder: Responder
    cause: Shift | Override


class Interval(NamedTuple):
    """Nobody comes and nobody goes in [start, end). Whoever counts first comes first; nobody is on call if empty."""

    start: datetime
    end: datetime
    on_call: tuple[Assignment, ...]

    @property
    def emails(self) -> frozenset[str]:
        """Who is on call, whatever the reason."""
        return frozenset(assignment.responder.email for assignment in self.on_call)


class Duty(NamedTuple):
    """One assignment from its start to its end, or to those of the range that was asked for."""

    start: datetime
    end: datetime
    assignment: Assignment


def timeline(schedule: Schedule, start: datetime, end: datetime) -> list[Interval]:
    """Who is on call in [start, end): intervals in order, without gaps between them, each as long as it can be."""
    layers = [list(shifts_of(layer, schedule.zone, start, end)) for layer in schedule.layers]
    overrides = sorted(
        (override for override in schedule.overrides if override.starts_at < end and override.ends_at > start),
        key=lambda override: override.starts_at,
    )
    cuts = {start, end}
    for shifts in layers:
        for shift in shifts:
            cuts.update((shift.start, shift.end))
    for override in overrides:
        cuts.update((override.starts_at, override.ends_at))
    instants = sorted(instant for instant in cuts if start <= instant <= end)

    intervals: list[Interval] = []
    places = [0] * len(layers)
    for begins, finishes in pairwise(instants):
        in_force = [override for override in overrides if override.starts_at <= begins < override.ends_at]
        on_call = _decide(_shifts_at(begins, layers, places), in_force)
        if intervals and intervals[-1].on_call == on_call:
            intervals[-1] = intervals[-1]._replace(end=finishes)
        else:
            intervals.append(Interval(begins, finishes, on_call))
    return intervals


def duties(intervals: Iterable[Interval]) -> list[Duty]:
    """The assignments of a timeline in the order of their starts, each in one piece for as long as it lasts."""
    running: dict[Assignment, Duty] = {}
    finished: list[Duty] = []
    for interval in intervals:
        ended = set(running).difference(interval.on_call)
        finished += [running.pop(assignment) for assignment in ended]
        for assignment in interval.on_call:
            duty = running.get(assignment, Duty(interval.start, interval.end, assignment))
            running[assignment] = duty._replace(end=interval.end)
    return sorted([*finished, *running.values()], key=lambda duty: (duty.start, duty.assignment.responder.email))


def explain(assignment: Assignment) -> str:
    """Why somebody is on call, in a sentence."""
    match assignment.cause:
        case Shift(layer=layer, number=number):
            place = number % len(layer.responders) + 1
            return (
                f"turn {number + 1} of layer {layer.name} (priority {layer.priority}), whose responder "
                f"{place} of {len(layer.responders)} is {assignment.responder.name}"
            )
        case Override(kind=kind, reason=reason):
            what = "in place of whoever the layers name" if kind is OverrideKind.REPLACE else "in addition"
            return f"an override puts {assignment.responder.name} on call {what}{f': {reason}' if reason else ''}"


def _shifts_at(instant: datetime, layers: Sequence[Sequence[Shift]], places: list[int]) -> Iterator[Shift]:
    """Each layer's shift at an instant, in their order; `places` remembers how far earlier instants have led."""
    for index, shifts in enumerate(layers):
        while places[index] < len(shifts) and shifts[places[index]].end <= instant:
            places[index] += 1
        if places[index] < len(shifts) and shifts[places[index]].start <= instant:
            yield shifts[places[index]]


def _decide(shifts: Iterator[Shift], overrides: Sequence[Override]) -> tuple[Assignment, ...]:
    """Who is on call; `overrides` are those in force, by their start."""
    replacing: list[Override] = []
    added: dict[str, Override] = {}
    removed: set[str] = set()
    for override in overrides:
        email = override.responder.email
        match override.kind:
            case OverrideKind.REPLACE:
                replacing.append(override)
                removed.discard(email)
            case OverrideKind.ADD:
                added[email] = override
                removed.discard(email)
            case OverrideKind.REMOVE:
                removed.add(email)
                added.pop(email, None)
    candidates: Iterator[Shift | Override] = chain(reversed(replacing), shifts)
    named = (Assignment(candidate.responder, candidate) for candidate in candidates)
    first = next((assignment for assignment in named if assignment.responder.email not in removed), None)
    beside = (
        Assignment(override.responder, override)
        for email, override in added.items()
        if first is None or email != first.responder.email
    )
    return (*((first,) if first else ()), *beside)
