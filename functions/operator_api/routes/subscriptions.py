"""Subscriptions across tenants, and the renewals that tenants ask for."""

from datetime import timedelta
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from pydantic import Field

from pulse import clock
from pulse.api.etags import IfMatch
from pulse.api.filters import NameFilter, Order, OrderChoice
from pulse.api.paging import DEFAULT_LIMIT, CountedPage, Cursor, CursorText, Limit, Page, bad_cursor
from pulse.api.request import origin, principal
from pulse.api.routes import Routes
from pulse.api.types import Instant, Label, Name, Note, Remark, Title
from pulse.errors import FieldError, InvalidInputError
from pulse.identity.permissions import Permission
from pulse.models import Input
from pulse.subscriptions import administration, moving, reading, renewing
from pulse.subscriptions.administration import NewSubscription, SubscriptionChange
from pulse.subscriptions.lifecycle import TRIAL_LENGTH, SubscriptionKind, SubscriptionStatus
from pulse.subscriptions.renewing import RenewalGrant
from pulse.subscriptions.subscription import (
    EventPosition,
    Renewal,
    RenewalPosition,
    RenewalStatus,
    Subscription,
    SubscriptionEvent,
    SubscriptionFilter,
    SubscriptionPosition,
    SubscriptionSort,
    TenantRenewal,
    TenantSubscription,
)

routes = Routes("Operator: subscriptions")
_SUBSCRIPTION = "/operator/subscriptions/<subscription_id>"
_RENEWAL = "/operator/subscription-renewals/<renewal_id>"
_READ = Permission.OPERATOR_READ_SUBSCRIPTIONS
_MANAGE = Permission.OPERATOR_MANAGE_SUBSCRIPTIONS
_CONFLICT = (HTTPStatus.CONFLICT,)
_BAD_REQUEST = (HTTPStatus.BAD_REQUEST,)
_CURSOR = Cursor(SubscriptionPosition)
_EVENT_CURSOR = Cursor(EventPosition)
_RENEWAL_CURSOR = Cursor(RenewalPosition)
_USUAL_TERM = timedelta(days=365)
TermDays = Annotated[int, Field(ge=1, le=1827)]
DeviceLimit = Annotated[int, Field(ge=0, le=10_000_000)]


class OperatorSubscriptionPage(CountedPage[TenantSubscription]):
    """A page of subscriptions."""


class OperatorSubscriptionEventPage(Page[SubscriptionEvent]):
    """A page of a subscription's history."""


class OperatorRenewalPage(Page[TenantRenewal]):
    """A page of renewals."""


class CreateSubscription(Input):
    """A subscription that is wanted. It begins now."""

    tenant_id: Name
    kind: SubscriptionKind
    name: Label
    plan: Title = ""
    description: Note = ""
    device_limit: DeviceLimit
    term_days: TermDays | None = Field(None, description="14 for a TRIAL and 365 for others when left out")
    term_end: Instant | None = Field(None, description="In place of `term_days`")
    parent_subscription_id: UUID | None = Field(None, description="The MAIN of an ADDON, which has no term of its own")


class ChangeSubscription(Input):
    """What to change of a subscription; what is left out stays."""

    name: Label | None = None
    plan: Title | None = None
    description: Note | None = None
    device_limit: DeviceLimit | None = None
    term_end: Instant | None = None


class SuspendSubscription(Input):
    """Why a subscription is suspended."""

    reason: Remark


class AssignDevices(Input):
    """Devices of the subscription's tenant that are to have its seats."""

    device_ids: list[Name] = Field(min_length=1, max_length=200)


class GrantRenewal(Input):
    """What is granted; what is left out is as it was asked for."""

    term_days: TermDays | None = None
    device_limit: DeviceLimit | None = None
    note: Note = ""


class RefuseRenewal(Input):
    """Why a renewal is refused; the tenant reads it."""

    reason: Remark


@routes.get("/operator/subscriptions", permission=_READ)
def list_subscriptions(
    tenant_id: NameFilter = None,
    kind: Annotated[SubscriptionKind | None, Query()] = None,
    status: Annotated[SubscriptionStatus | None, Query()] = None,
    ending_within_days: Annotated[
        int | None, Query(ge=1, le=365, description="Only those whose term ends by then and has not ended yet")
    ] = None,
    sort: Annotated[
        SubscriptionSort, Query(description="`status` ascending is the order of its life")
    ] = SubscriptionSort.TERM_END,
    order: OrderChoice = Order.ASCENDING,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
) -> OperatorSubscriptionPage:
    """List subscriptions.

    Keep the filters and the sort as they are while following `next_cursor`.
    """
    after = _CURSOR.decode(cursor)
    if after is not None and after.sort is not sort:
        raise bad_cursor()
    wanted = SubscriptionFilter(
        tenant_id=tenant_id,
        kind=kind,
        status=status,
        ending_before=None if ending_within_days is None else clock.now() + timedelta(days=ending_within_days),
    )
    page = reading.list_subscriptions_of_all(
        principal(),
        wanted,
        sort=sort,
        descending=order is Order.DESCENDING,
        limit=limit,
        after=after,
        origin=origin(),
    )
    return OperatorSubscriptionPage(
        items=page.subscriptions, next_cursor=_CURSOR.encode(page.next_position), total=page.total
    )


