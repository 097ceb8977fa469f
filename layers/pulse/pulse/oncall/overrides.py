"""Overrides of a schedule: somebody stands in for others, joins them, or is taken off for a while."""

from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from pulse import clock
from pulse.database import Connection, tenant_session
from pulse.errors import FieldError, InvalidInputError, NotFoundError
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.notifications.references import unknown_channels
from pulse.oncall import override_store, store
from pulse.oncall.override_store import OverridePosition
from pulse.oncall.schedule import OverrideKind, Responder
from pulse.oncall.schedules import known_row
from pulse.operations.audit import record_change
from pulse.versions import Versioned, require_match

MAX_LENGTH: Final = timedelta(days=366)


class OncallOverride(Versioned):
    """A change of who is on call, from `starts_at` until just before `ends_at`."""

    override_id: UUID
    schedule_id: UUID
    kind: OverrideKind
    responder: Responder
    starts_at: datetime
    ends_at: datetime
    reason: str
    created_by: str
    created_at: datetime
    updated_at: datetime


class OverrideDefinition(NamedTuple):
    """What people say of an override."""

    kind: OverrideKind
    responder: Responder
    starts_at: datetime
    ends_at: datetime
    reason: str


class OverrideList(NamedTuple):
    """A page by start, where the next one starts (None after the last), and how long the list is."""

    overrides: list[OncallOverride]
    next_position: OverridePosition | None
    total: int


def list_overrides(
    tenant_id: str,
    schedule_id: UUID,
    *,
    start: datetime | None,
    end: datetime | None,
    limit: int,
    after: OverridePosition | None,
) -> OverrideList:
    """A page of a schedule's overrides that touch [start, end). Raises NotFoundError."""
    with tenant_session(tenant_id) as connection:
        known_row(connection, tenant_id, schedule_id)
        rows, total = override_store.list_override_rows(
            connection, tenant_id, schedule_id, start=start, end=end, after=after, limit=limit + 1
        )
    overrides = [OncallOverride.model_validate(row) for row in rows[:limit]]
    last = overrides[-1] if len(rows) > limit else None
    return OverrideList(overrides, OverridePosition(last.starts_at, last.override_id) if last else None, total)


def get_override(tenant_id: str, schedule_id: UUID, override_id: UUID) -> OncallOverride:
    """One override of a schedule. Raises NotFoundError."""
    with tenant_session(tenant_id) as connection:
        return _known(override_store.read_override_row(connection, tenant_id, schedule_id, override_id), override_id)


def create_override(
    actor: Principal, schedule_id: UUID, wanted: OverrideDefinition, *, origin: Origin
) -> OncallOverride:
    """Change who is on call for a while. Raises NotPermittedError, InvalidInputError, NotFoundError."""
    tenant_id = actor.require(Permission.COVER_ONCALL)
    now = clock.now()
    _check(wanted, now)
    with tenant_session(tenant_id) as connection:
        known_row(connection, tenant_id, schedule_id, lock=True)
        _require_channel(connection, tenant_id, wanted)
        _require_somebody_to_remove(connection, tenant_id, schedule_id, wanted)
        row = override_store.insert_override_row(
            connection, tenant_id, schedule_id, {**_columns(wanted), "created_by": actor.name}
        )
        override = OncallOverride.model_validate(row)
        store.announce_soon(connection, tenant_id, schedule_id, now=now)
        record_change(
            connection,
            actor=actor,
            origin=origin,
            action="oncall_override.create",
            subject=str(override.override_id),
            after=_shown(override),
        )
    return override


