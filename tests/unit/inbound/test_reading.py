"""From a delivery to what is raised and what is cleared."""

import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.alerts.severity import Severity
from pulse.inbound.built_in import built_in_addons
from pulse.inbound.identity import DeviceIdentity, fingerprint
from pulse.inbound.instants import read_instant
from pulse.inbound.manifest import Manifest
from pulse.inbound.oids import longest_prefix, parse_oid
from pulse.inbound.override import AlertOverride
from pulse.inbound.reading import Clear, Delivery, Raise, read
from pulse.inbound.record import PayloadError
from pulse.inbound.steps import plan_steps
from pulse.inbound.transformations import transform
from tests.builders import NOON
from tests.unit.inbound.builders import TRAPS, document, manifest

DOWN = {"kind": "port", "device": "sw-1", "port": 7, "state": "down"}
ALERT = document()["alerts"][0]


def events(payload: Any, addon: Manifest | None = None, **overrides: AlertOverride) -> tuple[Raise | Clear, ...]:
    return read(addon or manifest(), Delivery(orjson.dumps(payload), NOON, "192.0.2.1"), overrides).events


def raised(payload: Any, addon: Manifest | None = None) -> Raise:
    [event] = events(payload, addon)
    assert isinstance(event, Raise)
    return event


def test_a_raise_has_what_the_manifest_says() -> None:
    event = raised(DOWN)
    assert (event.type, event.severity, event.summary) == ("PORT_DOWN", Severity.HIGH, "Port 7 of sw-1")
    assert event.fields["source_address"] == "192.0.2.1"


def test_a_clear_has_the_fingerprint_of_its_raise_and_of_no_other() -> None:
    [clear] = events({**DOWN, "state": "up"})
    assert isinstance(clear, Clear)
    assert clear.fingerprint == raised(DOWN).fingerprint
    assert clear.fingerprint != raised({**DOWN, "port": 8}).fingerprint
    assert clear.fingerprint != raised({**DOWN, "device": "sw-2"}).fingerprint


def test_a_record_of_no_type_is_ignored_with_a_reason() -> None:
    reading = read(manifest(), Delivery(orjson.dumps({"kind": "fan"}), NOON))
    assert reading.events == ()
    assert reading.ignored[0].reason == "it is of none of the types of alerts"


def test_a_clear_of_no_type_clears_nothing() -> None:
    assert events({"kind": "fan", "state": "up"}) == ()


def test_a_tenant_may_disable_a_type_and_its_clear_still_counts() -> None:
    off = AlertOverride(enabled=False)
    assert events(DOWN, PORT_DOWN=off) == ()
    assert len(events({**DOWN, "state": "up"}, PORT_DOWN=off)) == 1


def test_a_tenant_may_choose_the_severity() -> None:
    [event] = events(DOWN, PORT_DOWN=AlertOverride(severity=Severity.INFO))
    assert isinstance(event, Raise)
    assert event.severity is Severity.INFO


def test_a_word_that_is_no_severity_leaves_the_one_of_the_manifest() -> None:
    addon = manifest(alerts=[{**ALERT, "severity_field": "state"}])
    assert raised({**DOWN, "state": "CRITICAL"}, addon).severity is Severity.CRITICAL
    assert raised({**DOWN, "state": "odd"}, addon).severity is Severity.HIGH


def test_a_suffix_clears_what_the_word_without_it_raised() -> None:
    addon = manifest(clear_events=[{"method": "suffix", "field": "kind"}])
    [clear] = events({**DOWN, "kind": "port_clear"}, addon)
    assert isinstance(clear, Clear)
    assert clear.fingerprint == raised(DOWN, addon).fingerprint


