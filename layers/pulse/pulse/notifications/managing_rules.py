"""What people do with routing rules, and what a rule would do with an alert."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from difflib import get_close_matches
from typing import Any, NamedTuple
from uuid import UUID

from pydantic import Field

from pulse import clock
from pulse.alerts.alert import AlertType
from pulse.alerts.facts import AlertFacts, read_facts
from pulse.alerts.maintenance.holding import held_now
from pulse.database import Connection, tenant_session
from pulse.database.names import unique_name
from pulse.devices.group_conditions import load_memberships
from pulse.devices.scoping import find_unknown
from pulse.devices.tag_queries import tags_of_device
from pulse.errors import FieldError, InvalidInputError, NotFoundError
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.models import Model
from pulse.notifications import rule_store
from pulse.notifications.channels.kind import KindName
from pulse.notifications.notice import NoticeEvent
from pulse.notifications.references import unknown_channels
from pulse.notifications.routing import Occasion, RoutingRule, RuleWish, judge, receivers
from pulse.notifications.sparing import Call, reason_to_spare
from pulse.operations.audit import record_change
from pulse.versions import require_match


class RulePosition(NamedTuple):
    """A place in the list of rules, which is in the order in which they are asked."""

    priority: int
    name: str


class RuleList(NamedTuple):
    """A page, where the next one starts (None after the last), and how long the whole list is."""

    rules: list[RoutingRule]
    next_position: RulePosition | None
    total: int


class RuleVerdict(Model):
    """What a rule says to an event of an alert."""

    rule_id: UUID
    name: str
    channel_id: UUID
    channel_name: str
    matches: bool
    sends: bool = Field(
        description="Whether it tells its channel: of several to a channel the first that matches, unless it spares it"
    )
    spared_because: str | None = Field(
        description="Why it spares its channel, which knows of the same cause, or of another of a site's silent devices"
    )
    objections: list[str] = Field(description="Why it does not match")


class PreviewedMaintenance(Model):
    """Maintenance that is on for what an alert is about."""

    window_id: UUID
    name: str
    until: datetime


class RoutingPreview(Model):
    """What an event of an alert would send, and why."""

    alert_id: UUID
    event: NoticeEvent
    maintenance: PreviewedMaintenance | None = Field(
        description="The window that is on: an alert like this one would be held until then, and nobody told; this one "
        "is there already, and goes on"
    )
    silent_because: str | None = Field(description="Why nothing would be sent after all, whatever the rules say")
    verdicts: list[RuleVerdict] = Field(description="In the order in which the rules are asked")


def list_rules(
    tenant_id: str,
    *,
    channel_id: UUID | None,
    kinds: Collection[KindName] = (),
    limit: int,
    after: RulePosition | None,
) -> RuleList:
    """A page of a tenant's rules, in the order in which they are asked; without `kinds` to channels of all kinds."""
    with tenant_session(tenant_id) as connection:
        rules = rule_store.read_rules(connection, tenant_id)
    wanted = [
        rule
        for rule in rules
        if (channel_id is None or rule.channel_id == channel_id) and (not kinds or rule.channel_kind in kinds)
    ]
    rest = [rule for rule in wanted if after is None or (rule.priority, rule.name) > after]
    page = rest[:limit]
    position = RulePosition(page[-1].priority, page[-1].name) if len(rest) > limit else None
    return RuleList(page, position, len(wanted))


def get_rule(tenant_id: str, rule_id: UUID) -> RoutingRule:
    """One rule. Raises NotFoundError."""
    with tenant_session(tenant_id) as connection:
        return rule_store.find_rule(connection, tenant_id, rule_id)


def create_rule(actor: Principal, wish: RuleWish, *, origin: Origin) -> RoutingRule:
    """Make a rule. Raises NotPermittedError, InvalidInputError, ConflictError for a name that is taken."""
    tenant_id = actor.require(Permission.MANAGE_NOTIFICATIONS)
    with unique_name("a routing rule", wish.name), tenant_session(tenant_id) as connection:
        _require_known(connection, tenant_id, wish)
        rule = rule_store.insert_rule(connection, tenant_id, wish.model_dump())
        record_change(
            connection,
            actor=actor,
            origin=origin,
            action="notification_routing_rule.create",
            subject=str(rule.rule_id),
            after=_audited(rule),
        )
    return rule


def change_rule(
    actor: Principal, rule_id: UUID, wish: RuleWish, *, if_match: int | None, origin: Origin
) -> RoutingRule:
    """Change a rule. Raises NotPermittedError, NotFoundError, StaleVersionError, InvalidInputError, ConflictError."""
    tenant_id = actor.require(Permission.MANAGE_NOTIFICATIONS)
    with unique_name("a routing rule", wish.name), tenant_session(tenant_id) as connection:
        before = rule_store.find_rule(connection, tenant_id, rule_id, lock=True)
        require_match(if_match, before.version)
        _require_known(connection, tenant_id, wish, kept_types=before.alert_types)
        rule = rule_store.update_rule(connection, tenant_id, rule_id, wish.model_dump())
        record_change(
            connection,
            actor=actor,
            origin=origin,
            action="notification_routing_rule.change",
            subject=str(rule_id),
            before=_audited(before),
            after=_audited(rule),
        )
    return rule


