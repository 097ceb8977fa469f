"""Notification channels of the caller's tenant."""

from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from pydantic import Field

from pulse.api.etags import IfMatch
from pulse.api.filters import Search
from pulse.api.paging import DEFAULT_LIMIT, CountedPage, Cursor, CursorText, Limit
from pulse.api.request import origin, principal, tenant
from pulse.api.routes import Routes
from pulse.api.types import Label
from pulse.identity.permissions import Permission
from pulse.limits.definitions import LimitName
from pulse.models import Input, Model
from pulse.notifications import managing_channels
from pulse.notifications.channel import (
    ChannelPosition,
    ChannelWish,
    KindDescription,
    NotificationChannel,
    TrialResult,
)
from pulse.notifications.channels.kind import KindName

routes = Routes("Notification channels")
_CURSOR = Cursor(ChannelPosition)
_CHANNELS = "/customer/notification-channels"
_CHANNEL = "/customer/notification-channels/<channel_id>"
_CONFLICT = (HTTPStatus.CONFLICT,)


class ChannelPage(CountedPage[NotificationChannel]):
    """A page of channels."""


class ChannelKinds(Model):
    """Every kind of channel."""

    items: list[KindDescription]


class SetChannel(Input):
    """What a channel is to be."""

    name: Label
    kind: KindName
    config: dict[str, Any] = Field(
        description="By the schema of its kind (see `notification-channel-kinds`); `***` keeps a secret as it is"
    )
    enabled: bool = True


@routes.get("/customer/notification-channel-kinds", permission=Permission.READ_NOTIFICATIONS)
def list_channel_kinds() -> ChannelKinds:
    """List the kinds of channels, each with the JSON schema of its configuration."""
    return ChannelKinds(items=managing_channels.list_kinds())


@routes.get(_CHANNELS, permission=Permission.READ_NOTIFICATIONS)
def list_notification_channels(
    kind: Annotated[KindName | None, Query()] = None,
    q: Search = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
) -> ChannelPage:
    """List notification channels by name, each with its health."""
    kinds = [] if kind is None else [kind]
    page = managing_channels.list_channels(tenant(), kinds=kinds, q=q, limit=limit, after=_CURSOR.decode(cursor))
    return ChannelPage(items=page.channels, next_cursor=_CURSOR.encode(page.next_position), total=page.total)


@routes.post(_CHANNELS, permission=Permission.MANAGE_NOTIFICATIONS, also=_CONFLICT, status=HTTPStatus.CREATED)
def create_notification_channel(body: Annotated[SetChannel, Body()]) -> NotificationChannel:
    """Make a notification channel.

    Where it leads to is looked at: a host must be public, and reached with TLS. Its secrets are kept encrypted and are
    not shown again.
    """
    return managing_channels.create_channel(principal(), _wish(body), origin=origin())


@routes.get(_CHANNEL, permission=Permission.READ_NOTIFICATIONS)
def get_notification_channel(channel_id: UUID) -> NotificationChannel:
    """Read a notification channel."""
    return managing_channels.get_channel(tenant(), channel_id)


@routes.put(_CHANNEL, permission=Permission.MANAGE_NOTIFICATIONS, also=_CONFLICT)
def change_notification_channel(
    channel_id: UUID, body: Annotated[SetChannel, Body()], if_match: IfMatch = None
) -> NotificationChannel:
    """Change a notification channel as a whole, but for its kind.

    A secret that is sent as `***` stays as it is. One that Pulse has disabled begins anew.
    """
    return managing_channels.change_channel(principal(), channel_id, _wish(body), if_match=if_match, origin=origin())


@routes.delete(_CHANNEL, permission=Permission.MANAGE_NOTIFICATIONS, also=_CONFLICT)
def delete_notification_channel(channel_id: UUID, if_match: IfMatch = None) -> None:
    """Delete a notification channel and the routing rules that lead to it. Its deliveries stay listed.

    One that an escalation policy or an on-call schedule names answers 409, and tells which.
    """
    managing_channels.delete_channel(principal(), channel_id, if_match=if_match, origin=origin())


@routes.post(f"{_CHANNEL}/test", permission=Permission.MANAGE_NOTIFICATIONS, limits=(LimitName.API_CHANNEL_TEST,))
def test_notification_channel(channel_id: UUID) -> TrialResult:
    """Send a sample through this channel alone, once, and tell what the other side answered.

    What went wrong is in the answer, which is 200 all the same. A disabled channel can be tested. The delivery log has
    the test as well.
    """
    return managing_channels.try_channel(principal(), channel_id, origin=origin())


def _wish(body: SetChannel) -> ChannelWish:
    return ChannelWish(body.name, body.kind, body.config, body.enabled)
