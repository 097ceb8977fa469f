"""Reports from stored facts: what they say, and that each is made and sent once."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from pulse import clock
from pulse.alerts.lifecycle import close_alerts, open_alerts
from pulse.alerts.maintenance.planning import delete_window, plan_window
from pulse.alerts.maintenance.window import MaintenanceWindow, Selector, WindowPlan
from pulse.alerts.severity import Severity
from pulse.database import ingest_session
from pulse.devices.registration import Site, save_site
from pulse.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from pulse.events import outbox
from pulse.identity.permissions import Role
from pulse.outbound.errors import OutboundError
from pulse.reports import gathering, generating, managing
from pulse.reports.availability import Interval
from pulse.reports.generating import generate_reports
from pulse.reports.plan import ReportCadence
from pulse.reports.report import ReportRunDetail, ReportStatus, ScheduleWish, SlaSummary
from pulse.settings import settings
from tests.builders import ACTOR, NOON, ORIGIN, Fleet, take_all
from tests.integration.alert_process import make_closing, make_opening
from tests.integration.stack import Stack
from tests.integration.tenancy import mail_to

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
BUDGET = timedelta(days=1)  # the clock stands still


class Time:
    """The clock of a test."""

    def __init__(self) -> None:
        self.now = NOON


@pytest.fixture(autouse=True)
def time(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> Time:
    """It is noon, nothing is published, and no other test's report is due."""
    assert fleet
    time = Time()
    monkeypatch.setattr(outbox, "put_events", take_all)
    monkeypatch.setattr(clock, "now", lambda: time.now)
    with ingest_session() as connection:
        connection.execute("UPDATE report_schedules SET cadences = '{}', due_at = NULL")
        connection.execute("DELETE FROM report_runs WHERE due_at IS NOT NULL")
    return time


def turn(fleet: Fleet, device_id: str, *steps: tuple[float, str, str]) -> None:
    """Enter changes of a device's status, so many hours before noon."""
    with ingest_session() as connection:
        for hours, before, after in steps:
            connection.execute(
                """
                INSERT INTO device_status_log (tenant_id, device_id, time, from_status, to_status)
                VALUES (%s, %s, %s, %s, %s)
                """,
                (fleet.tenant_id, device_id, NOON - timedelta(hours=hours), before, after),
            )


def report(fleet: Fleet, hours: float = 10) -> SlaSummary:
    """The report of the last hours."""
    run = managing.make_report(fleet.person(Role.VIEWER), clock.now() - timedelta(hours=hours), None, origin=ORIGIN)
    assert run.result is not None
    return run.result


def maintain(fleet: Fleet, time: Time, start: datetime, end: datetime, **selector: Any) -> MaintenanceWindow:
    """Plan a window in time."""
    plan = WindowPlan("Defrosting", "", start, end, "UTC", None, Selector(**selector))
    before, time.now = time.now, start
    window = plan_window(fleet.person(), plan, origin=ORIGIN)
    time.now = before
    return window


def test_availability_is_told_of_fleet_sites_and_devices(fleet: Fleet) -> None:
    save_site(fleet.tenant_id, Site(site_id="hall-b", name="Hall B"), actor=ACTOR)
    fleet.add_device("good")
    fleet.add_device("bad", site_id="hall-b", name="Back door")
    fleet.add_device("silent")
    turn(fleet, "good", (20, "PENDING", "ONLINE"))
    turn(fleet, "bad", (20, "PENDING", "ONLINE"), (5, "ONLINE", "STALE"), (4, "STALE", "OFFLINE"))
    found = report(fleet)
    assert (found.devices, found.fleet.availability_percent) == (3, 75.0)
    assert (found.fleet.up_seconds, found.fleet.down_seconds) == (15 * 3600, 5 * 3600)
    assert (found.fleet.unknown_seconds, found.fleet.known_percent) == (10 * 3600, 66.667)
    assert [(site.site_id, site.devices, site.availability_percent) for site in found.sites] == [
        ("hall-b", 1, 50.0),
        ("hall-a", 2, 100.0),
    ]
    assert [(device.device_id, device.device_name) for device in found.least_available_devices] == [
        ("bad", "Back door")
    ]
    page, following = managing.list_availability(fleet.tenant_id, None, None, site_id=None, limit=2, after="")
    named = [(device.device_id, device.device_name) for device in page]
    assert (named, following) == ([("bad", "Back door"), ("good", None)], "good")
    page, following = managing.list_availability(fleet.tenant_id, None, None, site_id="hall-a", limit=2, after="good")
    assert [(device.device_id, device.availability_percent) for device in page] == [("silent", None)]
    assert following is None


