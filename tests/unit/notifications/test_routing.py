"""Which routing rules an event meets, and what the others object to."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.alerts.severity import Severity
from pulse.notifications.notice import NoticeEvent
from pulse.notifications.routing import Occasion, RoutingRule, judge, receivers

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
EVENTS = [NoticeEvent.OPENED, NoticeEvent.ESCALATED, NoticeEvent.ACKNOWLEDGED, NoticeEvent.CLOSED]
NOC, BOSS = UUID(int=1), UUID(int=2)


def make_rule(name: str = "All", **changes: Any) -> RoutingRule:
    fields: dict[str, Any] = {
        "rule_id": uuid4(),
        "name": name,
        "channel_id": NOC,
        "channel_name": "NOC",
        "channel_kind": "webhook",
        "channel_enabled": True,
        "enabled": True,
        "priority": 100,
        "stop": False,
        "min_severity": Severity.INFO,
        "events": EVENTS,
        "alert_types": [],
        "site_ids": [],
        "group_ids": [],
        "tags": {},
        "throttle_minutes": 0,
        "version": 1,
        "created_at": NOW,
        "updated_at": NOW,
        **changes,
    }
    return RoutingRule.model_validate(fields)


def occasion(**changes: Any) -> Occasion:
    """A HIGH threshold alert of hall-a is opened; the device is tagged."""
    return Occasion(
        NoticeEvent.OPENED, Severity.HIGH, "THRESHOLD", "hall-a", {"customer": "acme", "critical": ""}
    )._replace(**changes)


@pytest.mark.parametrize(
    ("narrowed", "objection"),
    [
        ({"enabled": False}, "the rule is disabled"),
        ({"channel_enabled": False}, "the channel NOC is disabled"),
        ({"events": ["closed", "acknowledged"]}, "it is about closed, acknowledged, not opened"),
        ({"min_severity": "CRITICAL"}, "HIGH is below CRITICAL"),
        ({"alert_types": ["NO_HEARTBEAT", "WINDOW"]}, "THRESHOLD is none of NO_HEARTBEAT, WINDOW"),
        ({"site_ids": ["hall-b"]}, "the site hall-a is none of hall-b"),
        ({"group_ids": [BOSS]}, f"the device is in none of the groups {BOSS}"),
        ({"tags": {"customer": "other"}}, "the device has not the tag customer=other"),
        ({"tags": {"missing": ""}}, "the device has not the tag missing"),
    ],
)
def test_a_rule_says_why_it_does_not_match(narrowed: dict[str, Any], objection: str) -> None:
    [verdict] = judge([make_rule(**narrowed)], occasion())
    assert verdict.objections == [objection]


@pytest.mark.parametrize(
    "narrowed",
    [
        {},
        {"events": ["opened"]},
        {"min_severity": "HIGH"},
        {"alert_types": ["WINDOW", "THRESHOLD"]},
        {"site_ids": ["hall-a", "hall-b"]},
        {"tags": {"customer": ""}},
        {"tags": {"customer": "acme", "critical": ""}},
    ],
)
def test_a_rule_matches_what_it_is_about(narrowed: dict[str, Any]) -> None:
    [verdict] = judge([make_rule(**narrowed)], occasion())
    assert verdict.matches


def test_every_matching_rule_sends_and_a_channel_is_told_once() -> None:
    rules = [make_rule("b"), make_rule("a", priority=1), make_rule("c", channel_id=BOSS)]
    assert [rule.name for rule in receivers(judge(rules, occasion()))] == ["a", "c"]


def test_a_rule_that_stops_is_the_last_one_asked_only_when_it_matches() -> None:
    rules = [
        make_rule("1 of another site", priority=1, stop=True, site_ids=["hall-b"]),
        make_rule("2 stops", priority=2, stop=True),
        make_rule("3 is not asked", priority=3, channel_id=BOSS),
    ]
    verdicts = judge(rules, occasion())
    assert [rule.name for rule in receivers(verdicts)] == ["2 stops"]
    assert verdicts[2].objections == ["the rule 2 stops comes before it and stops"]


def test_an_alert_without_a_site_meets_no_rule_of_a_site() -> None:
    assert not judge([make_rule(site_ids=["hall-a"])], occasion(site_id=None))[0].matches


@given(
    st.lists(
        st.builds(
            make_rule,
            name=st.text("abc", min_size=1, max_size=3),
            priority=st.integers(0, 3),
            stop=st.booleans(),
            enabled=st.booleans(),
            channel_id=st.sampled_from([NOC, BOSS, UUID(int=7)]),
            min_severity=st.sampled_from(Severity),
        ),
        max_size=8,
    )
)
def test_the_order_in_which_rules_are_given_does_not_matter(rules: list[RoutingRule]) -> None:
    told = [rule.channel_id for rule in receivers(judge(rules, occasion()))]
    assert len(told) == len(set(told))
    unique = {(rule.priority, rule.name): rule for rule in rules}
    ways = [list(unique.values()), list(reversed(unique.values()))]
    first, second = ([rule.rule_id for rule in receivers(judge(way, occasion()))] for way in ways)
    assert first == second
