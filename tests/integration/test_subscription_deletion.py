"""The end of a tenant whose subscriptions have expired: warned, deleted, or kept after all."""

import pytest

from pulse.clock import format_instant
from pulse.database import operator_session
from pulse.errors import InvalidInputError
from pulse.subscriptions import expiry
from pulse.subscriptions.lifecycle import SubscriptionKind
from pulse.tenants.registry import delete_tenants
from pulse.tenants.status import PLATFORM
from tests.builders import NOON, Fleet
from tests.integration.lives import BUDGET, DAY, EXPIRED, HOUR, Time, history, keep_outbox, renew, time, told
from tests.integration.subscribing import subscribe

__all__ = ["time"]


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
