"""Payloads and what they become: readings, or a reason that a device's maker can act on."""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.quarantine.reasons import Reason, Refusal
from pulse.telemetry.decode import decode, limits_for
from pulse.telemetry.message import Address, Envelope, MessageType, Reading
from tests.builders import NOON, make_envelope

RETENTION = timedelta(days=90)
TELEMETRY = Address(("acme", "freezer-1"), MessageType.TELEMETRY)
HEARTBEAT = Address(("acme", "freezer-1"), MessageType.HEARTBEAT)


def read(envelope: Envelope, address: Address = TELEMETRY) -> list[Reading] | Refusal:
    return decode(envelope, address, limits_for([envelope], max_payload_bytes=16_384, retention=RETENTION))


def decoded(envelope: Envelope, address: Address = TELEMETRY) -> list[Reading]:
    result = read(envelope, address)
    assert isinstance(result, list), result
    return result


def refused(envelope: Envelope) -> Refusal:
    result = read(envelope)
    assert isinstance(result, Refusal), result
    return result


def test_a_full_payload_becomes_one_reading() -> None:
    payload = {
        "version": "1",
        "ts": "2037-11-20T11:59:58.5Z",
        "seq": 7,
        "message_id": "m-1",
        "site_id": "hall-a",
        "metrics": {"temp_c": 4.5, "door_open": False},
    }
    [reading] = decoded(make_envelope(payload))
    assert (reading.site_id, reading.seq, reading.undated_id) == ("hall-a", 7, None)
    assert reading.time == datetime(2037, 11, 20, 11, 59, 58, 500_000, tzinfo=UTC)
    assert reading.message_id == "m-1"
    assert reading.metrics == {"temp_c": 4.5, "door_open": False}


def test_metrics_alone_are_enough_and_the_time_is_that_of_receipt() -> None:
    [reading] = decoded(make_envelope({"metrics": {"temp_c": 4}}, message_id="broker-1"))
    assert (reading.time, reading.message_id) == (NOON, "broker-1")


def test_a_repeated_publish_without_a_message_id_is_known_by_its_sequence_number() -> None:
    payload = {"ts": "2037-11-20T12:00:00Z", "seq": 7, "metrics": {"temp_c": 4}}
    first, again = (decoded(make_envelope(payload))[0] for _ in range(2))
    assert first.message_id == again.message_id == "seq:7"


def test_a_list_of_readings_keeps_each_time() -> None:
    payload = {
        "message_id": "m",
        "metrics": [
            {"ts": "2037-11-20T11:00:00Z", "metrics": {"temp_c": 1}},
            {"ts": "2037-11-20T11:01:00+00:00", "metrics": {"temp_c": 2}},
        ],
    }
    readings = decoded(make_envelope(payload))
    assert [(reading.time.minute, reading.message_id) for reading in readings] == [(0, "m#0"), (1, "m#1")]


@pytest.mark.parametrize("payload", [b"", b"{}", b'{"seq": 3}', b'{"metrics": {}}'])
def test_a_heartbeat_needs_no_metrics(payload: bytes) -> None:
    [reading] = decoded(make_envelope(payload), HEARTBEAT)
    assert reading.metrics == {}


OTHER_FORMS_OF_ELEVEN = [
    "2037-11-20T11:00:00",
    "2037-11-20T11:00Z",
    "20371120T110000Z",
    "2037-11-20T12:00:00+01",
    "2037-11-20T12:00:00+0100",
    "2037-11-20 11:00:00",
]


@pytest.mark.parametrize("ts", OTHER_FORMS_OF_ELEVEN)
@pytest.mark.parametrize("in_list", [False, True])
def test_any_form_of_iso_8601_is_understood_and_no_zone_is_utc(ts: str, *, in_list: bool) -> None:
    entry = {"ts": ts, "metrics": {"a": 1}}
    [reading] = decoded(make_envelope({"metrics": [entry]} if in_list else entry))
    assert (reading.time, reading.time.tzinfo) == (NOON - timedelta(hours=1), UTC)


