"""Queue entries as the topic rules write them."""

import json

import pytest

from pulse.telemetry.message import Address, Envelope, MessageType, read_envelope, split_topic
from tests.builders import NOON, make_envelope, queue_body


def test_an_entry_of_a_topic_rule_is_read_back_with_its_bytes() -> None:
    envelope = make_envelope(b"\x00\xff anything")
    assert read_envelope(queue_body(envelope)) == envelope
    assert envelope.received_at == NOON


def test_an_entry_that_was_handed_out_before_is_marked() -> None:
    envelope = read_envelope(queue_body(make_envelope()), redelivered=True)
    assert envelope is not None
    assert envelope.redelivered


FOREIGN = [
    "",
    "nonsense",
    "[]",
    "{}",
    '{"data": "***", "topic": "t", "principal": "p", "received_at": 1, "message_id": "m"}',
    '{"data": "", "topic": "t", "principal": "p", "received_at": "soon", "message_id": "m"}',
]


@pytest.mark.parametrize("body", FOREIGN)
def test_an_entry_from_elsewhere_is_not_an_envelope(body: str) -> None:
    assert read_envelope(body) is None


def test_a_topic_names_the_device_and_the_type_of_the_message() -> None:
    assert split_topic("devices/acme/freezer-1/heartbeat") == Address(("acme", "freezer-1"), MessageType.HEARTBEAT)


OTHER_TOPICS = [
    "",
    "devices/acme/freezer-1",
    "devices/acme/freezer-1/commands",
    "x/acme/freezer-1/telemetry",
    "devices//freezer-1/telemetry",
    "devices/acme/freezer-1/telemetry/more",
]


@pytest.mark.parametrize("topic", OTHER_TOPICS)
def test_another_topic_names_nobody(topic: str) -> None:
    assert split_topic(topic) is None


FAILURE = {
    "ruleName": "pulse_telemetry",
    "topic": "devices/acme/freezer-1/telemetry",
    "cloudwatchTraceId": "7e146a2c-95b5-6caf-98b9-50e3969734c7",
    "clientId": "acme:freezer-1",
    "base64OriginalPayload": "eyJtZXRyaWNzIjp7InQiOjF9fQ==",
    "failures": [{"failedAction": "SqsAction", "failedResource": "telemetry", "errorMessage": "Access denied"}],
}


@pytest.mark.parametrize("prefix", ["", "$aws/rules/pulse_telemetry/"])
def test_what_a_rule_could_not_hand_on_is_read_when_it_is_redriven(prefix: str) -> None:
    entry = {**FAILURE, "topic": f"{prefix}{FAILURE['topic']}", "received_at": 1_795_000_000_000}
    assert read_envelope(json.dumps(entry)) == Envelope(
        message_id="7e146a2c-95b5-6caf-98b9-50e3969734c7",
        topic="devices/acme/freezer-1/telemetry",
        principal="client:acme:freezer-1",
        received_milliseconds=1_795_000_000_000,
        payload=b'{"metrics":{"t":1}}',
        redelivered=True,
    )


@pytest.mark.parametrize("missing", ["topic", "clientId", "base64OriginalPayload", "cloudwatchTraceId", "received_at"])
def test_a_failure_that_does_not_say_what_it_must_stays_in_the_queue(missing: str) -> None:
    entry = {**FAILURE, "received_at": 1_795_000_000_000}
    del entry[missing]
    assert read_envelope(json.dumps(entry)) is None