def test_an_event_that_names_types_clears_each_of_them() -> None:
    addon = manifest(
        alerts=[ALERT, {**ALERT, "type": "PORT_SLOW", "when": [{"field": "kind", "value": "slow"}]}],
        clear_events=[
            {"method": "field_value", "field": "state", "values": ["up"], "alert_types": ["PORT_DOWN", "PORT_SLOW"]}
        ],
    )
    cleared = events({"kind": "", "device": "sw-1", "port": 7, "state": "up"}, addon)
    assert [event.fingerprint for event in cleared] == [
        raised(DOWN, addon).fingerprint,
        raised({**DOWN, "kind": "slow"}, addon).fingerprint,
    ]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("2037-11-20T11:00:00Z", NOON - timedelta(hours=1)),
        ("2037-11-20T12:04:00Z", NOON),
        ("2037-11-20T12:06:00Z", NOON),
        ("2037-11-12T12:00:00Z", NOON),
        ("yesterday", NOON),
    ],
)
def test_a_time_that_is_far_from_when_it_came_is_not_believed(said: str, expected: datetime) -> None:
    assert raised({**DOWN, "state": said}, manifest(time_field="state", clear_events=[])).occurred_at == expected


def test_a_longer_prefix_wins_by_components_and_the_star_comes_last() -> None:
    prefixes = ["1.3.6.1.4.1.319", "1.3.6.1.4.1", "1.3.6.1.4.1.31926", "*"]
    assert longest_prefix(parse_oid("1.3.6.1.4.1.31926.1"), prefixes) == "1.3.6.1.4.1.31926"
    assert longest_prefix(parse_oid("1.3.6.1.4.1.3192"), prefixes) == "1.3.6.1.4.1"
    assert longest_prefix(parse_oid("1.3.6.1.2"), prefixes) == "*"
    assert longest_prefix(parse_oid("1.3.6.1.2"), prefixes[:3]) is None


NAMES = st.text(alphabet="ab:%\\/ é", max_size=4)


@given(st.lists(st.tuples(NAMES, NAMES, NAMES), min_size=2, max_size=2, unique=True))
def test_two_causes_never_share_a_fingerprint(causes: list[tuple[str, str, str]]) -> None:
    definition = manifest(alerts=[{**ALERT, "fingerprint_fields": ["port", "state"]}]).alerts[0]
    marks = {
        fingerprint("example", definition, DeviceIdentity(name=f"d{device}"), {"port": port, "state": state})
        for device, port, state in causes
    }
    assert len(marks) == 2


def test_the_fingerprint_is_the_published_one() -> None:
    definition = manifest(alerts=[{**ALERT, "fingerprint_fields": []}]).alerts[0]
    mark = fingerprint("example", definition, DeviceIdentity(address="fe80::1"), {})
    assert mark == sha256(b"example:PORT_DOWN:fe80::1").hexdigest()[:32]


@given(
    addon=st.sampled_from(sorted(built_in_addons())),
    payload=st.binary(max_size=200) | st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["alerts", "labels", "status", "severity", "Message", "payload", "event_action", "alert",
                             "varbinds", "trap_oid", "oid", "value", "deviceInfo", "level", "time", "instance"]),
            inner | st.sampled_from(["firing", "resolved", "trigger", TRAPS + ".3", TRAPS + ".4", "ERROR", "{}"]),
            max_size=6,
        ),
        max_leaves=20,
    ).map(lambda document: json.dumps(document).encode()),
    query=st.dictionaries(st.sampled_from(["event", "x"]), st.text(max_size=5), max_size=2),
)  # fmt: skip
def test_no_payload_makes_a_built_in_addon_fail(addon: str, payload: bytes, query: dict[str, str]) -> None:
    try:
        reading = read(built_in_addons()[addon], Delivery(payload, NOON, None, query))
    except PayloadError:
        return
    for event in reading.events:
        assert len(event.fingerprint) == 32
        if isinstance(event, Raise):
            assert 0 < len(event.summary) <= 500
            orjson.dumps(event.fields)


EVENTS = st.lists(st.tuples(st.sampled_from("abc"), st.booleans(), st.sampled_from(list(Severity))), max_size=12)


