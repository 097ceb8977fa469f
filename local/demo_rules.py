"""The demo's alert rules in the database. A rule of the same name is left as it is."""

from local.demo_fleet import DemoTenant, rules_of
from pulse.alerts.rules.editing import enter_rule
from pulse.database import tenant_session


def ensure_rules(tenant: DemoTenant) -> None:
    """Have a rule for each kind of device that the tenant has."""
    with tenant_session(tenant.tenant_id) as connection:
        for rule in rules_of(tenant):
            enter_rule(connection, tenant.tenant_id, rule, actor="local")
