"""What a manifest may say, and how a wrong one is refused."""

import re
from pathlib import Path
from typing import Any

import jsonschema
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.addon_schema import DOCUMENT, generate
from pulse.errors import FieldError, InvalidInputError
from pulse.inbound.built_in import built_in_addons
from pulse.inbound.manifest import MAX_MANIFEST_BYTES, Manifest, read_manifest
from tests.unit.inbound.builders import document, manifest

GUIDE = Path("docs/addons/README.md")
ALERT = document()["alerts"][0]
COMMAND = {"name": "clock", "command": "show clock"}
SNMP = {"method": {"type": "snmp_trap", "oid_prefixes": ["1.3.6"]}, "clear_events": [], "device": {}}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


def refused(**changes: Any) -> dict[str, str]:
    with pytest.raises(InvalidInputError) as refusal:
        manifest(**changes)
    return {error.field: error.reason for error in refusal.value.errors}


def take(thing: Any) -> Manifest | tuple[FieldError, ...]:
    """The manifest that a document is, or what is wrong with it."""
    try:
        return read_manifest(thing)
    except InvalidInputError as refusal:
        return refusal.errors


def test_the_published_schema_is_that_of_the_models() -> None:
    assert DOCUMENT.read_bytes() == generate(), "run `python -m local.addon_schema` and commit it"


@pytest.mark.parametrize("addon", built_in_addons().values(), ids=lambda addon: str(addon.id))
def test_built_in_addons_fit_the_published_schema_and_the_limit_of_uploads(addon: Manifest) -> None:
    text = addon.model_dump_json(exclude_unset=True)
    jsonschema.validate(orjson.loads(text), orjson.loads(DOCUMENT.read_bytes()))
    assert len(text) <= MAX_MANIFEST_BYTES


