"""Making, changing and deleting rules. What a rule no longer stands for closes, and says why.

A change waits for evaluations of the tenant's rules that are under way, so that none of them opens an alert by a rule
that is already another one.
"""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from pulse import clock
from pulse.alerts.endings import end_alerts_of_rule
from pulse.alerts.evaluation.leaving import LEFT
from pulse.alerts.evaluation.store import begin_gaps, claim_rules, find_live_devices, forget_pending
from pulse.alerts.rules.criteria import TelemetryGap
from pulse.alerts.rules.definition import AlertRuleView, RuleDefinition
from pulse.alerts.rules.queries import known_rule
from pulse.alerts.rules.store import count_rules, delete_rule_row, find_rule, insert_rule, update_rule
from pulse.database import Connection, tenant_session
from pulse.database.names import name_taken, unique_name
from pulse.devices.group_conditions import load_memberships
from pulse.devices.registry import load_devices
from pulse.devices.scoping import find_last_telemetry, require_known
from pulse.errors import ConflictError, FieldError, InvalidInputError
from pulse.escalation.references import require_policy
from pulse.events.outbox import publish_after_commit
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.operations.audit import record_change
from pulse.telemetry.catalogue_store import find_mapped
from pulse.versions import require_match

MAX_RULES: Final = 500
"""Of one tenant: every message is held against every rule of its scope."""


def create_rule(actor: Principal, definition: RuleDefinition, *, origin: Origin) -> AlertRuleView:
    """Make a rule; it judges what comes from now on.

    Raises NotPermittedError, InvalidInputError when its scope or policy does not exist, ConflictError when a rule of
    that name exists or there are too many.
    """
    tenant_id = actor.require(Permission.MANAGE_ALERT_RULES)
    with tenant_session(tenant_id) as connection:
        require_known(connection, tenant_id, definition.scope, field="scope")
        _require_no_contradiction(definition)
        require_policy(connection, tenant_id, definition.escalation_policy_id)
        rule = enter_rule(connection, tenant_id, definition, actor=actor, origin=origin)
        if rule is None:
            raise name_taken("an alert rule", definition.name)
    return rule


def enter_rule(
    connection: Connection,
    tenant_id: str,
    definition: RuleDefinition,
    *,
    actor: Principal | str,
    origin: Origin | None = None,
) -> AlertRuleView | None:
    """The same in the caller's transaction; None when a rule of that name exists. Raises ConflictError."""
    claim_rules(connection, tenant_id)
    if count_rules(connection, tenant_id) >= MAX_RULES:
        message = f"there are {MAX_RULES} alert rules, which is the most there can be; delete some, or widen scopes"
        raise ConflictError(message)
    rule = insert_rule(connection, tenant_id, definition)
    if rule is not None:
        _begin_gaps(connection, tenant_id, rule, clock.now())
        record_change(
            connection,
            actor=actor,
            origin=origin,
            tenant_id=tenant_id,
            action="alert_rule.create",
            subject=str(rule.rule_id),
            after=_shown(rule),
        )
    return rule


def change_rule(
    actor: Principal, rule_id: UUID, definition: RuleDefinition, *, if_match: int | None, origin: Origin
) -> AlertRuleView:
    """Define a rule anew. Alerts that it no longer stands for close; the others go on, judged by the new definition.

    Raises NotPermittedError, NotFoundError, StaleVersionError, InvalidInputError, ConflictError.
    """
    tenant_id = actor.require(Permission.MANAGE_ALERT_RULES)
    with unique_name("an alert rule", definition.name), tenant_session(tenant_id) as connection:
        claim_rules(connection, tenant_id)
        before = known_rule(find_rule(connection, tenant_id, rule_id, lock=True), rule_id)
        require_match(if_match, before.version)
        if definition.scope != before.scope:
            require_known(connection, tenant_id, definition.scope, field="scope")
        _require_no_contradiction(definition)
        require_policy(connection, tenant_id, definition.escalation_policy_id)
        rule = _update(connection, actor, tenant_id, before, definition, origin=origin)
    publish_after_commit()
    return rule


def enable_rule(
    actor: Principal, rule_id: UUID, *, enabled: bool, if_match: int | None, origin: Origin
) -> AlertRuleView:
    """Switch a rule on or off; what it has opened closes when it goes off.

    Once is enough: a rule that is on stays as it is. Raises NotPermittedError, NotFoundError, StaleVersionError.
    """
    tenant_id = actor.require(Permission.MANAGE_ALERT_RULES)
    with tenant_session(tenant_id) as connection:
        claim_rules(connection, tenant_id)
        before = known_rule(find_rule(connection, tenant_id, rule_id, lock=True), rule_id)
        require_match(if_match, before.version)
        if before.enabled is enabled:
            return before
        definition = before.definition.model_copy(update={"enabled": enabled})
        rule = _update(connection, actor, tenant_id, before, definition, origin=origin)
    publish_after_commit()
    return rule


