"""Notices before a subscription's end, from the event to administrators and channels."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import orjson
import pytest

from pulse.database import ingest_session, tenant_session
from pulse.events import outbox
from pulse.notifications.channel import ChannelWish
from pulse.notifications.channels.kind import KindName
from pulse.notifications.dispatch import dispatch, read_event
from pulse.notifications.job import JobFilter, JobStatus, ListedJob
from pulse.notifications.job_log import get_job, list_jobs
from pulse.notifications.managing_channels import create_channel
from pulse.notifications.notice import NoticeEvent
from pulse.subscriptions import administration, renewing
from pulse.subscriptions.lifecycle import DATA_KEPT, NOTICE_DAYS
from pulse.subscriptions.renewing import RenewalGrant, RenewalWish
from pulse.subscriptions.subscription import Subscription
from tests.builders import ORIGIN, take_all
from tests.integration.notifications.desk import Desk
from tests.integration.outbound.servers import Receiver
from tests.integration.stack import Stack
from tests.integration.subscribing import operator, subscribe
from tests.integration.tenancy import mail_to

ENDING = NoticeEvent.SUBSCRIPTION_ENDING
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _nothing_is_published(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "put_events", take_all)


def tell(desk: Desk, subscription: Subscription, days: int) -> int:
    """Dispatch what the bus brings so many days before the end; return how many are new."""
    detail = {
        "tenant_id": desk.fleet.tenant_id,
        "subscription_id": str(subscription.subscription_id),
        "name": subscription.name,
        "kind": subscription.kind.value,
        "days_left": days,
        "term_end": subscription.term_end.isoformat(),
    }
    return dispatch(read_event(orjson.dumps({"detail-type": "subscription.ending", "detail": detail}).decode()))


def warn(desk: Desk, subscription: Subscription, days: int, kept_until: datetime) -> int:
    """The same so many days before the tenant is deleted."""
    detail = {
        "tenant_id": desk.fleet.tenant_id,
        "subscription_id": str(subscription.subscription_id),
        "name": subscription.name,
        "kind": subscription.kind.value,
        "days_left": days,
        "term_end": subscription.term_end.isoformat(),
        "kept_until": kept_until.isoformat(),
    }
    return dispatch(read_event(orjson.dumps({"detail-type": "tenant.deletion_near", "detail": detail}).decode()))


def tell_of_renewal(desk: Desk, subscription: Subscription) -> int:
    detail = {"tenant_id": desk.fleet.tenant_id, "subscription_id": str(subscription.subscription_id)}
    return dispatch(read_event(orjson.dumps({"detail-type": "subscription.renewed", "detail": detail}).decode()))


def renew(desk: Desk, subscription: Subscription) -> None:
    wish = RenewalWish(term_days=30, device_limit=None, note="")
    renewal = renewing.request_renewal(desk.admin, subscription.subscription_id, wish, origin=ORIGIN)
    renewing.grant_renewal(
        operator(), renewal.renewal_id, RenewalGrant(term_days=None, device_limit=None, note=""), origin=ORIGIN
    )


def expire(subscription: Subscription, expired_at: datetime) -> None:
    """Have it be where it would be after years."""
    with ingest_session() as connection:
        connection.execute(
            """
            UPDATE subscriptions SET status = 'EXPIRED', status_since = %s, due_at = NULL
            WHERE tenant_id = %s AND subscription_id = %s
            """,
            (expired_at, subscription.tenant_id, subscription.subscription_id),
        )


def add_user(desk: Desk, email: str, *, role: str = "tenant-admin", status: str = "ACTIVE") -> None:
    with tenant_session(desk.fleet.tenant_id) as connection:
        connection.execute(
            """
            INSERT INTO users (user_id, username, tenant_id, email, role, status)
            VALUES (%(user_id)s, %(user_id)s::text, %(tenant_id)s, %(email)s, %(role)s, %(status)s)
            """,
            {
                "user_id": uuid4(),
                "tenant_id": desk.fleet.tenant_id,
                "email": email,
                "role": role,
                "status": status,
            },
        )


def log_of(desk: Desk, subscription_id: UUID) -> list[ListedJob]:
    return list_jobs(desk.fleet.tenant_id, JobFilter(subscription_id=subscription_id), limit=50, after=None).jobs


def test_administrators_are_told_by_mail_and_channels_by_rules(desk: Desk) -> None:
    desk.route()
    add_user(desk, "anna@acme.example")
    add_user(desk, "invited@acme.example", status="INVITED")
    add_user(desk, "gone@acme.example", status="DISABLED")
    add_user(desk, "viewer@acme.example", role="viewer")
    subscription = subscribe(desk.fleet.tenant_id, days=30)
    assert tell(desk, subscription, 30) == 3
    jobs = log_of(desk, subscription.subscription_id)
    assert {job.target for job in jobs} == {
        str(desk.channel_id),
        "email:anna@acme.example",
        "email:invited@acme.example",
    }
    assert {(job.event, job.alert_id, job.step) for job in jobs} == {(ENDING, None, 30)}


def test_a_channel_is_told_what_ends_and_when(desk: Desk) -> None:
    desk.route()
    subscription = subscribe(desk.fleet.tenant_id, days=1)
    tell(desk, subscription, 1)
    [job] = desk.jobs(ENDING)
    assert desk.deliver(job) is JobStatus.SENT
    [request] = desk.receiver.received
    assert request.document["type"] == "subscription.ending"
    data = request.document["data"]
    assert (data["severity"], data["alert_id"], data["subscription_id"]) == (
        "CRITICAL",
        "",
        str(subscription.subscription_id),
    )
    assert data["summary"] == f"Fleet ends in 1 day, on {subscription.term_end:%Y-%m-%d %H:%M} UTC"
    assert [attempt.outcome for attempt in get_job(desk.fleet.tenant_id, job.job_id).tries] == ["SENT"]


def test_a_mail_names_the_subscription(desk: Desk, stack: Stack) -> None:
    address = f"{uuid4()}@acme.example"
    add_user(desk, address)
    subscription = subscribe(desk.fleet.tenant_id, days=7)
    tell(desk, subscription, 7)
    [job] = desk.jobs(ENDING)
    assert (job.reason, desk.deliver(job)) == ("administrator of the tenant", JobStatus.SENT)
    [mail] = mail_to(stack, address)
    assert "Fleet ends in 7 days" in mail["Subject"]
    assert f"Id: {subscription.subscription_id}" in str(mail)
    assert "asks for a renewal" in str(mail)


def test_each_notice_is_given_once_however_often_its_event_comes(desk: Desk) -> None:
    desk.route()
    subscription = subscribe(desk.fleet.tenant_id, days=90)
    for days in NOTICE_DAYS:
        assert [tell(desk, subscription, days) for _ in range(2)] == [1, 0]
    assert sorted(job.step for job in desk.jobs(ENDING)) == sorted(NOTICE_DAYS)


def test_nobody_is_told_of_a_term_that_was_renewed(desk: Desk) -> None:
    desk.route()
    subscription = subscribe(desk.fleet.tenant_id, days=7)
    tell(desk, subscription, 7)
    renew(desk, subscription)
    [job] = desk.jobs(ENDING)
    assert desk.deliver(job) is None
    [cancelled] = desk.jobs(ENDING)
    assert cancelled.status is JobStatus.CANCELLED
    assert cancelled.outcome == f"the term ends on {subscription.term_end + 30 * DAY:%Y-%m-%d} now"
    assert desk.receiver.received == []


def test_nobody_is_told_that_a_suspended_subscription_ends(desk: Desk) -> None:
    desk.route()
    subscription = subscribe(desk.fleet.tenant_id, days=7)
    tell(desk, subscription, 7)
    administration.suspend_subscription(
        operator(), subscription.subscription_id, reason="unpaid", if_match=None, origin=ORIGIN
    )
    [job] = desk.jobs(ENDING)
    desk.deliver(job)
    assert [job.outcome for job in desk.jobs(ENDING)] == ["the subscription is suspended"]


@pytest.mark.parametrize(("days", "told"), [(90, False), (60, False), (30, False), (14, False), (7, True), (1, True)])
def test_a_rule_may_be_about_the_last_notices_alone(desk: Desk, *, days: int, told: bool) -> None:
    desk.route(min_severity="HIGH")
    assert tell(desk, subscribe(desk.fleet.tenant_id, days=days), days) == told


def test_a_rule_about_alerts_leads_no_notice_anywhere(desk: Desk) -> None:
    desk.route(events=["opened", "closed"])
    assert tell(desk, subscribe(desk.fleet.tenant_id, days=7), 7) == 0


def test_a_deletion_is_told_to_administrators_and_channels_and_not_any_more_once_the_subscription_lives(
    desk: Desk,
) -> None:
    desk.route()
    add_user(desk, "anna@acme.example")
    subscription = subscribe(desk.fleet.tenant_id, days=30)
    expired_at = subscription.term_end + 104 * DAY
    expire(subscription, expired_at)
    kept_until = expired_at + DATA_KEPT
    assert [warn(desk, subscription, days, kept_until) for days in (30, 30, 7)] == [2, 0, 2]
    jobs = {(job.step, job.channel_id is None): job for job in desk.jobs(NoticeEvent.TENANT_DELETION)}
    assert desk.deliver(jobs[30, False]) is JobStatus.SENT
    [request] = desk.receiver.received
    assert request.document["type"] == "tenant.deletion_near"
    data = request.document["data"]
    assert (data["severity"], data["alert_type"]) == ("HIGH", "TENANT_DELETION")
    assert data["summary"] == (
        f"All data are deleted in 30 days, on {kept_until:%Y-%m-%d %H:%M} UTC, "
        "unless Fleet or another subscription is renewed"
    )
    renew(desk, subscription)
    assert desk.deliver(jobs[7, False]) is None
    assert [job.outcome for job in desk.jobs(NoticeEvent.TENANT_DELETION) if job.job_id == jobs[7, False].job_id] == [
        "the tenant has a subscription that is not expired, or that expired later"
    ]


def test_the_incident_of_a_notice_is_resolved_once_by_a_renewal(desk: Desk, own_hosts: Receiver) -> None:
    channel = create_channel(
        desk.admin,
        ChannelWish("Pager", KindName.PAGERDUTY, {"integration_key": "4f" * 16}, enabled=True),
        origin=ORIGIN,
    )
    desk.route(channel_id=channel.channel_id)
    subscription = subscribe(desk.fleet.tenant_id, days=7)
    tell(desk, subscription, 7)
    [job] = [job for job in desk.jobs(ENDING) if job.channel_id == channel.channel_id]
    assert desk.deliver(job) is JobStatus.SENT
    assert tell_of_renewal(desk, subscription) == 0
    renew(desk, subscription)
    assert [tell_of_renewal(desk, subscription) for _ in range(2)] == [1, 0]
    [resolution] = desk.jobs(NoticeEvent.SUBSCRIPTION_RENEWED)
    assert desk.deliver(resolution) is JobStatus.SENT
    actions = [(request.document["event_action"], request.document["dedup_key"]) for request in own_hosts.received]
    key = f"subscription-{subscription.subscription_id}"
    assert actions == [("trigger", key), ("resolve", key)]


def test_a_renewal_is_told_to_nobody_who_keeps_no_incident(desk: Desk) -> None:
    desk.route()
    subscription = subscribe(desk.fleet.tenant_id, days=7)
    tell(desk, subscription, 7)
    [job] = desk.jobs(ENDING)
    desk.deliver(job)
    renew(desk, subscription)
    assert tell_of_renewal(desk, subscription) == 0
