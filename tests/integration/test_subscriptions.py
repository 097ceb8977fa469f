"""A subscription's whole life, seen from the outside: every edge of the diagram, with the clock moved."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from pulse import clock
from pulse.api import admission
from pulse.clock import format_instant
from pulse.database import ingest_session, operator_session
from pulse.devices.known_devices import BELIEVED_FOR
from pulse.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from pulse.events import outbox
from pulse.identity.permissions import Role
from pulse.subscriptions import administration, expiry, reading, renewing, store, sweep
from pulse.subscriptions.administration import SubscriptionChange
from pulse.subscriptions.lifecycle import NOTICE_DAYS, SubscriptionKind, SubscriptionStatus
from pulse.subscriptions.renewing import RenewalGrant, RenewalWish
from pulse.subscriptions.standing import SubscriptionEndedError, forget_standings, require_in_force
from pulse.subscriptions.subscription import Renewal, RenewalStatus, Subscription, SubscriptionFilter
from pulse.subscriptions.sweep import sweep_subscriptions
from pulse.telemetry.ingest import ingest
from pulse.tenants.registry import delete_tenants
from pulse.tenants.status import PLATFORM
from tests.builders import NOON, ORIGIN, Fleet, take_all
from tests.integration.subscribing import operator, subscribe
from tests.routes import apis
from tests.unit.api.gateway import CALLER, make_context, make_event

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
BUDGET = timedelta(hours=1)
TRIAL, ACTIVE, GRACE, SUSPENDED, EXPIRED = SubscriptionStatus


class Time:
    """The clock of a test; the sweep comes when it is called."""

    def __init__(self) -> None:
        self.now = NOON

    def pass_to(self, instant: datetime) -> dict[str, int]:
        """Let time pass, then sweep."""
        self.now = instant
        forget_standings()
        return sweep_subscriptions(instant, budget=BUDGET)


@pytest.fixture(autouse=True)
def time(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> Time:
    """It is noon, nothing is published, and no other test's subscription is due."""
    assert fleet
    time = Time()
    monkeypatch.setattr(outbox, "put_events", take_all)
    monkeypatch.setattr(clock, "now", lambda: time.now)
    forget_standings()
    with ingest_session() as connection:
        connection.execute("UPDATE subscriptions SET due_at = NULL")
    return time


def now_of(fleet: Fleet, subscription: Subscription) -> Subscription:
    return reading.get_subscription(fleet.tenant_id, subscription.subscription_id)


def history(fleet: Fleet, *events: str) -> list[tuple[str, datetime, str | None, str]]:
    """The history, the oldest first."""
    page = reading.list_history(fleet.tenant_id, subscription_id=None, limit=200, after=None)
    return [
        (entry.event, entry.time, entry.from_status, entry.to_status)
        for entry in reversed(page.events)
        if not events or entry.event in events
    ]


def told(fleet: Fleet) -> list[tuple[str, dict[str, Any]]]:
    """What was written to the outbox, which is empty afterwards."""
    with ingest_session() as connection:
        rows = connection.execute(
            """
            WITH taken AS (
                DELETE FROM outbox
                WHERE tenant_id = %s AND event_type ~ '^(subscription|tenant)[.]'
                RETURNING sequence, event_type, payload
            )
            SELECT event_type, payload FROM taken ORDER BY sequence
            """,
            (fleet.tenant_id,),
        ).fetchall()
    return [(row["event_type"], row["payload"]) for row in rows]


