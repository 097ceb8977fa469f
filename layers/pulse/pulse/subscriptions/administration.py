"""Operators enter, change, suspend and resume subscriptions. Every call begins with its audit entry."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from pulse import clock
from pulse.clock import format_instant
from pulse.database import Connection
from pulse.devices.assignment import assign_unassigned
from pulse.devices.seats import lock_seats
from pulse.errors import ConflictError, FieldError, InvalidInputError
from pulse.events.outbox import add_events, publish_after_commit
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.operations.audit import audited_operator_session, record_change
from pulse.subscriptions import announcements, seat_store, store
from pulse.subscriptions.history import Happening, append_events
from pulse.subscriptions.lifecycle import Life, SubscriptionKind, SubscriptionStatus, begin, move_end, resume, suspend
from pulse.subscriptions.store import Description
from pulse.subscriptions.subscription import Record, Subscription
from pulse.subscriptions.view import shown
from pulse.tenants.registry import require_tenant
from pulse.tenants.status import PLATFORM
from pulse.versions import require_match


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSubscription:
    """A subscription that is wanted; an ADDON has a parent and no term of its own."""

    tenant_id: str
    kind: SubscriptionKind
    name: str
    plan: str
    description: str
    device_limit: int
    term_end: datetime | None
    parent_subscription_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionChange:
    """What is to change; None leaves it."""

    name: str | None = None
    plan: str | None = None
    description: str | None = None
    device_limit: int | None = None
    term_end: datetime | None = None


def create_subscription(actor: Principal, wanted: NewSubscription, *, origin: Origin) -> Subscription:
    """Enter a subscription; the first one of a tenant gives its seats to the devices that are there.

    Raises NotPermittedError, InvalidInputError.
    """
    now = clock.now()
    with audited_operator_session(
        actor,
        Permission.OPERATOR_MANAGE_SUBSCRIPTIONS,
        action="subscriptions.create",
        origin=origin,
        tenant_id=wanted.tenant_id,
        write=True,
    ) as connection:
        require_tenant(connection, wanted.tenant_id)
        if wanted.tenant_id == PLATFORM:
            raise _refused("tenant_id", "must be a customer's: the platform itself works without a subscription")
        lock_seats(connection, wanted.tenant_id)
        if wanted.kind is SubscriptionKind.ADDON:
            main = _lock_main(connection, wanted)
            record = _insert(connection, wanted, main.life, main.term_start, actor)
            store.add_up_addons(connection, wanted.tenant_id, main.subscription_id)
        else:
            if wanted.term_end is None or wanted.term_end <= now:
                raise _refused("term_end", "must be in the future")
            life = begin(wanted.kind, term_end=wanted.term_end, now=now)
            record = _insert(connection, wanted, life, now, actor)
            adopted = assign_unassigned(connection, wanted.tenant_id, record.subscription_id)
            seat_store.change_counts(connection, wanted.tenant_id, {record.subscription_id: adopted})
        after = store.find_record(connection, record.subscription_id, tenant_id=wanted.tenant_id)
        append_events(connection, [_happening(after, "created", now, actor, from_status=None, detail=_audited(after))])
        _record(connection, actor, origin, "subscription.create", after, before=None, after=_audited(after))
        add_events(connection, [announcements.subscription_created(after, by=actor.name)])
    publish_after_commit()
    return shown(after, now)


def change_subscription(
    actor: Principal, subscription_id: UUID, change: SubscriptionChange, *, if_match: int | None, origin: Origin
) -> Subscription:
    """Change what is given; devices above a lowered limit stay.

    Raises NotPermittedError, NotFoundError, StaleVersionError, InvalidInputError, ConflictError for the end of a term
    that only a renewal can put off.
    """
    with _managing(actor, "subscriptions.change", subscription_id, if_match, origin) as managed:
        connection, before, now = managed.connection, managed.record, managed.now
        if change.term_end is not None and change.term_end != before.life.term_end:
            store.update_lives(connection, [(before, _moved(before, change.term_end, now))])
        if change.device_limit is not None and change.device_limit != before.device_limit:
            store.update_device_limit(connection, before, change.device_limit)
        described = Description(
            before.name if change.name is None else change.name,
            before.plan if change.plan is None else change.plan,
            before.description if change.description is None else change.description,
        )
        if described != Description(before.name, before.plan, before.description):
            store.update_description(connection, before, described)
        after = managed.current()
        old, new = _audited(before), _audited(after)
        changed = [name for name in new if old[name] != new[name]]
        if changed:
            detail = {name: {"before": old[name], "after": new[name]} for name in changed}
            append_events(
                connection,
                [_happening(after, "changed", now, actor, from_status=before.life.status, detail=detail)],
            )
            _record(
                connection,
                actor,
                origin,
                "subscription.change",
                after,
                before={name: old[name] for name in changed},
                after={name: new[name] for name in changed},
            )
            add_events(connection, [announcements.subscription_changed(after, by=actor.name)])
    publish_after_commit()
    return shown(after, now)


def suspend_subscription(
    actor: Principal, subscription_id: UUID, *, reason: str, if_match: int | None, origin: Origin
) -> Subscription:
    """Have its devices' messages refused within a minute, and its tenant's changes if it has no other.

    Raises NotPermittedError, NotFoundError, StaleVersionError, InvalidInputError for an ADDON, ConflictError when it
    is not in force.
    """
    with _managing(actor, "subscriptions.suspend", subscription_id, if_match, origin) as managed:
        life = suspend(managed.record.life, managed.now)
        if life is None:
            message = f"the subscription is {managed.record.life.status}; only one in force can be suspended"
            raise ConflictError(message)
        after = managed.move(life, "suspended", "subscription.suspend", reason=reason)
    publish_after_commit()
    return shown(after, managed.now)


def resume_subscription(
    actor: Principal, subscription_id: UUID, *, if_match: int | None, origin: Origin
) -> Subscription:
    """End a suspension: the subscription is where it would be without.

    Raises NotPermittedError, NotFoundError, StaleVersionError, InvalidInputError for an ADDON, ConflictError when it is
    not suspended, or its term and its grace are over: that takes a renewal.
    """
    with _managing(actor, "subscriptions.resume", subscription_id, if_match, origin) as managed:
        life = resume(managed.record.life, managed.record.kind, managed.now)
        if life is None:
            message = (
                f"the subscription is {managed.record.life.status}, and its term ends "
                f"{managed.record.life.term_end:%Y-%m-%d}; only a suspended one can be resumed, until its grace is over"
            )
            raise ConflictError(message)
        after = managed.move(life, "resumed", "subscription.resume", reason="")
    publish_after_commit()
    return shown(after, managed.now)


class _Managed(NamedTuple):
    """A locked subscription, in a transaction that began with its audit entry."""

    connection: Connection
    actor: Principal
    origin: Origin
    record: Record
    now: datetime

    def current(self) -> Record:
        """The subscription as it is now."""
        return store.find_record(self.connection, self.record.subscription_id, tenant_id=self.record.tenant_id)

    def move(self, life: Life, event: str, action: str, *, reason: str) -> Record:
        """Write another place in its life, with everything that tells of it."""
        if self.record.kind is SubscriptionKind.ADDON:
            raise _refused("subscription_id", "must not be an ADDON's, whose status is that of its MAIN")
        from_status = self.record.life.status.value
        store.update_lives(self.connection, [(self.record, life)], reason=reason)
        after = self.current()
        detail = {"reason": reason} if reason else {}
        append_events(
            self.connection,
            [_happening(after, event, self.now, self.actor, from_status=self.record.life.status, detail=detail)],
        )
        _record(
            self.connection,
            self.actor,
            self.origin,
            action,
            after,
            before={"status": from_status},
            after={"status": life.status.value, **detail},
        )
        add_events(
            self.connection,
            [
                announcements.subscription_status_changed(
                    after, from_status=from_status, to_status=life.status.value, by=self.actor.name
                )
            ],
        )
        return after


@contextmanager
def _managing(
    actor: Principal, action: str, subscription_id: UUID, if_match: int | None, origin: Origin
) -> Iterator[_Managed]:
    with audited_operator_session(
        actor,
        Permission.OPERATOR_MANAGE_SUBSCRIPTIONS,
        action=action,
        origin=origin,
        subject=str(subscription_id),
        write=True,
    ) as connection:
        found = store.find_record(connection, subscription_id, tenant_id=None)
        family = store.lock_family(connection, found)
        record = next(record for record in family if record.subscription_id == subscription_id)
        require_match(if_match, record.version)
        yield _Managed(connection, actor, origin, record, clock.now())


def _lock_main(connection: Connection, wanted: NewSubscription) -> Record:
    if wanted.parent_subscription_id is None:
        raise _refused("parent_subscription_id", "must name the MAIN that an ADDON adds to")
    if wanted.term_end is not None:
        raise _refused("term_end", "must be left out: an ADDON's term is that of its MAIN")
    mine = {record.subscription_id: record for record in store.read_records(connection, wanted.tenant_id)}
    main = mine.get(wanted.parent_subscription_id)
    if main is None or main.kind is not SubscriptionKind.MAIN:
        raise _refused("parent_subscription_id", "must be a MAIN of the same tenant")
    return store.lock_family(connection, main)[0]


def _insert(
    connection: Connection, wanted: NewSubscription, life: Life, term_start: datetime, actor: Principal
) -> Record:
    if wanted.kind is not SubscriptionKind.ADDON and wanted.parent_subscription_id is not None:
        raise _refused("parent_subscription_id", "must be left out: only an ADDON has a parent")
    return store.insert_record(
        connection,
        tenant_id=wanted.tenant_id,
        kind=wanted.kind,
        parent_subscription_id=wanted.parent_subscription_id,
        name=wanted.name,
        plan=wanted.plan,
        description=wanted.description,
        device_limit=wanted.device_limit,
        life=life,
        term_start=term_start,
        created_by=actor.name,
    )


def _moved(record: Record, term_end: datetime, now: datetime) -> Life:
    if record.kind is SubscriptionKind.ADDON:
        raise _refused("term_end", "must be left out: an ADDON's term is that of its MAIN")
    if term_end <= now:
        raise _refused("term_end", "must be in the future")
    if not record.life.status.is_in_force:
        message = f"the subscription is {record.life.status}; grant a renewal instead"
        raise ConflictError(message)
    return move_end(record.life, record.kind, term_end=term_end, now=now)


def _happening(
    record: Record,
    event: str,
    now: datetime,
    actor: Principal,
    *,
    from_status: SubscriptionStatus | None,
    detail: dict[str, Any],
) -> Happening:
    return Happening(
        record.tenant_id,
        record.subscription_id,
        now,
        event,
        actor.name,
        from_status,
        record.life.status,
        detail,
    )


def _record(
    connection: Connection,
    actor: Principal,
    origin: Origin,
    action: str,
    record: Record,
    *,
    before: dict[str, Any] | None,
    after: dict[str, Any],
) -> None:
    record_change(
        connection,
        actor=actor,
        origin=origin,
        tenant_id=record.tenant_id,
        action=action,
        subject=str(record.subscription_id),
        before=before,
        after=after,
    )


def _audited(record: Record) -> dict[str, Any]:
    return {
        "kind": record.kind.value,
        "name": record.name,
        "plan": record.plan,
        "description": record.description,
        "device_limit": record.device_limit,
        "status": record.life.status.value,
        "term_end": format_instant(record.life.term_end),
    }


def _refused(field: str, reason: str) -> InvalidInputError:
    return InvalidInputError(f"{field} {reason}", errors=(FieldError(field, reason),))
