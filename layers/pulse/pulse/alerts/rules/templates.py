"""Rules to start from: twelve that most fleets want in some form. Pure."""

from collections.abc import Mapping
from typing import Final

from pydantic import Field

from pulse.alerts.rules.alert_rule import Scope
from pulse.alerts.rules.criteria import Condition, Operator, Threshold
from pulse.alerts.rules.definition import RuleDefinition
from pulse.alerts.severity import Severity
from pulse.models import Model


class RuleTemplate(Model):
    """A rule to start from."""

    template_id: str
    name: str = Field(description="What a rule made from it is called")
    description: str
    device_type: str = Field(description="The kind of device that it was made for")
    criterion: Threshold
    condition: str = Field(description="What it looks for, in words")
    severity: Severity

    def as_definition(self, *, metrics: Mapping[str, str], scope: Scope) -> RuleDefinition:
        """A rule of the template for a scope, on metrics as the tenant's devices name them."""
        conditions = tuple(
            condition.model_copy(update={"metric": metrics.get(condition.metric, condition.metric)})
            for condition in self.criterion.conditions
        )
        return RuleDefinition(
            name=self.name,
            description=self.description,
            criterion=self.criterion.model_copy(update={"conditions": conditions}),
            severity=self.severity,
            scope=scope,
        )


def _template(
    template_id: str,
    name: str,
    description: str,
    metric: str,
    operator: Operator,
    threshold: float,
    *,
    clear_threshold: float,
    seconds: int = 0,
    severity: Severity,
) -> RuleTemplate:
    condition = Condition(metric=metric, operator=operator, threshold=threshold, clear_threshold=clear_threshold)
    criterion = Threshold(kind="threshold", conditions=(condition,), duration_seconds=seconds)
    return RuleTemplate(
        template_id=template_id,
        name=name,
        description=description,
        device_type=metric,
        criterion=criterion,
        condition=str(criterion),
        severity=severity,
    )


_ABOVE, _BELOW = Operator.GT, Operator.LT

TEMPLATES: Final[Mapping[str, RuleTemplate]] = {
    template.template_id: template
    for template in (
        _template("temp_high", "Temperature too high", "Overheating: stop, or cool at once.", "temperature",
                  _ABOVE, 85, clear_threshold=80, seconds=60, severity=Severity.CRITICAL),
        _template("temp_low", "Temperature too low", "Freezing damages goods, pipes and batteries.", "temperature",
                  _BELOW, -10, clear_threshold=-8, severity=Severity.CRITICAL),
        _template("humidity_high", "Humidity too high", "Condensation and mould.", "humidity",
                  _ABOVE, 90, clear_threshold=85, seconds=120, severity=Severity.HIGH),
        _template("humidity_low", "Humidity too low", "Static electricity, and goods that dry out.", "humidity",
                  _BELOW, 10, clear_threshold=15, severity=Severity.MEDIUM),
        _template("pressure_high", "Pressure too high", "Above the range of a barometer or vessel.", "pressure",
                  _ABOVE, 1100, clear_threshold=1080, severity=Severity.HIGH),
        _template("pressure_low", "Pressure too low", "Below the range, often a leak.", "pressure",
                  _BELOW, 900, clear_threshold=920, severity=Severity.HIGH),
        _template("vibration_high", "Vibration too strong", "A bearing or a mounting is failing.", "vibration",
                  _ABOVE, 5, clear_threshold=4, seconds=30, severity=Severity.CRITICAL),
        _template("power_high", "Power near its limit", "More than 95 % of what the feed is made for.", "power",
                  _ABOVE, 95, clear_threshold=90, seconds=300, severity=Severity.HIGH),
        _template("power_loss", "Power lost", "Less than 5 % for five minutes: the feed is off.", "power",
                  _BELOW, 5, clear_threshold=10, seconds=300, severity=Severity.CRITICAL),
        _template("flow_low", "Flow too low", "A closed valve, a blocked filter, or a dry pump.", "flow",
                  _BELOW, 1, clear_threshold=2, seconds=120, severity=Severity.HIGH),
        _template("level_high", "Level too high", "The tank is about to overflow.", "level",
                  _ABOVE, 90, clear_threshold=85, seconds=60, severity=Severity.HIGH),
        _template("level_low", "Level too low", "The tank is about to run dry.", "level",
                  _BELOW, 10, clear_threshold=15, seconds=60, severity=Severity.HIGH),
    )
}  # fmt: skip