@pytest.mark.parametrize(
    ("changes", "place", "reason"),
    [
        ({"colour": "red"}, "colour", "is not a field here"),
        ({"parser": {"type": "json", "fields": {"a": "$.a"}, "speed": 1}}, "parser.speed", "is not a field here"),
        ({"alerts": [{**ALERT, "urgency": 1}]}, "alerts.0.urgency", "is not a field here"),
        ({"parser": {"type": "yaml"}}, "parser.type", "must be one of"),
        ({"schema_version": "2"}, "schema_version", "must be one of 1"),
        ({"alerts": []}, "alerts", "must not be empty"),
        ({"alerts": [{**ALERT, "severity": "urgent"}]}, "alerts.0.severity", "critical, major"),
        ({"alerts": [{**ALERT, "type": "NO_HEARTBEAT"}]}, "alerts.0.type", "Pulse's own"),
        ({"alerts": [ALERT, ALERT]}, "alerts", "2 definitions of PORT_DOWN"),
        ({"alerts": [{**ALERT, "title": "{colour}"}]}, "alerts.0.title", "no field colour"),
        ({"alerts": [{**ALERT, "fingerprint_fields": ["slot"]}]}, "alerts.0.fingerprint_fields.0", "no field slot"),
        ({"alerts": [{**ALERT, "when": [{"field": "slot", "value": "1"}]}]}, "alerts.0.when.0.field", "no field slot"),
        (
            {"alerts": [{**ALERT, "fingerprint_device": False, "fingerprint_fields": []}]},
            "alerts.0.fingerprint_fields",
            "is required",
        ),
        (
            {"alerts": [{**ALERT, "when": [{"field": "port", "operator": "matches", "value": "(?=x)"}]}]},
            "alerts.0.when.0",
            "RE2",
        ),
        (
            {"alerts": [{**ALERT, "when": [{"field": "port", "operator": "less_than", "value": "x"}]}]},
            "alerts.0.when.0",
            "compares with a number",
        ),
        ({"transformations": [{"type": "case", "field": "slot", "to": "lower"}]}, "transformations.0.field", "slot"),
        (
            {"transformations": [{"type": "datetime", "field": "port", "timezone": "Moon/North"}]},
            "transformations.0.timezone",
            "IANA",
        ),
        (
            {"transformations": [{"type": "datetime", "field": "port", "format": "%d %d"}]},
            "transformations.0.format",
            "each at most once",
        ),
        (
            {"clear_events": [{"method": "field_value", "field": "state", "values": ["up"], "alert_types": ["FAN"]}]},
            "clear_events.0.alert_types.0",
            "there is no alert FAN",
        ),
        ({"clear_events": [{"method": "suffix", "field": "slot"}]}, "clear_events.0.field", "no field slot"),
        ({"device": {"name_field": "slot"}}, "device.name_field", "no field slot"),
        ({"time_field": "slot"}, "time_field", "no field slot"),
        ({"parser": {"type": "json", "fields": {"a": "$.a[*]"}}}, "parser.fields.a", "one value"),
        ({"parser": {"type": "json", "fields": {"received_at": "$.a"}}}, "parser.fields.received_at", "every record"),
        ({"parser": {"type": "regex", "pattern": "("}}, "parser.pattern", "RE2"),
        ({"parser": {"type": "regex", "pattern": "x"}}, "parser.pattern", "named groups"),
        ({"parser": {"type": "grok", "patterns": ["%{NONSENSE:a}"]}}, "parser", "NONSENSE"),
        (
            {"parser": {"type": "grok", "patterns": ["%{A:a}"], "parts": {"A": "%{A}%{A}"}}},
            "parser",
            "nested deeper",
        ),
        ({"parser": {"type": "snmp"}}, "parser.type", "snmp_trap"),
        ({**SNMP, "parser": {"type": "snmp", "fields": {"a": {"oid": "1.x"}}}}, "parser.fields.a.oid", "identifier"),
        (
            {
                **SNMP,
                "parser": {"type": "snmp"},
                "clear_events": [{"method": "oid_pair", "raised_by": "1.3.6.1", "cleared_by": ".1.3.6.1"}],
            },
            "clear_events.0.cleared_by",
            "another notification",
        ),
        ({"clear_events": [{"method": "reconciliation"}]}, "clear_events.0.method", "polled"),
        ({"method": {"type": "snmp_poll"}}, "method", "get or tables"),
        (
            {
                "method": {"type": "snmp_poll", "get": {"a": "1.3.6"}},
                "parser": {"type": "regex", "pattern": "(?P<a>.)"},
            },
            "parser.type",
            "JSON",
        ),
        ({"method": {"type": "ssh", "commands": [COMMAND, COMMAND]}}, "method", "more than once"),
        (
            {"method": {"type": "api_poll", "requests": [{"name": "a", "path": "http://a"}]}},
            "method.requests.0.path",
            "/",
        ),
        (
            {"method": {"type": "ssh", "commands": [{**COMMAND, "parser": {"type": "snmp"}}]}},
            "method",
            "belongs to the method snmp_trap",
        ),
    ],
)
def test_what_is_wrong_is_refused_with_its_place_and_the_reason(
    changes: dict[str, Any], place: str, reason: str
) -> None:
    errors = refused(**changes)
    assert place in errors
    assert reason in errors[place]


@given(JSON)
def test_nothing_that_is_no_manifest_does_more_than_be_refused(thing: Any) -> None:
    with pytest.raises(InvalidInputError):
        read_manifest(thing)


@given(name=st.sampled_from(sorted(document())), value=JSON)
def test_a_manifest_with_anything_in_a_place_is_taken_or_refused(name: str, value: Any) -> None:
    taken = take(document(**{name: value}))
    assert taken
    if isinstance(taken, Manifest):
        assert read_manifest(taken.model_dump(mode="json")) == taken


@given(st.data())
def test_a_built_in_manifest_that_was_broken_anywhere_is_taken_or_refused(data: st.DataObject) -> None:
    addon = data.draw(st.sampled_from(sorted(built_in_addons().values(), key=lambda addon: addon.id)))
    broken = addon.model_dump(mode="json")
    place: Any = broken
    while isinstance(place, dict | list) and place:
        key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        if not isinstance(place[key], dict | list) or not place[key] or data.draw(st.integers(0, 3)) == 0:
            place[key] = data.draw(JSON)
            break
        place = place[key]
    assert take(broken)


def test_the_manifest_in_the_documentation_is_one() -> None:
    example = orjson.loads(re.findall(r"```json\n(.*?)```", GUIDE.read_text(), re.DOTALL)[0])
    assert read_manifest(example).id == "door_controller"
