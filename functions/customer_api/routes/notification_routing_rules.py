"""Which alerts go to which channels, in the caller's tenant."""

from http import HTTPStatus
from typing import Annotated, Final, Literal
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
from pulse.models import Input
from pulse.notifications import managing_rules
from pulse.notifications.managing_rules import RoutingPreview, RulePosition
from pulse.notifications.notice import NoticeEvent
from pulse.notifications.routing import RoutingRule, RuleWish
from pulse.texts import TEXT

routes = Routes("Notification routing")
_CURSOR = Cursor(RulePosition)
_RULES = "/customer/notification-routing-rules"
_RULE = "/customer/notification-routing-rules/<routing_rule_id>"
_CONFLICT = (HTTPStatus.CONFLICT,)

AlertEventName = Literal["opened", "severity_changed", "escalated", "unanswered", "acknowledged", "closed"]
EVERY_EVENT: Final[list[AlertEventName]] = [
    "opened",
    "severity_changed",
    "escalated",
    "unanswered",
    "acknowledged",
    "closed",
]
RuleEventName = Literal[
    "opened",
    "severity_changed",
    "escalated",
    "unanswered",
    "acknowledged",
    "closed",
    "subscription_ending",
    "tenant_deletion",
]
TagValue = Annotated[str, Field(max_length=200, pattern=TEXT)]


class RoutingRulePage(CountedPage[RoutingRule]):
    """A page of routing rules."""


class SetRoutingRule(Input):
    """What a routing rule is to be. A list or map that is empty does not narrow."""

    name: Label
    channel_id: UUID
    enabled: bool = True
    priority: int = Field(100, ge=0, le=1000, description="Rules are asked in this order, lower ones first")
    stop: bool = Field(False, description="Ask no further rule once this one matches")
    min_severity: Severity = Severity.INFO
    events: list[RuleEventName] = Field(
        [*EVERY_EVENT],
        min_length=1,
        max_length=8,
        description="What it is about: events of alerts; `subscription_ending`, which has the type SUBSCRIPTION_ENDING,"
        " no device, and a severity that grows from INFO to CRITICAL as the end comes near; `tenant_deletion`, of the "
        "type TENANT_DELETION, HIGH 30 days and CRITICAL 7 days before the data of an expired tenant are deleted",
    )
    alert_types: list[AlertTypeText] = Field(
        [],
        max_length=50,
        description="Any when empty: Pulse's own types, or those of addons. One that nothing can bring is refused",
    )
    site_ids: list[Name] = Field([], max_length=200)
    group_ids: list[UUID] = Field([], max_length=50, description="Groups in one of which the device is at that moment")
    tags: dict[Name, TagValue] = Field(
        {}, max_length=20, description="All of which the device must have; an empty value asks for the tag alone"
    )
    throttle_minutes: int = Field(
        0, ge=0, le=10_080, description="Of one cause the channel is told at most once in this time; 0: always"
    )


@routes.get(_RULES, permission=Permission.READ_NOTIFICATIONS)
def list_notification_routing_rules(
    channel_id: Annotated[UUID | None, Query()] = None, limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None
) -> RoutingRulePage:
    """List routing rules in the order in which they are asked."""
    page = managing_rules.list_rules(tenant(), channel_id=channel_id, limit=limit, after=_CURSOR.decode(cursor))
    return RoutingRulePage(items=page.rules, next_cursor=_CURSOR.encode(page.next_position), total=page.total)


@routes.post(_RULES, permission=Permission.MANAGE_NOTIFICATIONS, also=_CONFLICT, status=HTTPStatus.CREATED)
def create_notification_routing_rule(body: Annotated[SetRoutingRule, Body()]) -> RoutingRule:
    """Make a routing rule."""
    return managing_rules.create_rule(principal(), _wish(body), origin=origin())


@routes.get(_RULE, permission=Permission.READ_NOTIFICATIONS)
def get_notification_routing_rule(routing_rule_id: UUID) -> RoutingRule:
    """Read a routing rule."""
    return managing_rules.get_rule(tenant(), routing_rule_id)


@routes.put(_RULE, permission=Permission.MANAGE_NOTIFICATIONS, also=_CONFLICT)
def change_notification_routing_rule(
    routing_rule_id: UUID, body: Annotated[SetRoutingRule, Body()], if_match: IfMatch = None
) -> RoutingRule:
    """Change a routing rule as a whole."""
    return managing_rules.change_rule(principal(), routing_rule_id, _wish(body), if_match=if_match, origin=origin())


@routes.delete(_RULE, permission=Permission.MANAGE_NOTIFICATIONS)
def delete_notification_routing_rule(routing_rule_id: UUID, if_match: IfMatch = None) -> None:
    """Delete a routing rule."""
    managing_rules.delete_rule(principal(), routing_rule_id, if_match=if_match, origin=origin())


@routes.get("/customer/alerts/<alert_id>/notification-preview", permission=Permission.READ_NOTIFICATIONS)
def preview_notifications(alert_id: UUID, event: Annotated[AlertEventName, Query()] = "opened") -> RoutingPreview:
    """Tell what an event of this alert would send now, and why. Nothing is sent."""
    return managing_rules.preview_routing(tenant(), alert_id, NoticeEvent(event))


def _wish(body: SetRoutingRule) -> RuleWish:
    return RuleWish(**{**body.model_dump(), "events": list(dict.fromkeys(body.events))})