UNDATED: list[tuple[dict[str, Any], str | None]] = [
    ({"message_id": "m", "metrics": {"a": 1}}, "m"),
    ({"message_id": "m", "metrics": [{"metrics": {"a": 1}}, {"ts": "2037-11-20T11:00:00Z", "metrics": {"a": 1}}]}, "m"),
    ({"message_id": "m", "ts": "2037-11-20T11:00:00Z", "metrics": [{"metrics": {"a": 1}}]}, None),
    ({"message_id": "m", "metrics": [{"ts": "2037-11-20T11:00:00Z", "metrics": {"a": 1}}]}, None),
    ({"metrics": {"a": 1}}, None),
]


@pytest.mark.parametrize(("payload", "undated_id"), UNDATED)
def test_a_message_that_leaves_a_time_out_is_known_by_its_own_id(
    payload: dict[str, Any], undated_id: str | None
) -> None:
    assert {reading.undated_id for reading in decoded(make_envelope(payload))} == {undated_id}


BAD_PAYLOADS: list[tuple[Any, Reason, str]] = [
    (b"not json", Reason.INVALID_JSON, "not JSON"),
    (b"\xff\xfe", Reason.INVALID_JSON, "not JSON"),
    (b"", Reason.INVALID_JSON, "not JSON"),
    (b"[1]", Reason.INVALID_JSON, "object"),
    (b'{"metrics": {"a": NaN}}', Reason.INVALID_JSON, "not JSON"),
    ({"version": "2", "metrics": {"a": 1}}, Reason.UNSUPPORTED_VERSION, "'1'"),
    ({"version": 1, "metrics": {"a": 1}}, Reason.UNSUPPORTED_VERSION, "'1'"),
    ({"tenant_id": "other", "metrics": {"a": 1}}, Reason.TENANT_MISMATCH, "tenant_id"),
    ({"seq": -1, "metrics": {"a": 1}}, Reason.INVALID_JSON, "seq"),
    ({"seq": True, "metrics": {"a": 1}}, Reason.INVALID_JSON, "seq"),
    ({"seq": 2**63, "metrics": {"a": 1}}, Reason.INVALID_JSON, "seq"),
    ({"message_id": "a\x00b", "metrics": {"a": 1}}, Reason.INVALID_JSON, "message_id"),
    ({"message_id": "", "metrics": {"a": 1}}, Reason.INVALID_JSON, "message_id"),
    ({"site_id": 5, "metrics": {"a": 1}}, Reason.INVALID_JSON, "site_id"),
    ({}, Reason.BAD_METRICS, "metrics"),
    ({"metrics": {}}, Reason.BAD_METRICS, "empty"),
    ({"metrics": []}, Reason.BAD_METRICS, "no reading"),
    ({"metrics": [3]}, Reason.BAD_METRICS, "metrics[0]"),
    ({"metrics": [{"metrics": {"a": 1}}, {"metrics": {"a": "x"}}]}, Reason.BAD_METRICS, "metrics[1]: a must be"),
    ({"metrics": {"a": "warm"}}, Reason.BAD_METRICS, "a must be a number"),
    ({"metrics": {"a": None}}, Reason.BAD_METRICS, "a must be a number"),
    ({"metrics": {"a\n": 1}}, Reason.BAD_METRICS, "control"),
    ({"metrics": {"\x85": 1}}, Reason.BAD_METRICS, "control"),
    ({"metrics": {"": 1}}, Reason.BAD_METRICS, "1 to 128"),
    ({"metrics": {"a" * 129: 1}}, Reason.BAD_METRICS, "1 to 128"),
    ({"metrics": {f"m{i}": i for i in range(65)}}, Reason.TOO_MANY_METRICS, "64"),
    ({"ts": 1_700_000_000, "metrics": {"a": 1}}, Reason.BAD_TIMESTAMP, "ISO 8601"),
    ({"ts": "yesterday", "metrics": {"a": 1}}, Reason.BAD_TIMESTAMP, "ISO 8601"),
    ({"ts": "0001-01-01T00:00:00+01:00", "metrics": {"a": 1}}, Reason.BAD_TIMESTAMP, "90 days"),
    ({"ts": "9999-12-31T23:59:59-01:00", "metrics": {"a": 1}}, Reason.BAD_TIMESTAMP, ""),
    ({"metrics": [{"ts": "soon", "metrics": {"a": 1}}]}, Reason.BAD_TIMESTAMP, "metrics[0]: ts"),
    ({"metrics": [{"metrics": {}}]}, Reason.BAD_METRICS, "metrics[0]: metrics is missing or empty"),
    (b'{"metrics": {"a": 9223372036854775808}}', Reason.BAD_METRICS, "a must be a number"),
    ({"ts": "2037-11-20T12:05:01Z", "metrics": {"a": 1}}, Reason.BAD_TIMESTAMP, "5 minutes"),
    ({"ts": "2037-08-22T11:59:59Z", "metrics": {"a": 1}}, Reason.BAD_TIMESTAMP, "90 days"),
    ({"metrics": {"a": "x" * 20_000}}, Reason.PAYLOAD_TOO_LARGE, "16384"),
]