@routes.post("/operator/subscriptions", permission=_MANAGE, status=HTTPStatus.CREATED)
def create_subscription(body: Annotated[CreateSubscription, Body()]) -> Subscription:
    """Create a subscription.

    A tenant's devices without a seat get one of its, more than it has if need be.
    """
    fields = body.model_dump(exclude={"term_days", "term_end"})
    return administration.create_subscription(
        principal(), NewSubscription(**fields, term_end=_term_end(body)), origin=origin()
    )


@routes.get(_SUBSCRIPTION, permission=_READ)
def get_subscription(subscription_id: UUID) -> TenantSubscription:
    """Read a subscription."""
    return reading.get_subscription_of_any(principal(), subscription_id, origin=origin())


@routes.patch(_SUBSCRIPTION, permission=_MANAGE, also=_CONFLICT)
def change_subscription(
    subscription_id: UUID, body: Annotated[ChangeSubscription, Body()], if_match: IfMatch = None
) -> Subscription:
    """Change a subscription. Devices above a lowered limit stay, and no more are taken.

    During its grace, an end of the term that is to come leads back into the term; later it takes a renewal (409).
    """
    change = SubscriptionChange(**body.model_dump())
    return administration.change_subscription(principal(), subscription_id, change, if_match=if_match, origin=origin())


@routes.post(f"{_SUBSCRIPTION}/suspend", permission=_MANAGE, also=_CONFLICT)
def suspend_subscription(
    subscription_id: UUID, body: Annotated[SuspendSubscription, Body()], if_match: IfMatch = None
) -> Subscription:
    """Suspend a subscription: within a minute its devices are refused.

    Its tenant reads and changes nothing unless it has another one.
    """
    return administration.suspend_subscription(
        principal(), subscription_id, reason=body.reason, if_match=if_match, origin=origin()
    )


@routes.post(f"{_SUBSCRIPTION}/resume", permission=_MANAGE, also=(*_CONFLICT, *_BAD_REQUEST))
def resume_subscription(subscription_id: UUID, if_match: IfMatch = None) -> Subscription:
    """End a suspension: the subscription is where it would be without.

    409 when its term and its grace are over: that takes a renewal.
    """
    return administration.resume_subscription(principal(), subscription_id, if_match=if_match, origin=origin())


@routes.post(f"{_SUBSCRIPTION}/devices", permission=_MANAGE, also=_CONFLICT)
def move_devices_to_subscription(subscription_id: UUID, body: Annotated[AssignDevices, Body()]) -> Subscription:
    """Give devices of the same tenant seats of this subscription, all of them or none."""
    return moving.move_devices_of_any(principal(), subscription_id, body.device_ids, origin=origin())


@routes.get(f"{_SUBSCRIPTION}/events", permission=_READ)
def list_subscription_events(
    subscription_id: UUID, limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None
) -> OperatorSubscriptionEventPage:
    """List the history of a subscription, newest first."""
    page = reading.list_history_of_any(
        principal(), subscription_id, limit=limit, after=_EVENT_CURSOR.decode(cursor), origin=origin()
    )
    return OperatorSubscriptionEventPage(items=page.events, next_cursor=_EVENT_CURSOR.encode(page.next_position))


@routes.get("/operator/subscription-renewals", permission=_READ)
def list_subscription_renewals(
    tenant_id: NameFilter = None,
    status: Annotated[RenewalStatus | None, Query()] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
) -> OperatorRenewalPage:
    """List what tenants ask for, newest first."""
    page = renewing.list_renewals_of_all(
        principal(),
        tenant_id=tenant_id,
        status=status,
        limit=limit,
        after=_RENEWAL_CURSOR.decode(cursor),
        origin=origin(),
    )
    return OperatorRenewalPage(items=page.renewals, next_cursor=_RENEWAL_CURSOR.encode(page.next_position))


@routes.post(f"{_RENEWAL}/grant", permission=_MANAGE, also=_CONFLICT)
def grant_subscription_renewal(renewal_id: UUID, body: Annotated[GrantRenewal, Body()]) -> Renewal:
    """Grant a renewal: the subscription is ACTIVE from now on, and a TRIAL becomes a MAIN.

    Paid time that is left is added to, and grace that was used is taken off. Of a trial, and when term and grace are
    over, a new term begins now. 409 when the term would be over already.
    """
    grant = RenewalGrant(body.term_days, body.device_limit, body.note)
    return renewing.grant_renewal(principal(), renewal_id, grant, origin=origin())


@routes.post(f"{_RENEWAL}/refuse", permission=_MANAGE, also=_CONFLICT)
def refuse_subscription_renewal(renewal_id: UUID, body: Annotated[RefuseRenewal, Body()]) -> Renewal:
    """Refuse a renewal."""
    return renewing.refuse_renewal(principal(), renewal_id, reason=body.reason, origin=origin())


def _term_end(body: CreateSubscription) -> Instant | None:
    if body.term_end is not None and body.term_days is not None:
        reason = "must be left out beside term_end"
        raise InvalidInputError(f"term_days {reason}", errors=(FieldError("term_days", reason),))
    if body.kind is SubscriptionKind.ADDON and body.term_days is not None:
        reason = "must be left out: an ADDON's term is that of its MAIN"
        raise InvalidInputError(f"term_days {reason}", errors=(FieldError("term_days", reason),))
    if body.term_end is not None:
        return body.term_end
    if body.kind is SubscriptionKind.ADDON:
        return None
    usual = TRIAL_LENGTH if body.kind is SubscriptionKind.TRIAL else _USUAL_TERM
    return clock.now() + (usual if body.term_days is None else timedelta(days=body.term_days))
