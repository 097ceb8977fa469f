"""Asking a schedule: who is on call now, in the days to come, where are gaps, when is it my turn."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple, Self
from uuid import UUID

from pydantic import Field

from pulse import clock
from pulse.database import Connection, tenant_session
from pulse.identity.permissions import Permission
from pulse.identity.principal import Principal
from pulse.models import Model
from pulse.oncall import store
from pulse.oncall.report import CoverageReport, report_coverage
from pulse.oncall.schedule import Override, OverrideKind, Schedule
from pulse.oncall.schedules import known_row
from pulse.oncall.shifts import Shift, shifts_of
from pulse.oncall.timeline import Assignment, Interval, duties, explain, timeline

LOOK_AHEAD: Final = timedelta(days=60)
REPORT_LENGTH: Final = timedelta(weeks=8)


class Why(Model):
    """Why somebody is on call: by which turn of which layer, or by which override."""

    kind: Literal["layer", "override"]
    explanation: str = Field(description="In a sentence")
    layer_id: UUID | None = None
    layer_name: str | None = None
    turn: int | None = Field(None, description="Counts the layer's turns from 1")
    override_id: UUID | None = None
    override_kind: OverrideKind | None = None

    @classmethod
    def of(cls, assignment: Assignment) -> Self:
        """What the assignment comes from."""
        cause, explanation = assignment.cause, explain(assignment)
        if isinstance(cause, Override):
            return cls(
                kind="override", explanation=explanation, override_id=cause.override_id, override_kind=cause.kind
            )
        return cls(
            kind="layer",
            explanation=explanation,
            layer_id=cause.layer.layer_id,
            layer_name=cause.layer.name,
            turn=cause.number + 1,
        )


class PersonOnCall(Model):
    """Somebody who is on call."""

    name: str
    email: str
    channel_id: UUID | None
    why: Why

    @classmethod
    def of(cls, assignment: Assignment) -> Self:
        """The person of an assignment."""
        return cls(**dict(assignment.responder), why=Why.of(assignment))


class TimelineInterval(Model):
    """The same people are on call from `start` until just before `end`, for the same reasons."""

    start: datetime
    end: datetime
    on_call: list[PersonOnCall] = Field(description="Whoever is to be asked first comes first; empty in a gap")

    @classmethod
    def of(cls, interval: Interval) -> Self:
        """What is said of an interval."""
        people = [PersonOnCall.of(assignment) for assignment in interval.on_call]
        return cls(start=interval.start, end=interval.end, on_call=people)


class CurrentOnCall(Model):
    """Who is on call at an instant."""

    schedule_id: UUID
    at: datetime
    on_call: list[PersonOnCall] = Field(description="Whoever is to be asked first comes first; empty in a gap")
    until: datetime | None = Field(description="When other people are on call; null if not within 60 days")
    next_on_call: list[PersonOnCall] = Field(description="Who is on call then")


class LayerTurn(Model):
    """Somebody's turn in a layer, whether the layer counts then or not."""

    start: datetime
    end: datetime
    turn: int = Field(description="Counts the layer's turns from 1")
    name: str
    email: str

    @classmethod
    def of(cls, shift: Shift) -> Self:
        """What is said of a shift."""
        responder = shift.responder
        return cls(start=shift.start, end=shift.end, turn=shift.number + 1, name=responder.name, email=responder.email)


class LayerTurns(Model):
    """A layer's turns that touch the range, whole, as far as its restrictions leave them."""

    layer_id: UUID
    layer_name: str
    priority: int
    turns: list[LayerTurn]


class OncallTimeline(Model):
    """Intervals in order, without gaps between them; where nobody is on call one says so."""

    schedule_id: UUID
    start: datetime
    end: datetime
    intervals: list[TimelineInterval]
    layers: list[LayerTurns] = Field(description="What each layer would have, the one that comes first first")


class OncallCoverage(CoverageReport):
    """Where nobody is on call in the next eight weeks, and how the work is spread."""

    schedule_id: UUID


class MyShift(Model):
    """A time for which the caller is on call."""

    schedule_id: UUID
    schedule_name: str
    start: datetime = Field(description="The time of asking, if the shift goes on already")
    end: datetime = Field(description="The end of the range that was asked for, if the shift goes on then")
    why: Why


class MyShifts(Model):
    """When the caller is on call, by start, in all schedules of the tenant."""

    email: str
    start: datetime
    end: datetime
    shifts: list[MyShift]