def test_maintenance_is_taken_out_of_both_sides_where_it_was(fleet: Fleet, time: Time) -> None:
    for device_id in ("covered", "other"):
        fleet.add_device(device_id)
        turn(fleet, device_id, (20, "PENDING", "ONLINE"), (4, "ONLINE", "OFFLINE"))
    maintain(fleet, time, NOON - 5 * HOUR, NOON - HOUR, device_ids=("covered",))
    found = report(fleet)
    assert found.fleet.maintenance_seconds == 4 * 3600
    page, _ = managing.list_availability(fleet.tenant_id, NOON - 10 * HOUR, None, site_id=None, limit=2, after="")
    assert [(device.device_id, device.up_seconds, device.down_seconds) for device in page] == [
        ("covered", 5 * 3600, 3600),
        ("other", 6 * 3600, 4 * 3600),
    ]
    assert [(window.name, window.seconds) for window in found.maintenance] == [("Defrosting", 4 * 3600)]


def test_maintenance_that_has_taken_place_stays_in_reports_when_its_window_is_deleted(fleet: Fleet, time: Time) -> None:
    fleet.add_device()
    turn(fleet, "freezer-1", (20, "PENDING", "ONLINE"), (4, "ONLINE", "OFFLINE"))
    window = maintain(fleet, time, NOON - 5 * HOUR, NOON + 2 * HOUR)
    planned = report(fleet)
    assert (planned.fleet.maintenance_seconds, planned.fleet.down_seconds) == (5 * 3600, 0)
    delete_window(fleet.person(), window.window_id, if_match=window.version, origin=ORIGIN)
    assert report(fleet).fleet == planned.fleet
    time.now = NOON + HOUR
    later = report(fleet, hours=11)
    assert (later.fleet.maintenance_seconds, later.fleet.down_seconds) == (5 * 3600, 3600)


def test_alerts_of_the_time_are_counted_with_their_means(fleet: Fleet) -> None:
    fleet.add_device()
    with ingest_session() as connection:
        open_alerts(connection, [make_opening(fleet.tenant_id, "a", time=NOON - 3 * HOUR)])
        open_alerts(connection, [make_opening(fleet.tenant_id, "b", time=NOON - 2 * HOUR)])
        close_alerts(connection, [make_closing(fleet.tenant_id, "a", time=NOON - HOUR)])
    found = report(fleet)
    assert (found.alerts_opened, found.alerts_closed, found.alerts_still_open) == (2, 1, 1)
    assert found.alerts.mean_seconds_to_close == 2 * 3600
    assert [(device.device_id, device.opened) for device in found.alerts.noisy_devices] == [("freezer-1", 2)]


def test_a_report_that_was_made_is_kept(fleet: Fleet) -> None:
    made: ReportRunDetail = managing.make_report(fleet.person(), None, None, origin=ORIGIN)
    assert (made.status, made.cadence, made.period_start) == (ReportStatus.DONE, None, NOON - 30 * DAY)
    assert managing.get_run(fleet.tenant_id, made.report_id) == made
    runs = managing.list_runs(fleet.tenant_id, status=None, limit=10, after=None).runs
    assert [run.report_id for run in runs] == [made.report_id]
    with pytest.raises(NotFoundError):
        managing.get_run(Fleet().tenant_id, made.report_id)


