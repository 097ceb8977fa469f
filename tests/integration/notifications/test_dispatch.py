"""From an event to jobs to what a receiver gets, on the scenario database, with a real receiver."""

from datetime import datetime, timedelta
from typing import Any

import boto3
import pytest

from pulse import clock
from pulse.alerts.handling.actions import AlertAction
from pulse.alerts.maintenance.planning import plan_window
from pulse.alerts.maintenance.window import Selector
from pulse.database import ingest_session, tenant_session
from pulse.devices.registration import Site, save_site
from pulse.notifications import delivery, queue
from pulse.notifications.channel_store import find_channel, note_failed, note_sent
from pulse.notifications.dispatch import EscalationTarget, Reach
from pulse.notifications.job import JobStatus
from pulse.notifications.job_log import get_job, replay_channel, replay_job
from pulse.notifications.managing_channels import get_channel, try_channel
from pulse.notifications.managing_rules import preview_routing
from pulse.notifications.notice import NoticeEvent
from pulse.notifications.platform_figures import count_attempts, recently_failed
from pulse.notifications.retention import delete_old_jobs
from pulse.notifications.sweep import sweep_jobs
from tests.builders import ACTOR, ORIGIN
from tests.integration.notifications.desk import Desk
from tests.integration.outbound.servers import Reply
from tests.integration.stack import wait_for
from tests.windows import make_plan


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Moves the clock."""

    def move(instant: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: instant)

    return move


def test_an_opened_alert_is_told_once_however_often_the_event_comes(desk: Desk, delivery_queue: str) -> None:
    desk.route()
    alert_id = desk.open_alert()
    [job] = desk.tell(alert_id)
    assert desk.tell(alert_id) == [job]
    messages = boto3.client("sqs").receive_message(QueueUrl=delivery_queue, MaxNumberOfMessages=10)["Messages"]
    assert [queue.read_key(message["Body"]).job_id for message in messages] == [job.job_id]
    assert (desk.deliver(job), desk.deliver(job)) == (JobStatus.SENT, None)
    [request] = desk.receiver.received
    assert request.headers["webhook-id"] == str(job.job_id)
    assert request.document["data"]["alert_id"] == str(alert_id)
    assert job.reason == "routing rule Everything"


def test_the_log_says_which_alert_and_device_it_was_about(desk: Desk) -> None:
    desk.fleet.rows("UPDATE devices SET name = 'Dairy room' RETURNING device_id")
    desk.route()
    [job] = desk.tell(desk.open_alert())
    assert job.alert is not None
    assert (job.alert.device_id, job.alert.device_name, job.alert.severity) == ("freezer-1", "Dairy room", "HIGH")
    assert job.alert.summary
    assert get_job(desk.fleet.tenant_id, job.job_id).alert == job.alert


def test_every_try_is_in_the_log_and_in_the_alerts_story(desk: Desk, at: Any) -> None:
    desk.receiver.replies = [Reply(status=500, body=b"oh no"), Reply(body=b"thanks")]
    desk.route()
    [job] = desk.tell(desk.open_alert())
    tried_at = clock.now()
    at(tried_at)
    assert desk.deliver(job) is JobStatus.PENDING
    waiting = get_job(desk.fleet.tenant_id, job.job_id)
    assert waiting.due_at is not None
    assert 30 <= (waiting.due_at - tried_at).total_seconds() <= 38
    at(waiting.due_at)
    assert desk.deliver(job) is JobStatus.SENT
    first, second = get_job(desk.fleet.tenant_id, job.job_id).tries
    assert (first.outcome, first.status_code, first.answer) == ("TEMPORARY", 500, "oh no")
    assert (second.outcome, second.status_code, second.answer, second.number) == ("SENT", 200, "thanks", 2)
    story = desk.fleet.rows("SELECT event, detail FROM alert_timeline WHERE event LIKE 'notif%%' ORDER BY entry_id")
    assert [line["event"] for line in story] == ["notification_failed", "notified"]
    assert story[1]["detail"]["receiver"] == "NOC"
    assert {request.headers["webhook-id"] for request in desk.receiver.received} == {str(job.job_id)}


def test_what_fails_six_times_is_given_up_and_can_be_sent_again(desk: Desk) -> None:
    desk.receiver.replies = [Reply(status=503)]
    desk.route()
    [job] = desk.tell(desk.open_alert())
    for _ in range(6):
        desk.deliver(job)
        desk.fleet.rows("UPDATE notification_jobs SET due_at = now() WHERE status = 'PENDING' RETURNING job_id")
    [failed] = desk.jobs()
    assert (failed.status, failed.attempts) == (JobStatus.FAILED, 6)
    assert failed.outcome is not None
    assert failed.outcome.startswith("given up after 6 attempts")
    assert desk.deliver(job) is None
    desk.receiver.replies = [Reply(status=503), Reply()]
    assert replay_job(desk.admin, job.job_id, origin=ORIGIN).status is JobStatus.PENDING
    assert desk.deliver(job) is JobStatus.PENDING
    desk.fleet.rows("UPDATE notification_jobs SET due_at = now() RETURNING job_id")
    assert desk.deliver(job) is JobStatus.SENT


def test_a_channel_through_which_nothing_gets_says_so_before_a_delivery_is_given_up(desk: Desk) -> None:
    desk.receiver.replies = [Reply(status=503), Reply()]
    desk.route()
    [job] = desk.tell(desk.open_alert())
    assert desk.deliver(job) is JobStatus.PENDING
    health = get_channel(desk.fleet.tenant_id, desk.channel_id).health
    assert (health.failed_attempts_in_a_row, health.failures_in_a_row) == (1, 0)
    assert health.last_failed_at is not None
    assert health.last_error is not None
    assert "503" in health.last_error
    desk.fleet.rows("UPDATE notification_jobs SET due_at = now() RETURNING job_id")
    assert desk.deliver(job) is JobStatus.SENT
    assert get_channel(desk.fleet.tenant_id, desk.channel_id).health.failed_attempts_in_a_row == 0


def test_a_test_that_fails_is_none_of_what_operators_are_told_was_given_up(desk: Desk) -> None:
    desk.receiver.replies = [Reply(status=404)]
    begun = clock.now()
    assert not try_channel(desk.admin, desk.channel_id, origin=ORIGIN).ok
    [job] = desk.jobs()
    assert (job.event, job.status, job.reason) == (NoticeEvent.TEST, JobStatus.FAILED, f"test by {desk.admin.name}")
    span = {"since": begun, "until": clock.now()}
    with ingest_session() as connection:
        assert sum(count_attempts(connection, start=begun, end=clock.now()).values()) == 0
        assert [it for it in recently_failed(connection, **span, limit=200) if it.id == job.job_id] == []


def test_a_404_fails_for_good_at_once(desk: Desk) -> None:
    desk.receiver.replies = [Reply(status=404)]
    desk.route()
    [job] = desk.tell(desk.open_alert())
    assert desk.deliver(job) is JobStatus.FAILED
    assert len(desk.receiver.received) == 1
    health = get_channel(desk.fleet.tenant_id, desk.channel_id).health
    assert (health.failures_in_a_row, health.last_sent_at) == (1, None)
    desk.receiver.replies = [Reply()]
    assert replay_channel(desk.admin, desk.channel_id, origin=ORIGIN) == 1
    assert desk.deliver(job) is JobStatus.SENT
    assert get_channel(desk.fleet.tenant_id, desk.channel_id).health.failures_in_a_row == 0


def test_a_wish_to_wait_is_honoured(desk: Desk) -> None:
    desk.receiver.replies = [Reply(status=429, headers={"Retry-After": "600"})]
    desk.route()
    [job] = desk.tell(desk.open_alert())
    desk.deliver(job)
    due_at = get_job(desk.fleet.tenant_id, job.job_id).due_at
    assert due_at is not None
    assert due_at - clock.now() > timedelta(minutes=9)


def test_nobody_is_called_after_somebody_has_taken_the_alert(desk: Desk) -> None:
    desk.route()
    alert_id = desk.open_alert()
    [job] = desk.tell(alert_id)
    desk.handle(alert_id, AlertAction.ACKNOWLEDGE)
    assert desk.deliver(job) is None
    [cancelled] = desk.jobs()
    assert (cancelled.status, cancelled.outcome) == (JobStatus.CANCELLED, "the alert is acknowledged")
    assert desk.receiver.received == []


def test_the_end_of_an_alert_stops_what_is_still_to_be_tried(desk: Desk) -> None:
    desk.receiver.replies = [Reply(status=503), Reply()]
    desk.route()
    alert_id = desk.open_alert()
    [job] = desk.tell(alert_id)
    desk.deliver(job)
    desk.handle(alert_id, AlertAction.CLOSE)
    [closing] = desk.tell(alert_id, NoticeEvent.CLOSED)
    assert [job.status for job in desk.jobs(NoticeEvent.OPENED)] == [JobStatus.CANCELLED]
    # Who never heard of it hears nothing of its end either.
    desk.deliver(closing)
    assert [job.outcome for job in desk.jobs(NoticeEvent.CLOSED)] == ["this receiver was never told of the alert"]
    assert len(desk.receiver.received) == 1


def test_whoever_was_told_hears_of_what_follows(desk: Desk) -> None:
    desk.route()
    alert_id = desk.open_alert()
    [opened] = desk.tell(alert_id)
    desk.deliver(opened)
    desk.handle(alert_id, AlertAction.ACKNOWLEDGE)
    [acknowledged] = desk.tell(alert_id, NoticeEvent.ACKNOWLEDGED)
    desk.deliver(acknowledged)
    desk.handle(alert_id, AlertAction.CLOSE)
    [closed] = desk.tell(alert_id, NoticeEvent.CLOSED)
    desk.deliver(closed)
    assert desk.told() == ["alert.opened", "alert.acknowledged", "alert.closed"]


def test_a_cause_that_flaps_is_told_of_once_in_a_while(desk: Desk) -> None:
    desk.route(throttle_minutes=30)
    first = desk.open_alert()
    [job] = desk.tell(first)
    desk.deliver(job)
    desk.handle(first, AlertAction.CLOSE)
    second = desk.open_alert()
    assert second != first
    desk.tell(second)
    [throttled] = [job for job in desk.jobs(NoticeEvent.OPENED) if job.alert_id == second]
    assert (throttled.status, throttled.outcome) == (
        JobStatus.THROTTLED,
        "told of the same cause within 30 minutes",
    )
    desk.fleet.rows("UPDATE notification_jobs SET created_at = now() - INTERVAL '31 minutes' RETURNING job_id")
    desk.handle(second, AlertAction.CLOSE)
    third = desk.open_alert()
    assert [job.status for job in desk.tell(third) if job.alert_id == third] == [JobStatus.PENDING]


@pytest.mark.parametrize("event", [NoticeEvent.ESCALATED, NoticeEvent.UNANSWERED, NoticeEvent.SEVERITY_CHANGED])
def test_what_calls_for_somebody_once_more_is_throttled_by_cause_as_well(desk: Desk, event: NoticeEvent) -> None:
    desk.route(throttle_minutes=30)
    first = desk.open_alert()
    desk.tell(first, event, step=1)
    assert [job.status for job in desk.tell(first, event, step=2)] == [JobStatus.PENDING] * 2
    desk.handle(first, AlertAction.CLOSE)
    second = desk.open_alert()
    preview = preview_routing(desk.fleet.tenant_id, second, event)
    [job] = [job for job in desk.tell(second, event, step=1) if job.alert_id == second]
    assert (job.status, job.outcome) == (JobStatus.THROTTLED, "told of the same cause within 30 minutes")
    assert [verdict.spared_because for verdict in preview.verdicts] == [job.outcome]


def test_whom_an_escalation_names_is_never_throttled(desk: Desk) -> None:
    desk.route(throttle_minutes=30)
    targets = [EscalationTarget(channel_id=desk.channel_id)]
    first = desk.open_alert()
    desk.tell(first, NoticeEvent.ESCALATED, step=1, level=1, targets=targets)
    desk.handle(first, AlertAction.CLOSE)
    second = desk.open_alert()
    jobs = desk.tell(second, NoticeEvent.ESCALATED, step=1, level=1, targets=targets)
    assert [job.status for job in jobs if job.alert_id == second] == [JobStatus.PENDING]


def test_an_escalation_calls_its_targets_and_each_step_is_its_own(desk: Desk) -> None:
    alert_id = desk.open_alert()
    targets = [
        EscalationTarget(channel_id=desk.channel_id),
        EscalationTarget(people=[Reach(name="Ann", email="ann@acme.example", channel_id=desk.channel_id)]),
    ]
    first = desk.tell(alert_id, NoticeEvent.ESCALATED, step=1, level=1, targets=targets)
    assert {(job.target, job.reason) for job in first} == {
        (str(desk.channel_id), "level 1 of the escalation"),
        ("email:ann@acme.example", "level 1 of the escalation, on call: Ann"),
    }
    assert len(desk.tell(alert_id, NoticeEvent.ESCALATED, step=1, level=1, targets=targets)) == 2
    assert len(desk.tell(alert_id, NoticeEvent.ESCALATED, step=2, level=2, targets=targets)) == 4
    assert [desk.deliver(job) for job in first] == [JobStatus.SENT, JobStatus.SENT]
    [request] = desk.receiver.received
    assert (request.document["data"]["event"], request.document["data"]["level"]) == ("escalated", 1)


def test_two_functions_with_one_job_send_it_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.route()
    [job] = desk.tell(desk.open_alert())
    send = delivery._send

    def send_while_somebody_else_tries(way: Any, claimed: Any) -> Any:
        assert desk.deliver(job) is None
        return send(way, claimed)

    monkeypatch.setattr(delivery, "_send", send_while_somebody_else_tries)
    assert desk.deliver(job) is JobStatus.SENT
    assert len(desk.receiver.received) == 1


def test_a_crash_between_sending_and_recording_repeats_the_message_with_the_same_id(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, at: Any
) -> None:
    desk.route()
    [job] = desk.tell(desk.open_alert())
    with monkeypatch.context() as crash:

        def die(*_: object, **__: object) -> None:
            message = "the function was killed"
            raise SystemError(message)

        crash.setattr(delivery, "record", die)
        with pytest.raises(SystemError):
            desk.deliver(job)
    assert desk.deliver(job) is None  # its claim has not run out
    now = clock.now()
    at(now + timedelta(seconds=91))
    assert sweep_jobs(clock.now()) >= 1
    assert desk.deliver(job) is JobStatus.SENT
    first, second = desk.receiver.received
    assert first.headers["webhook-id"] == second.headers["webhook-id"]


def test_what_the_queue_has_lost_the_sweep_brings(desk: Desk, delivery_queue: str) -> None:
    desk.route()
    [job] = desk.tell(desk.open_alert())
    boto3.client("sqs").purge_queue(QueueUrl=delivery_queue)
    with ingest_session() as connection:
        connection.execute(
            "UPDATE notification_jobs SET due_at = now() - INTERVAL '1 minute' WHERE job_id = %s", (job.job_id,)
        )
    sweep_jobs(clock.now())

    def is_brought() -> bool:
        """What other tests have left is overdue as well."""
        messages = boto3.client("sqs").receive_message(QueueUrl=delivery_queue, MaxNumberOfMessages=10)
        return any(str(job.job_id) in message["Body"] for message in messages.get("Messages", []))

    wait_for(is_brought, what="the job on the queue")


def test_a_channel_of_which_fifty_deliveries_in_a_row_failed_for_good_is_disabled_and_says_why(desk: Desk) -> None:
    desk.receiver.replies = [Reply(status=410), Reply(status=410)]
    desk.route()
    with tenant_session(desk.fleet.tenant_id) as connection:
        for _ in range(48):
            note_failed(
                connection,
                desk.fleet.tenant_id,
                desk.channel_id,
                error="answered 410",
                for_good=True,
                now=clock.now(),
            )
    alert_id = desk.open_alert()
    [job] = desk.tell(alert_id)
    desk.deliver(job)
    assert get_channel(desk.fleet.tenant_id, desk.channel_id).enabled
    [job] = desk.tell(alert_id, NoticeEvent.ESCALATED)
    desk.deliver(job)
    channel = get_channel(desk.fleet.tenant_id, desk.channel_id)
    assert not channel.enabled
    assert channel.health.disabled_reason is not None
    assert channel.health.disabled_reason.startswith("50 deliveries in a row failed for good, the last one with: ")
    assert "answered 410" in channel.health.disabled_reason
    with ingest_session() as connection:
        events = connection.execute(
            "SELECT payload FROM outbox WHERE tenant_id = %s AND event_type = 'notification.channel_disabled'",
            (desk.fleet.tenant_id,),
        ).fetchall()
    assert [event["payload"]["channel_id"] for event in events] == [str(desk.channel_id)]


def test_one_delivery_that_is_taken_ends_a_row_of_failures(desk: Desk) -> None:
    desk.receiver.replies = [Reply(), Reply(status=410)]
    desk.route()
    with tenant_session(desk.fleet.tenant_id) as connection:
        for _ in range(49):
            note_failed(
                connection, desk.fleet.tenant_id, desk.channel_id, error="answered 410", for_good=True, now=clock.now()
            )
    alert_id = desk.open_alert()
    for event in (NoticeEvent.OPENED, NoticeEvent.ESCALATED):
        [job] = desk.tell(alert_id, event)
        desk.deliver(job)
    channel = get_channel(desk.fleet.tenant_id, desk.channel_id)
    assert (channel.enabled, channel.health.failures_in_a_row) == (True, 1)


def test_a_preview_tells_what_would_be_sent_and_why(desk: Desk) -> None:
    save_site(desk.fleet.tenant_id, Site(site_id="hall-b", name="Hall B"), actor=ACTOR)
    desk.route("Acme's", tags={"customer": "acme"}, priority=1)
    desk.route("Hall B", site_ids=["hall-b"])
    alert_id = desk.open_alert()
    preview = preview_routing(desk.fleet.tenant_id, alert_id, NoticeEvent.OPENED)
    assert [(verdict.name, verdict.sends, verdict.objections) for verdict in preview.verdicts] == [
        ("Acme's", True, []),
        ("Hall B", False, ["the site hall-a is none of hall-b"]),
    ]
    assert (preview.silent_because, preview.maintenance) == (None, None)
    desk.handle(alert_id, AlertAction.ACKNOWLEDGE)
    preview = preview_routing(desk.fleet.tenant_id, alert_id, NoticeEvent.OPENED)
    assert preview.silent_because == "the alert is acknowledged"
    assert desk.jobs() == []


def test_a_preview_names_the_maintenance_that_is_on(desk: Desk) -> None:
    alert_id = desk.open_alert()
    now = clock.now()
    began, ends = now - timedelta(hours=1), now + timedelta(hours=1)
    window = plan_window(desk.fleet.person(), make_plan(starts_at=began, ends_at=ends), origin=ORIGIN)
    preview = preview_routing(desk.fleet.tenant_id, alert_id, NoticeEvent.OPENED)
    assert preview.maintenance is not None
    assert preview.maintenance.model_dump() == {
        "window_id": window.window_id,
        "name": "Defrosting",
        "until": window.ends_at,
    }
    save_site(desk.fleet.tenant_id, Site(site_id="hall-b", name="Hall B"), actor=ACTOR)
    elsewhere = make_plan(name="Elsewhere", starts_at=began, ends_at=ends, selector=Selector(site_ids=("hall-b",)))
    plan_window(desk.fleet.person(), elsewhere, origin=ORIGIN)
    again = preview_routing(desk.fleet.tenant_id, alert_id, NoticeEvent.OPENED)
    assert again.maintenance == preview.maintenance


def test_a_storm_notes_at_a_channel_that_it_is_well_every_few_seconds(desk: Desk) -> None:
    first = clock.now()
    times = [first, first + timedelta(seconds=4), first + timedelta(seconds=6)]
    noted = []
    with tenant_session(desk.fleet.tenant_id) as connection:
        for time in times:
            note_sent(connection, desk.fleet.tenant_id, desk.channel_id, now=time)
            noted.append(find_channel(connection, desk.fleet.tenant_id, desk.channel_id))
    assert [channel and channel["last_sent_at"] for channel in noted] == [times[0], times[0], times[2]]


def test_the_log_is_kept_for_half_a_year(desk: Desk) -> None:
    desk.receiver.replies = [Reply(status=404)]
    desk.route()
    [job] = desk.tell(desk.open_alert())
    desk.deliver(job)
    assert job.status is JobStatus.PENDING
    delete_old_jobs(job.created_at + timedelta(days=180))
    assert len(desk.jobs()) == 1
    delete_old_jobs(job.created_at + timedelta(days=180, seconds=1))
    assert desk.jobs() == []
    assert desk.fleet.rows("SELECT number FROM notification_attempts") == []
