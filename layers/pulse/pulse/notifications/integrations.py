"""Integrations: channels of four kinds and the rules that lead there, in the words of the API of old.

A view and nothing more: what is made here is a channel or a routing rule like any other, and the other way round.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, NamedTuple
from uuid import UUID

from pydantic import Field

from pulse.alerts.severity import Severity
from pulse.errors import FieldError, InvalidInputError, NotFoundError
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.models import Model
from pulse.notifications import managing_channels, managing_rules
from pulse.notifications.channel import ChannelPosition, ChannelWish, NotificationChannel, TrialResult
from pulse.notifications.channels.kind import KindName
from pulse.notifications.managing_rules import RulePosition
from pulse.notifications.notice import NoticeEvent
from pulse.notifications.routing import RoutingRule, RuleWish
from pulse.versions import Versioned


class IntegrationType(StrEnum):
    """The kinds of channel that are integrations."""

    WEBHOOK = "webhook"
    SNMP = "snmp"
    EMAIL = "email"
    MQTT = "mqtt"


class DeliverOn(StrEnum):
    """What an integration is told of, by what the alert is then."""

    OPEN = "OPEN"
    ACKNOWLEDGED = "ACKNOWLEDGED"
    CLOSED = "CLOSED"


_KINDS: Final = tuple(KindName(name) for name in IntegrationType)
_EVENTS: Final = MappingProxyType(
    {
        DeliverOn.OPEN: [event for event in NoticeEvent if event.calls_for_somebody],
        DeliverOn.ACKNOWLEDGED: [NoticeEvent.ACKNOWLEDGED],
        DeliverOn.CLOSED: [NoticeEvent.CLOSED],
    }
)


class Integration(Versioned):
    """A channel of kind webhook, snmp, email or mqtt."""

    integration_id: UUID = Field(description="That of the channel")
    name: str
    type: IntegrationType
    destination: str = Field(description="Where it goes, in short")
    config: dict[str, Any] = Field(description="By the schema of its kind; secrets are `***`")
    enabled: bool
    created_at: datetime
    updated_at: datetime


class IntegrationRoute(Versioned):
    """A routing rule that leads to an integration."""

    route_id: UUID = Field(description="That of the routing rule")
    integration_id: UUID
    name: str
    deliver_on: list[DeliverOn]
    min_severity: Severity
    alert_types: list[str]
    site_ids: list[str]
    priority: int
    enabled: bool
    created_at: datetime
    updated_at: datetime


class RouteWish(Model):
    """What a route is to be."""

    integration_id: UUID
    name: str
    deliver_on: list[DeliverOn]
    min_severity: Severity
    alert_types: list[str]
    site_ids: list[str]
    priority: int
    enabled: bool


class IntegrationList(NamedTuple):
    """A page, where the next one starts (None after the last), and how long the whole list is."""

    integrations: list[Integration]
    next_position: ChannelPosition | None
    total: int


class RouteList(NamedTuple):
    """A page, where the next one starts (None after the last), and how long the whole list is."""

    routes: list[IntegrationRoute]
    next_position: RulePosition | None
    total: int


def list_integrations(
    tenant_id: str, *, kind: IntegrationType | None, limit: int, after: ChannelPosition | None
) -> IntegrationList:
    """A page of a tenant's integrations, by name."""
    kinds = _KINDS if kind is None else (KindName(kind),)
    page = managing_channels.list_channels(tenant_id, kinds=kinds, q=None, limit=limit, after=after)
    return IntegrationList([_integration(channel) for channel in page.channels], page.next_position, page.total)


def get_integration(tenant_id: str, integration_id: UUID) -> Integration:
    """One integration. Raises NotFoundError, also for a channel of another kind."""
    return _integration(managing_channels.get_channel(tenant_id, integration_id))


def create_integration(
    actor: Principal, *, name: str, kind: IntegrationType, config: dict[str, Any], enabled: bool, origin: Origin
) -> Integration:
    """Make an integration. Raises what `create_channel` raises."""
    wish = ChannelWish(name, KindName(kind), config, enabled)
    return _integration(managing_channels.create_channel(actor, wish, origin=origin))


def change_integration(
    actor: Principal, integration_id: UUID, changes: Mapping[str, Any], *, if_match: int | None, origin: Origin
) -> Integration:
    """Change the given of name, config (as a whole) and enabled. Raises what `change_channel` raises."""
    before = managing_channels.get_channel(_tenant_of(actor), integration_id)
    _integration(before)
    wish = ChannelWish(before.name, before.kind, before.config, before.enabled)._replace(**changes)
    version = before.version if if_match is None else if_match
    changed = managing_channels.change_channel(actor, integration_id, wish, if_match=version, origin=origin)
    return _integration(changed)


