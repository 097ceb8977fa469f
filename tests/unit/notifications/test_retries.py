"""When what failed is tried again, and what is not sent after all."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.alerts.facts import AlertFacts
from pulse.notifications.decision import Announcement, Verb, decide
from pulse.notifications.job import JobStatus
from pulse.notifications.notice import NoticeEvent
from pulse.notifications.retries import RETRIES, delay_before
from tests.builders import NOON
from tests.unit.notifications.builders import ALERT_ID

LONGEST = timedelta(hours=2)


@pytest.mark.parametrize(("retry", "seconds"), [(1, 30), (2, 60), (3, 120), (4, 240), (5, 480)])
def test_the_wait_doubles_from_thirty_seconds(retry: int, seconds: int) -> None:
    assert delay_before(retry, retry_after_seconds=None, chance=0) == timedelta(seconds=seconds)
    assert delay_before(retry, retry_after_seconds=None, chance=1) == timedelta(seconds=seconds * 1.25)


def test_after_five_retries_it_is_given_up() -> None:
    assert delay_before(RETRIES + 1, retry_after_seconds=1, chance=0) is None


@given(st.integers(1, RETRIES), st.none() | st.integers(0, 10**9), st.floats(0, 1))
def test_a_wait_honours_the_other_side_and_is_never_longer_than_two_hours(
    retry: int, wish: int | None, chance: float
) -> None:
    delay = delay_before(retry, retry_after_seconds=wish, chance=chance)
    assert delay is not None
    assert timedelta(seconds=30) <= delay <= LONGEST
    assert delay >= min(timedelta(seconds=wish or 0), LONGEST)


def facts(status: str = "OPEN", *, silenced: bool = False) -> AlertFacts:
    return AlertFacts.model_validate(
        {
            "alert_id": ALERT_ID,
            "fingerprint": "RULE:r:freezer-1",
            "type": "THRESHOLD",
            "severity": "HIGH",
            "status": status,
            "device_id": "freezer-1",
            "site_id": "hall-a",
            "summary": "too warm",
            "details": {},
            "opened_at": NOON,
            "silenced_at": NOON if silenced else None,
            "suppressed_by": None,
            "group_id": None,
            "others_in_group": 0,
        }
    )


@pytest.mark.parametrize("event", [NoticeEvent.OPENED, NoticeEvent.ESCALATED])
@pytest.mark.parametrize(
    ("alert", "verb"),
    [
        (facts(), Verb.SEND),
        (facts("ACKNOWLEDGED"), Verb.CANCEL),
        (facts("CLOSED"), Verb.CANCEL),
        (facts(silenced=True), Verb.CANCEL),
        (None, Verb.CANCEL),
    ],
)
def test_nobody_is_called_for_what_needs_nobody(event: NoticeEvent, alert: AlertFacts | None, verb: Verb) -> None:
    assert decide(event, alert, []).verb is verb


@pytest.mark.parametrize("event", [NoticeEvent.ACKNOWLEDGED, NoticeEvent.CLOSED])
@pytest.mark.parametrize(
    ("announcements", "verb"),
    [
        ([], Verb.SEND),
        ([(JobStatus.SENT, False)], Verb.SEND),
        ([(JobStatus.FAILED, False), (JobStatus.SENT, False)], Verb.SEND),
        ([(JobStatus.PENDING, True)], Verb.WAIT),
        ([(JobStatus.SENT, False), (JobStatus.PENDING, True)], Verb.WAIT),
        ([(JobStatus.CANCELLED, False)], Verb.CANCEL),
        ([(JobStatus.THROTTLED, False), (JobStatus.FAILED, False)], Verb.CANCEL),
    ],
)
def test_the_end_is_told_to_whoever_has_heard_the_beginning(
    event: NoticeEvent, announcements: list[tuple[JobStatus, bool]], verb: Verb
) -> None:
    heard = [Announcement(*announcement) for announcement in announcements]
    assert decide(event, facts("CLOSED"), heard).verb is verb