def delete_rule(actor: Principal, rule_id: UUID, *, if_match: int | None, origin: Origin) -> None:
    """Delete a rule; what it has opened closes. Raises NotPermittedError, NotFoundError, StaleVersionError."""
    tenant_id = actor.require(Permission.MANAGE_ALERT_RULES)
    with tenant_session(tenant_id) as connection:
        claim_rules(connection, tenant_id)
        before = known_rule(find_rule(connection, tenant_id, rule_id, lock=True), rule_id)
        require_match(if_match, before.version)
        _end(connection, tenant_id, rule_id, "the rule was deleted", clock.now())
        delete_rule_row(connection, tenant_id, rule_id)
        record_change(
            connection,
            actor=actor,
            origin=origin,
            action="alert_rule.delete",
            subject=str(rule_id),
            before=_shown(before),
        )
    publish_after_commit()


def _require_no_contradiction(definition: RuleDefinition) -> None:
    # Not said by the criterion itself: a rule that is stored has to be read whatever it asks.
    if definition.criterion.kind == "threshold" and (impossible := definition.criterion.contradictions):
        reason = f"must all hold, and nothing is {impossible[0]}"
        raise InvalidInputError.of([FieldError("criterion.conditions", reason)])


def _update(
    connection: Connection,
    actor: Principal,
    tenant_id: str,
    before: AlertRuleView,
    definition: RuleDefinition,
    *,
    origin: Origin,
) -> AlertRuleView:
    rule = update_rule(connection, tenant_id, before.rule_id, definition)
    _settle(connection, tenant_id, before, rule, clock.now())
    old, new = _shown(before), _shown(rule)
    record_change(
        connection,
        actor=actor,
        origin=origin,
        action="alert_rule.change",
        subject=str(rule.rule_id),
        before={field: old[field] for field in old if old[field] != new[field]},
        after={field: new[field] for field in new if old[field] != new[field]},
    )
    return rule


def _settle(connection: Connection, tenant_id: str, before: AlertRuleView, rule: AlertRuleView, now: datetime) -> None:
    """Close what the rule no longer stands for, and forget what it remembers by an old definition."""
    if not rule.enabled:
        _end(connection, tenant_id, rule.rule_id, "the rule was disabled", now)
        return
    if rule.criterion != before.criterion:
        if (rule.criterion.kind, rule.criterion.metrics) != (before.criterion.kind, before.criterion.metrics):
            _end(connection, tenant_id, rule.rule_id, "the rule looks for something else now", now)
        else:
            forget_pending(connection, tenant_id, rule.rule_id)
    if rule.scope != before.scope:
        held = find_live_devices(connection, tenant_id, rule.rule_id)
        devices = load_devices(connection, [(tenant_id, device_id) for device_id in held])
        groups = load_memberships(connection, devices, {tenant_id: rule.scope.group_ids})
        outside = [
            device.device_id
            for device in devices.values()
            if not rule.scope.includes(device, groups.get(device.key, frozenset()))
        ]
        if outside:
            end_alerts_of_rule(connection, tenant_id, rule.rule_id, device_ids=outside, reason=LEFT, now=now)
    _begin_gaps(connection, tenant_id, rule, now)


def _begin_gaps(connection: Connection, tenant_id: str, rule: AlertRuleView, now: datetime) -> None:
    """A device that has stopped sending says nothing that a rule could begin with: begin with what it sent before."""
    match rule.criterion:
        case TelemetryGap(metric=metric) if rule.enabled:
            raw = find_mapped(connection, {tenant_id: [metric]} if metric else {}).get(tenant_id, [])
            metrics = [metric, *(source.raw for source in raw)] if metric else None
            last_at = find_last_telemetry(connection, tenant_id, rule.scope, metrics=metrics)
            begin_gaps(connection, tenant_id, rule.rule_id, last_at=last_at, gap=rule.criterion.duration, now=now)


def _end(connection: Connection, tenant_id: str, rule_id: UUID, reason: str, now: datetime) -> None:
    end_alerts_of_rule(connection, tenant_id, rule_id, device_ids=None, reason=reason, now=now)


def _shown(rule: AlertRuleView) -> dict[str, Any]:
    return rule.definition.model_dump(mode="json")
