"""What becomes of an alert that somebody handles."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.alerts.alert import Alert, AlertStatus, AlertType
from pulse.alerts.handling.actions import AlertAction, Handling, handle
from pulse.alerts.severity import Severity
from pulse.errors import ConflictError
from tests.builders import NOON

LATER = NOON + timedelta(minutes=5)


def make_alert(**changes: object) -> Alert:
    alert = Alert(
        alert_id=UUID(int=1),
        type=AlertType.THRESHOLD,
        severity=Severity.HIGH,
        status=AlertStatus.OPEN,
        device_id="freezer-1",
        site_id="hall-a",
        rule_id=UUID(int=2),
        summary="too warm",
        details={},
        trigger_count=1,
        opened_at=NOON,
        last_triggered_at=NOON,
        acknowledged_at=None,
        acknowledged_by=None,
        silenced_at=None,
        silenced_until=None,
        silenced_by=None,
        flapping_since=None,
        suppressed_by=None,
        group_id=None,
        closed_at=None,
        closed_by=None,
        closed_reason=None,
    )
    return alert.model_copy(update=changes)


def make_handling(action: AlertAction, **changes: object) -> Handling:
    fields: dict[str, object] = {"action": action, "by": "ada@acme.example", "at": LATER, **changes}
    return Handling(**fields)  # type: ignore[arg-type]


ACKNOWLEDGED = make_alert(status=AlertStatus.ACKNOWLEDGED, acknowledged_at=NOON, acknowledged_by="bob@acme.example")
CLOSED = make_alert(status=AlertStatus.CLOSED, closed_at=NOON, closed_by="system", closed_reason="it is over")


def test_acknowledging_says_who_and_when() -> None:
    after = handle(make_alert(), make_handling(AlertAction.ACKNOWLEDGE))
    assert (after.status, after.acknowledged_by, after.acknowledged_at) == (
        AlertStatus.ACKNOWLEDGED,
        "ada@acme.example",
        LATER,
    )


def test_who_acknowledged_first_stays_the_one() -> None:
    assert handle(ACKNOWLEDGED, make_handling(AlertAction.ACKNOWLEDGE)) == ACKNOWLEDGED


def test_an_alert_that_is_given_back_is_open_again() -> None:
    assert handle(ACKNOWLEDGED, make_handling(AlertAction.UNACKNOWLEDGE)) == make_alert()


def test_a_silence_without_an_end_lasts_as_long_as_the_alert() -> None:
    after = handle(make_alert(), make_handling(AlertAction.SILENCE))
    assert (after.silenced_at, after.silenced_until, after.silenced_by) == (LATER, None, "ada@acme.example")
    assert after.status is AlertStatus.OPEN


def test_silencing_again_sets_the_time_anew() -> None:
    silenced = handle(make_alert(), make_handling(AlertAction.SILENCE, until=LATER + timedelta(minutes=15)))
    longer = handle(silenced, make_handling(AlertAction.SILENCE, until=LATER + timedelta(hours=4)))
    assert longer.silenced_until == LATER + timedelta(hours=4)


def test_closing_ends_the_silence() -> None:
    silenced = handle(ACKNOWLEDGED, make_handling(AlertAction.SILENCE))
    closed = handle(silenced, make_handling(AlertAction.CLOSE, remark="repaired"))
    assert (closed.status, closed.closed_reason, closed.silenced_at) == (AlertStatus.CLOSED, "repaired", None)
    assert closed.acknowledged_by == "bob@acme.example"


def test_no_alert_is_closed_before_it_was_opened() -> None:
    ahead = make_alert(opened_at=LATER + timedelta(minutes=1))
    assert handle(ahead, make_handling(AlertAction.CLOSE)).closed_at == ahead.opened_at


@pytest.mark.parametrize("action", [AlertAction.ACKNOWLEDGE, AlertAction.UNACKNOWLEDGE, AlertAction.SILENCE])
def test_what_is_closed_can_not_be(action: AlertAction) -> None:
    with pytest.raises(ConflictError, match="the alert is closed"):
        handle(CLOSED, make_handling(action))


@pytest.mark.parametrize("action", [AlertAction.CLOSE, AlertAction.UNSILENCE, AlertAction.COMMENT])
def test_what_is_closed_stays_as_it_is(action: AlertAction) -> None:
    assert handle(CLOSED, make_handling(action, remark="again")) == CLOSED


@given(st.lists(st.sampled_from(AlertAction), max_size=8), st.sampled_from(AlertAction))
def test_the_same_action_again_changes_nothing(before: list[AlertAction], action: AlertAction) -> None:
    alert = make_alert()
    for earlier in [*before, action]:
        try:
            alert = handle(alert, make_handling(earlier, remark="because", until=LATER + timedelta(hours=1)))
        except ConflictError:
            assert alert.status is AlertStatus.CLOSED
    try:
        assert handle(alert, make_handling(action, remark="because", until=LATER + timedelta(hours=1))) == alert
    except ConflictError:
        assert alert.status is AlertStatus.CLOSED
