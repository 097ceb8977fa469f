"""Payloads and what they become: readings, or a reason that a device's maker can act on."""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.quarantine.reasons import Reason, Refusal
from pulse.telemetry.decode import decode
from pulse.telemetry.message import Envelope, Message, MessageType
from tests.builders import NOON, make_envelope

RETENTION = timedelta(days=90)
HEARTBEAT = "devices/acme/freezer-1/heartbeat"


def decoded(envelope: Envelope) -> Message:
    result = decode(envelope, max_payload_bytes=16_384, retention=RETENTION)
    assert isinstance(result, Message), result
    return result


def refused(envelope: Envelope) -> Refusal:
    result = decode(envelope, max_payload_bytes=16_384, retention=RETENTION)
    assert isinstance(result, Refusal), result
    return result


def test_a_full_payload_becomes_one_reading() -> None:
    payload = {
        "version": "1",
        "ts": "2026-11-20T11:59:58.5Z",
        "seq": 7,
        "message_id": "m-1",
        "site_id": "hall-a",
        "metrics": {"temp_c": 4.5, "door_open": False},
    }
    message = decoded(make_envelope(payload))
    assert (message.tenant_id, message.device_id, message.site_id, message.seq) == ("acme", "freezer-1", "hall-a", 7)
    [reading] = message.readings
    assert reading.time == datetime(2026, 11, 20, 11, 59, 58, 500_000, tzinfo=UTC)
    assert reading.message_id == "m-1"
    assert reading.metrics == {"temp_c": 4.5, "door_open": False}


def test_metrics_alone_are_enough_and_the_time_is_that_of_receipt() -> None:
    [reading] = decoded(make_envelope({"metrics": {"temp_c": 4}}, message_id="broker-1")).readings
    assert (reading.time, reading.message_id) == (NOON, "broker-1")


def test_a_repeated_publish_without_a_message_id_is_known_by_its_sequence_number() -> None:
    payload = {"ts": "2026-11-20T12:00:00Z", "seq": 7, "metrics": {"temp_c": 4}}
    first, again = (decoded(make_envelope(payload)).readings[0] for _ in range(2))
    assert first.message_id == again.message_id == "seq:7"


def test_a_list_of_readings_keeps_each_time() -> None:
    payload = {
        "message_id": "m",
        "metrics": [
            {"ts": "2026-11-20T11:00:00Z", "metrics": {"temp_c": 1}},
            {"ts": "2026-11-20T11:01:00+00:00", "metrics": {"temp_c": 2}},
        ],
    }
    readings = decoded(make_envelope(payload)).readings
    assert [(reading.time.minute, reading.message_id) for reading in readings] == [(0, "m#0"), (1, "m#1")]


@pytest.mark.parametrize("payload", [b"", b"{}", b'{"seq": 3}', b'{"metrics": {}}'])
def test_a_heartbeat_needs_no_metrics(payload: bytes) -> None:
    message = decoded(make_envelope(payload, topic=HEARTBEAT))
    assert message.msg_type is MessageType.HEARTBEAT
    assert message.readings[0].metrics == {}


def test_a_time_without_zone_is_utc() -> None:
    assert decoded(make_envelope({"ts": "2026-11-20T11:00:00", "metrics": {"a": 1}})).readings[0].time.tzinfo is UTC


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
    ({"ts": 1_700_000_000, "metrics": {"a": 1}}, Reason.BAD_TIMESTAMP, "ISO 8601 text"),
    ({"ts": "yesterday", "metrics": {"a": 1}}, Reason.BAD_TIMESTAMP, "ISO 8601"),
    ({"ts": "2026-11-20T12:05:01Z", "metrics": {"a": 1}}, Reason.BAD_TIMESTAMP, "5 minutes"),
    ({"ts": "2026-08-22T11:59:59Z", "metrics": {"a": 1}}, Reason.BAD_TIMESTAMP, "90 days"),
    ({"metrics": {"a": "x" * 20_000}}, Reason.PAYLOAD_TOO_LARGE, "16384"),
]


@pytest.mark.parametrize(("payload", "reason", "words"), BAD_PAYLOADS)
def test_a_bad_payload_is_refused_with_its_reason(payload: Any, reason: Reason, words: str) -> None:
    refusal = refused(make_envelope(payload))
    assert refusal.reason is reason
    assert words in refusal.detail


@pytest.mark.parametrize("ts", ["2026-11-20T12:05:00Z", "2026-08-22T12:00:00Z", "2026-11-20T13:00:00+01:00"])
def test_a_time_at_the_edge_of_what_is_allowed_is_accepted(ts: str) -> None:
    decoded(make_envelope({"ts": ts, "metrics": {"a": 1}}))


BAD_TOPICS = [
    "",
    "devices/acme/freezer-1",
    "devices/acme/freezer-1/commands",
    "x/acme/freezer-1/telemetry",
    "devices//freezer-1/telemetry",
    "devices/acme/freezer-1/telemetry/more",
]


@pytest.mark.parametrize("topic", BAD_TOPICS)
def test_another_topic_is_refused(topic: str) -> None:
    assert refused(make_envelope(topic=topic)).reason is Reason.BAD_TOPIC


def test_a_number_that_overflows_is_refused() -> None:
    assert refused(make_envelope(b'{"metrics": {"a": 1e999}}')).reason in (Reason.BAD_METRICS, Reason.INVALID_JSON)


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_decoded_or_refused_and_never_raise(payload: bytes) -> None:
    decode(make_envelope(payload), max_payload_bytes=16_384, retention=RETENTION)


_json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats() | st.text(),
    lambda children: st.lists(children, max_size=5) | st.dictionaries(st.text(), children, max_size=5),
    max_leaves=20,
)
_fields = st.sampled_from(["version", "ts", "seq", "message_id", "site_id", "tenant_id", "metrics", "else"])


@given(st.dictionaries(_fields, _json))
def test_what_is_accepted_can_be_stored(payload: dict[str, Any]) -> None:
    result = decode(make_envelope(orjson.dumps(payload)), max_payload_bytes=16_384, retention=RETENTION)
    if isinstance(result, Message):
        for reading in result.readings:
            assert "\x00" not in reading.message_id
            assert reading.time.tzinfo is UTC
            assert NOON - RETENTION <= reading.time <= NOON + timedelta(minutes=5)
            assert all("\x00" not in name for name in reading.metrics)
            orjson.dumps(reading.metrics)
