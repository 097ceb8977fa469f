"""Maintenance windows: for which devices, and when, what is seen opens no alert. Pure."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import Field

from pulse.alerts.maintenance.recurrence import MAX_YEARS, Occurrence, RecurrenceError, Schedule
from pulse.devices.selectors import DeviceSelector
from pulse.devices.traits import DeviceTraits
from pulse.errors import ConflictError, FieldError, InvalidInputError
from pulse.versions import Versioned

SHORTEST: Final = timedelta(minutes=1)
LONGEST: Final = timedelta(days=90)
_TIMES: Final = ("starts_at", "ends_at", "timezone", "recurrence")


class Selector(DeviceSelector):
    """For which devices a window is; one that asks for nothing but sites is for what else belongs to them as well."""

    def covers_without_device(self, site_id: str | None) -> bool:
        """Whether what belongs to no device, and to a site or to none, is meant."""
        asks_of_devices = self.device_types or self.tags or self.device_ids or self.group_ids
        return not asks_of_devices and (not self.site_ids or site_id in self.site_ids)


class WindowState(StrEnum):
    """ACTIVE: it is on; UPCOMING: it comes, for the first time or again; EXPIRED: it is over for good."""

    ACTIVE = "ACTIVE"
    UPCOMING = "UPCOMING"
    EXPIRED = "EXPIRED"


class WindowPlan(NamedTuple):
    """What a person says of a window."""

    name: str
    description: str
    starts_at: datetime
    ends_at: datetime
    timezone: str
    recurrence: str | None
    selector: Selector
    # When somebody has ended a time of it that was on.
    ended_early: tuple[datetime, ...] = ()

    @property
    def schedule(self) -> Schedule:
        """When it is on."""
        first = Occurrence(self.starts_at, self.ends_at)
        return Schedule(first, ZoneInfo(self.timezone), self.recurrence, self.ended_early)


class MaintenanceWindow(Versioned):
    """A time in which what is seen of some devices opens no alert."""

    window_id: UUID
    name: str
    description: str
    starts_at: datetime = Field(description="The first time")
    ends_at: datetime
    timezone: str = Field(description="Whose wall clock the recurrence follows")
    recurrence: str | None = Field(description="RFC 5545, such as FREQ=WEEKLY;BYDAY=SU; null for once")
    selector: Selector
    ended_early: list[datetime] = Field(description="When a time of it that was on was ended")
    state: WindowState
    next_starts_at: datetime | None = Field(description="The time that is on or comes next; null when it is over")
    next_ends_at: datetime | None
    expires_at: datetime = Field(description="When the last time ends")
    held: int = Field(description="Causes that were seen and will open alerts when it ends, if they are true then")
    created_by: str
    created_at: datetime
    updated_at: datetime


class Cover(NamedTuple):
    """A window that covers something, and until when."""

    tenant_id: str
    window_id: UUID
    name: str
    schedule: Schedule
    selector: Selector


class Held(NamedTuple):
    """By which window something is held, and until when."""

    cover: Cover
    until: datetime


def check_plan(plan: WindowPlan, now: datetime) -> None:
    """Raise InvalidInputError unless the plan makes sense."""
    length = plan.ends_at - plan.starts_at
    if not SHORTEST <= length <= LONGEST:
        _refuse("ends_at", "must be a minute to 90 days after starts_at")
    try:
        plan.schedule.check()
    except RecurrenceError as error:
        _refuse("recurrence", str(error), error)
    if plan.schedule.current_or_next(now) is None:
        again = "" if plan.recurrence is None else f"; a window recurs for at most {MAX_YEARS} years"
        _refuse("ends_at", f"is over already{again}")


def without_present(plan: WindowPlan, now: datetime) -> WindowPlan:
    """The plan whose time that is on ends now; the times to come stay. Raises ConflictError when none is on."""
    if plan.schedule.occurrence_at(now) is None:
        message = "the window is not on at this moment, so that there is nothing to end"
        raise ConflictError(message)
    return plan._replace(ended_early=(*plan.ended_early, now))


def without_future(plan: WindowPlan, now: datetime) -> WindowPlan | None:
    """The plan of what has taken place alone; None when nothing has. Raises ConflictError when nothing else is left."""
    schedule = plan.schedule
    if not schedule.before(now):
        return None
    if schedule.current_or_next(now) is None:
        message = "the window is over, and what has taken place stays for reports: there is nothing left to delete"
        raise ConflictError(message)
    present = plan if schedule.occurrence_at(now) is None else without_present(plan, now)
    return present._replace(recurrence=schedule.recurrence_before(now))


def check_past(before: WindowPlan, plan: WindowPlan, now: datetime) -> None:
    """Raise InvalidInputError if the plan changes when maintenance has taken place, or for which devices."""
    past = before.schedule.before(now)
    if not past:
        return
    kept = {"selector"} if plan.schedule.before(now) == past else {"selector", *_TIMES}
    changed = [name for name in plan._fields if name in kept and getattr(plan, name) != getattr(before, name)]
    if changed:
        reason = "would change maintenance that has taken place; end this window, and plan another one"
        raise InvalidInputError.of([FieldError(name, reason) for name in changed])


def state_at(occurrence: Occurrence | None, now: datetime) -> WindowState:
    """The state of a window whose current or next time this is."""
    if occurrence is None:
        return WindowState.EXPIRED
    return WindowState.ACTIVE if occurrence.starts_at <= now else WindowState.UPCOMING


def held_by(
    covers: Iterable[Cover],
    device: DeviceTraits | None,
    groups: Collection[UUID],
    time: datetime,
    *,
    site_id: str | None = None,
) -> Held | None:
    """Of the windows that cover a device at a time the one that ends last.

    `device` is None for what has none, which may belong to a site, as systems do that no registry has. `groups` are
    those of the groups that the windows name that it is in.
    """
    held: Held | None = None
    for cover in covers:
        selector = cover.selector
        if not (selector.covers_without_device(site_id) if device is None else selector.includes(device, groups)):
            continue
        occurrence = cover.schedule.occurrence_at(time)
        if occurrence is not None and (held is None or occurrence.ends_at > held.until):
            held = Held(cover, occurrence.ends_at)
    return held


def groups_named(covers: Mapping[str, Iterable[Cover]]) -> dict[str, frozenset[UUID]]:
    """The groups that each tenant's windows name."""
    return {
        tenant_id: frozenset(group_id for cover in of_tenant for group_id in cover.selector.group_ids)
        for tenant_id, of_tenant in covers.items()
    }


def plan_of(row: Mapping[str, Any]) -> WindowPlan:
    """The plan in a row of the table."""
    fields = {name: row[name] for name in WindowPlan._fields}
    selector = Selector.model_validate(row["selector"])
    return WindowPlan(**{**fields, "selector": selector, "ended_early": tuple(row["ended_early"])})


def _refuse(field: str, reason: str, cause: Exception | None = None) -> None:
    message = f"{field} {reason}"
    raise InvalidInputError(message, errors=(FieldError(field, reason),)) from cause