@pytest.mark.parametrize(("payload", "reason", "words"), BAD_PAYLOADS)
def test_a_bad_payload_is_refused_with_its_reason(payload: Any, reason: Reason, words: str) -> None:
    refusal = refused(make_envelope(payload))
    assert refusal.reason is reason
    assert words in refusal.detail


def test_a_name_that_is_known_lets_no_other_in_beside_it() -> None:
    decoded(make_envelope({"metrics": {"known": 1}}))
    for _ in range(2):
        assert refused(make_envelope({"metrics": {"known": 1, "a\n": 1}})).reason is Reason.BAD_METRICS


def test_more_names_than_are_remembered_are_names_all_the_same() -> None:
    for batch in range(100):
        decoded(make_envelope({"metrics": {f"m-{batch}-{n}": n for n in range(64)}}))
    assert decoded(make_envelope({"metrics": {"m-0-0": 1}}))[0].metrics == {"m-0-0": 1}


def test_a_bottomless_payload_is_refused() -> None:
    envelope = make_envelope(b'{"a":' + b"[" * 65_000 + b"]" * 65_000 + b"}")
    limits = limits_for([envelope], max_payload_bytes=131_072, retention=RETENTION)
    refusal = decode(envelope, TELEMETRY, limits)
    assert isinstance(refusal, Refusal)
    assert refusal.reason is Reason.INVALID_JSON


@pytest.mark.parametrize("ts", ["2037-11-20T12:05:00Z", "2037-08-22T12:00:00Z", "2037-11-20T13:00:00+01:00"])
def test_a_time_at_the_edge_of_what_is_allowed_is_accepted(ts: str) -> None:
    decoded(make_envelope({"ts": ts, "metrics": {"a": 1}}))


def test_a_number_that_overflows_is_refused() -> None:
    assert refused(make_envelope(b'{"metrics": {"a": 1e999}}')).reason in (Reason.BAD_METRICS, Reason.INVALID_JSON)


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_decoded_or_refused_and_never_raise(payload: bytes) -> None:
    for address in (TELEMETRY, HEARTBEAT):
        read(make_envelope(payload), address)


_json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats() | st.text(),
    lambda children: st.lists(children, max_size=5) | st.dictionaries(st.text(), children, max_size=5),
    max_leaves=20,
)
_fields = st.sampled_from(["version", "ts", "seq", "message_id", "site_id", "tenant_id", "metrics", "else"])


@given(st.dictionaries(_fields, _json))
def test_what_is_accepted_can_be_stored(payload: dict[str, Any]) -> None:
    result = read(make_envelope(orjson.dumps(payload)))
    if not isinstance(result, Refusal):
        for reading in result:
            assert "\x00" not in reading.message_id
            assert reading.time.tzinfo is UTC
            assert NOON - RETENTION <= reading.time <= NOON + timedelta(minutes=5)
            assert all("\x00" not in name for name in reading.metrics)
            orjson.dumps(reading.metrics)
