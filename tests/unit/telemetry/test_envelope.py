"""Queue entries as the topic rules write them."""

import pytest

from pulse.telemetry.message import read_envelope
from tests.builders import make_envelope, queue_body


def test_an_entry_of_a_topic_rule_is_read_back_with_its_bytes() -> None:
    envelope = make_envelope(b"\x00\xff anything")
    assert read_envelope(queue_body(envelope)) == envelope


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