class Change(NamedTuple):
    """Who is on call now, and when others are (None if not within 60 days)."""

    current: Interval
    following: Interval | None


def get_current(tenant_id: str, schedule_id: UUID, at: datetime | None) -> CurrentOnCall:
    """Who is on call at an instant, now unless it is given. Raises NotFoundError."""
    instant = at or clock.now()
    schedule = _load(tenant_id, schedule_id, instant, instant + LOOK_AHEAD)
    current, following = next_change(schedule, instant)
    return CurrentOnCall(
        schedule_id=schedule_id,
        at=instant,
        on_call=TimelineInterval.of(current).on_call,
        until=following.start if following else None,
        next_on_call=TimelineInterval.of(following).on_call if following else [],
    )


def get_timeline(tenant_id: str, schedule_id: UUID, start: datetime | None, *, days: int) -> OncallTimeline:
    """Who is on call for so many days from `start`, now unless it is given. Raises NotFoundError."""
    begins = start or clock.now()
    ends = begins + timedelta(days=days)
    schedule = _load(tenant_id, schedule_id, begins, ends)
    return OncallTimeline(
        schedule_id=schedule_id,
        start=begins,
        end=ends,
        intervals=[TimelineInterval.of(interval) for interval in timeline(schedule, begins, ends)],
        layers=[
            LayerTurns(
                layer_id=layer.layer_id,
                layer_name=layer.name,
                priority=layer.priority,
                turns=[LayerTurn.of(shift) for shift in shifts_of(layer, schedule.zone, begins, ends)],
            )
            for layer in schedule.layers
        ],
    )


def get_coverage(tenant_id: str, schedule_id: UUID) -> OncallCoverage:
    """Gaps of the next eight weeks, and hours per person. Raises NotFoundError."""
    now = clock.now()
    end = now + REPORT_LENGTH
    report = report_coverage(timeline(_load(tenant_id, schedule_id, now, end), now, end), now, end)
    return OncallCoverage(schedule_id=schedule_id, **dict(report))


def get_my_shifts(actor: Principal, *, days: int) -> MyShifts:
    """When the caller is on call in the coming days. Raises NotPermittedError."""
    tenant_id = actor.require(Permission.READ_ONCALL)
    now = clock.now()
    end = now + timedelta(days=days)
    email = actor.email.lower()
    with tenant_session(tenant_id) as connection:
        rows = store.read_all_rows(connection, tenant_id)
        schedules = store.load_schedules(connection, rows, now, end)
    names = {(row["tenant_id"], row["schedule_id"]): row["name"] for row in rows}
    shifts = [
        MyShift(
            schedule_id=key[1],
            schedule_name=names[key],
            start=item.start,
            end=item.end,
            why=Why.of(item.assignment),
        )
        for key, schedule in schedules.items()
        for item in duties(timeline(schedule, now, end))
        if item.assignment.responder.email == email
    ]
    shifts.sort(key=lambda shift: (shift.start, shift.schedule_name))
    return MyShifts(email=email, start=now, end=end, shifts=shifts)


def find_people_on_call(
    connection: Connection, tenant_id: str, schedule_ids: Sequence[UUID], at: datetime
) -> dict[UUID, list[PersonOnCall]]:
    """Who is on call at an instant in each of the schedules that exist, for those who act on it."""
    rows = [
        row
        for schedule_id in dict.fromkeys(schedule_ids)
        if (row := store.read_schedule_row(connection, tenant_id, schedule_id)) is not None
    ]
    moment = at + timedelta(microseconds=1)
    schedules = store.load_schedules(connection, rows, at, moment)
    return {
        schedule_id: TimelineInterval.of(timeline(schedule, at, moment)[0]).on_call
        for (_, schedule_id), schedule in schedules.items()
    }


def next_change(schedule: Schedule, now: datetime) -> Change:
    """Who is on call, and who are the next others, however often the reason changes before. Pure."""
    current, *later = timeline(schedule, now, now + LOOK_AHEAD)
    following = next((interval for interval in later if interval.emails != current.emails), None)
    return Change(current, following)


def _load(tenant_id: str, schedule_id: UUID, start: datetime, end: datetime) -> Schedule:
    with tenant_session(tenant_id) as connection:
        row = known_row(connection, tenant_id, schedule_id)
        return store.load_schedules(connection, [row], start, end)[tenant_id, schedule_id]
