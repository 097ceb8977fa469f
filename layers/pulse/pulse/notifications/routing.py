"""Which routing rules an event of an alert meets, and why the others do not. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from pydantic import Field

from pulse.alerts.severity import Severity
from pulse.models import Model
from pulse.notifications.channels.kind import KindName
from pulse.notifications.notice import NoticeEvent
from pulse.versions import Versioned


class RuleWish(Model):
    """What a routing rule is: the events that it is about, what narrows them, and the channel that is told."""

    name: str
    channel_id: UUID
    enabled: bool
    priority: int = Field(description="Rules are asked in this order, lower ones first")
    stop: bool = Field(description="Whether no further rule is asked once this one matches")
    min_severity: Severity
    events: list[NoticeEvent]
    alert_types: list[str] = Field(description="Any when empty")
    site_ids: list[str] = Field(description="Any when empty")
    group_ids: list[UUID] = Field(description="In one of which the device is at that moment; any when empty")
    tags: dict[str, str] = Field(description="All of which the device must have; an empty value asks for the tag alone")
    throttle_minutes: int = Field(description="Of one cause the channel is told at most once in this time; 0: always")


class RoutingRule(RuleWish, Versioned):
    """A routing rule."""

    rule_id: UUID
    channel_name: str
    channel_kind: KindName
    channel_enabled: bool
    created_at: datetime
    updated_at: datetime


class Occasion(NamedTuple):
    """An event of an alert, as far as rules ask about it."""

    event: NoticeEvent
    severity: Severity
    alert_type: str
    site_id: str | None
    tags: Mapping[str, str]
    group_ids: frozenset[UUID] = frozenset()
    """Those of the rules' groups that the device is in."""


class Verdict(NamedTuple):
    """What a rule says; without objections it matches."""

    rule: RoutingRule
    objections: list[str]

    @property
    def matches(self) -> bool:
        """Whether the rule's channel is to be told."""
        return not self.objections


def judge(rules: Iterable[RoutingRule], occasion: Occasion) -> list[Verdict]:
    """Every rule's verdict, in the order in which they are asked."""
    verdicts: list[Verdict] = []
    stopped_by: str | None = None
    for rule in sorted(rules, key=lambda rule: (rule.priority, rule.name)):
        if stopped_by is not None:
            verdicts.append(Verdict(rule, [f"the rule {stopped_by} comes before it and stops"]))
            continue
        verdict = Verdict(rule, _objections(rule, occasion))
        verdicts.append(verdict)
        if verdict.matches and rule.stop:
            stopped_by = rule.name
    return verdicts


def receivers(verdicts: Sequence[Verdict]) -> list[RoutingRule]:
    """The rules that decide who is told: of several that lead to the same channel the first."""
    first: dict[UUID, RoutingRule] = {}
    for verdict in verdicts:
        if verdict.matches:
            first.setdefault(verdict.rule.channel_id, verdict.rule)
    return list(first.values())


def _objections(rule: RoutingRule, occasion: Occasion) -> list[str]:
    wrong: list[str] = []
    if not rule.enabled:
        wrong.append("the rule is disabled")
    if not rule.channel_enabled:
        wrong.append(f"the channel {rule.channel_name} is disabled")
    if occasion.event not in rule.events:
        wrong.append(f"it is about {', '.join(rule.events)}, not {occasion.event}")
    if occasion.severity.rank < rule.min_severity.rank:
        wrong.append(f"{occasion.severity} is below {rule.min_severity}")
    if rule.alert_types and occasion.alert_type not in rule.alert_types:
        wrong.append(f"{occasion.alert_type} is none of {', '.join(rule.alert_types)}")
    if rule.site_ids and occasion.site_id not in rule.site_ids:
        wrong.append(f"the site {occasion.site_id} is none of {', '.join(rule.site_ids)}")
    if rule.group_ids and occasion.group_ids.isdisjoint(rule.group_ids):
        wrong.append(f"the device is in none of the groups {', '.join(map(str, rule.group_ids))}")
    wrong += [
        f"the device has not the tag {tag}{'=' + value if value else ''}"
        for tag, value in rule.tags.items()
        if tag not in occasion.tags or (value and occasion.tags[tag] != value)
    ]
    return wrong
