"""The text of a rule's alerts."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from pulse.alerts.evaluation.evaluator import Action, Decision
from pulse.alerts.evaluation.rule_causes import rule_opening
from pulse.alerts.rules.alert_rule import AlertRule, Scope
from pulse.alerts.rules.criteria import Condition, Operator, TelemetryGap, Threshold
from pulse.alerts.rules.definition import RuleDefinition
from pulse.alerts.rules.message_template import MAX_SUMMARY_LENGTH, VARIABLES, render, unknown_variables
from pulse.alerts.severity import Severity
from tests.builders import NOON, make_registered_device

WARM = Threshold(kind="threshold", conditions=(Condition(metric="temp_c", operator=Operator.GT, threshold=8),))


def summary(message: str, **changes: object) -> str:
    rule = AlertRule("acme", UUID(int=1), "Too warm", WARM, Severity.HIGH, Scope(), message)._replace(**changes)  # type: ignore[arg-type]
    decision = Decision(Action.OPEN, NOON, NOON - timedelta(seconds=1), {"temp_c": 9.123456789})
    return rule_opening(rule, make_registered_device(), decision).summary


def test_every_variable_is_filled_in() -> None:
    text = summary(" | ".join(f"{{{{ {name} }}}}" for name in VARIABLES))
    assert text == (
        "Too warm | HIGH | temp_c > 8 | freezer-1 | freezer | hall-a | 9.12346 | temp_c = 9.12346"
        " | 2037-11-20T12:00:00.000000Z"
    )


def test_without_a_message_a_summary_tells_what_and_why() -> None:
    assert summary("") == "Too warm: temp_c = 9.12346 (temp_c > 8)"
    assert summary("", criterion=TelemetryGap(kind="telemetry_gap")) == "Too warm: no telemetry for 10 min"


def test_braces_that_name_nothing_are_refused_by_name() -> None:
    assert unknown_variables("{{ device_id }} {{ 7 * 7 }} {{ config.items() }} {{}}") == ["", "7 * 7", "config.items()"]
    with pytest.raises(ValidationError) as refusal:
        RuleDefinition(name="Too warm", criterion=WARM, message="{{ devise_id }}")
    [error] = refusal.value.errors()
    assert error["loc"] == ("message",)
    assert "devise_id" in error["msg"]
    assert "device_id" in error["msg"]


def test_a_value_is_not_looked_at_for_variables() -> None:
    assert render("{{ rule }}", {"rule": "{{ device_id }}", "device_id": "freezer-1"}) == "{{ device_id }}"


@given(st.text(max_size=600), st.text(max_size=600))
def test_whatever_it_says_a_summary_stays_a_line_that_fits(template: str, value: str) -> None:
    assert len(render(template, dict.fromkeys(VARIABLES, value))) <= MAX_SUMMARY_LENGTH