def change_override(
    actor: Principal,
    schedule_id: UUID,
    override_id: UUID,
    wanted: OverrideDefinition,
    *,
    if_match: int | None,
    origin: Origin,
) -> OncallOverride:
    """Replace an override. Raises NotPermittedError, InvalidInputError, NotFoundError, StaleVersionError."""
    tenant_id = actor.require(Permission.COVER_ONCALL)
    now = clock.now()
    _check(wanted, now)
    with tenant_session(tenant_id) as connection:
        known_row(connection, tenant_id, schedule_id, lock=True)
        before = _known(
            override_store.read_override_row(connection, tenant_id, schedule_id, override_id, lock=True), override_id
        )
        require_match(if_match, before.version)
        _require_channel(connection, tenant_id, wanted)
        _require_somebody_to_remove(connection, tenant_id, schedule_id, wanted)
        row = override_store.update_override_row(connection, tenant_id, override_id, _columns(wanted))
        after = OncallOverride.model_validate(row)
        store.announce_soon(connection, tenant_id, schedule_id, now=now)
        record_change(
            connection,
            actor=actor,
            origin=origin,
            action="oncall_override.change",
            subject=str(override_id),
            before=_shown(before),
            after=_shown(after),
        )
    return after


def delete_override(
    actor: Principal, schedule_id: UUID, override_id: UUID, *, if_match: int | None, origin: Origin
) -> None:
    """Take an override away: the layers count again. Raises NotPermittedError, NotFoundError, StaleVersionError."""
    tenant_id = actor.require(Permission.COVER_ONCALL)
    with tenant_session(tenant_id) as connection:
        known_row(connection, tenant_id, schedule_id, lock=True)
        before = _known(
            override_store.read_override_row(connection, tenant_id, schedule_id, override_id, lock=True), override_id
        )
        require_match(if_match, before.version)
        override_store.delete_override_row(connection, tenant_id, override_id)
        store.announce_soon(connection, tenant_id, schedule_id, now=clock.now())
        record_change(
            connection,
            actor=actor,
            origin=origin,
            action="oncall_override.delete",
            subject=str(override_id),
            before=_shown(before),
        )


def _check(wanted: OverrideDefinition, now: datetime) -> None:
    if wanted.ends_at <= wanted.starts_at:
        reason = "must be after starts_at"
    elif wanted.ends_at - wanted.starts_at > MAX_LENGTH:
        reason = f"must be at most {MAX_LENGTH.days} days after starts_at"
    elif wanted.ends_at <= now:
        reason = "must be in the future: who was on call can't be changed any more"
    else:
        return
    message = f"ends_at {reason}"
    raise InvalidInputError(message, errors=(FieldError("ends_at", reason),))


def _require_somebody_to_remove(
    connection: Connection, tenant_id: str, schedule_id: UUID, wanted: OverrideDefinition
) -> None:
    """Raise InvalidInputError for taking somebody off whom neither a layer nor another override ever puts on."""
    if wanted.kind is not OverrideKind.REMOVE:
        return
    key = (tenant_id, schedule_id)
    layers = store.find_layers(connection, [key])[key]
    others = override_store.find_overrides(connection, [key], wanted.starts_at, wanted.ends_at)[key]
    emails = {responder.email for layer in layers for responder in layer.responders}
    emails |= {override.responder.email for override in others if override.kind is not OverrideKind.REMOVE}
    if wanted.responder.email not in emails:
        reason = f"{wanted.responder.email} is on no layer of this schedule; there is nothing to take them off"
        raise InvalidInputError.of([FieldError("responder.email", reason)])


def _require_channel(connection: Connection, tenant_id: str, wanted: OverrideDefinition) -> None:
    named = [("responder.channel_id", wanted.responder.channel_id)]
    if errors := unknown_channels(connection, tenant_id, named):
        raise InvalidInputError.of(errors)


def _known(row: dict[str, Any] | None, override_id: UUID) -> OncallOverride:
    if row is None:
        message = f"this on-call schedule has no override {override_id}"
        raise NotFoundError(message)
    return OncallOverride.model_validate(row)


def _columns(wanted: OverrideDefinition) -> dict[str, Any]:
    return {**wanted._asdict(), "responder": wanted.responder.model_dump(mode="json")}


def _shown(override: OncallOverride) -> dict[str, Any]:
    return override.model_dump(mode="json", include={"schedule_id", *OverrideDefinition._fields})
