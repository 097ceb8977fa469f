"""Renewals: a tenant's administrator asks, an operator decides. Nobody raises their own limit or extends their term."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from pulse import clock
from pulse.clock import format_instant
from pulse.database import Connection, tenant_session
from pulse.errors import ConflictError, FieldError, InvalidInputError
from pulse.events.outbox import add_events, publish_after_commit
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.operations.audit import audited_operator_session, record_change
from pulse.subscriptions import announcements, renewal_store, store
from pulse.subscriptions.history import Happening, append_events
from pulse.subscriptions.lifecycle import SubscriptionKind, is_prolonged, renew
from pulse.subscriptions.subscription import (
    Record,
    Renewal,
    RenewalList,
    RenewalPosition,
    RenewalStatus,
    TenantRenewal,
)
from pulse.tenants.registry import names_of_tenants


class RenewalWish(NamedTuple):
    """What is asked for; `device_limit` None: as many seats as there are."""

    term_days: int
    device_limit: int | None
    note: str


class RenewalGrant(NamedTuple):
    """What is granted; None: as asked for."""

    term_days: int | None
    device_limit: int | None
    note: str


def request_renewal(actor: Principal, subscription_id: UUID, wish: RenewalWish, *, origin: Origin) -> Renewal:
    """Ask for a further term, from whatever status.

    Raises NotPermittedError, NotFoundError, InvalidInputError for an ADDON, ConflictError when one was requested.
    """
    tenant_id = actor.require(Permission.MANAGE_SUBSCRIPTIONS)
    now = clock.now()
    with tenant_session(tenant_id) as connection:
        record = store.find_record(connection, subscription_id, tenant_id=tenant_id)
        if record.kind is SubscriptionKind.ADDON:
            reason = "must not be an ADDON's, which is renewed with its MAIN"
            raise InvalidInputError(f"subscription_id {reason}", errors=(FieldError("subscription_id", reason),))
        renewal = renewal_store.insert_renewal(connection, record, **wish._asdict(), requested_by=actor.name, now=now)
        _note(connection, actor, origin, record, renewal, "renewal_requested", now=now)
        add_events(connection, [announcements.renewal_requested(renewal)])
    publish_after_commit()
    return renewal


def withdraw_renewal(actor: Principal, renewal_id: UUID, *, origin: Origin) -> None:
    """Ask no more. Raises NotPermittedError, NotFoundError, ConflictError when it was decided."""
    tenant_id = actor.require(Permission.MANAGE_SUBSCRIPTIONS)
    now = clock.now()
    with tenant_session(tenant_id) as connection:
        renewal = _lock_open(connection, renewal_id, tenant_id)
        record = store.find_record(connection, renewal.subscription_id, tenant_id=tenant_id)
        renewal = renewal_store.decide_renewal(
            connection, renewal, RenewalStatus.WITHDRAWN, by=actor.name, decision="", now=now
        )
        _note(connection, actor, origin, record, renewal, "renewal_withdrawn", now=now)


def list_renewals(
    tenant_id: str, *, status: RenewalStatus | None, limit: int, after: RenewalPosition | None
) -> RenewalList[Renewal]:
    """A page of what a tenant has asked for, newest first."""
    with tenant_session(tenant_id) as connection:
        found = renewal_store.list_renewals(connection, tenant_id=tenant_id, status=status, limit=limit, after=after)
    return _page(found, limit)


def list_renewals_of_all(
    actor: Principal,
    *,
    tenant_id: str | None,
    status: RenewalStatus | None,
    limit: int,
    after: RenewalPosition | None,
    origin: Origin,
) -> RenewalList[TenantRenewal]:
    """A page of what tenants have asked for, newest first, for an operator. Raises NotPermittedError."""
    with audited_operator_session(
        actor,
        Permission.OPERATOR_READ_SUBSCRIPTIONS,
        action="subscription_renewals.list",
        origin=origin,
        tenant_id=tenant_id,
    ) as connection:
        found = renewal_store.list_renewals(connection, tenant_id=tenant_id, status=status, limit=limit, after=after)
        names = names_of_tenants(connection, {renewal.tenant_id for renewal in found})
    return _page(
        [TenantRenewal(**renewal.model_dump(), tenant_name=names[renewal.tenant_id]) for renewal in found], limit
    )


def grant_renewal(actor: Principal, renewal_id: UUID, grant: RenewalGrant, *, origin: Origin) -> Renewal:
    """Give a further term: the subscription is ACTIVE from now on, and a TRIAL becomes a MAIN.

    Raises NotPermittedError, NotFoundError, ConflictError when it was decided, or the term would be over already
    or not in order.
    """
    now = clock.now()
    with audited_operator_session(
        actor,
        Permission.OPERATOR_MANAGE_SUBSCRIPTIONS,
        action="subscription_renewals.grant",
        origin=origin,
        subject=str(renewal_id),
        write=True,
    ) as connection:
        renewal, before = _lock_for_decision(connection, renewal_id)
        term_days = grant.term_days or renewal.term_days
        device_limit = grant.device_limit if grant.device_limit is not None else renewal.device_limit
        life = renew(before.life, before.kind, term_days=term_days, now=now)
        if life.term_end <= now:
            needed = term_days + (now - life.term_end) // timedelta(days=1) + 1
            message = f"{term_days} days would have ended on {life.term_end:%Y-%m-%d} already; grant {needed} or more"
            raise ConflictError(message)
        becomes = SubscriptionKind.MAIN if before.kind is SubscriptionKind.TRIAL else None
        store.update_lives(connection, [(before, life)], kind=becomes)
        if not is_prolonged(before.life, before.kind, now):
            store.update_term_start(connection, before, now)
        if device_limit is not None:
            store.update_device_limit(connection, before, device_limit)
        after = store.find_record(connection, before.subscription_id, tenant_id=before.tenant_id)
        renewal = renewal_store.decide_renewal(
            connection,
            renewal,
            RenewalStatus.GRANTED,
            by=actor.name,
            decision=grant.note,
            now=now,
            term_days=term_days,
            device_limit=device_limit,
        )
        detail = {
            "granted_term_days": term_days,
            "granted_device_limit": device_limit,
            "term_end": format_instant(after.life.term_end),
        }
        _note(connection, actor, origin, after, renewal, "renewed", now=now, before=before, detail=detail)
        add_events(connection, [announcements.subscription_renewed(after, by=actor.name)])
    publish_after_commit()
    return renewal


def refuse_renewal(actor: Principal, renewal_id: UUID, *, reason: str, origin: Origin) -> Renewal:
    """Do not grant a renewal. Raises NotPermittedError, NotFoundError, ConflictError when it was decided."""
    now = clock.now()
    with audited_operator_session(
        actor,
        Permission.OPERATOR_MANAGE_SUBSCRIPTIONS,
        action="subscription_renewals.refuse",
        origin=origin,
        subject=str(renewal_id),
        write=True,
    ) as connection:
        renewal, record = _lock_for_decision(connection, renewal_id)
        renewal = renewal_store.decide_renewal(
            connection, renewal, RenewalStatus.REFUSED, by=actor.name, decision=reason, now=now
        )
        _note(connection, actor, origin, record, renewal, "renewal_refused", now=now, detail={"reason": reason})
        add_events(connection, [announcements.renewal_refused(renewal)])
    publish_after_commit()
    return renewal


def _lock_for_decision(connection: Connection, renewal_id: UUID) -> tuple[Renewal, Record]:
    """The request and the subscription, locked in the order in which everybody locks them."""
    renewal = renewal_store.find_renewal(connection, renewal_id, tenant_id=None)
    found = store.find_record(connection, renewal.subscription_id, tenant_id=renewal.tenant_id)
    record = store.lock_family(connection, found)[0]
    return _lock_open(connection, renewal_id, renewal.tenant_id), record


def _lock_open(connection: Connection, renewal_id: UUID, tenant_id: str) -> Renewal:
    renewal = renewal_store.find_renewal(connection, renewal_id, tenant_id=tenant_id, lock=True)
    if renewal.status is not RenewalStatus.REQUESTED:
        message = f"this renewal is {renewal.status} already"
        raise ConflictError(message)
    return renewal


def _page[R: Renewal](found: list[R], limit: int) -> RenewalList[R]:
    page = found[:limit]
    position = RenewalPosition(page[-1].requested_at, page[-1].renewal_id) if len(found) > limit else None
    return RenewalList(page, position)


def _note(
    connection: Connection,
    actor: Principal,
    origin: Origin,
    record: Record,
    renewal: Renewal,
    event: str,
    *,
    now: datetime,
    before: Record | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Write the history and the audit entry; `before` is the subscription if it has changed."""
    asked = {"term_days": renewal.term_days, "device_limit": renewal.device_limit, "note": renewal.note}
    append_events(
        connection,
        [
            Happening(
                record.tenant_id,
                record.subscription_id,
                now,
                event,
                actor.name,
                (before or record).life.status,
                record.life.status,
                {"renewal_id": str(renewal.renewal_id), **asked, **(detail or {})},
            )
        ],
    )
    record_change(
        connection,
        actor=actor,
        origin=origin,
        tenant_id=record.tenant_id,
        action=f"subscription.{event}",
        subject=str(record.subscription_id),
        before=None
        if before is None
        else {
            "status": before.life.status.value,
            "term_end": format_instant(before.life.term_end),
            "device_limit": before.device_limit,
        },
        after={"status": record.life.status.value, **asked, **(detail or {})},
    )
