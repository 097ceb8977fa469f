"""Who is let in: the tenant in business, the address allowed, the user enabled, the session open, the token current."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network

import pytest

from pulse.identity.access import KnownSession, KnownUser, refuse_tenant, refuse_user
from pulse.identity.errors import (
    AddressRefusedError,
    OutdatedTokenError,
    SessionEndedError,
    TenantInactiveError,
    UserDisabledError,
)
from pulse.identity.permissions import Role
from pulse.identity.user import UserStatus
from pulse.tenants.status import TenantStanding, TenantStatus

NOON = datetime(2037, 11, 20, 12, 0, tzinfo=UTC)
HERE = ip_address("198.51.100.7")


def make_standing(status: TenantStatus = TenantStatus.ACTIVE, *networks: str) -> TenantStanding:
    return TenantStanding(status, tuple(ip_network(network) for network in networks))


def make_user(status: UserStatus = UserStatus.ACTIVE, *, tokens_valid_from: datetime | None = None) -> KnownUser:
    return KnownUser(status, tokens_valid_from, Role.CUSTOMER, "customer@acme.example", "acme")


def test_a_tenant_in_business_is_let_in_from_anywhere() -> None:
    assert refuse_tenant(make_standing(), HERE) is None
    assert refuse_tenant(make_standing(), None) is None


@pytest.mark.parametrize("standing", [None, make_standing(TenantStatus.SUSPENDED), make_standing(TenantStatus.DELETED)])
def test_a_tenant_out_of_business_is_not(standing: TenantStanding | None) -> None:
    assert isinstance(refuse_tenant(standing, HERE), TenantInactiveError)


@pytest.mark.parametrize("network", ["198.51.100.0/24", "198.51.100.7/32", "0.0.0.0/0"])
def test_an_allowed_network_is_let_in(network: str) -> None:
    assert refuse_tenant(make_standing(TenantStatus.ACTIVE, "10.0.0.0/8", network), HERE) is None


@pytest.mark.parametrize("address", ["203.0.113.9", "198.51.101.7", "2001:db8::1", "::ffff:198.51.100.7"])
def test_another_address_is_not(address: str) -> None:
    standing = make_standing(TenantStatus.ACTIVE, "198.51.100.0/24", "2001:db8:1::/48")
    assert isinstance(refuse_tenant(standing, ip_address(address)), AddressRefusedError)


def test_an_address_of_version_6_is_allowed_by_its_own_kind_of_network() -> None:
    standing = make_standing(TenantStatus.ACTIVE, "198.51.100.0/24", "2001:db8::/32")
    assert refuse_tenant(standing, ip_address("2001:db8::1")) is None


def test_who_has_no_address_is_on_no_list() -> None:
    assert isinstance(refuse_tenant(make_standing(TenantStatus.ACTIVE, "0.0.0.0/0"), None), AddressRefusedError)


def test_somebody_new_is_nobody_to_refuse() -> None:
    assert refuse_user(None, None, issued_at=NOON) is None


@pytest.mark.parametrize("status", [UserStatus.ACTIVE, UserStatus.INVITED])
def test_a_user_in_good_standing_is_let_in(status: UserStatus) -> None:
    assert refuse_user(make_user(status), KnownSession(NOON, None), issued_at=NOON) is None


@pytest.mark.parametrize("status", [UserStatus.DISABLED, UserStatus.DELETED])
def test_a_user_who_was_put_out_is_not(status: UserStatus) -> None:
    assert isinstance(refuse_user(make_user(status), None, issued_at=NOON), UserDisabledError)


def test_a_session_that_was_ended_stays_ended_whatever_its_tokens_age() -> None:
    session = KnownSession(NOON, revoked_at=NOON)
    for age in (timedelta(hours=-1), timedelta(0), timedelta(hours=1)):
        assert isinstance(refuse_user(make_user(), session, issued_at=NOON + age), SessionEndedError)


@pytest.mark.parametrize(
    ("seconds", "is_outdated"), [(-3600, True), (-1, True), (0, True), (0.5, False), (1, False), (3600, False)]
)
def test_a_token_from_before_a_change_is_outdated(seconds: float, *, is_outdated: bool) -> None:
    user = make_user(tokens_valid_from=NOON)
    refusal = refuse_user(user, None, issued_at=NOON + timedelta(seconds=seconds))
    assert isinstance(refusal, OutdatedTokenError) == is_outdated
