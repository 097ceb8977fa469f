"""The built-in templates of rules."""

import pytest

from pulse.alerts.rules.alert_rule import Scope
from pulse.alerts.rules.templates import TEMPLATES, RuleTemplate
from pulse.alerts.severity import Severity


def test_there_are_twelve_and_each_has_its_own_name() -> None:
    assert len(TEMPLATES) == 12
    assert len({template.name for template in TEMPLATES.values()}) == 12


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=lambda template: template.template_id)
def test_a_template_is_a_rule_for_the_scope_and_the_metric_that_it_is_given(template: RuleTemplate) -> None:
    scope = Scope(site_ids=("hall-a",))
    definition = template.as_definition(metrics={template.device_type: "their_name"}, scope=scope)
    assert definition.criterion.metrics == ("their_name",)
    assert definition.scope == scope
    assert definition.severity is template.severity


@pytest.mark.parametrize(
    ("template_id", "severity"),
    [("temp_high", Severity.CRITICAL), ("humidity_high", Severity.HIGH), ("power_loss", Severity.CRITICAL)],
)
def test_the_worst_is_critical_and_not_the_lowest_number(template_id: str, severity: Severity) -> None:
    assert TEMPLATES[template_id].severity is severity
