"""What calls for somebody and what does not: raised, given back, behind a silent device, one of many."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from pulse import clock
from pulse.alerts.handling.actions import AlertAction
from pulse.alerts.lifecycle import Opening, open_alerts
from pulse.alerts.severity import Severity
from pulse.database import ingest_session
from pulse.devices.groups import add_member, create_group
from pulse.errors import InvalidInputError
from pulse.notifications.dispatch import EscalationTarget
from pulse.notifications.job import JobStatus, ListedJob
from pulse.notifications.managing_rules import preview_routing
from pulse.notifications.notice import NoticeEvent
from pulse.notifications.sweep import sweep_jobs
from tests.builders import ORIGIN
from tests.integration.notifications.desk import Desk
from tests.integration.outbound.servers import Reply


@pytest.mark.parametrize("name", ["opened", "severity_changed", "escalated", "unanswered"])
def test_whatever_calls_for_somebody_is_told_and_stopped_by_an_answer(desk: Desk, name: str) -> None:
    desk.route()
    alert_id, now = desk.open_alert(), clock.now()
    assert desk.hear(name, alert_id, now) == [JobStatus.PENDING]
    desk.handle(alert_id, AlertAction.ACKNOWLEDGE)
    desk.hear("acknowledged", alert_id, now + timedelta(seconds=1))
    [call] = [job for job in desk.jobs() if job.event == name]
    assert (call.status, call.outcome) == (JobStatus.CANCELLED, "the alert is acknowledged")


@pytest.mark.parametrize("name", ["unacknowledged", "unsilenced", "unsuppressed"])
def test_an_alert_that_needs_somebody_once_more_is_told_of_once_more(desk: Desk, name: str) -> None:
    desk.route()
    alert_id, now = desk.open_alert(), clock.now()
    [job] = desk.tell(alert_id)
    desk.deliver(job)
    assert desk.hear(name, alert_id, now) == [JobStatus.PENDING]
    assert desk.hear(name, alert_id, now) == [JobStatus.PENDING]  # the bus may bring it twice
    [again] = [job for job in desk.jobs(NoticeEvent.OPENED) if job.status is JobStatus.PENDING]
    desk.deliver(again)
    assert desk.told() == ["alert.opened", "alert.opened"]


def test_an_escalation_that_begins_anew_calls_everybody_again(desk: Desk) -> None:
    alert_id = desk.open_alert()
    targets = [EscalationTarget(channel_id=desk.channel_id)]
    for round_ in (1, 2):
        time = clock.now() + round_ * timedelta(minutes=1)
        desk.tell(alert_id, NoticeEvent.ESCALATED, step=1, level=1, targets=targets, time=time)
        assert len(desk.jobs(NoticeEvent.ESCALATED)) == round_


def test_a_device_behind_a_silent_one_calls_for_nobody(desk: Desk) -> None:
    desk.route()
    alert_id = desk.open_alert()
    desk.fleet.add_device("gateway")
    with ingest_session() as connection:
        connection.execute(
            """
            WITH parent AS (
                INSERT INTO alerts (tenant_id, fingerprint, source, type, severity, summary, opened_at,
                                    last_triggered_at)
                SELECT tenant_id, 'NO_HEARTBEAT:gateway', 'heartbeat', 'NO_HEARTBEAT', severity, '', now(), now()
                FROM alerts WHERE alert_id = %(alert_id)s
                RETURNING alert_id
            )
            UPDATE alerts SET suppressed_by = parent.alert_id FROM parent WHERE alerts.alert_id = %(alert_id)s
            """,
            {"alert_id": alert_id},
        )
    [job] = desk.tell(alert_id)
    assert desk.deliver(job) is None
    [cancelled] = desk.jobs()
    assert cancelled.outcome == "the device behind which this one is has fallen silent"
    preview = preview_routing(desk.fleet.tenant_id, alert_id, NoticeEvent.OPENED)
    assert preview.silent_because == cancelled.outcome


def test_of_many_devices_that_fall_silent_together_one_is_told_of(desk: Desk) -> None:
    desk.route()
    jobs = _fall_silent(desk)
    assert [job.status for job in jobs] == [JobStatus.PENDING] + [JobStatus.THROTTLED] * 10
    desk.deliver(jobs[0])
    [request] = desk.receiver.received
    assert request.document["data"]["summary"].endswith("is silent (and 10 more devices of the site hall-a)")


@pytest.mark.parametrize("action", [AlertAction.ACKNOWLEDGE, AlertAction.SILENCE])
def test_another_silent_device_is_told_of_when_the_first_needs_nobody_before_it_is_sent(
    desk: Desk, action: AlertAction
) -> None:
    desk.receiver.replies = [Reply(status=503), Reply()]
    desk.route()
    first, second, third, *_ = _fall_silent(desk)
    assert desk.deliver(first) is JobStatus.PENDING
    desk.handle(second.alert_id, action)  # needs nobody either
    desk.handle(first.alert_id, action)
    desk.fleet.rows("UPDATE notification_jobs SET due_at = now() WHERE status = 'PENDING' RETURNING job_id")
    assert desk.deliver(first) is None
    _assert_stands_in(desk, third)


def test_another_silent_device_is_told_of_when_the_first_is_back_before_it_is_sent(desk: Desk) -> None:
    desk.receiver.replies = [Reply(status=503), Reply()]
    desk.route()
    first, second, *_ = _fall_silent(desk)
    assert desk.deliver(first) is JobStatus.PENDING
    desk.handle(first.alert_id, AlertAction.CLOSE)
    desk.tell(first.alert_id, NoticeEvent.CLOSED)
    _assert_stands_in(desk, second)


def test_another_silent_device_is_told_of_when_telling_of_the_first_is_given_up(desk: Desk) -> None:
    desk.receiver.replies = [Reply(status=404), Reply()]
    desk.route()
    first, second, *_ = _fall_silent(desk)
    assert desk.deliver(first) is JobStatus.FAILED
    _assert_stands_in(desk, second)


def test_nobody_stands_in_for_a_silent_device_that_was_told_of(desk: Desk) -> None:
    desk.route()
    first, second, *_ = _fall_silent(desk)
    assert desk.deliver(first) is JobStatus.SENT
    assert desk.hear("unacknowledged", second.alert_id, clock.now()) == [JobStatus.PENDING]
    desk.handle(second.alert_id, AlertAction.CLOSE)
    desk.tell(second.alert_id, NoticeEvent.CLOSED)
    assert JobStatus.PENDING not in {job.status for job in desk.jobs(NoticeEvent.OPENED)}


@pytest.mark.parametrize("name", ["unacknowledged", "unsilenced"])
def test_one_of_many_silent_devices_that_needs_somebody_once_more_is_told_of_by_itself(desk: Desk, name: str) -> None:
    desk.route()
    first, second, *_ = _fall_silent(desk)
    desk.deliver(first)
    assert desk.hear(name, second.alert_id, clock.now()) == [JobStatus.PENDING]


def test_when_the_silent_device_that_was_told_of_is_back_and_others_are_not_one_of_them_is_told_of(desk: Desk) -> None:
    desk.route()
    first, second, third, *_ = _fall_silent(desk)
    desk.deliver(first)
    assert _is_back(desk, first) is JobStatus.SENT
    assert (
        desk.receiver.received[-1]
        .document["data"]["summary"]
        .endswith("(10 more devices of the site hall-a are silent still)")
    )
    [job] = desk.waiting()
    assert job.job_id == second.job_id
    assert job.due_at is not None
    assert timedelta(minutes=1) < job.due_at - clock.now() <= timedelta(minutes=2)
    _is_back(desk, second)
    assert [(waiting.job_id, waiting.due_at) for waiting in desk.waiting()] == [(third.job_id, job.due_at)]
    _assert_stands_in(desk, third)


def test_when_all_of_a_site_are_back_in_time_nobody_is_told_of_another_one(desk: Desk) -> None:
    desk.route()
    first, *others = _fall_silent(desk)
    desk.deliver(first)
    for job in (first, *others):
        _is_back(desk, job)
    assert desk.waiting() == []
    assert desk.told() == ["alert.opened", "alert.closed"]


def test_a_device_that_falls_silent_after_the_one_that_was_told_of_is_back_is_told_of(desk: Desk) -> None:
    desk.route()
    first, second, *_ = _silent_alerts(desk)
    desk.deliver(desk.tell(first)[0])
    desk.handle(first, AlertAction.CLOSE)
    assert JobStatus.PENDING in {job.status for job in desk.tell(second)}


@pytest.mark.parametrize(
    ("event", "step"),
    [(NoticeEvent.ESCALATED, 1), (NoticeEvent.SEVERITY_CHANGED, 0), (NoticeEvent.UNANSWERED, 0)],
)
def test_of_many_silent_devices_one_escalates_and_grows_worse_for_all(
    desk: Desk, event: NoticeEvent, step: int
) -> None:
    desk.route()
    targets = [EscalationTarget(email="ann@acme.example")] if step else []
    for alert_id in _silent_alerts(desk):
        desk.tell(alert_id, event, step=step, level=step or None, targets=targets)
    sent = [job.target for job in desk.jobs(event) if job.status is JobStatus.PENDING]
    assert sorted(sent) == sorted([str(desk.channel_id), *(f"email:{target.email}" for target in targets)])


def test_a_step_that_the_silent_device_that_was_told_of_has_not_reached_is_told_for_another(desk: Desk) -> None:
    desk.route()
    first, second, *_ = _silent_alerts(desk)
    desk.tell(first, NoticeEvent.ESCALATED, step=1)
    desk.tell(second, NoticeEvent.ESCALATED, step=1)
    desk.tell(second, NoticeEvent.ESCALATED, step=2)
    assert [(job.alert_id, job.step) for job in desk.waiting()] == [(second, 2), (first, 1)]


def _is_back(desk: Desk, job: ListedJob) -> JobStatus | None:
    """Have the device of a job be heard of again; return what became of telling so."""
    desk.handle(job.alert_id, AlertAction.CLOSE)
    desk.tell(job.alert_id, NoticeEvent.CLOSED)
    [end] = [end for end in desk.jobs(NoticeEvent.CLOSED) if end.alert_id == job.alert_id]
    return desk.deliver(end)


def _fall_silent(desk: Desk) -> list[ListedJob]:
    """Have eleven devices of a site fall silent together; return their jobs, the one that is to be sent first."""
    for alert_id in _silent_alerts(desk):
        desk.tell(alert_id)
    return sorted(desk.jobs(NoticeEvent.OPENED), key=lambda job: job.created_at)


def _silent_alerts(desk: Desk) -> list[UUID]:
    openings = [
        Opening(
            tenant_id=desk.fleet.tenant_id,
            fingerprint=f"NO_HEARTBEAT:{device_id}",
            source="heartbeat",
            type="NO_HEARTBEAT",
            severity=Severity.HIGH,
            summary=f"{device_id} is silent",
            details={},
            time=clock.now(),
            device_id=device_id,
            site_id="hall-a",
        )
        for device_id in (desk.fleet.add_device(f"freezer-{number}") for number in range(10, 21))
    ]
    with ingest_session() as connection:
        open_alerts(connection, openings)
    alerts = desk.fleet.rows("SELECT alert_id FROM alerts WHERE group_id IS NOT NULL ORDER BY fingerprint")
    assert len(alerts) == 11
    return [alert["alert_id"] for alert in alerts]


def _assert_stands_in(desk: Desk, wanted: ListedJob) -> None:
    """That one job alone is on its way now, that the sweep finds it, and that it is sent."""
    [job] = [job for job in desk.jobs(NoticeEvent.OPENED) if job.status is JobStatus.PENDING]
    assert (job.job_id, job.outcome, job.finished_at) == (wanted.job_id, None, None)
    assert sweep_jobs(clock.now() + timedelta(minutes=3)) >= 1
    desk.fleet.rows("UPDATE notification_jobs SET due_at = now() WHERE status = 'PENDING' RETURNING job_id")
    assert desk.deliver(job) is JobStatus.SENT
    assert desk.receiver.received[-1].document["data"]["alert_id"] == str(wanted.alert_id)


def test_a_rule_may_be_about_a_group_of_devices(desk: Desk) -> None:
    group = create_group(desk.admin, name="Dairy", description="", wanted=None, origin=ORIGIN)
    desk.route("Dairy", group_ids=[group.group_id])
    alert_id = desk.open_alert()
    assert desk.tell(alert_id) == []
    add_member(desk.admin, group.group_id, "freezer-1", origin=ORIGIN)
    [job] = desk.tell(alert_id)
    assert job.reason == "routing rule Dairy"


@pytest.mark.parametrize(
    ("changes", "field"), [({"group_ids": [uuid4()]}, "group_ids"), ({"site_ids": ["nowhere"]}, "site_ids")]
)
def test_a_rule_is_about_what_there_is(desk: Desk, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        desk.route(**changes)
    assert [(error.field, error.reason) for error in caught.value.errors] == [
        (field, f"there is no {changes[field][0]}")
    ]