def delete_rule(actor: Principal, rule_id: UUID, *, if_match: int | None, origin: Origin) -> None:
    """Take a rule away. Raises NotPermittedError, NotFoundError, StaleVersionError."""
    tenant_id = actor.require(Permission.MANAGE_NOTIFICATIONS)
    with tenant_session(tenant_id) as connection:
        before = rule_store.find_rule(connection, tenant_id, rule_id, lock=True)
        require_match(if_match, before.version)
        rule_store.delete_rule(connection, tenant_id, rule_id)
        record_change(
            connection,
            actor=actor,
            origin=origin,
            action="notification_routing_rule.delete",
            subject=str(rule_id),
            before=_audited(before),
        )


def preview_routing(tenant_id: str, alert_id: UUID, event: NoticeEvent) -> RoutingPreview:
    """What an event of an alert would send now, and why. Nothing is sent. Raises NotFoundError."""
    with tenant_session(tenant_id) as connection:
        facts = read_facts(connection, tenant_id, alert_id)
        if facts is None:
            message = f"there is no alert {alert_id}"
            raise NotFoundError(message)
        rules = rule_store.read_rules(connection, tenant_id)
        verdicts = judge(rules, occasion_of(connection, tenant_id, rules, facts, event))
        now = clock.now()
        held = held_now(connection, tenant_id, facts.device_id, facts.site_id, now)
        spared = {
            rule.rule_id: reason_to_spare(
                connection,
                tenant_id,
                facts,
                Call(event, step=0, again=False, target=str(rule.channel_id), throttle_minutes=rule.throttle_minutes),
                now=now,
            )
            for rule in receivers(verdicts)
        }
    return RoutingPreview(
        alert_id=alert_id,
        event=event,
        maintenance=None
        if held is None
        else PreviewedMaintenance(window_id=held.cover.window_id, name=held.cover.name, until=held.until),
        silent_because=facts.reason_to_leave_people_alone if event.calls_for_somebody else None,
        verdicts=[
            RuleVerdict(
                rule_id=verdict.rule.rule_id,
                name=verdict.rule.name,
                channel_id=verdict.rule.channel_id,
                channel_name=verdict.rule.channel_name,
                matches=verdict.matches,
                sends=verdict.rule.rule_id in spared and spared[verdict.rule.rule_id] is None,
                spared_because=spared.get(verdict.rule.rule_id),
                objections=verdict.objections,
            )
            for verdict in verdicts
        ],
    )


def occasion_of(
    connection: Connection, tenant_id: str, rules: Iterable[RoutingRule], facts: AlertFacts, event: NoticeEvent
) -> Occasion:
    """What rules ask about, as it is at this moment."""
    if facts.device_id is None:
        return Occasion(event, facts.severity, facts.type, facts.site_id, tags={})
    device = (tenant_id, facts.device_id)
    named = {group_id for rule in rules for group_id in rule.group_ids}
    groups = load_memberships(connection, [device], {tenant_id: named})
    tags = tags_of_device(connection, tenant_id, facts.device_id)
    return Occasion(event, facts.severity, facts.type, facts.site_id, tags, groups.get(device, frozenset()))


def _require_known(connection: Connection, tenant_id: str, wish: RuleWish, *, kept_types: Sequence[str] = ()) -> None:
    """Raise InvalidInputError naming what a rule names and the tenant does not have.

    A type of alerts that it has named before may stay, also when the addon that brought it is gone.
    """
    errors = list(unknown_channels(connection, tenant_id, [("channel_id", wish.channel_id)]))
    selected: dict[str, Sequence[object]] = {"site_ids": wish.site_ids, "group_ids": wish.group_ids}
    for field, names in selected.items():
        if names and (unknown := find_unknown(connection, tenant_id, field=field, names=names)):
            errors.append(FieldError(field, f"there is no {', '.join(unknown)}"))
    errors += _unknown_types(connection, tenant_id, [name for name in wish.alert_types if name not in kept_types])
    if errors:
        raise InvalidInputError.of(errors)


def _unknown_types(connection: Connection, tenant_id: str, names: Sequence[str]) -> list[FieldError]:
    others = [name for name in names if name not in AlertType and name != NoticeEvent.SUBSCRIPTION_ENDING.name]
    if not others:
        return []
    # Reading every addon takes its time, and most rules name none of their types.
    from pulse.inbound.alert_types import addon_alert_types

    known = addon_alert_types(connection, tenant_id)
    unknown = [name for name in others if name not in known]
    if not unknown:
        return []
    near = sorted({match for name in unknown for match in get_close_matches(name, [*AlertType, *known], n=3)})
    hint = f"; did you mean {', '.join(near)}?" if near else ": neither Pulse nor an addon of yours brings it"
    return [FieldError("alert_types", f"there is no type {', '.join(unknown)}{hint}")]


def _audited(rule: RoutingRule) -> dict[str, Any]:
    return rule.model_dump(mode="json", include=set(RuleWish.model_fields))
