"""Renewals: asked for by tenants, decided by operators, with the clock moved."""

from collections.abc import Callable
from typing import Any

import pytest

from pulse.api import admission
from pulse.errors import ConflictError, NotPermittedError
from pulse.identity.permissions import Role
from pulse.subscriptions import administration, renewing
from pulse.subscriptions.administration import SubscriptionChange
from pulse.subscriptions.lifecycle import SubscriptionKind, SubscriptionStatus
from pulse.subscriptions.renewing import RenewalGrant, RenewalWish
from pulse.subscriptions.standing import forget_standings
from pulse.subscriptions.subscription import RenewalStatus
from tests.builders import NOON, ORIGIN, Fleet
from tests.integration.lives import (
    ACTIVE,
    DAY,
    EXPIRED,
    GRACE,
    SUSPENDED,
    Time,
    history,
    is_heard,
    may_write,
    now_of,
    renew,
    time,
)
from tests.integration.subscribing import operator, subscribe
from tests.routes import apis
from tests.unit.api.gateway import CALLER, make_context, make_event

__all__ = ["time"]


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


def test_after_its_grace_a_subscription_takes_a_renewal(fleet: Fleet, time: Time) -> None:
    main = subscribe(fleet.tenant_id, days=10)
    time.pass_to(NOON + 30 * DAY)
    with pytest.raises(ConflictError):
        administration.resume_subscription(operator(), main.subscription_id, if_match=None, origin=ORIGIN)
    later = SubscriptionChange(term_end=time.now + 100 * DAY)
    with pytest.raises(ConflictError):
        administration.change_subscription(operator(), main.subscription_id, later, if_match=None, origin=ORIGIN)


def test_operators_read_whose_renewal_it_is(fleet: Fleet) -> None:
    renew(fleet, subscribe(fleet.tenant_id))
    page = renewing.list_renewals_of_all(
        operator(), tenant_id=fleet.tenant_id, status=None, limit=10, after=None, origin=ORIGIN
    )
    assert [(one.tenant_id, one.tenant_name) for one in page.renewals] == [(fleet.tenant_id, "Test tenant")]


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
