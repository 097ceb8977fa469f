"""Alert rules as people see them."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from pydantic import BaseModel, Field

from pulse.alerts.rules import Condition, Match, Scope
from pulse.alerts.severity import Severity
from pulse.database import tenant_session


class AlertRuleView(BaseModel):
    """A rule, enabled or not."""

    rule_id: UUID
    name: str
    description: str
    kind: str = Field(examples=["threshold"])
    conditions: list[Condition]
    match: Match
    duration_seconds: int = Field(description="How long every sample must breach; 0 fires on the first")
    severity: Severity
    scope: Scope
    enabled: bool
    created_at: datetime
    updated_at: datetime


class RulePosition(NamedTuple):
    """A place in the list of rules, which is in the order of names."""

    name: str


class AlertRuleList(NamedTuple):
    """A page, where the next one starts (None after the last), and how long the whole list is."""

    rules: list[AlertRuleView]
    next_position: RulePosition | None
    total: int


def list_alert_rules(tenant_id: str, *, limit: int, after: RulePosition | None) -> AlertRuleList:
    """A page of the tenant's rules, following `after`."""
    with tenant_session(tenant_id) as connection:
        rows = connection.execute(
            """
            SELECT rule_id, name, description, kind, conditions, match, duration_seconds, severity, scope, enabled,
                   created_at, updated_at
            FROM alert_rules
            WHERE tenant_id = %(tenant_id)s
              AND (%(after)s::text IS NULL OR name > %(after)s)
            ORDER BY name
            LIMIT %(limit)s
            """,
            {"tenant_id": tenant_id, "after": after.name if after else None, "limit": limit + 1},
        ).fetchall()
        count = connection.execute(
            "SELECT count(*) AS total FROM alert_rules WHERE tenant_id = %(tenant_id)s", {"tenant_id": tenant_id}
        ).fetchone()
    assert count is not None
    rules = [AlertRuleView.model_validate(row) for row in rows[:limit]]
    position = RulePosition(rules[-1].name) if len(rows) > limit else None
    return AlertRuleList(rules, position, count["total"])