@given(EVENTS, st.sets(st.sampled_from("abc")))
def test_the_steps_end_like_the_events_one_by_one(story: list[tuple[str, bool, Severity]], live: set[str]) -> None:
    device = DeviceIdentity(name="d")
    said = [
        raised(DOWN)._replace(fingerprint=cause, severity=severity)
        if is_raise
        else Clear(cause, "PORT_DOWN", device, NOON)
        for cause, is_raise, severity in story
    ]
    expected, opened = set(live), 0
    for cause, is_raise, _ in story:
        opened += is_raise and cause not in expected
        expected = expected | {cause} if is_raise else expected - {cause}
    by_steps, opened_by_steps = set(live), 0
    for step in plan_steps(said):
        opened_by_steps += len(step.raises.keys() - by_steps)
        by_steps = (by_steps | step.raises.keys()) - step.clears.keys()
    assert (by_steps, opened_by_steps) == (expected, opened)
    times = sum(repeated.times for step in plan_steps(said) for repeated in step.raises.values())
    assert times == sum(is_raise for _, is_raise, _ in story)


@pytest.mark.parametrize(
    ("value", "text_format", "expected"),
    [
        ("2026-03-29T02:30:00+02:00", "iso8601", datetime(2026, 3, 29, 0, 30, tzinfo=UTC)),
        ("2026-07-01 12:00:00", "iso8601", datetime(2026, 7, 1, 10, tzinfo=UTC)),
        (1_767_225_600, "epoch_seconds", datetime(2026, 1, 1, tzinfo=UTC)),
        ("1767225600000", "epoch_milliseconds", datetime(2026, 1, 1, tzinfo=UTC)),
        ("01.07.2026 12:00", "%d.%m.%Y %H:%M", datetime(2026, 7, 1, 10, tzinfo=UTC)),
        ("Oct 11 22:14:15", "%b %d %H:%M:%S", datetime(2037, 10, 11, 20, 14, 15, tzinfo=UTC)),
        ("Dec 24 00:00:00", "%b %d %H:%M:%S", datetime(2036, 12, 23, 23, tzinfo=UTC)),
        ("Feb 29 00:00:00", "%b %d %H:%M:%S", None),
        ("1999-01-01", "iso8601", None),
        (1e300, "epoch_seconds", None),
        (None, "iso8601", None),
    ],
)
def test_times_are_read_as_vendors_write_them(value: Any, text_format: str, expected: datetime | None) -> None:
    assert read_instant(value, text_format, ZoneInfo("Europe/Amsterdam"), NOON) == expected


@pytest.mark.parametrize(
    ("transformation", "value", "expected"),
    [
        ({"type": "lookup", "map": {"1": "up"}}, 1.0, "up"),
        ({"type": "lookup", "map": {"DOWN": "x"}, "otherwise": "y"}, "down", "x"),
        ({"type": "lookup", "map": {"1": "up"}, "otherwise": "y"}, 2, "y"),
        ({"type": "lookup", "map": {"1": "up"}, "otherwise": "y"}, None, None),
        ({"type": "extract", "pattern": "port ([0-9]+)"}, "on port 7", "7"),
        ({"type": "extract", "pattern": "[0-9]+"}, "on port 7", "7"),
        ({"type": "extract", "pattern": "x"}, "on port 7", None),
        ({"type": "case", "to": "upper"}, "é", "É"),
        ({"type": "arithmetic", "multiply": 0.1, "digits": 1}, "215", 21.5),
        ({"type": "arithmetic", "multiply": 1e300}, 1e300, None),
        ({"type": "arithmetic", "add": 1}, "warm", None),
        ({"type": "first_of", "others": ["b", "c"]}, None, "there"),
        ({"type": "datetime"}, "2026-01-01T00:00:00Z", "2026-01-01T00:00:00.000000Z"),
    ],
)
def test_a_transformation_gives_a_value_or_none(transformation: dict[str, Any], value: Any, expected: Any) -> None:
    parser = {"type": "json", "fields": {"a": "$.a", "b": "$.b", "c": "$.c"}}
    changes = {
        "parser": parser,
        "clear_events": [],
        "device": {},
        "alerts": [{**ALERT, "when": [], "title": "x", "fingerprint_fields": []}],
    }
    addon = manifest(transformations=[{**transformation, "field": "a", "into": "result"}], **changes)
    assert transform({"a": value, "b": "", "c": "there"}, addon.transformations, NOON)["result"] == expected