def keep_outbox(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (administration, renewing, sweep):
        monkeypatch.setattr(module, "publish_after_commit", lambda: None)


def renew(fleet: Fleet, subscription: Subscription, **grant: Any) -> Renewal:
    renewal = renewing.request_renewal(
        fleet.person(), subscription.subscription_id, RenewalWish(365, None, "please"), origin=ORIGIN
    )
    forget_standings()
    wanted = RenewalGrant(grant.get("term_days"), grant.get("device_limit"), "")
    return renewing.grant_renewal(operator(), renewal.renewal_id, wanted, origin=ORIGIN)


def may_write(fleet: Fleet) -> bool:
    forget_standings()
    try:
        require_in_force(fleet.tenant_id)
    except SubscriptionEndedError:
        return False
    return True


def is_heard(fleet: Fleet, time: Time) -> bool:
    """Whether the fleet's first device is heard; half a minute passes first, for which more is believed."""
    time.now += BELIEVED_FOR
    return ingest([fleet.message(at=time.now)]).accepted == 1


def test_a_whole_life_from_trial_to_expiry_with_a_sweep_each_day(fleet: Fleet, time: Time) -> None:
    trial = subscribe(fleet.tenant_id, kind=SubscriptionKind.TRIAL, days=14)
    assert (trial.status, trial.term_end) == (TRIAL, NOON + 14 * DAY)
    for day in range(1, 140):
        time.pass_to(NOON + day * DAY)
    assert history(fleet) == [
        ("created", NOON, None, TRIAL),
        ("noticed", NOON + 7 * DAY, TRIAL, TRIAL),
        ("noticed", NOON + 13 * DAY, TRIAL, TRIAL),
        ("status_changed", NOON + 14 * DAY, TRIAL, GRACE),
        ("status_changed", NOON + 28 * DAY, GRACE, SUSPENDED),
        ("status_changed", NOON + 118 * DAY, SUSPENDED, EXPIRED),
    ]
    expired = now_of(fleet, trial)
    assert (expired.status, expired.data_kept_until) == (EXPIRED, NOON + 483 * DAY)


def test_a_sweep_after_half_a_year_writes_what_sweeps_in_time_would_have(fleet: Fleet, time: Time) -> None:
    subscribe(fleet.tenant_id, days=10)
    assert time.pass_to(NOON + 200 * DAY) == {"steps": 3, "notices": 0}
    assert history(fleet, "status_changed") == [
        ("status_changed", NOON + 10 * DAY, ACTIVE, GRACE),
        ("status_changed", NOON + 24 * DAY, GRACE, SUSPENDED),
        ("status_changed", NOON + 114 * DAY, SUSPENDED, EXPIRED),
    ]


def test_a_second_sweep_finds_nothing(fleet: Fleet, time: Time) -> None:
    subscribe(fleet.tenant_id, days=10)
    assert time.pass_to(NOON + 9 * DAY) == {"steps": 0, "notices": 1}
    assert time.pass_to(NOON + 9 * DAY) == {"steps": 0, "notices": 0}
    assert time.pass_to(NOON + 10 * DAY) == {"steps": 1, "notices": 0}
    assert time.pass_to(NOON + 10 * DAY) == {"steps": 0, "notices": 0}


def test_what_somebody_else_is_looking_at_is_left_to_them(fleet: Fleet, scenario_owner_url: str, time: Time) -> None:
    import psycopg

    subscribe(fleet.tenant_id, days=10)
    with psycopg.connect(scenario_owner_url) as other:
        other.execute("SET app.tenant_id = ''")
        other.execute("SELECT FROM subscriptions WHERE tenant_id = %s FOR UPDATE", (fleet.tenant_id,))
        assert time.pass_to(NOON + 10 * DAY) == {"steps": 0, "notices": 0}
    assert time.pass_to(NOON + 10 * DAY) == {"steps": 1, "notices": 0}


def test_each_notice_of_a_year_is_given_once(fleet: Fleet, time: Time, monkeypatch: pytest.MonkeyPatch) -> None:
    keep_outbox(monkeypatch)
    main = subscribe(fleet.tenant_id)
    told(fleet)
    for days in NOTICE_DAYS:
        time.pass_to(main.term_end - days * DAY - HOUR)
        assert told(fleet) == []
        time.pass_to(main.term_end - days * DAY)
        time.pass_to(main.term_end - days * DAY + HOUR)
        [(event_type, payload)] = told(fleet)
        assert (event_type, payload["days_left"]) == ("subscription.ending", days)


def test_every_subscription_has_notices_of_its_own(fleet: Fleet, time: Time) -> None:
    subscribe(fleet.tenant_id, days=20)
    subscribe(fleet.tenant_id, days=20, kind=SubscriptionKind.TEMPORARY, name="Fair")
    assert time.pass_to(NOON + 6 * DAY) == {"steps": 0, "notices": 2}


def test_grace_works_on_and_suspension_stops_devices_and_changes(fleet: Fleet, time: Time) -> None:
    fleet.add_device()
    subscribe(fleet.tenant_id, days=10)
    assert (is_heard(fleet, time), may_write(fleet)) == (True, True)
    time.pass_to(NOON + 10 * DAY)
    assert (is_heard(fleet, time), may_write(fleet)) == (True, True)
    time.pass_to(NOON + 24 * DAY)
    assert (is_heard(fleet, time), may_write(fleet)) == (False, False)
    time.pass_to(NOON + 114 * DAY)
    assert (is_heard(fleet, time), may_write(fleet)) == (False, False)
    reasons = fleet.rows("SELECT reason FROM quarantine_events ORDER BY quarantine_id")
    assert [row["reason"] for row in reasons] == ["SUBSCRIPTION_SUSPENDED", "SUBSCRIPTION_EXPIRED"]


@pytest.mark.parametrize(
    ("at", "status", "end"),
    [
        (5, ACTIVE, 10 + 365),
        (12, GRACE, 10 + 365),
        (30, SUSPENDED, 30 + 365),
        (200, EXPIRED, 200 + 365),
    ],
)
def test_a_granted_renewal_leads_back_from_everywhere(
    fleet: Fleet, time: Time, at: int, status: SubscriptionStatus, end: int
) -> None:
    fleet.add_device()
    main = subscribe(fleet.tenant_id, days=10)
    time.pass_to(NOON + at * DAY)
    assert now_of(fleet, main).status is status
    renew(fleet, main)
    renewed = now_of(fleet, main)
    assert (renewed.status, renewed.term_end) == (ACTIVE, NOON + end * DAY)
    assert (is_heard(fleet, time), may_write(fleet)) == (True, True)
    assert history(fleet, "renewed") == [("renewed", NOON + at * DAY, status, ACTIVE)]


def test_a_renewed_trial_is_a_main_subscription(fleet: Fleet, time: Time) -> None:
    trial = subscribe(fleet.tenant_id, kind=SubscriptionKind.TRIAL, days=14)
    time.pass_to(NOON + 5 * DAY)
    renew(fleet, trial, device_limit=50)
    after = now_of(fleet, trial)
    assert (after.kind, after.status, after.device_limit) == (SubscriptionKind.MAIN, ACTIVE, 50)
    assert (after.term_start, after.term_end) == (NOON + 5 * DAY, NOON + 370 * DAY)


def test_a_renewal_keeps_what_was_asked_for_beside_what_was_granted(fleet: Fleet) -> None:
    main = subscribe(fleet.tenant_id)
    wish = RenewalWish(365, 1000, "")
    asked = renewing.request_renewal(fleet.person(), main.subscription_id, wish, origin=ORIGIN)
    assert (asked.granted_term_days, asked.granted_device_limit) == (None, None)
    granted = renewing.grant_renewal(operator(), asked.renewal_id, RenewalGrant(30, 12, ""), origin=ORIGIN)
    assert (granted.term_days, granted.device_limit) == (365, 1000)
    assert (granted.granted_term_days, granted.granted_device_limit) == (30, 12)
    assert now_of(fleet, main).term_start == main.term_start


def test_a_term_that_would_be_over_already_is_not_granted(fleet: Fleet, time: Time) -> None:
    main = subscribe(fleet.tenant_id, days=10)
    time.pass_to(NOON + 20 * DAY)
    renewal = renewing.request_renewal(fleet.person(), main.subscription_id, RenewalWish(3, None, ""), origin=ORIGIN)
    for days in (None, 10):
        with pytest.raises(ConflictError, match="grant 11 or more"):
            renewing.grant_renewal(operator(), renewal.renewal_id, RenewalGrant(days, None, ""), origin=ORIGIN)
    renewing.grant_renewal(operator(), renewal.renewal_id, RenewalGrant(11, None, ""), origin=ORIGIN)
    after = now_of(fleet, main)
    assert (after.status, after.term_end) == (ACTIVE, NOON + 21 * DAY)


def test_a_change_that_changes_nothing_makes_no_version(fleet: Fleet) -> None:
    main = subscribe(fleet.tenant_id)
    same = SubscriptionChange(name=main.name, term_end=main.term_end)
    for change in (SubscriptionChange(), same):
        after = administration.change_subscription(
            operator(), main.subscription_id, change, if_match=None, origin=ORIGIN
        )
        assert after.version == main.version
    assert history(fleet, "changed") == []


def test_nobody_raises_their_own_limit(fleet: Fleet) -> None:
    main = subscribe(fleet.tenant_id)
    wish = RenewalWish(365, 1000, "")
    renewal = renewing.request_renewal(fleet.person(), main.subscription_id, wish, origin=ORIGIN)
    assert now_of(fleet, main) == main
    for role in (Role.VIEWER, Role.CUSTOMER):
        with pytest.raises(NotPermittedError):
            renewing.request_renewal(fleet.person(role), main.subscription_id, wish, origin=ORIGIN)
    with pytest.raises(NotPermittedError):
        renewing.grant_renewal(fleet.person(), renewal.renewal_id, RenewalGrant(None, None, ""), origin=ORIGIN)
    renewing.grant_renewal(operator(), renewal.renewal_id, RenewalGrant(30, 12, "paid"), origin=ORIGIN)
    after = now_of(fleet, main)
    assert (after.device_limit, after.term_end) == (12, main.term_end + 30 * DAY)


def test_a_renewal_is_asked_for_once_and_decided_once(fleet: Fleet) -> None:
    main = subscribe(fleet.tenant_id)
    wish = RenewalWish(365, None, "")
    admin = fleet.person()
    first = renewing.request_renewal(admin, main.subscription_id, wish, origin=ORIGIN)
    with pytest.raises(ConflictError):
        renewing.request_renewal(admin, main.subscription_id, wish, origin=ORIGIN)
    refused = renewing.refuse_renewal(operator(), first.renewal_id, reason="unpaid", origin=ORIGIN)
    assert (refused.status, refused.decision) == (RenewalStatus.REFUSED, "unpaid")
    with pytest.raises(ConflictError):
        renewing.grant_renewal(operator(), first.renewal_id, RenewalGrant(None, None, ""), origin=ORIGIN)
    second = renewing.request_renewal(admin, main.subscription_id, wish, origin=ORIGIN)
    renewing.withdraw_renewal(admin, second.renewal_id, origin=ORIGIN)
    with pytest.raises(ConflictError):
        renewing.refuse_renewal(operator(), second.renewal_id, reason="late", origin=ORIGIN)
    assert now_of(fleet, main) == main


def test_an_addon_lives_and_dies_with_its_main(fleet: Fleet, time: Time) -> None:
    main = subscribe(fleet.tenant_id, days=10)
    addon = subscribe(
        fleet.tenant_id, kind=SubscriptionKind.ADDON, name="More", parent_subscription_id=main.subscription_id
    )
    assert (addon.term_end, addon.status) == (main.term_end, ACTIVE)
    time.pass_to(NOON + 24 * DAY)
    assert now_of(fleet, addon).status is SUSPENDED
    page = reading.list_history(fleet.tenant_id, subscription_id=addon.subscription_id, limit=10, after=None)
    assert [entry.to_status for entry in page.events] == [SUSPENDED, GRACE, ACTIVE]
    renew(fleet, main)
    assert (now_of(fleet, addon).status, now_of(fleet, addon).term_end) == (ACTIVE, NOON + 389 * DAY)
    with pytest.raises(InvalidInputError):
        renew(fleet, addon)


@pytest.mark.parametrize("parent", ["none", "another tenant's", "a trial"])
def test_an_addon_needs_a_main_of_its_tenant(fleet: Fleet, parent: str) -> None:
    parents = {
        "none": None,
        "another tenant's": subscribe(Fleet().tenant_id).subscription_id,
        "a trial": subscribe(fleet.tenant_id, kind=SubscriptionKind.TRIAL).subscription_id,
    }
    with pytest.raises(InvalidInputError, match="parent_subscription_id"):
        subscribe(fleet.tenant_id, kind=SubscriptionKind.ADDON, parent_subscription_id=parents[parent])


def test_operators_suspend_and_resume(fleet: Fleet, time: Time) -> None:
    fleet.add_device()
    main = subscribe(fleet.tenant_id)
    suspended = administration.suspend_subscription(
        operator(), main.subscription_id, reason="unpaid", if_match=None, origin=ORIGIN
    )
    assert (suspended.status, suspended.status_reason) == (SUSPENDED, "unpaid")
    assert (is_heard(fleet, time), may_write(fleet)) == (False, False)
    with pytest.raises(ConflictError):
        administration.suspend_subscription(
            operator(), main.subscription_id, reason="again", if_match=None, origin=ORIGIN
        )
    resumed = administration.resume_subscription(operator(), main.subscription_id, if_match=None, origin=ORIGIN)
    assert (resumed.status, resumed.term_end, resumed.status_reason) == (ACTIVE, main.term_end, "")
    assert (is_heard(fleet, time), may_write(fleet)) == (True, True)
    assert [entry[0] for entry in history(fleet)] == ["created", "suspended", "resumed"]


def test_what_an_operator_has_suspended_expires_after_ninety_days(fleet: Fleet, time: Time) -> None:
    main = subscribe(fleet.tenant_id)
    administration.suspend_subscription(operator(), main.subscription_id, reason="unpaid", if_match=None, origin=ORIGIN)
    time.pass_to(NOON + 90 * DAY)
    assert now_of(fleet, main).status is EXPIRED


def test_after_its_grace_a_subscription_takes_a_renewal(fleet: Fleet, time: Time) -> None:
    main = subscribe(fleet.tenant_id, days=10)
    time.pass_to(NOON + 30 * DAY)
    with pytest.raises(ConflictError):
        administration.resume_subscription(operator(), main.subscription_id, if_match=None, origin=ORIGIN)
    later = SubscriptionChange(term_end=time.now + 100 * DAY)
    with pytest.raises(ConflictError):
        administration.change_subscription(operator(), main.subscription_id, later, if_match=None, origin=ORIGIN)


def test_an_end_that_is_put_off_ends_the_grace(fleet: Fleet, time: Time) -> None:
    main = subscribe(fleet.tenant_id, days=10)
    time.pass_to(NOON + 12 * DAY)
    later = SubscriptionChange(term_end=NOON + 100 * DAY, device_limit=3, name="Cold chain")
    after = administration.change_subscription(operator(), main.subscription_id, later, if_match=None, origin=ORIGIN)
    assert (after.status, after.term_end, after.device_limit, after.name) == (
        ACTIVE,
        NOON + 100 * DAY,
        3,
        "Cold chain",
    )


def test_steps_of_a_tenant_leave_audit_entries_and_are_told(
    fleet: Fleet, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_outbox(monkeypatch)
    main = subscribe(fleet.tenant_id, days=10)
    time.pass_to(NOON + 10 * DAY)
    renew(fleet, main)
    assert [event_type for event_type, _ in told(fleet)] == [
        "subscription.created",
        "subscription.status_changed",
        "subscription.renewal_requested",
        "subscription.renewed",
    ]
    actions = fleet.rows("SELECT action FROM audit_log WHERE action LIKE 'subscription.%%' ORDER BY audit_id")
    assert [row["action"] for row in actions] == [
        "subscription.create",
        "subscription.pass_time",
        "subscription.renewal_requested",
        "subscription.renewed",
    ]


def test_another_tenants_subscription_is_not_there(fleet: Fleet) -> None:
    theirs = subscribe(Fleet().tenant_id)
    with pytest.raises(NotFoundError):
        reading.get_subscription(fleet.tenant_id, theirs.subscription_id)


def test_operators_find_what_ends_soon(fleet: Fleet) -> None:
    soon = subscribe(fleet.tenant_id, days=10)
    subscribe(fleet.tenant_id, days=100, name="Later")
    wanted = SubscriptionFilter(tenant_id=fleet.tenant_id, ending_before=NOON + 30 * DAY)
    page = reading.list_subscriptions_of_all(operator(), wanted, limit=10, after=None, origin=ORIGIN)
    assert ([item.subscription_id for item in page.subscriptions], page.total) == ([soon.subscription_id], 1)


@pytest.fixture
def ask(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """The customer API as a tenant's administrator."""
    monkeypatch.setattr(admission, "admit_request", lambda *_: ())

    def ask(method: str, path: str, body: Any = None) -> tuple[int, dict[str, Any]]:
        import json

        caller = {**CALLER, "roles": "tenant-admin", "tenant_id": fleet.tenant_id}
        event = make_event(method, path, body=body, authorizer=caller)
        answer = apis()["customer_api"].handle(event, make_context())
        return answer["statusCode"], json.loads(answer["body"] or "null")

    return ask


def test_who_has_no_subscription_in_force_reads_and_asks_for_a_renewal_and_changes_nothing(
    fleet: Fleet, time: Time, ask: Callable[..., Any]
) -> None:
    main = subscribe(fleet.tenant_id, days=10)
    site = {"site_id": "hall-b", "name": "Hall B"}
    assert ask("POST", "/customer/sites", site)[0] == 201
    time.pass_to(NOON + 24 * DAY)
    status, problem = ask("POST", "/customer/sites", {"site_id": "hall-c", "name": "Hall C"})
    assert (status, problem["type"]) == (403, "urn:pulse:problem:forbidden")
    assert "Fleet has been suspended since 2037-12-14" in problem["detail"]
    assert "request a renewal" in problem["detail"]
    assert ask("PATCH", "/customer/sites/hall-b", {"name": "B"})[0] == 403
    assert ask("DELETE", "/customer/sites/hall-b")[0] == 403
    assert ask("GET", "/customer/sites")[0] == 200
    status, page = ask("GET", "/customer/subscriptions")
    assert (status, page["summary"]["is_restricted"]) == (200, True)
    path = f"/customer/subscriptions/{main.subscription_id}/renewals"
    status, renewal = ask("POST", path, {"term_days": 30})
    assert (status, renewal["status"]) == (201, "REQUESTED")
    grant = RenewalGrant(None, None, "")
    renewing.grant_renewal(operator(), renewal["renewal_id"], grant, origin=ORIGIN)
    forget_standings()
    assert ask("DELETE", "/customer/sites/hall-b")[0] == 204


def test_a_tenant_that_never_had_a_subscription_works_as_ever(fleet: Fleet, ask: Callable[..., Any]) -> None:
    assert ask("POST", "/customer/sites", {"site_id": "hall-b", "name": "Hall B"})[0] == 201
    assert may_write(fleet)


def test_a_subscription_in_force_beside_an_ended_one_is_enough(fleet: Fleet, time: Time) -> None:
    subscribe(fleet.tenant_id, days=10)
    subscribe(fleet.tenant_id, days=300, kind=SubscriptionKind.TEMPORARY, name="Fair")
    time.pass_to(NOON + 24 * DAY)
    assert may_write(fleet)
    with ingest_session() as connection:
        assert store.lock_due(connection, time.now, limit=10) == []


def status_of(fleet: Fleet) -> str:
    [row] = fleet.rows("SELECT status FROM tenants")
    return str(row["status"])


def deletion_notices(fleet: Fleet) -> list[tuple[int, str]]:
    """The notices before a deletion that were announced, in days before it, with the subscription's name."""
    return [
        (payload["days_left"], payload["name"])
        for event_type, payload in told(fleet)
        if event_type == "tenant.deletion_near"
    ]


def test_a_tenant_is_warned_and_then_deleted_a_year_after_its_last_subscription_expired(
    fleet: Fleet, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_outbox(monkeypatch)
    monkeypatch.setattr(expiry, "publish_after_commit", lambda: None)
    subscribe(fleet.tenant_id, days=10)
    subscribe(fleet.tenant_id, days=20, kind=SubscriptionKind.TEMPORARY, name="Fair")
    time.pass_to(NOON + 124 * DAY)
    last = NOON + 489 * DAY
    told(fleet)
    for days in (30, 7):
        time.pass_to(last - days * DAY - HOUR)
        assert deletion_notices(fleet) == []
        for late in (0, 1):
            time.pass_to(last - days * DAY + late * HOUR)
        assert deletion_notices(fleet) == [(days, "Fair")]
    assert history(fleet, "deletion_noticed") == [
        ("deletion_noticed", last - 30 * DAY, EXPIRED, EXPIRED),
        ("deletion_noticed", last - 7 * DAY, EXPIRED, EXPIRED),
    ]
    expiry.delete_expired_tenants(last - HOUR, budget=BUDGET)
    assert status_of(fleet) == "ACTIVE"
    expiry.delete_expired_tenants(last, budget=BUDGET)
    assert status_of(fleet) == "DELETED"
    [(_, payload)] = [event for event in told(fleet) if event[0] == "tenant.deleted"]
    assert payload["expired_at"] == format_instant(NOON + 124 * DAY)
    assert fleet.rows("SELECT count(*) FROM audit_log WHERE action = 'tenant.delete_expired'") == [{"count": 1}]
    expiry.delete_expired_tenants(last + DAY, budget=BUDGET)
    assert fleet.rows("SELECT count(*) FROM audit_log WHERE action = 'tenant.delete_expired'") == [{"count": 1}]


def test_nobody_is_deleted_within_a_week_of_a_warning_that_came_late(
    fleet: Fleet, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_outbox(monkeypatch)
    subscribe(fleet.tenant_id, days=10)
    late = NOON + 1000 * DAY
    expiry.delete_expired_tenants(late, budget=BUDGET)
    time.pass_to(late)
    assert deletion_notices(fleet) == [(7, "Fleet")]
    expiry.delete_expired_tenants(late + 7 * DAY - HOUR, budget=BUDGET)
    assert status_of(fleet) == "ACTIVE"
    expiry.delete_expired_tenants(late + 7 * DAY, budget=BUDGET)
    assert status_of(fleet) == "DELETED"


def test_a_renewal_ends_the_countdown_and_a_later_expiry_begins_another(
    fleet: Fleet, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_outbox(monkeypatch)
    main = subscribe(fleet.tenant_id, days=10)
    time.pass_to(NOON + 114 * DAY)
    time.pass_to(NOON + 460 * DAY)
    assert deletion_notices(fleet) == [(30, "Fleet")]
    renew(fleet, main, term_days=10)
    again = NOON + 460 * DAY + 10 * DAY + 14 * DAY + 90 * DAY + 365 * DAY
    time.pass_to(again - 31 * DAY)
    assert deletion_notices(fleet) == []
    expiry.delete_expired_tenants(again - DAY, budget=BUDGET)
    assert status_of(fleet) == "ACTIVE"
    time.pass_to(again - 30 * DAY)
    assert deletion_notices(fleet) == [(30, "Fleet")]


def test_the_platform_takes_no_subscription_and_is_never_deleted() -> None:
    with pytest.raises(InvalidInputError, match="tenant_id must be a customer's"):
        subscribe(PLATFORM)
    with operator_session(user_id="test", reason="test", write=True) as connection:
        assert delete_tenants(connection, [PLATFORM], now=NOON) == []


def test_a_tenant_with_a_subscription_that_lives_on_is_kept(fleet: Fleet, time: Time) -> None:
    main = subscribe(fleet.tenant_id, days=10)
    time.pass_to(NOON + 114 * DAY)
    renew(fleet, main)
    expiry.delete_expired_tenants(NOON + 1000 * DAY, budget=BUDGET)
    assert status_of(fleet) == "ACTIVE"


def test_an_expired_subscription_beside_one_that_lives_warns_nobody(
    fleet: Fleet, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_outbox(monkeypatch)
    subscribe(fleet.tenant_id, days=10)
    subscribe(fleet.tenant_id, days=2000, kind=SubscriptionKind.TEMPORARY, name="Fair")
    assert time.pass_to(NOON + 473 * DAY)["notices"] == 0
    assert deletion_notices(fleet) == []
    assert history(fleet, "deletion_noticed") == []


def test_tenants_that_expired_are_deleted_some_at_a_time(
    fleet: Fleet, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expiry, "_BATCH", 1)
    fleets = [fleet, Fleet(), Fleet()]
    for one in fleets:
        subscribe(one.tenant_id, days=10)
    time.pass_to(NOON + 580 * DAY)
    expiry.delete_expired_tenants(NOON + 600 * DAY, budget=BUDGET)
    assert [status_of(one) for one in fleets] == ["DELETED"] * 3
