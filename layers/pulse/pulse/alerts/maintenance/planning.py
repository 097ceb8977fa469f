"""Maintenance windows as people plan, change and take them back."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from pulse import clock
from pulse.alerts.maintenance import store as maintenance_store
from pulse.alerts.maintenance.holding import let_go_of_window
from pulse.alerts.maintenance.recurrence import Occurrence
from pulse.alerts.maintenance.store import WindowRow
from pulse.alerts.maintenance.window import (
    MaintenanceWindow,
    WindowPlan,
    WindowState,
    check_past,
    check_plan,
    plan_of,
    state_at,
    without_future,
    without_present,
)
from pulse.database import Connection, tenant_session
from pulse.devices.scoping import require_known
from pulse.errors import NotFoundError
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.operations.audit import record_change
from pulse.versions import require_match


class WindowPosition(NamedTuple):
    """A place in the list of windows: by their current or next time, those that are over last."""

    next_starts_at: datetime | None
    window_id: UUID


class WindowList(NamedTuple):
    """A page, where the next one starts (None after the last), and how long the whole list is."""

    windows: list[MaintenanceWindow]
    next_position: WindowPosition | None
    total: int


class PlannedTime(NamedTuple):
    """One time of a window."""

    window_id: UUID
    name: str
    occurrence: Occurrence


def list_windows(tenant_id: str, *, state: WindowState | None, limit: int, after: WindowPosition | None) -> WindowList:
    """A page of the windows in a state, or of all, following `after`."""
    now = clock.now()
    with tenant_session(tenant_id) as connection:
        rows, total = maintenance_store.list_window_rows(
            connection, tenant_id, state=state, now=now, after=after, limit=limit + 1
        )
    position = None
    if len(rows) > limit:
        position = WindowPosition(rows[limit - 1]["sorted_by"], rows[limit - 1]["window_id"])
    return WindowList([_shown(row, now) for row in rows[:limit]], position, total)


def get_window(tenant_id: str, window_id: UUID) -> MaintenanceWindow:
    """One window. Raises NotFoundError."""
    with tenant_session(tenant_id) as connection:
        row = maintenance_store.read_window(connection, tenant_id, window_id)
    return _shown(_known(row, window_id), clock.now())


def list_planned_times(tenant_id: str, *, start: datetime, end: datetime, limit: int) -> list[PlannedTime]:
    """The times of all windows that have some part in a period, in their order, at most so many."""
    with tenant_session(tenant_id) as connection:
        covers = maintenance_store.load_covers(connection, [tenant_id], since=start, until=end).get(tenant_id, [])
    times = [
        PlannedTime(cover.window_id, cover.name, occurrence)
        for cover in covers
        for occurrence in cover.schedule.between(start, end)
    ]
    return sorted(times, key=lambda time: (time.occurrence, time.window_id))[:limit]


def plan_window(actor: Principal, plan: WindowPlan, *, origin: Origin) -> MaintenanceWindow:
    """Plan a window. Raises NotPermittedError, InvalidInputError."""
    tenant_id = actor.require(Permission.MANAGE_MAINTENANCE)
    now = clock.now()
    check_plan(plan, now)
    with tenant_session(tenant_id) as connection:
        require_known(connection, tenant_id, plan.selector, field="selector")
        occurrence = plan.schedule.current_or_next(now)
        row = maintenance_store.insert_window(connection, tenant_id, plan, occurrence, by=actor.name)
        record_change(
            connection,
            actor=actor,
            origin=origin,
            action="maintenance_window.create",
            subject=str(row["window_id"]),
            after=_audited(plan),
        )
    return _shown(row, now)


def change_window(
    actor: Principal, window_id: UUID, plan: WindowPlan, *, if_match: int | None, origin: Origin
) -> MaintenanceWindow:
    """Plan differently what is to come of a window; what it holds is looked at again within a minute.

    Raises NotPermittedError, NotFoundError, StaleVersionError, InvalidInputError.
    """
    tenant_id = actor.require(Permission.MANAGE_MAINTENANCE)
    now = clock.now()
    with tenant_session(tenant_id) as connection:
        row = _locked(connection, tenant_id, window_id, if_match)
        before = plan_of(row)
        plan = plan._replace(ended_early=before.ended_early)
        check_plan(plan, now)
        check_past(before, plan, now)
        if plan.selector != before.selector:
            require_known(connection, tenant_id, plan.selector, field="selector")
        return _replan(connection, actor, row, plan, now, action="maintenance_window.change", origin=origin)


def end_window(actor: Principal, window_id: UUID, *, if_match: int | None, origin: Origin) -> MaintenanceWindow:
    """End the time of a window that is on, as if it had been planned to end now; the times to come stay.

    What it holds opens within a minute. Raises NotPermittedError, NotFoundError, StaleVersionError, ConflictError.
    """
    tenant_id = actor.require(Permission.MANAGE_MAINTENANCE)
    now = clock.now()
    with tenant_session(tenant_id) as connection:
        row = _locked(connection, tenant_id, window_id, if_match)
        plan = without_present(plan_of(row), now)
        return _replan(connection, actor, row, plan, now, action="maintenance_window.end", origin=origin)


def delete_window(actor: Principal, window_id: UUID, *, if_match: int | None, origin: Origin) -> None:
    """Take a window back; what it holds opens within a minute. Of one that has begun stays what has taken place.

    Raises NotPermittedError, NotFoundError, StaleVersionError, ConflictError.
    """
    tenant_id = actor.require(Permission.MANAGE_MAINTENANCE)
    now = clock.now()
    with tenant_session(tenant_id) as connection:
        row = _locked(connection, tenant_id, window_id, if_match)
        left = without_future(plan_of(row), now)
        if left is not None:
            _replan(connection, actor, row, left, now, action="maintenance_window.end", origin=origin)
            return
        let_go_of_window(connection, tenant_id, window_id, now)
        maintenance_store.delete_window(connection, tenant_id, window_id)
        record_change(
            connection,
            actor=actor,
            origin=origin,
            action="maintenance_window.delete",
            subject=str(window_id),
            before=_audited(plan_of(row)),
        )


def _locked(connection: Connection, tenant_id: str, window_id: UUID, if_match: int | None) -> WindowRow:
    row = _known(maintenance_store.read_window(connection, tenant_id, window_id, lock=True), window_id)
    require_match(if_match, row["version"])
    return row


def _replan(
    connection: Connection,
    actor: Principal,
    row: WindowRow,
    plan: WindowPlan,
    now: datetime,
    *,
    action: str,
    origin: Origin,
) -> MaintenanceWindow:
    """Write another plan to a locked window, and have what it holds looked at again."""
    tenant_id, window_id = row["tenant_id"], row["window_id"]
    written = maintenance_store.update_window(
        connection, tenant_id, window_id, plan, plan.schedule.current_or_next(now)
    )
    let_go_of_window(connection, tenant_id, window_id, now)
    record_change(
        connection,
        actor=actor,
        origin=origin,
        action=action,
        subject=str(window_id),
        before=_audited(plan_of(row)),
        after=_audited(plan),
    )
    return _shown(written, now)


def _known(row: WindowRow | None, window_id: UUID) -> WindowRow:
    if row is None:
        message = f"there is no maintenance window {window_id}"
        raise NotFoundError(message)
    return row


def _shown(row: WindowRow, now: datetime) -> MaintenanceWindow:
    # Counted out anew: the table's own next time may be a minute behind.
    occurrence = plan_of(row).schedule.current_or_next(now)
    return MaintenanceWindow.model_validate(
        {
            **row,
            "state": state_at(occurrence, now),
            "next_starts_at": occurrence.starts_at if occurrence else None,
            "next_ends_at": occurrence.ends_at if occurrence else None,
        }
    )


def _audited(plan: WindowPlan) -> dict[str, Any]:
    return {**plan._asdict(), "selector": plan.selector.model_dump(mode="json")}
