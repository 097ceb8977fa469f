"""On-call schedules: read, made, changed and taken away."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from pulse import clock
from pulse.database import Connection, tenant_session
from pulse.database.names import unique_name
from pulse.errors import ConflictError, InvalidInputError, NotFoundError
from pulse.escalation.references import require_unused_schedule
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.notifications.references import unknown_channels
from pulse.oncall import store
from pulse.oncall.schedule import Layer, LayerDefinition, channels_in, find_errors
from pulse.operations.audit import record_change
from pulse.versions import Versioned, require_match

MAX_SCHEDULES: Final = 200


class OncallSchedule(Versioned):
    """Who is on call, in layers. Times of layers are by the clocks of `timezone`."""

    schedule_id: UUID
    name: str
    description: str
    timezone: str
    layers: list[Layer]
    created_at: datetime
    updated_at: datetime


class ScheduleDefinition(NamedTuple):
    """What people say of a schedule."""

    name: str
    description: str
    timezone: str
    layers: Sequence[LayerDefinition]


class ScheduleList(NamedTuple):
    """A page by name, the name that the next one follows (None after the last), and how long the list is."""

    schedules: list[OncallSchedule]
    next_position: str | None
    total: int


def list_schedules(tenant_id: str, *, q: str | None, limit: int, after: str | None) -> ScheduleList:
    """A page of the schedules, by name, following `after`; `q` is a part of a name or description."""
    with tenant_session(tenant_id) as connection:
        rows, total = store.list_schedule_rows(connection, tenant_id, q=q, after=after, limit=limit + 1)
        schedules = _complete(connection, rows[:limit])
    return ScheduleList(schedules, schedules[-1].name if len(rows) > limit else None, total)


def get_schedule(tenant_id: str, schedule_id: UUID) -> OncallSchedule:
    """One schedule. Raises NotFoundError."""
    with tenant_session(tenant_id) as connection:
        return _complete(connection, [known_row(connection, tenant_id, schedule_id)])[0]


def create_schedule(actor: Principal, wanted: ScheduleDefinition, *, origin: Origin) -> OncallSchedule:
    """Make a schedule. Raises NotPermittedError, InvalidInputError, ConflictError for a name that is taken."""
    tenant_id = actor.require(Permission.MANAGE_ONCALL)
    _check(wanted)
    with unique_name("an on-call schedule", wanted.name), tenant_session(tenant_id) as connection:
        _require_channels(connection, tenant_id, wanted)
        if store.count_schedules(connection, tenant_id) >= MAX_SCHEDULES:
            message = f"there are {MAX_SCHEDULES} on-call schedules already; delete one that is not used"
            raise ConflictError(message)
        row = store.insert_schedule_row(connection, tenant_id, _columns(wanted))
        store.replace_layers(connection, tenant_id, row["schedule_id"], wanted.layers)
        [schedule] = _complete(connection, [row])
        record_change(
            connection,
            actor=actor,
            origin=origin,
            action="oncall_schedule.create",
            subject=str(schedule.schedule_id),
            after=_shown(schedule),
        )
    return schedule


def change_schedule(
    actor: Principal, schedule_id: UUID, wanted: ScheduleDefinition, *, if_match: int | None, origin: Origin
) -> OncallSchedule:
    """Replace a schedule with its layers; a layer that keeps its name stays the same layer.

    Raises NotPermittedError, InvalidInputError, NotFoundError, StaleVersionError, ConflictError for a taken name.
    """
    tenant_id = actor.require(Permission.MANAGE_ONCALL)
    _check(wanted)
    with unique_name("an on-call schedule", wanted.name), tenant_session(tenant_id) as connection:
        [before] = _complete(connection, [known_row(connection, tenant_id, schedule_id, lock=True)])
        require_match(if_match, before.version)
        _require_channels(connection, tenant_id, wanted)
        row = store.update_schedule_row(connection, tenant_id, schedule_id, _columns(wanted), now=clock.now())
        store.replace_layers(connection, tenant_id, schedule_id, wanted.layers)
        [after] = _complete(connection, [row])
        record_change(
            connection,
            actor=actor,
            origin=origin,
            action="oncall_schedule.change",
            subject=str(schedule_id),
            before=_shown(before),
            after=_shown(after),
        )
    return after


def delete_schedule(actor: Principal, schedule_id: UUID, *, if_match: int | None, origin: Origin) -> None:
    """Take a schedule away, with its layers, overrides and calendar addresses.

    Raises NotPermittedError, NotFoundError, StaleVersionError, ConflictError while policies turn to it.
    """
    tenant_id = actor.require(Permission.MANAGE_ONCALL)
    with tenant_session(tenant_id) as connection:
        [before] = _complete(connection, [known_row(connection, tenant_id, schedule_id, lock=True)])
        require_match(if_match, before.version)
        require_unused_schedule(connection, tenant_id, schedule_id)
        store.delete_schedule_row(connection, tenant_id, schedule_id)
        record_change(
            connection,
            actor=actor,
            origin=origin,
            action="oncall_schedule.delete",
            subject=str(schedule_id),
            before=_shown(before),
        )


def known_row(connection: Connection, tenant_id: str, schedule_id: UUID, *, lock: bool = False) -> dict[str, Any]:
    """The row of a schedule. Raises NotFoundError."""
    row = store.read_schedule_row(connection, tenant_id, schedule_id, lock=lock)
    if row is None:
        message = f"there is no on-call schedule {schedule_id}"
        raise NotFoundError(message)
    return row


def existing_schedules(connection: Connection, tenant_id: str, schedule_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Those of the ids that are schedules of the tenant."""
    return store.find_schedule_ids(connection, tenant_id, schedule_ids)


def schedules_that_reach(connection: Connection, tenant_id: str, channel_id: UUID) -> list[str]:
    """Names of the schedules whose people are reached by a channel, in a layer or by an override that is not over."""
    return store.find_schedules_of_channel(connection, tenant_id, channel_id, now=clock.now())


def _complete(connection: Connection, rows: Sequence[dict[str, Any]]) -> list[OncallSchedule]:
    layers = store.find_layers(connection, [(row["tenant_id"], row["schedule_id"]) for row in rows])
    return [
        OncallSchedule.model_validate({**row, "layers": layers[row["tenant_id"], row["schedule_id"]]}) for row in rows
    ]


def _check(wanted: ScheduleDefinition) -> None:
    if errors := find_errors(wanted.layers):
        raise InvalidInputError.of(errors)


def _require_channels(connection: Connection, tenant_id: str, wanted: ScheduleDefinition) -> None:
    if errors := unknown_channels(connection, tenant_id, channels_in(wanted.layers)):
        raise InvalidInputError.of(errors)


def _columns(wanted: ScheduleDefinition) -> dict[str, str]:
    return {"name": wanted.name, "description": wanted.description, "timezone": wanted.timezone}


def _shown(schedule: OncallSchedule) -> dict[str, Any]:
    return schedule.model_dump(mode="json", include={"name", "description", "timezone", "layers"})