@pytest.mark.parametrize(("start", "end"), [(NOON, NOON), (NOON + DAY, None), (NOON - 400 * DAY, None)])
def test_a_time_that_makes_no_sense_is_refused(fleet: Fleet, start: datetime, end: datetime | None) -> None:
    with pytest.raises(InvalidInputError, match="start"):
        managing.make_report(fleet.person(), start, end, origin=ORIGIN)


def schedule(fleet: Fleet, *cadences: ReportCadence) -> str:
    recipient = f"ops@{fleet.tenant_id}.example"
    wish = ScheduleWish(cadences=list(cadences), recipients=[recipient])
    managing.change_schedule(fleet.person(), wish, if_match=None, origin=ORIGIN)
    return recipient


def runs_of(fleet: Fleet) -> list[tuple[str | None, datetime, str]]:
    runs = managing.list_runs(fleet.tenant_id, status=None, limit=50, after=None).runs
    return sorted((run.cadence, run.period_end, run.status) for run in runs)


def sweep(time: Time, instant: datetime) -> dict[str, int]:
    time.now = instant
    return generate_reports(instant, budget=BUDGET)


def test_reports_of_a_day_and_a_week_are_sent_once_each(fleet: Fleet, time: Time, stack: Stack) -> None:
    fleet.add_device()
    recipient = schedule(fleet, ReportCadence.DAILY, ReportCadence.WEEKLY)  # noon is that of a Friday
    six = NOON + 18 * HOUR
    assert sweep(time, six - timedelta(seconds=1))["DONE"] == 0
    assert sweep(time, six)["DONE"] == 1
    assert sweep(time, six + HOUR)["DONE"] == 0
    [mail] = mail_to(stack, recipient)
    assert "Test tenant: service report of the day" in str(mail)
    sweep(time, six + DAY)
    assert sweep(time, six + 2 * DAY)["DONE"] == 2
    assert runs_of(fleet) == [
        (ReportCadence.DAILY, six, ReportStatus.DONE),
        (ReportCadence.DAILY, six + DAY, ReportStatus.DONE),
        (ReportCadence.DAILY, six + 2 * DAY, ReportStatus.DONE),
        (ReportCadence.WEEKLY, six + 2 * DAY, ReportStatus.DONE),
    ]


def test_after_days_without_a_sweep_the_newest_period_alone_is_reported(fleet: Fleet, time: Time, stack: Stack) -> None:
    assert stack
    schedule(fleet, ReportCadence.DAILY)
    assert sweep(time, NOON + 5 * DAY)["DONE"] == 1
    assert runs_of(fleet) == [(ReportCadence.DAILY, NOON + 4 * DAY + 18 * HOUR, ReportStatus.DONE)]


