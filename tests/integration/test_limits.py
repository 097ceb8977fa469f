"""Limits on the deployed stack, and how they change."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta

import psycopg
import pytest

from pulse import clock
from pulse.database import operator_session, tenant_session
from pulse.limits.definitions import (
    LimitName,
    clear_tenant_limit,
    forget_limits,
    limits_of,
    set_tenant_limit,
)
from pulse.limits.rates import Rate, parse_rates
from tests.builders import ACTOR, Fleet
from tests.integration.conftest import MIGRATIONS
from tests.integration.people import person
from tests.integration.stack import Stack


def set_limit(tenant_id: str, name: LimitName, rates: str) -> None:
    with operator_session(user_id=ACTOR, reason="test", write=True) as connection:
        set_tenant_limit(connection, tenant_id=tenant_id, name=name, rates=parse_rates(rates))


@pytest.fixture(autouse=True)
def fresh_memory() -> Iterator[None]:
    forget_limits()
    yield
    forget_limits()


def test_a_user_who_asks_too_often_is_told_when_to_come_back(stack: Stack, deployed_database: str) -> None:
    assert deployed_database
    fleet = Fleet()
    set_limit(fleet.tenant_id, LimitName.API_USER, "5:3600")
    with person(stack, "viewer", fleet.tenant_id) as api:
        answers = [api.get("/customer/devices") for _ in range(6)]
        assert [answer.status_code for answer in answers] == [200] * 5 + [429]
        left = [re.findall(r"r=(\d+)", answer.headers["RateLimit"])[0] for answer in answers]
        assert left == ["4", "3", "2", "1", "0", "0"]
        refusal = answers[-1]
        assert refusal.headers["content-type"] == "application/problem+json"
        assert refusal.headers["RateLimit-Policy"].startswith('"api_user";q=5;w=3600')
        assert 1 <= int(refusal.headers["Retry-After"]) <= 3600 + 720
        assert "5 requests in 3600 s are allowed" in refusal.json()["detail"]
        with person(stack, "viewer", fleet.tenant_id, "a-colleague") as colleague:
            assert colleague.get("/customer/devices").status_code == 200


def test_an_export_that_was_refused_for_what_was_sent_does_not_count(stack: Stack, deployed_database: str) -> None:
    assert deployed_database
    fleet = Fleet()
    set_limit(fleet.tenant_id, LimitName.API_EXPORT, "1:3600")
    with person(stack, "customer", fleet.tenant_id) as api:
        wishes = [{"format": "xml"}, {"site_id": "nowhere"}, {"dataset_status": "ASLEEP"}, {}, {}]
        answers = [api.get("/customer/export", params={"dataset": "devices", **wish}) for wish in wishes]
        assert [answer.status_code for answer in answers][3:] == [200, 429], [answer.text for answer in answers]
        assert all(answer.status_code in (400, 404, 422) for answer in answers[:3])
        assert '"api_export";r=0;' in answers[3].headers["RateLimit"]


def test_all_users_of_a_tenant_share_its_ceiling(stack: Stack, deployed_database: str) -> None:
    assert deployed_database
    fleet = Fleet()
    set_limit(fleet.tenant_id, LimitName.API_TENANT, "4:3600")
    with ExitStack() as people:
        ann = people.enter_context(person(stack, "viewer", fleet.tenant_id, "ann"))
        ben = people.enter_context(person(stack, "customer", fleet.tenant_id, "ben"))
        assert [api.get("/customer/me").status_code for api in (ann, ben, ann, ben)] == [200] * 4
        for api in (ann, ben):
            answer = api.get("/customer/me")
            assert answer.status_code == 429
            assert "your organisation" in answer.json()["detail"]


def test_every_limit_has_a_default_and_a_sentence(fleet: Fleet) -> None:
    limits = limits_of(fleet.tenant_id)
    assert limits_of(None) == limits
    assert set(limits) == set(LimitName)
    assert all(limit.rates and limit.error for limit in limits.values())


def test_by_default_a_user_has_300_requests_a_minute() -> None:
    """Read where it is written: in the databases of tests, these defaults are raised."""
    text = (MIGRATIONS / "0007_limits.sql").read_text()
    raised = (MIGRATIONS / "0171_a_page_asks_for_more.sql").read_text()
    assert re.search(r"'api_user', '[^']+', '100:60'", text)
    assert "'300:60'" in raised
    assert "name = 'api_user' AND default_rates = '100:60'" in raised
    assert re.search(r"'api_tenant', '[^']+', '1000:60'", text)


def test_an_exception_holds_within_half_a_minute_until_it_is_taken_back(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()

    def later(by: timedelta) -> datetime:
        nonlocal now
        now += by
        return now

    monkeypatch.setattr(clock, "now", lambda: now)

    def user_rates() -> tuple[Rate, ...]:
        return limits_of(fleet.tenant_id)[LimitName.API_USER].rates

    default = user_rates()
    set_limit(fleet.tenant_id, LimitName.API_USER, "7:60,70:3600")
    later(timedelta(seconds=29))
    assert user_rates() == default
    later(timedelta(seconds=1))
    assert user_rates() == (Rate(7, 60), Rate(70, 3600))
    with operator_session(user_id=ACTOR, reason="test", write=True) as connection:
        clear_tenant_limit(connection, tenant_id=fleet.tenant_id, name=LimitName.API_USER)
    later(timedelta(seconds=30))
    assert user_rates() == default


def test_a_tenant_cannot_raise_its_own_limit(fleet: Fleet) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege), tenant_session(fleet.tenant_id) as connection:
        set_tenant_limit(connection, tenant_id=fleet.tenant_id, name=LimitName.API_USER, rates=(Rate(9999, 1),))
    with pytest.raises(psycopg.errors.InsufficientPrivilege), tenant_session(fleet.tenant_id) as connection:
        connection.execute("UPDATE limits SET default_rates = '9999:1'")


@pytest.mark.parametrize("rates", ["", "100", "0:60", "100:60,", "a:b"])
def test_the_table_takes_nothing_but_rates(fleet: Fleet, rates: str) -> None:
    with (
        pytest.raises(psycopg.errors.CheckViolation),
        operator_session(user_id=ACTOR, reason="test", write=True) as connection,
    ):
        connection.execute(
            "INSERT INTO tenant_limits (tenant_id, name, rates) VALUES (%s, 'api_user', %s)", (fleet.tenant_id, rates)
        )
