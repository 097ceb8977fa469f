"""A digest by mail: on when somebody wants it, about the right time, and sent once."""

from datetime import timedelta
from typing import Any

import pytest

from pulse import clock
from pulse.alerts.figures.period import read_period
from pulse.alerts.handling.actions import AlertAction, Handling
from pulse.alerts.handling.changing import handle_alert
from pulse.alerts.lifecycle import close_alerts, open_alerts
from pulse.alerts.severity import Severity
from pulse.database import ingest_session, operator_session, tenant_session
from pulse.digests import digest_store, sending
from pulse.digests.digest import DigestWish, RunStatus
from pulse.digests.managing import change_digest, get_digest
from pulse.digests.plan import Cadence
from pulse.digests.sending import begin_runs, send_digests, send_next
from pulse.events import outbox
from pulse.outbound.errors import OutboundError
from pulse.settings import settings
from pulse.tenants.status import TenantStatus
from tests.builders import NOON, ORIGIN, Fleet, take_all
from tests.integration.alert_inbox import Inbox
from tests.integration.alert_process import make_closing, make_opening
from tests.integration.stack import Stack
from tests.integration.tenancy import mail_to

DIGEST = "/customer/digest"
DAY = timedelta(days=1)
BUDGET = timedelta(days=1)  # the clock stands still


