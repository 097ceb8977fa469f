"""Templates that customers write: what they can say, and what they can't do."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.notifications.channels.email.config import EmailConfig
from pulse.notifications.channels.kind import ChannelConfig
from pulse.notifications.channels.webhook.config import WebhookConfig
from pulse.notifications.notice import VARIABLE_NAMES
from pulse.notifications.templates import MAXIMUM_TEXT_LENGTH, BadTemplateError, check_template, render
from tests.unit.notifications.builders import make_notice

VARIABLES = make_notice().variables


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{ severity }}: {{ device_id }}", "HIGH: freezer-1"),
        ("{{ severity_label }} {{ severity_lower }} {{ severity_rank }}", "High high 4"),
        ("{% if severity_rank >= 4 %}call{% else %}mail{% endif %}", "call"),
        ("{{ details.temp_c }} {{ details['temp_c'] + 1 }}", "9 10"),
        ("{{ details | tojson }}", '{"temp_c": 9}'),
        ("{{ details.nothing | default('none') }}", "none"),
        ("{{ 'a' ~ alert_type | lower }}", "athreshold"),
        ("{{ created_at }}", "2026-11-20T12:00:00.000000Z"),
        ("{{ event }} {{ status }} {{ level }} {{ by }}", "opened OPEN 0 system"),
    ],
)
def test_a_template_says_what_happened(template: str, text: str) -> None:
    assert render(template, VARIABLES) == text


@pytest.mark.parametrize(
    "template",
    [
        "{% for i in range(100000000) %}x{% endfor %}",
        "{{ 'x' * 1000000000 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ '%1000000000s' % 1 }}",
        "{{ 'x'.__class__.__mro__ }}",
        "{{ ''.join(['a']) }}",
        "{{ range(3) }}",
        "{{ self }}{{ self.x() }}",
        "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}",
        "{% include '/etc/passwd' %}",
        "{% import 'os' as os %}",
        "{% set x = 1 %}",
        "{{ 'a' | replace('a', 'aaaa') }}",
        "{{ 'x' | center(1000000000) }}",
        "{{ x is divisibleby 3 }}",
        "{{ details | tojson | tojson | tojson | tojson }}",
        "{{ severity",
        "{{ nothing }}",
        "{% if %}",
        "{{ " + "(" * 5000 + "1" + ")" * 5000,
        "x" * 10_001,
    ],
)
def test_what_could_run_long_or_reach_out_is_refused_when_it_is_saved(template: str) -> None:
    with pytest.raises(BadTemplateError):
        check_template(template)


@pytest.mark.parametrize("template", ["{{ details.nothing }}", "{{ details.nothing.more }}", "{{ summary + 1 }}"])
def test_what_is_not_there_is_named_when_it_is_filled_in(template: str) -> None:
    with pytest.raises(BadTemplateError, match="can't be filled in"):
        render(template, VARIABLES)


def test_what_gets_too_long_is_refused() -> None:
    with pytest.raises(BadTemplateError, match=str(MAXIMUM_TEXT_LENGTH)):
        render("{{ summary }}" * 3, {"summary": "x" * MAXIMUM_TEXT_LENGTH})


@given(st.text(max_size=200))
def test_a_text_is_filled_in_as_it_is(summary: str) -> None:
    assert render("{{ summary }}", {"summary": summary}) == summary


@given(st.text(alphabet="{}%|() abcdeftojsn'\"+~[].", max_size=80))
def test_any_text_is_a_template_or_refused_at_once(source: str) -> None:
    started = time.monotonic()
    try:
        render(source, VARIABLES)
    except BadTemplateError:
        assert time.monotonic() - started < 1


@pytest.mark.parametrize("model", [WebhookConfig, EmailConfig])
def test_a_form_is_told_which_variables_a_template_may_name(model: type[ChannelConfig]) -> None:
    template, _ = model.model_json_schema()["properties"]["body_template"]["anyOf"]
    assert set(template["variables"]) == VARIABLE_NAMES
