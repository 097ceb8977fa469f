"""May one more request be served? Yes while there is room, and yes when that can't be told."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from pulse import clock
from pulse.identity.permissions import Role
from pulse.identity.principal import Principal
from pulse.limits import admission
from pulse.limits.admission import RateExceededError, admit_request, admit_use, take_back_use
from pulse.limits.definitions import Limit, LimitName
from pulse.limits.rates import parse_rates
from tests.dynamodb import InMemoryDynamoDB

NOON = datetime(2037, 11, 20, 12, 0, 30, tzinfo=UTC)

type SetLimits = Callable[..., None]


def make_caller(user_id: str = "ann", tenant_id: str | None = "acme") -> Principal:
    return Principal(user_id=user_id, email="", roles=frozenset({Role.CUSTOMER}), tenant_id=tenant_id)


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> datetime:
    monkeypatch.setattr(clock, "now", lambda: NOON)
    return NOON


@pytest.fixture
def set_limits(monkeypatch: pytest.MonkeyPatch) -> SetLimits:
    def set_limits(**rates: str) -> None:
        limits = {
            LimitName(name): Limit(LimitName(name), parse_rates(text), f"too many for {name}")
            for name, text in rates.items()
        }
        monkeypatch.setattr(admission, "limits_of", lambda _: limits)

    return set_limits


@pytest.mark.usefixtures("transient_table")
def test_users_have_a_rate_each_and_tenants_one_for_all(set_limits: SetLimits) -> None:
    set_limits(api_user="3:60", api_tenant="4:60")
    left = [[quota.remaining for quota in admit_request(make_caller("ann"))] for _ in range(3)]
    assert left == [[2, 3], [1, 2], [0, 1]]
    with pytest.raises(RateExceededError, match="too many for api_user: 3 requests in 60 s are allowed"):
        admit_request(make_caller("ann"))
    assert [quota.remaining for quota in admit_request(make_caller("ben"))] == [2, 0]
    with pytest.raises(RateExceededError, match="too many for api_tenant"):
        admit_request(make_caller("cid"))
    assert [quota.remaining for quota in admit_request(make_caller("ann", "other-tenant"))] == [2, 3]


@pytest.mark.usefixtures("transient_table")
def test_the_refusal_says_when_to_come_back_and_what_is_left(set_limits: SetLimits) -> None:
    set_limits(api_user="2:60", api_tenant="9:60")
    for _ in range(2):
        admit_request(make_caller())
    with pytest.raises(RateExceededError) as refusal:
        admit_request(make_caller())
    assert refusal.value.retry_after_seconds == 31
    [quota] = refusal.value.quotas
    assert (quota.limit, quota.remaining, quota.resets_in) == (LimitName.API_USER, 0, timedelta(seconds=30))


@pytest.mark.usefixtures("transient_table")
def test_a_limit_may_have_several_rates(set_limits: SetLimits) -> None:
    set_limits(api_user="2:1,3:3600")
    for _ in range(2):
        admit_request(make_caller())
    with pytest.raises(RateExceededError, match="2 requests in 1 s"):
        admit_request(make_caller())


@pytest.mark.usefixtures("transient_table")
def test_what_is_dear_has_a_limit_of_its_own_for_each_account(set_limits: SetLimits) -> None:
    set_limits(api_user="9:60", api_export="2:600")
    exports = (LimitName.API_EXPORT,)
    assert [admit_use(make_caller(), exports, NOON)[0].remaining for _ in range(2)] == [1, 0]
    with pytest.raises(RateExceededError, match="too many for api_export"):
        admit_use(make_caller(), exports, NOON)
    assert [quota.limit for quota in admit_use(make_caller("ben"), exports, NOON)] == [LimitName.API_EXPORT]
    assert [quota.remaining for quota in admit_request(make_caller())] == [8]


@pytest.mark.usefixtures("transient_table")
def test_what_came_to_nothing_is_taken_back(set_limits: SetLimits) -> None:
    set_limits(api_export="1:600,2:6000")
    exports = (LimitName.API_EXPORT,)
    admit_use(make_caller(), exports, NOON)
    take_back_use(make_caller(), exports, NOON)
    assert [quota.remaining for quota in admit_use(make_caller(), exports, NOON)] == [0, 1]


@pytest.mark.usefixtures("transient_table")
def test_an_operator_counts_alone(set_limits: SetLimits) -> None:
    set_limits(api_user="2:60", api_tenant="1:60")
    assert [quota.limit for quota in admit_request(make_caller("otto", None))] == [LimitName.API_USER]
    admit_request(make_caller("otto", None))
    with pytest.raises(RateExceededError):
        admit_request(make_caller("otto", None))


def test_everybody_is_let_in_while_the_table_is_away(
    set_limits: SetLimits, transient_table: InMemoryDynamoDB, capsys: pytest.CaptureFixture[str]
) -> None:
    set_limits(api_user="1:60")
    transient_table.is_away = True
    assert [admit_request(make_caller()) for _ in range(5)] == [()] * 5
    assert transient_table.requests == 1
    assert "TransientTableUnavailable" in capsys.readouterr().out


@pytest.mark.usefixtures("transient_table")
def test_everybody_is_let_in_while_the_limits_cannot_be_read(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_: object) -> None:
        raise psycopg.OperationalError

    monkeypatch.setattr(admission, "limits_of", fail)
    assert admit_request(make_caller()) == ()
    assert [record.message for record in caplog.records] == ["limits_unreadable"]
    assert "LimitsUnreadable" in capsys.readouterr().out


def test_a_finished_window_is_read_once(
    set_limits: SetLimits, transient_table: InMemoryDynamoDB, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_limits(api_user="10:60")
    for _ in range(10):
        admit_request(make_caller())
    monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(seconds=60))
    before = transient_table.requests
    quotas = [admit_request(make_caller())[0].remaining for _ in range(4)]
    assert quotas == [4, 3, 2, 1]
    assert transient_table.requests - before == 5
