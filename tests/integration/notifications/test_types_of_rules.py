"""A routing rule names types of alerts that there are."""

import pytest

from pulse.errors import InvalidInputError
from pulse.notifications.managing_rules import change_rule, list_rules
from pulse.notifications.routing import RuleWish
from tests.builders import ORIGIN
from tests.integration.notifications.desk import Desk


def test_a_type_that_nothing_brings_is_refused_and_the_one_that_is_meant_is_named(desk: Desk) -> None:
    desk.route("Links", alert_types=["LINK_DOWN", "THRESHOLD", "SUBSCRIPTION_ENDING"])
    with pytest.raises(InvalidInputError) as refused:
        desk.route("Typing error", alert_types=["LINK_DWON"])
    [error] = refused.value.errors
    assert (error.field, error.reason) == ("alert_types", "there is no type LINK_DWON; did you mean LINK_DOWN?")
    with pytest.raises(InvalidInputError) as refused:
        desk.route("Nonsense", alert_types=["ZZZZZZ"])
    assert "neither Pulse nor an addon" in refused.value.errors[0].reason


def test_a_type_whose_addon_is_gone_may_stay(desk: Desk) -> None:
    desk.route("Links")
    desk.fleet.rows("UPDATE notification_routing_rules SET alert_types = '{OF_AN_ADDON_BEFORE}' RETURNING rule_id")
    [rule] = list_rules(desk.fleet.tenant_id, channel_id=None, limit=10, after=None).rules
    wish = RuleWish.model_validate(rule.model_dump(include=set(RuleWish.model_fields)) | {"priority": 7})
    assert change_rule(desk.admin, rule.rule_id, wish, if_match=None, origin=ORIGIN).priority == 7
    with pytest.raises(InvalidInputError):
        change_rule(
            desk.admin,
            rule.rule_id,
            wish.model_copy(update={"alert_types": ["OF_AN_ADDON_BEFORE", "ANOTHER_ONE"]}),
            if_match=None,
            origin=ORIGIN,
        )
