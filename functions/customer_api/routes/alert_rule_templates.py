"""Templates of alert rules."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import Field

from pulse.alerts.rules import templating as rule_templating
from pulse.alerts.rules.alert_rule import Scope
from pulse.alerts.rules.criteria import MetricName
from pulse.alerts.rules.definition import AlertRuleView
from pulse.alerts.rules.templates import TEMPLATES, RuleTemplate
from pulse.api.filters import NameFilter
from pulse.api.request import origin, principal
from pulse.api.routes import Routes
from pulse.api.types import Name
from pulse.identity.permissions import Permission
from pulse.models import Input, Model

routes = Routes("Alert rules")


class RuleTemplates(Model):
    """The templates there are."""

    items: list[RuleTemplate]


class ApplyTemplates(Input):
    """Which templates to make rules from, and for which devices."""

    template_ids: list[Name] = Field(min_length=1, max_length=len(TEMPLATES))
    scope: Scope = Field(Scope(), description="For all rules that are made; without one they are for every device")
    metrics: dict[MetricName, MetricName] = Field(
        {}, max_length=20, description="What the devices call a template's metric", examples=[{"temperature": "temp_c"}]
    )


class AppliedTemplates(Model):
    """What became of the templates."""

    created: list[AlertRuleView]
    skipped: list[str] = Field(description="Templates whose name a rule has already")


@routes.get("/customer/alert-rule-templates", permission=Permission.READ_ALERT_RULES)
def list_alert_rule_templates(device_type: NameFilter = None) -> RuleTemplates:
    """List rules to start from."""
    return RuleTemplates(
        items=[template for template in TEMPLATES.values() if device_type in (None, template.device_type)]
    )


@routes.post(
    "/customer/alert-rule-templates/apply",
    permission=Permission.MANAGE_ALERT_RULES,
    also=(HTTPStatus.CONFLICT,),
)
def apply_alert_rule_templates(body: Annotated[ApplyTemplates, Body()]) -> AppliedTemplates:
    """Make alert rules from templates, all or none.

    A template whose name a rule has already is skipped, so that applying it again is harmless.
    """
    applied = rule_templating.apply_templates(
        principal(), body.template_ids, metrics=body.metrics, scope=body.scope, origin=origin()
    )
    return AppliedTemplates(created=applied.created, skipped=applied.skipped)
