"""Alert rules as people look them up."""

from typing import NamedTuple
from uuid import UUID

from pulse.alerts.rules.definition import AlertRuleView
from pulse.alerts.rules.store import find_rule, find_rules_of_policy, list_rule_rows
from pulse.database import Connection, tenant_session
from pulse.errors import NotFoundError


class RulePosition(NamedTuple):
    """A place in the list of rules, which is in the order of names."""

    name: str


class AlertRuleList(NamedTuple):
    """A page, where the next one starts (None after the last), and how long the whole list is."""

    rules: list[AlertRuleView]
    next_position: RulePosition | None
    total: int


def list_alert_rules(
    tenant_id: str,
    *,
    enabled: bool | None = None,
    kind: str | None = None,
    limit: int,
    after: RulePosition | None,
) -> AlertRuleList:
    """A page of the tenant's rules, following `after`."""
    with tenant_session(tenant_id) as connection:
        rules, total = list_rule_rows(
            connection, tenant_id, enabled=enabled, kind=kind, after=after.name if after else None, limit=limit + 1
        )
    position = RulePosition(rules[limit - 1].name) if len(rules) > limit else None
    return AlertRuleList(rules[:limit], position, total)


def get_alert_rule(tenant_id: str, rule_id: UUID) -> AlertRuleView:
    """One rule. Raises NotFoundError."""
    with tenant_session(tenant_id) as connection:
        return known_rule(find_rule(connection, tenant_id, rule_id), rule_id)


def rules_of_policy(connection: Connection, tenant_id: str, policy_id: UUID) -> list[str]:
    """Names of the rules whose alerts escalate by this policy, though it need not be the default one."""
    return find_rules_of_policy(connection, tenant_id, policy_id)


def known_rule(rule: AlertRuleView | None, rule_id: UUID) -> AlertRuleView:
    """The rule. Raises NotFoundError when there is none."""
    if rule is None:
        message = f"there is no alert rule {rule_id}"
        raise NotFoundError(message)
    return rule
