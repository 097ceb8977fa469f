"""Trying alert rules on what devices have sent."""

from datetime import timedelta
from http import HTTPStatus
from typing import Annotated, Final
from uuid import UUID

from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import Field

from pulse import clock
from pulse.alerts.evaluation.backtest import LONGEST, Backtest, backtest_rule
from pulse.alerts.rules import queries as rule_queries
from pulse.alerts.rules.definition import RuleDefinition
from pulse.api.request import principal, tenant
from pulse.api.routes import Routes
from pulse.api.types import Instant
from pulse.errors import FieldError, InvalidInputError
from pulse.identity.permissions import Permission
from pulse.models import Input

routes = Routes("Alert rules")
_USUAL: Final = timedelta(days=7)


class BacktestAlertRule(Input):
    """A rule to try: one that exists, or one that is not saved."""

    rule_id: UUID | None = Field(None, description="Either this")
    rule: RuleDefinition | None = Field(None, description="Or this")
    start: Instant | None = Field(None, description="Seven days before the end without one; at most 30 before it")
    end: Instant | None = Field(None, description="Now without one")


@routes.post("/customer/alert-rules/backtest", permission=Permission.MANAGE_ALERT_RULES, also=(HTTPStatus.NOT_FOUND,))
def backtest_alert_rule(body: Annotated[BacktestAlertRule, Body()]) -> Backtest:
    """Try an alert rule on stored telemetry.

    Tells for each device when the rule would have opened and closed an alert. Nothing is changed by it. It is bounded
    in devices, samples, alerts and time; `truncated` says when it stopped before the end. It shows every time that the
    rule would have opened: what keeps alerts few (flapping, maintenance windows) is left out. A rule that nobody has
    answers 404, a scope that names what does not exist 400.
    """
    end = body.end or clock.now()
    start = body.start or end - _USUAL
    if not start < end:
        message = "start must be before end"
        raise InvalidInputError(message, errors=(FieldError("start", "must be before end"),))
    if end - start > LONGEST:
        message = f"choose at most {LONGEST.days} days"
        raise InvalidInputError(message, errors=(FieldError("start", f"must be within {LONGEST.days} days of end"),))
    if (body.rule_id is None) == (body.rule is None):
        message = "name a rule by rule_id, or define one in rule"
        raise InvalidInputError(
            message, errors=(FieldError("rule", "must be given, or rule_id instead, and not both"),)
        )
    if body.rule is not None:
        return backtest_rule(principal(), body.rule, None, start=start, end=end)
    assert body.rule_id is not None
    saved = rule_queries.get_alert_rule(tenant(), body.rule_id)
    return backtest_rule(principal(), saved.definition, saved.rule_id, start=start, end=end)
