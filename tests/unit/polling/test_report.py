"""What a poller tells."""

from contextlib import suppress
from uuid import UUID

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from pulse.polling.outcome import Answer, OutcomeKind, PollOutcome
from pulse.polling.report import PollReport, read_report, report_of
from tests.builders import NOON

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=10,
)
KNOWN = report_of(
    UUID(int=7),
    NOON,
    PollOutcome(
        kind=OutcomeKind.OK,
        complete=True,
        seconds=0.2,
        answers=[Answer(name="clock", body="noon")],
        host_key="ssh-rsa A",
    ),
)


def test_a_report_is_read_as_it_was_written() -> None:
    report = read_report(orjson.dumps(KNOWN))
    assert (report.target_id, report.polled_at, report.complete) == (UUID(int=7), NOON, True)
    assert (report.outcome.kind, report.outcome.host_key) == (OutcomeKind.OK, "ssh-rsa A")
    assert [(answer.name, answer.body) for answer in report.payload] == [("clock", "noon")]


@given(name=st.sampled_from(sorted(KNOWN)), value=JSON)
def test_a_report_with_anything_in_a_place_is_taken_or_refused(name: str, value: object) -> None:
    with suppress(ValidationError):
        assert isinstance(read_report(orjson.dumps({**KNOWN, name: value})), PollReport)


def test_too_many_answers_are_refused() -> None:
    with pytest.raises(ValidationError):
        read_report(orjson.dumps({**KNOWN, "payload": [{"name": "a", "body": ""}] * 11}))
