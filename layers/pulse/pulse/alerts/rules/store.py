"""Rules in the database, as people edit them."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from pulse.alerts.evaluation.store import read_criterion
from pulse.alerts.rules.definition import AlertRuleView, RuleDefinition
from pulse.database import Connection

_COLUMNS: Final = sql.SQL(
    "rule_id, name, description, criterion, severity, scope, message, escalation_policy_id, enabled, version, "
    "created_at, updated_at"
)


def view_of(row: dict[str, Any]) -> AlertRuleView:
    """A row as people see it."""
    return AlertRuleView.model_validate({**row, "condition": str(read_criterion(row["criterion"]))})


def list_rule_rows(
    connection: Connection, tenant_id: str, *, enabled: bool | None, kind: str | None, after: str | None, limit: int
) -> tuple[list[AlertRuleView], int]:
    """Rules by name, from `after` on, and how many match altogether."""
    parameters = {"tenant_id": tenant_id, "enabled": enabled, "kind": kind, "after": after, "limit": limit}
    matching = sql.SQL("""
        FROM alert_rules
        WHERE tenant_id = %(tenant_id)s
          AND (%(enabled)s::boolean IS NULL OR enabled = %(enabled)s)
          AND (%(kind)s::text IS NULL OR criterion ->> 'kind' = %(kind)s)
    """)
    rows = connection.execute(
        sql.SQL("""
            SELECT {columns} {matching}
              AND (%(after)s::text IS NULL OR name COLLATE "C" > %(after)s)
            ORDER BY name COLLATE "C"
            LIMIT %(limit)s
        """).format(columns=_COLUMNS, matching=matching),
        parameters,
    ).fetchall()
    counted = connection.execute(sql.SQL("SELECT count(*) AS total {matching}").format(matching=matching), parameters)
    return [view_of(row) for row in rows], int(_one(counted.fetchone())["total"])


def find_rule(connection: Connection, tenant_id: str, rule_id: UUID, *, lock: bool = False) -> AlertRuleView | None:
    """One rule, locked until the transaction ends if it is to be changed."""
    row = connection.execute(
        sql.SQL("""
            SELECT {columns} FROM alert_rules
            WHERE tenant_id = %(tenant_id)s AND rule_id = %(rule_id)s {lock}
        """).format(columns=_COLUMNS, lock=sql.SQL("FOR UPDATE" if lock else "")),
        {"tenant_id": tenant_id, "rule_id": rule_id},
    ).fetchone()
    return view_of(row) if row is not None else None


def count_rules(connection: Connection, tenant_id: str) -> int:
    """How many rules the tenant has."""
    row = connection.execute(
        "SELECT count(*) AS total FROM alert_rules WHERE tenant_id = %(tenant_id)s", {"tenant_id": tenant_id}
    ).fetchone()
    return int(_one(row)["total"])


def insert_rule(connection: Connection, tenant_id: str, definition: RuleDefinition) -> AlertRuleView | None:
    """A new rule; None when one of that name exists."""
    row = connection.execute(
        sql.SQL("""
            INSERT INTO alert_rules (tenant_id, name, description, criterion, severity, scope, message,
                                     escalation_policy_id, enabled)
            VALUES (%(tenant_id)s, %(name)s, %(description)s, %(criterion)s, %(severity)s, %(scope)s, %(message)s,
                    %(escalation_policy_id)s, %(enabled)s)
            ON CONFLICT (tenant_id, name) DO NOTHING
            RETURNING {columns}
        """).format(columns=_COLUMNS),
        {"tenant_id": tenant_id, **_values(definition)},
    ).fetchone()
    return view_of(row) if row is not None else None


def update_rule(connection: Connection, tenant_id: str, rule_id: UUID, definition: RuleDefinition) -> AlertRuleView:
    """Another definition of a locked rule. Raises psycopg.errors.UniqueViolation."""
    row = connection.execute(
        sql.SQL("""
            UPDATE alert_rules
            SET name = %(name)s, description = %(description)s, criterion = %(criterion)s, severity = %(severity)s,
                scope = %(scope)s, message = %(message)s, escalation_policy_id = %(escalation_policy_id)s,
                enabled = %(enabled)s, version = version + 1, updated_at = now()
            WHERE tenant_id = %(tenant_id)s AND rule_id = %(rule_id)s
            RETURNING {columns}
        """).format(columns=_COLUMNS),
        {"tenant_id": tenant_id, "rule_id": rule_id, **_values(definition)},
    ).fetchone()
    return view_of(_one(row))


def find_rules_of_policy(connection: Connection, tenant_id: str, policy_id: UUID) -> list[str]:
    """Names of the rules that have an escalation policy of their own, which is this one."""
    rows = connection.execute(
        """
        SELECT name FROM alert_rules
        WHERE tenant_id = %(tenant_id)s AND escalation_policy_id = %(policy_id)s
        ORDER BY name
        """,
        {"tenant_id": tenant_id, "policy_id": policy_id},
    )
    return [row["name"] for row in rows]


def find_policies_of_rules(connection: Connection, rule_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """The escalation policies of those rules that have one of their own."""
    rows = connection.execute(
        """
        SELECT rule_id, escalation_policy_id FROM alert_rules
        WHERE rule_id = ANY(%(rule_ids)s) AND escalation_policy_id IS NOT NULL
        """,
        {"rule_ids": list(rule_ids)},
    )
    return {row["rule_id"]: row["escalation_policy_id"] for row in rows}


def delete_rule_row(connection: Connection, tenant_id: str, rule_id: UUID) -> None:
    """Take a rule away, and what it remembers with it."""
    connection.execute(
        "DELETE FROM alert_rules WHERE tenant_id = %(tenant_id)s AND rule_id = %(rule_id)s",
        {"tenant_id": tenant_id, "rule_id": rule_id},
    )


def _values(definition: RuleDefinition) -> dict[str, Any]:
    document = definition.model_dump(mode="json")
    return {**document, "criterion": Jsonb(document["criterion"]), "scope": Jsonb(document["scope"])}


def _one(row: dict[str, Any] | None) -> dict[str, Any]:
    assert row is not None
    return row
