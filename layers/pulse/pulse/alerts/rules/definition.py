"""A rule as people define it and see it. Pure."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints, field_validator

from pulse.alerts.rules.alert_rule import Scope
from pulse.alerts.rules.criteria import Criterion
from pulse.alerts.rules.message_template import VARIABLES, has_loose_braces, unknown_variables
from pulse.alerts.severity import Severity
from pulse.models import Input
from pulse.texts import LINE, Description, Title
from pulse.versions import Versioned

_Message = Annotated[str, StringConstraints(max_length=500, strip_whitespace=True, pattern=LINE)]
_VARIABLES_IN_WORDS = "; ".join(f"`{{{{ {name} }}}}`: {meaning}" for name, meaning in VARIABLES.items())


class RuleDefinition(Input):
    """What people say of a rule."""

    name: Title = Field(description="Unique within the tenant")
    description: Description = ""
    criterion: Criterion
    severity: Severity = Severity.MEDIUM
    scope: Scope = Field(Scope(), description="Without one the rule is for every device")
    message: _Message = Field(
        "", description=f"Text of its alerts, empty for the usual one. It may hold {_VARIABLES_IN_WORDS}"
    )
    escalation_policy_id: UUID | None = Field(
        None, description="Policy by which its new alerts escalate; the tenant's default one without"
    )
    enabled: bool = True

    @field_validator("message")
    @classmethod
    def _knows_its_variables(cls, message: str) -> str:
        if unknown := unknown_variables(message):
            reason = f"knows no {', '.join(unknown)}; there are {', '.join(VARIABLES)}"
            raise ValueError(reason)
        if has_loose_braces(message):
            reason = "has braces that belong to no variable; write {{ device_id }}"
            raise ValueError(reason)
        return message


class AlertRuleView(Versioned):
    """A rule, enabled or not."""

    rule_id: UUID
    name: str
    description: str
    criterion: Criterion
    condition: str = Field(description="What it looks for, in words", examples=["temp_c > 8 for 1 min"])
    severity: Severity
    scope: Scope
    message: str = Field(description="Text of its alerts; empty for the usual one")
    escalation_policy_id: UUID | None = Field(
        description="Policy by which its new alerts escalate; null for the tenant's default one"
    )
    enabled: bool
    created_at: datetime
    updated_at: datetime

    @property
    def definition(self) -> RuleDefinition:
        """What people have said of it."""
        return RuleDefinition(**{name: getattr(self, name) for name in RuleDefinition.model_fields})
