"""Devices that leave a rule's scope, by a change of theirs or of a group: what the rule has opened on them closes."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from pulse import clock
from pulse.alerts.endings import end_alerts_of_causes
from pulse.alerts.evaluation.store import ProgressKey, device_of, keep_rules
from pulse.alerts.rules.alert_rule import groups_named
from pulse.alerts.rules.known_rules import load_rules
from pulse.database import Connection, ingest_session
from pulse.devices.evaluation_marks import lock_marks
from pulse.devices.group_conditions import load_memberships
from pulse.devices.registry import DeviceKey
from pulse.devices.traits import load_traits

LEFT: Final = "the rule is no longer for this device"


_PAGE: Final = 1000


def close_left_scopes(connection: Connection, keys: Iterable[DeviceKey], now: datetime) -> int:
    """Close what enabled rules have opened on devices that they are not for any more; return how many alerts that were.

    Called in the transaction that changes what scopes ask of a device, after the change. Whoever evaluates the device
    at this moment is waited for, and sees the change afterwards.
    """
    keys = sorted(set(keys))
    lock_marks(connection, keys)
    causes = _rule_causes(connection, keys)
    if not causes:
        return 0
    rules = load_rules(connection, {tenant_id for tenant_id, _, _ in causes})
    by_id = {rule.rule_id: rule for of_tenant in rules.values() for rule in of_tenant}
    traits = load_traits(connection, {device_of(cause) for cause in causes})
    groups = load_memberships(connection, traits, groups_named(rules))
    left = []
    for cause in causes:
        rule, device = by_id.get(cause[1]), traits.get(device_of(cause))
        if rule is None or device is None or rule.scope.includes(device, groups.get(device.key, frozenset())):
            continue
        left.append(cause)
    return end_alerts_of_causes(connection, left, reason=LEFT, now=now)


def close_left_groups(now: datetime, *, give_up_at: datetime) -> int:
    """The same for rules that name groups, whose members change by many ways; return how many alerts that closed.

    A page of devices is a transaction; no page begins after `give_up_at`.
    """
    closed = 0
    after: DeviceKey | None = ("", "")
    while after is not None and clock.now() < give_up_at:
        with ingest_session() as connection:
            keys = _devices_of_groups(connection, after=after, limit=_PAGE)
            # The stream has the others at this moment; the next minute looks at them again.
            free = [mark.key for mark in lock_marks(connection, keys, skip_locked=True)]
            keep_rules(connection, {tenant_id for tenant_id, _ in free})
            closed += close_left_scopes(connection, free, now)
        after = keys[-1] if len(keys) == _PAGE else None
    return closed


def _rule_causes(connection: Connection, keys: Iterable[DeviceKey]) -> list[ProgressKey]:
    """What rules have opened, or would open at the end of maintenance, on these devices."""
    wanted = sorted(set(keys))
    rows = connection.execute(
        """
        WITH wanted AS (
            SELECT * FROM unnest(%(tenant_ids)s::text[], %(device_ids)s::text[]) AS wanted (tenant_id, device_id)
        )
        SELECT tenant_id, rule_id, device_id
        FROM alerts JOIN wanted USING (tenant_id, device_id)
        WHERE status <> 'CLOSED' AND rule_id IS NOT NULL
        UNION
        SELECT tenant_id, rule_id, device_id
        FROM held_openings JOIN wanted USING (tenant_id, device_id)
        WHERE rule_id IS NOT NULL
        ORDER BY tenant_id, rule_id, device_id
        """,
        {"tenant_ids": [tenant for tenant, _ in wanted], "device_ids": [device for _, device in wanted]},
    )
    return [(row["tenant_id"], row["rule_id"], row["device_id"]) for row in rows]


def _devices_of_groups(connection: Connection, *, after: DeviceKey, limit: int) -> list[DeviceKey]:
    """The next devices that enabled rules whose scope names groups have opened something on, in their order."""
    rows = connection.execute(
        """
        WITH grouped AS (
            SELECT tenant_id, rule_id FROM alert_rules WHERE enabled AND scope -> 'group_ids' <> '[]'
        )
        SELECT tenant_id, device_id
        FROM grouped JOIN alerts USING (tenant_id, rule_id)
        WHERE status <> 'CLOSED' AND (tenant_id, device_id) > (%(tenant_id)s, %(device_id)s)
        UNION
        SELECT tenant_id, device_id
        FROM grouped JOIN held_openings USING (tenant_id, rule_id)
        WHERE (tenant_id, device_id) > (%(tenant_id)s, %(device_id)s)
        ORDER BY tenant_id, device_id
        LIMIT %(limit)s
        """,
        {"tenant_id": after[0], "device_id": after[1], "limit": limit},
    )
    return [(row["tenant_id"], row["device_id"]) for row in rows]