def delete_integration(actor: Principal, integration_id: UUID, *, if_match: int | None, origin: Origin) -> None:
    """Take an integration and its routes away. Raises what `delete_channel` raises."""
    get_integration(_tenant_of(actor), integration_id)
    managing_channels.delete_channel(actor, integration_id, if_match=if_match, origin=origin)


def try_integration(actor: Principal, integration_id: UUID, *, origin: Origin) -> TrialResult:
    """Send a sample, once. Raises NotPermittedError, NotFoundError."""
    get_integration(_tenant_of(actor), integration_id)
    return managing_channels.try_channel(actor, integration_id, origin=origin)


def list_routes(tenant_id: str, *, integration_id: UUID | None, limit: int, after: RulePosition | None) -> RouteList:
    """A page of the rules that lead to integrations, in the order in which they are asked."""
    page = managing_rules.list_rules(tenant_id, channel_id=integration_id, kinds=_KINDS, limit=limit, after=after)
    return RouteList([_route(rule) for rule in page.rules], page.next_position, page.total)


def get_route(tenant_id: str, route_id: UUID) -> IntegrationRoute:
    """One route. Raises NotFoundError, also for a rule that leads to a channel of another kind."""
    return _route(_rule(tenant_id, route_id))


def create_route(actor: Principal, wish: RouteWish, *, origin: Origin) -> IntegrationRoute:
    """Make a route. Raises what `create_rule` raises."""
    _require_integration(_tenant_of(actor), wish.integration_id)
    return _route(managing_rules.create_rule(actor, _rule_wish(wish), origin=origin))


def change_route(
    actor: Principal, route_id: UUID, wish: RouteWish, *, if_match: int | None, origin: Origin
) -> IntegrationRoute:
    """Change a route as a whole; what only routing rules have stays. Raises what `change_rule` raises."""
    tenant_id = _tenant_of(actor)
    before = _rule(tenant_id, route_id)
    _require_integration(tenant_id, wish.integration_id)
    kept = before.model_dump(include={"stop", "group_ids", "tags", "throttle_minutes"})
    wanted = _rule_wish(wish).model_copy(update=kept)
    return _route(managing_rules.change_rule(actor, route_id, wanted, if_match=if_match, origin=origin))


def delete_route(actor: Principal, route_id: UUID, *, if_match: int | None, origin: Origin) -> None:
    """Take a route away. Raises what `delete_rule` raises."""
    get_route(_tenant_of(actor), route_id)
    managing_rules.delete_rule(actor, route_id, if_match=if_match, origin=origin)


def _tenant_of(actor: Principal) -> str:
    return actor.require(Permission.MANAGE_NOTIFICATIONS)


def _rule(tenant_id: str, route_id: UUID) -> RoutingRule:
    rule = managing_rules.get_rule(tenant_id, route_id)
    if rule.channel_kind not in _KINDS:
        message = f"there is no integration route {route_id}"
        raise NotFoundError(message)
    return rule


def _require_integration(tenant_id: str, integration_id: UUID) -> None:
    """Raise InvalidInputError for what is no integration of the tenant."""
    try:
        get_integration(tenant_id, integration_id)
    except NotFoundError as error:
        raise InvalidInputError(error.message, errors=(FieldError("integration_id", error.message),)) from error


def _integration(channel: NotificationChannel) -> Integration:
    if channel.kind not in _KINDS:
        message = f"there is no integration {channel.channel_id}"
        raise NotFoundError(message)
    return Integration(
        integration_id=channel.channel_id,
        type=IntegrationType(channel.kind),
        **channel.model_dump(exclude={"channel_id", "kind", "health"}),
    )


def _route(rule: RoutingRule) -> IntegrationRoute:
    return IntegrationRoute(
        route_id=rule.rule_id,
        integration_id=rule.channel_id,
        deliver_on=[on for on, events in _EVENTS.items() if not set(events).isdisjoint(rule.events)],
        **rule.model_dump(include={"name", "min_severity", "alert_types", "site_ids", "priority", "enabled"}),
        **rule.model_dump(include={"version", "created_at", "updated_at"}),
    )


def _rule_wish(wish: RouteWish) -> RuleWish:
    return RuleWish(
        channel_id=wish.integration_id,
        events=[event for on in DeliverOn if on in wish.deliver_on for event in _EVENTS[on]],
        stop=False,
        group_ids=[],
        tags={},
        throttle_minutes=0,
        **wish.model_dump(exclude={"integration_id", "deliver_on"}),
    )