@pytest.fixture(autouse=True)
def noon(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock stands at noon, nothing is published, and no other tenant's digest is due."""
    assert fleet
    monkeypatch.setattr(outbox, "put_events", take_all)
    monkeypatch.setattr(clock, "now", lambda: NOON)
    with ingest_session() as connection:
        connection.execute("UPDATE digests SET enabled = false, next_at = NULL")
        connection.execute("DELETE FROM digest_runs")


def switch_on(fleet: Fleet, **changes: Any) -> str:
    """A daily digest at eight; return who gets it."""
    recipient = f"ops@{fleet.tenant_id}.example"
    wish = DigestWish(**{"enabled": True, "cadence": Cadence.DAILY, "recipients": [recipient], **changes})
    change_digest(fleet.person(), wish, if_match=None, origin=ORIGIN)
    return recipient


def run_of(fleet: Fleet) -> dict[str, Any]:
    [run] = fleet.rows("SELECT * FROM digest_runs")
    return run


def see(fleet: Fleet, hours: float, cause: str, **changes: Any) -> None:
    with ingest_session() as connection:
        open_alerts(connection, [make_opening(fleet.tenant_id, cause, time=NOON + timedelta(hours=hours), **changes)])


def end(fleet: Fleet, hours: float, cause: str) -> None:
    with ingest_session() as connection:
        close_alerts(connection, [make_closing(fleet.tenant_id, cause, time=NOON + timedelta(hours=hours))])


def fail_with(error: OutboundError, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object) -> str:
        raise error

    monkeypatch.setattr(sending, "send_through_ses", refuse)


def test_the_mail_of_a_period_is_sent_once_though_sweeps_come_every_minute(fleet: Fleet, stack: Stack) -> None:
    recipient = switch_on(fleet)
    see(fleet, 1, "a", severity=Severity.HIGH)
    eight = NOON + timedelta(hours=20)
    assert send_digests(eight - timedelta(seconds=1), budget=BUDGET)["SENT"] == 0
    assert send_digests(eight, budget=BUDGET)["SENT"] == 1
    assert send_digests(eight + timedelta(minutes=1), budget=BUDGET)["SENT"] == 0
    [mail] = mail_to(stack, recipient)
    assert "Test tenant: alerts of the day: 1 opened, 1 still open" in str(mail)
    run = run_of(fleet)
    assert (run["status"], run["period_start"], run["period_end"]) == ("SENT", eight - DAY, eight)
    assert get_digest(fleet.tenant_id).next_at == eight + DAY


def test_what_another_sweep_is_sending_is_left_to_it(fleet: Fleet, stack: Stack) -> None:
    recipient = switch_on(fleet)
    eight = NOON + timedelta(hours=20)
    begin_runs(eight)
    with ingest_session() as connection:
        assert digest_store.claim_run(connection, eight, until=eight + timedelta(seconds=90)) is not None
    assert send_next(eight + timedelta(seconds=60)) is None
    assert mail_to(stack, recipient) == []
    assert send_next(eight + timedelta(seconds=90)) is RunStatus.SENT  # the other one died


def test_after_days_without_a_sweep_the_newest_period_alone_is_sent(fleet: Fleet, stack: Stack) -> None:
    recipient = switch_on(fleet)
    late = NOON + 3 * DAY
    assert send_digests(late, budget=BUDGET)["SENT"] == 1
    assert len(mail_to(stack, recipient)) == 1
    assert run_of(fleet)["period_end"] == NOON + 2 * DAY + timedelta(hours=20)


def test_a_failure_that_may_pass_is_tried_again(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    switch_on(fleet)
    eight = NOON + timedelta(hours=20)
    with monkeypatch.context() as patched:
        fail_with(OutboundError("Amazon SES does not answer", permanent=False), patched)
        assert send_digests(eight, budget=BUDGET)["PENDING"] == 1
    assert get_digest(fleet.tenant_id).last_run is not None
    assert run_of(fleet)["outcome"] == "Amazon SES does not answer"
    assert send_digests(eight + timedelta(seconds=20), budget=BUDGET)["SENT"] == 0
    assert send_digests(eight + timedelta(seconds=60), budget=BUDGET)["SENT"] == 1
    assert (run_of(fleet)["attempts"], run_of(fleet)["status"]) == (2, "SENT")


def test_a_failure_for_good_is_there_to_be_seen(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    switch_on(fleet)
    fail_with(OutboundError("Amazon SES: MessageRejected", permanent=True), monkeypatch)
    send_digests(NOON + timedelta(hours=20), budget=BUDGET)
    _, digest = Inbox(fleet).call("GET", DIGEST)
    assert (digest["last_run"]["status"], digest["last_run"]["outcome"]) == ("FAILED", "Amazon SES: MessageRejected")


def test_a_digest_that_no_mail_can_be_made_of_does_not_stop_the_others(stack: Stack) -> None:
    broken, other = Fleet(), Fleet()
    switch_on(broken, recipients=["a@[x.y"])  # taken before such addresses were refused
    begin_runs(NOON + timedelta(hours=20))
    recipient = switch_on(other)
    eight = NOON + timedelta(hours=20, seconds=1)
    counts = send_digests(eight, budget=BUDGET)
    assert (counts["PENDING"], counts["SENT"]) == (1, 1)
    assert len(mail_to(stack, recipient)) == 1
    assert (run_of(broken)["status"], run_of(broken)["attempts"]) == ("PENDING", 1)
    for hours in range(1, 6):
        send_digests(eight + timedelta(hours=hours), budget=BUDGET)
    run = run_of(broken)
    assert (run["status"], run["attempts"], run["due_at"]) == ("FAILED", 6, None)
    assert "of our own" in run["outcome"]


@pytest.mark.parametrize("what", ["switched off", "suspended"])
def test_nobody_gets_a_digest_that_is_not_wanted_any_more(fleet: Fleet, stack: Stack, what: str) -> None:
    recipient = switch_on(fleet)
    eight = NOON + timedelta(hours=20)
    begin_runs(eight)
    if what == "switched off":
        change_digest(fleet.person(), DigestWish(), if_match=None, origin=ORIGIN)
    else:
        set_status(fleet, TenantStatus.SUSPENDED)
    assert send_next(eight) is RunStatus.CANCELLED
    assert mail_to(stack, recipient) == []


def set_status(fleet: Fleet, status: TenantStatus) -> None:
    with operator_session(user_id="test", reason="test", write=True) as connection:
        connection.execute("UPDATE tenants SET status = %s WHERE tenant_id = %s", (status.value, fleet.tenant_id))


def test_figures_count_what_happened_in_the_period_alone(fleet: Fleet) -> None:
    person = fleet.person()
    see(fleet, -30, "old", severity=Severity.CRITICAL)
    end(fleet, -2, "old")
    see(fleet, -24, "first", severity=Severity.HIGH)
    see(fleet, -6, "quick", severity=Severity.HIGH)
    end(fleet, -5, "quick")
    see(fleet, 0, "next", severity=Severity.LOW)
    [first] = fleet.rows("SELECT alert_id FROM alerts WHERE fingerprint = 'first'")
    taken = Handling(action=AlertAction.ACKNOWLEDGE, by="x", at=NOON - timedelta(hours=23))
    handle_alert(person, first["alert_id"], taken, origin=ORIGIN)
    with tenant_session(fleet.tenant_id) as connection:
        figures = read_period(connection, fleet.tenant_id, start=NOON - DAY, end=NOON)
    counted = {row.severity.value: (row.opened, row.closed, row.still_open) for row in figures.by_severity}
    assert list(counted) == ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFO"]
    assert counted == {
        "CRITICAL": (0, 1, 0), "HIGH": (2, 1, 1), "MEDIUM": (0, 0, 0), "LOW": (0, 0, 0), "INFO": (0, 0, 0),
    }  # fmt: skip
    assert figures.mean_seconds_to_acknowledge == 3600
    assert figures.mean_seconds_to_close == (28 + 1) / 2 * 3600
    assert [(device.device_id, device.opened) for device in figures.noisy_devices] == [("freezer-1", 2)]


def test_the_api_has_it_off_until_somebody_says_when_and_to_whom(fleet: Fleet) -> None:
    inbox = Inbox(fleet)
    status, digest = inbox.call("GET", DIGEST)
    assert (status, digest["enabled"], digest["next_at"], digest["last_run"]) == (200, False, None, None)
    wish = {
        "enabled": True, "cadence": "WEEKLY", "weekday": "friday", "hour": 7, "timezone": "Europe/Berlin",
        "recipients": ["ops@acme.example"],
    }  # fmt: skip
    status, changed = inbox.call("PUT", DIGEST, body=wish, headers={"if-match": '"1"'})
    assert (status, changed["version"]) == (200, 2)
    assert changed["next_at"] == "2037-11-27T06:00:00Z"
    assert {name: changed[name] for name in wish} == wish
    assert inbox.call("PUT", DIGEST, body=wish, headers={"if-match": '"1"'})[0] == 412
    status, off = inbox.call("PUT", DIGEST, body={**wish, "enabled": False})
    assert (status, off["next_at"]) == (200, None)


@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        ({"recipients": []}, 400, "recipients"),
        ({"recipients": ["nobody"]}, 422, "recipients.0"),
        ({"recipients": ["ops@acme.example", "a@[x.y"]}, 422, "recipients.1"),
        ({"hour": 24}, 422, "hour"),
        ({"weekday": "1"}, 422, "weekday"),
        ({"timezone": "Mars/Olympus"}, 422, "timezone"),
        ({"cadence": "HOURLY"}, 422, "cadence"),
    ],
)
def test_a_digest_that_makes_no_sense_is_refused_by_its_field(
    fleet: Fleet, changes: dict[str, Any], status: int, field: str
) -> None:
    wish = {"enabled": True, "recipients": ["ops@acme.example"], **changes}
    answered, problem = Inbox(fleet).call("PUT", DIGEST, body=wish)
    assert (answered, problem["errors"][0]["field"]) == (status, field)


def test_an_installation_without_a_sender_says_so(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMAIL_SENDER", "")
    settings.cache_clear()
    wish = {"enabled": True, "recipients": ["ops@acme.example"]}
    status, problem = Inbox(fleet).call("PUT", DIGEST, body=wish)
    assert (status, problem["errors"][0]["field"]) == (400, "enabled")


def test_a_preview_is_what_would_be_sent_now(fleet: Fleet) -> None:
    recipient = switch_on(fleet, timezone="Europe/Berlin")
    fleet.add_device()
    see(fleet, -1, "a", severity=Severity.CRITICAL)
    status, preview = Inbox(fleet).call("GET", f"{DIGEST}/preview")
    assert status == 200
    assert preview["recipients"] == [recipient]
    assert preview["subject"] == "Test tenant: alerts of the day: 1 opened, 1 still open"
    assert "Fri 2037-11-20 13:00, Europe/Berlin" in preview["text"]
    assert preview["html"].startswith("<!DOCTYPE html>")
    figures = preview["figures"]
    assert (figures["period_end"], figures["fleet"]["devices"]) == ("2037-11-20T12:00:00Z", 1)
    assert figures["alerts"]["by_severity"][0] == {"severity": "CRITICAL", "opened": 1, "closed": 0, "still_open": 1}
    assert fleet.rows("SELECT FROM digest_runs") == []
