"""A subscription's whole life, seen from the outside: every edge of the diagram, with the clock moved."""

import psycopg
import pytest

from pulse.database import ingest_session
from pulse.errors import ConflictError, InvalidInputError, NotFoundError
from pulse.subscriptions import administration, reading, store
from pulse.subscriptions.administration import SubscriptionChange
from pulse.subscriptions.lifecycle import NOTICE_DAYS, SubscriptionKind
from pulse.subscriptions.subscription import SubscriptionFilter
from tests.builders import NOON, ORIGIN, Fleet
from tests.integration.lives import (
    ACTIVE,
    DAY,
    EXPIRED,
    GRACE,
    HOUR,
    SUSPENDED,
    TRIAL,
    Time,
    history,
    is_heard,
    keep_outbox,
    may_write,
    now_of,
    renew,
    time,
    told,
)
from tests.integration.subscribing import operator, subscribe

__all__ = ["time"]


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


def test_a_term_that_would_end_before_it_began_is_refused_by_name(
    fleet: Fleet, scenario_owner_url: str, time: Time
) -> None:
    main = subscribe(fleet.tenant_id, days=30)
    addon = subscribe(fleet.tenant_id, kind=SubscriptionKind.ADDON, parent_subscription_id=main.subscription_id)
    with psycopg.connect(scenario_owner_url) as connection:
        connection.execute(
            "UPDATE subscriptions SET term_start = %s WHERE subscription_id = %s",
            (time.now + 20 * DAY, addon.subscription_id),
        )
    with pytest.raises(ConflictError, match="one of its ADDONs"):
        administration.change_subscription(
            operator(),
            main.subscription_id,
            SubscriptionChange(term_end=time.now + 10 * DAY),
            if_match=None,
            origin=ORIGIN,
        )


def test_a_change_that_changes_nothing_makes_no_version(fleet: Fleet) -> None:
    main = subscribe(fleet.tenant_id)
    same = SubscriptionChange(name=main.name, term_end=main.term_end)
    for change in (SubscriptionChange(), same):
        after = administration.change_subscription(
            operator(), main.subscription_id, change, if_match=None, origin=ORIGIN
        )
        assert after.version == main.version
    assert history(fleet, "changed") == []


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
    assert page.subscriptions[0].tenant_name == "Test tenant"
    found = reading.get_subscription_of_any(operator(), soon.subscription_id, origin=ORIGIN)
    assert found == page.subscriptions[0]


def test_a_subscription_in_force_beside_an_ended_one_is_enough(fleet: Fleet, time: Time) -> None:
    subscribe(fleet.tenant_id, days=10)
    subscribe(fleet.tenant_id, days=300, kind=SubscriptionKind.TEMPORARY, name="Fair")
    time.pass_to(NOON + 24 * DAY)
    assert may_write(fleet)
    with ingest_session() as connection:
        assert store.lock_due(connection, time.now, limit=10) == []
