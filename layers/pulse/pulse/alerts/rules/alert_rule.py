"""Alert rules as values. Pure."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple
from uuid import UUID

from pulse.alerts.rules.criteria import Criterion
from pulse.alerts.severity import Severity
from pulse.devices.selectors import DeviceSelector


class Scope(DeviceSelector):
    """Which devices a rule is for."""


class AlertRule(NamedTuple):
    """A rule as it is evaluated. `message` is the template of its alerts' summaries; empty for the usual one."""

    tenant_id: str
    rule_id: UUID
    name: str
    criterion: Criterion
    severity: Severity
    scope: Scope
    message: str = ""


def groups_named(rules: Mapping[str, Iterable[AlertRule]]) -> dict[str, frozenset[UUID]]:
    """The groups that the scopes of each tenant's rules name."""
    return {
        tenant_id: frozenset(group_id for rule in of_tenant for group_id in rule.scope.group_ids)
        for tenant_id, of_tenant in rules.items()
    }
