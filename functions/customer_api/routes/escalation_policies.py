"""Escalation policies of the caller's tenant, and how far alerts have escalated."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import Field

from pulse.api.etags import IfMatch
from pulse.api.filters import Search
from pulse.api.paging import DEFAULT_LIMIT, CountedPage, Cursor, CursorText, Limit
from pulse.api.request import origin, principal, tenant
from pulse.api.routes import Routes
from pulse.api.types import Label
from pulse.escalation import policies, progress
from pulse.escalation.policies import EscalationPolicy, PolicyDefinition
from pulse.escalation.policy import EscalationRules
from pulse.escalation.progress import AlertEscalation
from pulse.identity.permissions import Permission
from pulse.texts import Description

routes = Routes("Escalation")
_CURSOR = Cursor(tuple[str])
_CONFLICT = (HTTPStatus.CONFLICT,)
_POLICY = "/customer/escalation-policies/<policy_id>"


class DescribePolicy(EscalationRules):
    """A policy as a whole."""

    name: Label
    description: Description = ""
    is_default: bool = Field(
        False, description="Whether new alerts of the tenant escalate by it; then no other policy is the default"
    )


class PolicyPage(CountedPage[EscalationPolicy]):
    """A page of policies."""


@routes.get("/customer/escalation-policies", permission=Permission.READ_ESCALATION)
def list_escalation_policies(q: Search = None, limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None) -> PolicyPage:
    """List escalation policies by name."""
    after = _CURSOR.decode(cursor)
    page = policies.list_policies(tenant(), q=q, limit=limit, after=after[0] if after else None)
    next_cursor = _CURSOR.encode((page.next_position,)) if page.next_position is not None else None
    return PolicyPage(items=page.policies, next_cursor=next_cursor, total=page.total)


@routes.post(
    "/customer/escalation-policies", permission=Permission.MANAGE_ESCALATION, also=_CONFLICT, status=HTTPStatus.CREATED
)
def create_escalation_policy(body: Annotated[DescribePolicy, Body()]) -> EscalationPolicy:
    """Make an escalation policy.

    The first level is told `delay_minutes` after an alert was opened, each further one so long after the level before,
    as long as the alert is open and not silenced. After the last level nobody is told again, unless `repeat` says so,
    and `alert.unanswered` is published when that had no answer either.
    """
    return policies.create_policy(principal(), _definition(body), origin=origin())


@routes.get(_POLICY, permission=Permission.READ_ESCALATION)
def get_escalation_policy(policy_id: UUID) -> EscalationPolicy:
    """Read an escalation policy."""
    return policies.get_policy(tenant(), policy_id)


@routes.put(_POLICY, permission=Permission.MANAGE_ESCALATION, also=_CONFLICT)
def change_escalation_policy(
    policy_id: UUID, body: Annotated[DescribePolicy, Body()], if_match: IfMatch = None
) -> EscalationPolicy:
    """Replace an escalation policy with its levels.

    Alerts that are open already go on by what it was when they were opened.
    """
    return policies.change_policy(principal(), policy_id, _definition(body), if_match=if_match, origin=origin())


@routes.delete(_POLICY, permission=Permission.MANAGE_ESCALATION, also=_CONFLICT)
def delete_escalation_policy(policy_id: UUID, if_match: IfMatch = None) -> None:
    """Delete an escalation policy. Alerts that are open already go on by it.

    One that an alert rule names answers 409, and tells which.
    """
    policies.delete_policy(principal(), policy_id, if_match=if_match, origin=origin())


@routes.get("/customer/alerts/<escalating_alert_id>/escalation", permission=Permission.READ_ALERTS)
def get_alert_escalation(escalating_alert_id: UUID) -> AlertEscalation:
    """Read how far an alert has escalated; one without a policy answers 404."""
    return progress.get_escalation(tenant(), escalating_alert_id)


def _definition(body: DescribePolicy) -> PolicyDefinition:
    rules = EscalationRules(**{name: getattr(body, name) for name in EscalationRules.model_fields})
    return PolicyDefinition(body.name, body.description, body.is_default, rules)
