"""Routing rules in the database."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from pulse.database import Connection
from pulse.errors import NotFoundError
from pulse.notifications.routing import RoutingRule

_RULE: Final = sql.SQL("""
    SELECT rule.rule_id, rule.name, rule.channel_id, rule.enabled, rule.priority, rule.stop, rule.min_severity,
           rule.events, rule.alert_types, rule.site_ids, rule.group_ids, rule.tags, rule.throttle_minutes,
           rule.version, rule.created_at, rule.updated_at, channel.name AS channel_name, channel.kind AS channel_kind,
           channel.enabled AS channel_enabled
    FROM notification_routing_rules AS rule
    JOIN notification_channels AS channel USING (tenant_id, channel_id)
    WHERE rule.tenant_id = %(tenant_id)s
""")


def read_rules(connection: Connection, tenant_id: str) -> list[RoutingRule]:
    """All of a tenant's rules, in the order in which they are asked (routing.py sorts names by their characters)."""
    rows = connection.execute(
        sql.SQL('{} ORDER BY rule.priority, rule.name COLLATE "C"').format(_RULE), {"tenant_id": tenant_id}
    ).fetchall()
    return [RoutingRule.model_validate(row) for row in rows]


def find_rule(connection: Connection, tenant_id: str, rule_id: UUID, *, lock: bool = False) -> RoutingRule:
    """One rule, locked until the transaction ends if it is to be changed. Raises NotFoundError."""
    row = connection.execute(
        sql.SQL("{} AND rule.rule_id = %(rule_id)s {}").format(_RULE, sql.SQL("FOR UPDATE OF rule" if lock else "")),
        {"tenant_id": tenant_id, "rule_id": rule_id},
    ).fetchone()
    if row is None:
        message = f"there is no notification routing rule {rule_id}"
        raise NotFoundError(message)
    return RoutingRule.model_validate(row)


def insert_rule(connection: Connection, tenant_id: str, values: Mapping[str, Any]) -> RoutingRule:
    """Keep a new rule; `values` are the fields of a RuleWish. Raises UniqueViolation."""
    row = connection.execute(
        """
        INSERT INTO notification_routing_rules (tenant_id, name, channel_id, enabled, priority, stop, min_severity,
                                                events, alert_types, site_ids, group_ids, tags, throttle_minutes)
        VALUES (%(tenant_id)s, %(name)s, %(channel_id)s, %(enabled)s, %(priority)s, %(stop)s, %(min_severity)s,
                %(events)s, %(alert_types)s, %(site_ids)s, %(group_ids)s, %(tags)s, %(throttle_minutes)s)
        RETURNING rule_id
        """,
        {"tenant_id": tenant_id, **values, "tags": Jsonb(values["tags"])},
    ).fetchone()
    assert row is not None
    return find_rule(connection, tenant_id, row["rule_id"])


def update_rule(connection: Connection, tenant_id: str, rule_id: UUID, values: Mapping[str, Any]) -> RoutingRule:
    """Change a locked rule to `values`, as for `insert_rule`. Raises UniqueViolation."""
    connection.execute(
        """
        UPDATE notification_routing_rules
        SET name = %(name)s, channel_id = %(channel_id)s, enabled = %(enabled)s, priority = %(priority)s,
            stop = %(stop)s, min_severity = %(min_severity)s, events = %(events)s, alert_types = %(alert_types)s,
            site_ids = %(site_ids)s, group_ids = %(group_ids)s, tags = %(tags)s,
            throttle_minutes = %(throttle_minutes)s, version = version + 1, updated_at = now()
        WHERE tenant_id = %(tenant_id)s AND rule_id = %(rule_id)s
        """,
        {"tenant_id": tenant_id, "rule_id": rule_id, **values, "tags": Jsonb(values["tags"])},
    )
    return find_rule(connection, tenant_id, rule_id)


def delete_rule(connection: Connection, tenant_id: str, rule_id: UUID) -> None:
    """Take a rule away."""
    connection.execute(
        "DELETE FROM notification_routing_rules WHERE tenant_id = %(tenant_id)s AND rule_id = %(rule_id)s",
        {"tenant_id": tenant_id, "rule_id": rule_id},
    )
