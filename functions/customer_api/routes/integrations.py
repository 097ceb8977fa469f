"""Integrations of the tenant: channels of four kinds and the rules that lead there, in the words of the API of old."""

from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from pydantic import Field

from pulse.alerts.alert import AlertTypeText
from pulse.alerts.severity import Severity
from pulse.api.etags import IfMatch
from pulse.api.paging import DEFAULT_LIMIT, CountedPage, Cursor, CursorText, Limit
from pulse.api.request import origin, principal, tenant
from pulse.api.routes import Routes
from pulse.api.types import Label, Name
from pulse.identity.permissions import Permission
from pulse.limits.definitions import LimitName
from pulse.models import Input
from pulse.notifications import integrations
from pulse.notifications.channel import ChannelPosition, TrialResult
from pulse.notifications.integrations import (
    DeliverOn,
    Integration,
    IntegrationRoute,
    IntegrationType,
    RouteWish,
)
from pulse.notifications.managing_rules import RulePosition

routes = Routes("Integrations")
_INTEGRATION_CURSOR = Cursor(ChannelPosition)
_ROUTE_CURSOR = Cursor(RulePosition)
_INTEGRATIONS = "/customer/integrations"
_INTEGRATION = f"{_INTEGRATIONS}/<integration_id>"
_ROUTES = "/customer/integration-routes"
_ROUTE = f"{_ROUTES}/<integration_route_id>"
_CONFLICT = (HTTPStatus.CONFLICT,)
_READ, _MANAGE = Permission.READ_NOTIFICATIONS, Permission.MANAGE_NOTIFICATIONS

Config = Annotated[
    dict[str, Any],
    Field(description="By the schema of its kind (see `notification-channel-kinds`); `***` keeps a secret as it is"),
]


class IntegrationPage(CountedPage[Integration]):
    """A page of integrations."""


class IntegrationRoutePage(CountedPage[IntegrationRoute]):
    """A page of integration routes."""


class MakeIntegration(Input):
    """What an integration is to be."""

    name: Label
    type: IntegrationType
    config: Config
    enabled: bool = True


class ChangeIntegration(Input):
    """What is to be changed; what is left out stays."""

    name: Label | None = None
    config: Config | None = None
    enabled: bool | None = None


class SetIntegrationRoute(Input):
    """What a route is to be. A list that is empty does not narrow."""

    integration_id: UUID
    name: Label
    deliver_on: list[DeliverOn] = Field([*DeliverOn], min_length=1, max_length=3)
    min_severity: Severity = Severity.INFO
    alert_types: list[AlertTypeText] = Field(
        [],
        max_length=50,
        description="Any when empty: Pulse's own types, or those of addons. One that nothing can bring is refused",
    )
    site_ids: list[Name] = Field([], max_length=200)
    priority: int = Field(100, ge=0, le=1000, description="Routes are asked in this order, lower ones first")
    enabled: bool = True


@routes.get(_INTEGRATIONS, permission=_READ)
def list_integrations(
    type: Annotated[IntegrationType | None, Query()] = None,  # noqa: A002 - the parameter's name in the API of old
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
) -> IntegrationPage:
    """List integrations by name: channels of kind webhook, snmp, email and mqtt."""
    after = _INTEGRATION_CURSOR.decode(cursor)
    page = integrations.list_integrations(tenant(), kind=type, limit=limit, after=after)
    next_cursor = _INTEGRATION_CURSOR.encode(page.next_position)
    return IntegrationPage(items=page.integrations, next_cursor=next_cursor, total=page.total)


@routes.post(_INTEGRATIONS, permission=_MANAGE, also=_CONFLICT, status=HTTPStatus.CREATED)
def create_integration(body: Annotated[MakeIntegration, Body()]) -> Integration:
    """Make an integration. It is a notification channel as well."""
    return integrations.create_integration(
        principal(), name=body.name, kind=body.type, config=body.config, enabled=body.enabled, origin=origin()
    )


@routes.get(_INTEGRATION, permission=_READ)
def get_integration(integration_id: UUID) -> Integration:
    """Read an integration."""
    return integrations.get_integration(tenant(), integration_id)


@routes.patch(_INTEGRATION, permission=_MANAGE, also=_CONFLICT)
def change_integration(
    integration_id: UUID, body: Annotated[ChangeIntegration, Body()], if_match: IfMatch = None
) -> Integration:
    """Change some of an integration. Its configuration is changed as a whole, but for secrets that are `***`."""
    changes = body.model_dump(exclude_none=True)
    return integrations.change_integration(principal(), integration_id, changes, if_match=if_match, origin=origin())


@routes.delete(_INTEGRATION, permission=_MANAGE, also=_CONFLICT)
def delete_integration(integration_id: UUID, if_match: IfMatch = None) -> None:
    """Delete an integration and its routes.

    One that an escalation policy or an on-call schedule names answers 409, and tells which.
    """
    integrations.delete_integration(principal(), integration_id, if_match=if_match, origin=origin())


@routes.post(f"{_INTEGRATION}/test", permission=_MANAGE, limits=(LimitName.API_CHANNEL_TEST,))
def test_integration(integration_id: UUID) -> TrialResult:
    """Send a sample, once, and tell what the other side answered."""
    return integrations.try_integration(principal(), integration_id, origin=origin())


@routes.get(_ROUTES, permission=_READ)
def list_integration_routes(
    integration_id: Annotated[UUID | None, Query()] = None, limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None
) -> IntegrationRoutePage:
    """List the routes to integrations in the order in which they are asked."""
    after = _ROUTE_CURSOR.decode(cursor)
    page = integrations.list_routes(tenant(), integration_id=integration_id, limit=limit, after=after)
    next_cursor = _ROUTE_CURSOR.encode(page.next_position)
    return IntegrationRoutePage(items=page.routes, next_cursor=next_cursor, total=page.total)


@routes.post(_ROUTES, permission=_MANAGE, also=_CONFLICT, status=HTTPStatus.CREATED)
def create_integration_route(body: Annotated[SetIntegrationRoute, Body()]) -> IntegrationRoute:
    """Make a route to an integration. It is a notification routing rule as well."""
    return integrations.create_route(principal(), RouteWish(**body.model_dump()), origin=origin())


@routes.get(_ROUTE, permission=_READ)
def get_integration_route(integration_route_id: UUID) -> IntegrationRoute:
    """Read a route to an integration."""
    return integrations.get_route(tenant(), integration_route_id)


@routes.put(_ROUTE, permission=_MANAGE, also=_CONFLICT)
def change_integration_route(
    integration_route_id: UUID, body: Annotated[SetIntegrationRoute, Body()], if_match: IfMatch = None
) -> IntegrationRoute:
    """Change a route as a whole. What only routing rules have, such as tags, stays."""
    wish = RouteWish(**body.model_dump())
    return integrations.change_route(principal(), integration_route_id, wish, if_match=if_match, origin=origin())


@routes.delete(_ROUTE, permission=_MANAGE)
def delete_integration_route(integration_route_id: UUID, if_match: IfMatch = None) -> None:
    """Delete a route to an integration."""
    integrations.delete_route(principal(), integration_route_id, if_match=if_match, origin=origin())