def test_a_failure_that_may_pass_is_tried_again(
    fleet: Fleet, time: Time, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipient = schedule(fleet, ReportCadence.DAILY)

    def refuse(*_arguments: object) -> str:
        message = "Amazon SES does not answer"
        raise OutboundError(message, permanent=False)

    six = NOON + 18 * HOUR
    with monkeypatch.context() as patched:
        patched.setattr(generating, "send_through_ses", refuse)
        assert sweep(time, six)["PENDING"] == 1
    assert sweep(time, six + 2 * HOUR)["DONE"] == 1
    assert len(mail_to(stack, recipient)) == 1


def test_the_mail_leads_to_the_report_and_names_those_that_failed(
    fleet: Fleet, time: Time, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APP_URL", "https://pulse.example/app/")
    settings.cache_clear()
    recipient = schedule(fleet, ReportCadence.DAILY)

    def refuse(*_arguments: object) -> str:
        message = "Amazon SES knows no such sender"
        raise OutboundError(message, permanent=True)

    six = NOON + 18 * HOUR
    with monkeypatch.context() as patched:
        patched.setattr(generating, "send_through_ses", refuse)
        assert sweep(time, six)["FAILED"] == 1
    assert sweep(time, six + DAY)["DONE"] == 1
    [mail] = mail_to(stack, recipient)
    [run] = managing.list_runs(fleet.tenant_id, status=ReportStatus.DONE, limit=50, after=None).runs
    assert f"https://pulse.example/app/reports/{run.report_id}" in str(mail)
    assert "daily report up to Sat 2037-11-21 06:00: Amazon SES knows no such sender" in str(mail)


def test_a_report_that_is_due_can_be_cancelled_once(fleet: Fleet, time: Time, stack: Stack) -> None:
    recipient = schedule(fleet, ReportCadence.DAILY)
    time.now = NOON + 18 * HOUR
    generating.begin_runs(time.now)
    [due] = managing.list_runs(fleet.tenant_id, status=ReportStatus.PENDING, limit=50, after=None).runs
    with pytest.raises(NotPermittedError):
        managing.cancel_run(fleet.person(Role.CUSTOMER), due.report_id, origin=ORIGIN)
    cancelled = managing.cancel_run(fleet.person(), due.report_id, origin=ORIGIN)
    assert (cancelled.status, cancelled.outcome) == (ReportStatus.CANCELLED, f"cancelled by {ACTOR}")
    assert sweep(time, time.now + HOUR)["DONE"] == 0
    assert mail_to(stack, recipient) == []
    with pytest.raises(ConflictError, match="CANCELLED"):
        managing.cancel_run(fleet.person(), due.report_id, origin=ORIGIN)


def test_a_report_that_is_cancelled_while_it_is_made_is_not_sent(
    fleet: Fleet, time: Time, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipient = schedule(fleet, ReportCadence.DAILY)

    def cancelled_meanwhile(tenant_id: str, period: Interval) -> SlaSummary:
        [due] = managing.list_runs(tenant_id, status=ReportStatus.PENDING, limit=50, after=None).runs
        managing.cancel_run(fleet.person(), due.report_id, origin=ORIGIN)
        return gathering.summarize(tenant_id, period)

    monkeypatch.setattr(generating, "summarize", cancelled_meanwhile)
    assert sweep(time, NOON + 18 * HOUR)["CANCELLED"] == 1
    assert mail_to(stack, recipient) == []
    assert [status for _, _, status in runs_of(fleet)] == [ReportStatus.CANCELLED]


def test_alerts_of_other_systems_are_in_the_report(fleet: Fleet) -> None:
    opening = make_opening(
        fleet.tenant_id,
        "addon",
        source="addon",
        type="LINK_DOWN",
        severity=Severity.HIGH,
        device_id="router-9",
        site_id=None,
        time=NOON - HOUR,
    )
    with ingest_session() as connection:
        open_alerts(connection, [opening])
    said = report(fleet)
    assert (said.alerts_opened, said.alerts_still_open) == (1, 1)
    assert [(device.device_id, device.opened) for device in said.alerts.noisy_devices] == [("router-9", 1)]


def test_schedules_are_the_administrators_and_need_somebody_to_send_to(fleet: Fleet, stack: Stack) -> None:
    assert stack
    settings.cache_clear()
    wish = ScheduleWish(cadences=[ReportCadence.DAILY], recipients=["ops@test.example"])
    with pytest.raises(NotPermittedError):
        managing.change_schedule(fleet.person(Role.CUSTOMER), wish, if_match=None, origin=ORIGIN)
    nobody = ScheduleWish(cadences=[ReportCadence.DAILY])
    with pytest.raises(InvalidInputError, match="recipients"):
        managing.change_schedule(fleet.person(), nobody, if_match=None, origin=ORIGIN)
    changed = managing.change_schedule(fleet.person(), wish, if_match=None, origin=ORIGIN)
    assert changed.due_at == NOON + 18 * HOUR
    off = managing.change_schedule(fleet.person(), ScheduleWish(), if_match=changed.version, origin=ORIGIN)
    assert off.due_at is None
    [entry] = fleet.rows("SELECT count(*) FROM audit_log WHERE action = 'report_schedule.change'")
    assert entry["count"] == 2
