"""What a device answers to a command."""

from uuid import UUID

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.commands.answer import MAXIMUM_ANSWER_BYTES, Answer, read_answer, split_answer_topic
from pulse.quarantine.reasons import Reason, Refusal

COMMAND = UUID("5b0c3d52-7d6b-4c6e-8f0e-2f4c1b7a9e10")


@pytest.mark.parametrize(
    ("payload", "answer"),
    [
        (b"", Answer()),
        (b" \n", Answer()),
        (b"{}", Answer()),
        (b'{"status": "ACKNOWLEDGED"}', Answer()),
        (b'{"status": "rejected", "reason": "busy"}', Answer(status="REJECTED", reason="busy")),
        (b'{"result": {"uptime": 7}, "firmware": "2"}', Answer(result={"uptime": 7})),
    ],
)
def test_an_answer_says_yes_or_no_and_why(payload: bytes, answer: Answer) -> None:
    assert read_answer(payload) == answer


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"ok", Reason.INVALID_JSON),
        (b"[]", Reason.INVALID_JSON),
        (b'{"status": "perhaps"}', Reason.INVALID_JSON),
        (b'{"status": 1}', Reason.INVALID_JSON),
        (b'{"result": 1}', Reason.INVALID_JSON),
        (b'{"reason": "a\\u0000b"}', Reason.INVALID_JSON),
        (orjson.dumps({"reason": "x" * 1001}), Reason.INVALID_JSON),
        (b'{"result": ' + b'{"a": ' * 300 + b"1" + b"}" * 301, Reason.INVALID_JSON),
        (b" " * (MAXIMUM_ANSWER_BYTES + 1), Reason.PAYLOAD_TOO_LARGE),
    ],
)
def test_what_is_no_answer_is_refused_with_its_reason(payload: bytes, reason: Reason) -> None:
    refusal = read_answer(payload)
    assert isinstance(refusal, Refusal)
    assert refusal.reason is reason


@given(st.binary(max_size=200))
def test_no_payload_breaks_reading(payload: bytes) -> None:
    assert isinstance(read_answer(payload), Answer | Refusal)


def test_the_topic_names_the_command_and_whose_it_is() -> None:
    assert split_answer_topic(f"devices/acme/freezer-1/commands/{COMMAND}/ack") == ("acme", "freezer-1", COMMAND)


@pytest.mark.parametrize(
    "topic",
    [
        f"devices/acme/freezer-1/commands/{COMMAND}",
        f"devices//freezer-1/commands/{COMMAND}/ack",
        f"devices/acme/a/freezer-1/commands/{COMMAND}/ack",
        "devices/acme/freezer-1/commands/------------------------------------/ack",
        "devices/acme/freezer-1/commands/7/ack",
    ],
)
def test_any_other_topic_names_none(topic: str) -> None:
    assert split_answer_topic(topic) is None
