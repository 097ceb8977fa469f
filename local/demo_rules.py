"""The demo's alert rules in the database. A rule of the same name is left as it is."""

from psycopg.types.json import Jsonb

from local.demo_fleet import DemoTenant, rules_of
from pulse.database import tenant_session


def ensure_rules(tenant: DemoTenant) -> None:
    """Have a rule for each kind of device that the tenant has."""
    with tenant_session(tenant.tenant_id) as connection:
        for rule in rules_of(tenant):
            connection.execute(
                """
                INSERT INTO alert_rules (tenant_id, name, conditions, severity, scope)
                VALUES (%(tenant_id)s, %(name)s, %(conditions)s, %(severity)s::severity, %(scope)s)
                ON CONFLICT (tenant_id, name) DO NOTHING
                """,
                {
                    "tenant_id": tenant.tenant_id,
                    "name": rule.name,
                    "conditions": Jsonb([rule.condition.model_dump(mode="json", exclude_none=True)]),
                    "severity": rule.severity.value,
                    "scope": Jsonb(rule.scope.model_dump(mode="json")),
                },
            )
