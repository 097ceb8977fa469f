"""Alert rules of the caller's tenant."""

from enum import StrEnum
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from aws_lambda_powertools.event_handler.openapi.params import Body, Query

from pulse.alerts.rules import editing as rule_editing
from pulse.alerts.rules import queries as rule_queries
from pulse.alerts.rules.definition import AlertRuleView, RuleDefinition
from pulse.alerts.rules.queries import RulePosition
from pulse.api.etags import IfMatch
from pulse.api.paging import DEFAULT_LIMIT, CountedPage, Cursor, CursorText, Limit
from pulse.api.request import origin, principal, tenant
from pulse.api.routes import Routes
from pulse.identity.permissions import Permission

routes = Routes("Alert rules")
_CURSOR = Cursor(RulePosition)
_RULE = "/customer/alert-rules/<rule_id>"


class RuleKind(StrEnum):
    """What a rule's criterion is about."""

    THRESHOLD = "threshold"
    ANOMALY = "anomaly"
    TELEMETRY_GAP = "telemetry_gap"
    WINDOW = "window"


class AlertRulePage(CountedPage[AlertRuleView]):
    """A page of alert rules."""


@routes.get("/customer/alert-rules", permission=Permission.READ_ALERT_RULES)
def list_alert_rules(
    kind: Annotated[RuleKind | None, Query()] = None,
    enabled: Annotated[bool | None, Query(description="Those that are on, or those that are off")] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
) -> AlertRulePage:
    """List alert rules by name, enabled or not."""
    page = rule_queries.list_alert_rules(
        tenant(), kind=kind, enabled=enabled, limit=limit, after=_CURSOR.decode(cursor)
    )
    return AlertRulePage(items=page.rules, next_cursor=_CURSOR.encode(page.next_position), total=page.total)


@routes.post(
    "/customer/alert-rules",
    permission=Permission.MANAGE_ALERT_RULES,
    also=(HTTPStatus.CONFLICT,),
    status=HTTPStatus.CREATED,
)
def create_alert_rule(body: Annotated[RuleDefinition, Body()]) -> AlertRuleView:
    """Make an alert rule.

    It judges what devices send from now on. A name that another rule has answers 409.
    """
    return rule_editing.create_rule(principal(), body, origin=origin())


@routes.get(_RULE, permission=Permission.READ_ALERT_RULES)
def get_alert_rule(rule_id: UUID) -> AlertRuleView:
    """Read an alert rule."""
    return rule_queries.get_alert_rule(tenant(), rule_id)


@routes.put(_RULE, permission=Permission.MANAGE_ALERT_RULES, also=(HTTPStatus.CONFLICT,))
def change_alert_rule(
    rule_id: UUID, body: Annotated[RuleDefinition, Body()], if_match: IfMatch = None
) -> AlertRuleView:
    """Define an alert rule anew.

    Fields that are left out get their defaults. Alerts of devices that are no longer in its scope close, and all of
    them when it is disabled or looks at other metrics; the others go on, judged by the new definition.
    """
    return rule_editing.change_rule(principal(), rule_id, body, if_match=if_match, origin=origin())


@routes.post(f"{_RULE}/enable", permission=Permission.MANAGE_ALERT_RULES)
def enable_alert_rule(rule_id: UUID, if_match: IfMatch = None) -> AlertRuleView:
    """Switch an alert rule on.

    It judges what devices send from now on. Once is enough: a rule that is on stays as it is.
    """
    return rule_editing.enable_rule(principal(), rule_id, enabled=True, if_match=if_match, origin=origin())


@routes.post(f"{_RULE}/disable", permission=Permission.MANAGE_ALERT_RULES)
def disable_alert_rule(rule_id: UUID, if_match: IfMatch = None) -> AlertRuleView:
    """Switch an alert rule off.

    The alerts that it has opened close, and say why. Once is enough: a rule that is off stays as it is.
    """
    return rule_editing.enable_rule(principal(), rule_id, enabled=False, if_match=if_match, origin=origin())


@routes.delete(_RULE, permission=Permission.MANAGE_ALERT_RULES)
def delete_alert_rule(rule_id: UUID, if_match: IfMatch = None) -> None:
    """Delete an alert rule.

    The alerts that it has opened close, and say why.
    """
    rule_editing.delete_rule(principal(), rule_id, if_match=if_match, origin=origin())
