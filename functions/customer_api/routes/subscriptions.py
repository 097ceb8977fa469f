"""Subscriptions of the caller's tenant: what it has, what became of them, and asking for more."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from pydantic import Field

from pulse.api.paging import DEFAULT_LIMIT, CountedPage, Cursor, CursorText, Limit, Page
from pulse.api.request import origin, principal, tenant
from pulse.api.routes import Routes
from pulse.api.types import Name, Note
from pulse.devices.assignment import DevicePosition
from pulse.identity.permissions import Permission
from pulse.models import Input
from pulse.subscriptions import moving, reading, renewing
from pulse.subscriptions.lifecycle import SubscriptionKind, SubscriptionStatus
from pulse.subscriptions.renewing import RenewalWish
from pulse.subscriptions.subscription import (
    EventPosition,
    Renewal,
    RenewalPosition,
    RenewalStatus,
    Subscription,
    SubscriptionEvent,
    SubscriptionFilter,
    SubscriptionPosition,
    SubscriptionSummary,
)

routes = Routes("Subscriptions")
_SUBSCRIPTION = "/customer/subscriptions/<subscription_id>"
_CONFLICT = (HTTPStatus.CONFLICT,)
_CURSOR = Cursor(SubscriptionPosition)
_EVENT_CURSOR = Cursor(EventPosition)
_RENEWAL_CURSOR = Cursor(RenewalPosition)
_DEVICE_CURSOR = Cursor(DevicePosition)
MAX_DEVICES_AT_ONCE = 200
MAX_TERM_DAYS = 1827


class SubscriptionPage(CountedPage[Subscription]):
    """A page of subscriptions."""

    summary: SubscriptionSummary


class SubscriptionEventPage(Page[SubscriptionEvent]):
    """A page of a history."""


class SubscriptionDevicePage(Page[str]):
    """A page of device ids."""


class RenewalPage(Page[Renewal]):
    """A page of renewals."""


class RequestRenewal(Input):
    """What is asked for."""

    term_days: int = Field(365, ge=1, le=MAX_TERM_DAYS)
    device_limit: int | None = Field(None, ge=0, le=10_000_000, description="Seats; as many as there are when left out")
    note: Note = ""


class MoveDevices(Input):
    """Devices that are to have a subscription's seats."""

    device_ids: list[Name] = Field(min_length=1, max_length=MAX_DEVICES_AT_ONCE)


@routes.get("/customer/subscriptions", permission=Permission.READ_SUBSCRIPTIONS)
def list_subscriptions(
    kind: Annotated[SubscriptionKind | None, Query()] = None,
    status: Annotated[SubscriptionStatus | None, Query()] = None,
    include_expired: Annotated[bool, Query(description="Whether EXPIRED ones are listed")] = False,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
) -> SubscriptionPage:
    """List subscriptions, those first whose term ends first, with what all of them come to."""
    wanted = SubscriptionFilter(
        kind=kind, status=status, include_expired=include_expired or status is SubscriptionStatus.EXPIRED
    )
    page, summary = reading.list_subscriptions(tenant(), wanted, limit=limit, after=_CURSOR.decode(cursor))
    return SubscriptionPage(
        items=page.subscriptions, next_cursor=_CURSOR.encode(page.next_position), total=page.total, summary=summary
    )


@routes.get(_SUBSCRIPTION, permission=Permission.READ_SUBSCRIPTIONS)
def get_subscription(subscription_id: UUID) -> Subscription:
    """Read a subscription."""
    return reading.get_subscription(tenant(), subscription_id)


@routes.get(f"{_SUBSCRIPTION}/devices", permission=Permission.READ_SUBSCRIPTIONS)
def list_subscription_devices(
    subscription_id: UUID, limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None
) -> SubscriptionDevicePage:
    """List the ids of the devices that have a subscription's seats."""
    page = reading.list_devices_of_subscription(
        tenant(), subscription_id, limit=limit, after=_DEVICE_CURSOR.decode(cursor)
    )
    return SubscriptionDevicePage(items=page.device_ids, next_cursor=_DEVICE_CURSOR.encode(page.next_position))


@routes.post(f"{_SUBSCRIPTION}/devices", permission=Permission.MANAGE_SUBSCRIPTIONS, also=_CONFLICT)
def move_devices_to_subscription(subscription_id: UUID, body: Annotated[MoveDevices, Body()]) -> Subscription:
    """Give devices seats of this subscription, all of them or none.

    409 when not that many are free.
    """
    return moving.move_devices(principal(), subscription_id, body.device_ids, origin=origin())


@routes.get("/customer/subscription-events", permission=Permission.READ_SUBSCRIPTIONS)
def list_subscription_events(
    subscription_id: Annotated[UUID | None, Query(description="Only of this one")] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
) -> SubscriptionEventPage:
    """List the history of subscriptions, newest first. A step has the time at which it was due."""
    page = reading.list_history(
        tenant(), subscription_id=subscription_id, limit=limit, after=_EVENT_CURSOR.decode(cursor)
    )
    return SubscriptionEventPage(items=page.events, next_cursor=_EVENT_CURSOR.encode(page.next_position))


@routes.post(
    f"{_SUBSCRIPTION}/renewals",
    permission=Permission.MANAGE_SUBSCRIPTIONS,
    also=_CONFLICT,
    status=HTTPStatus.CREATED,
    while_suspended=True,
)
def request_subscription_renewal(subscription_id: UUID, body: Annotated[RequestRenewal, Body()]) -> Renewal:
    """Ask for a further term, with more or fewer seats if wanted.

    Nothing changes until an operator grants it. 409 while another request of the same subscription is open.
    """
    wish = RenewalWish(body.term_days, body.device_limit, body.note)
    return renewing.request_renewal(principal(), subscription_id, wish, origin=origin())


@routes.get("/customer/subscription-renewals", permission=Permission.READ_SUBSCRIPTIONS)
def list_subscription_renewals(
    status: Annotated[RenewalStatus | None, Query()] = None, limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None
) -> RenewalPage:
    """List what was asked for and what became of it, newest first."""
    page = renewing.list_renewals(tenant(), status=status, limit=limit, after=_RENEWAL_CURSOR.decode(cursor))
    return RenewalPage(items=page.renewals, next_cursor=_RENEWAL_CURSOR.encode(page.next_position))


@routes.delete(
    "/customer/subscription-renewals/<renewal_id>",
    permission=Permission.MANAGE_SUBSCRIPTIONS,
    also=_CONFLICT,
    while_suspended=True,
)
def withdraw_subscription_renewal(renewal_id: UUID) -> None:
    """Withdraw a request. 409 when it was decided."""
    renewing.withdraw_renewal(principal(), renewal_id, origin=origin())
