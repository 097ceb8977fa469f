"""Devices that leave a rule's scope, by a change of theirs or of a group: what the rule has opened on them closes."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from pulse.alerts.endings import end_alerts_of_rule
from pulse.alerts.evaluation.store import keep_rules
from pulse.alerts.rules.alert_rule import groups_named
from pulse.alerts.rules.known_rules import load_rules
from pulse.database import Connection, ingest_session
from pulse.devices.evaluation_marks import lock_marks
from pulse.devices.group_conditions import load_memberships
from pulse.devices.registry import DeviceKey, load_devices

LEFT: Final = "the rule is no longer for this device"


class _RuleCause(NamedTuple):
    """A rule and a device that it has a live alert for, or one that is held."""

    tenant_id: str
    rule_id: UUID
    device_id: str

    @property
    def device(self) -> DeviceKey:
        """What identifies the device."""
        return (self.tenant_id, self.device_id)


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
    rules = load_rules(connection, {cause.tenant_id for cause in causes})
    by_id = {rule.rule_id: rule for of_tenant in rules.values() for rule in of_tenant}
    devices = load_devices(connection, {cause.device for cause in causes})
    groups = load_memberships(connection, devices, groups_named(rules))
    closed = 0
    for cause in causes:
        rule, device = by_id.get(cause.rule_id), devices.get(cause.device)
        if rule is None or device is None or rule.scope.includes(device, groups.get(device.key, frozenset())):
            continue
        closed += end_alerts_of_rule(
            connection, cause.tenant_id, cause.rule_id, device_ids=[cause.device_id], reason=LEFT, now=now
        )
    return closed


def close_left_groups(now: datetime) -> int:
    """The same for rules that name groups, whose members change by many ways; return how many alerts that closed."""
    with ingest_session() as connection:
        keys = {cause.device for cause in _grouped_causes(connection)}
        # The stream has the others at this moment; the next minute looks at them again.
        free = [mark.key for mark in lock_marks(connection, sorted(keys), skip_locked=True)]
        keep_rules(connection, {tenant_id for tenant_id, _ in free})
        return close_left_scopes(connection, free, now)


def _rule_causes(connection: Connection, keys: Iterable[DeviceKey]) -> list[_RuleCause]:
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
    return [_RuleCause(**row) for row in rows]


def _grouped_causes(connection: Connection) -> list[_RuleCause]:
    """The same of every enabled rule whose scope names groups."""
    rows = connection.execute(
        """
        WITH grouped AS (
            SELECT tenant_id, rule_id FROM alert_rules WHERE enabled AND scope -> 'group_ids' <> '[]'
        )
        SELECT tenant_id, rule_id, device_id
        FROM grouped JOIN alerts USING (tenant_id, rule_id)
        WHERE status <> 'CLOSED' AND device_id IS NOT NULL
        UNION
        SELECT tenant_id, rule_id, device_id
        FROM grouped JOIN held_openings USING (tenant_id, rule_id)
        WHERE device_id IS NOT NULL
        """
    )
    return [_RuleCause(**row) for row in rows]
