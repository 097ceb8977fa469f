"""From a credential to the caller, on a real database; and forged tokens at the deployed gateway."""

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Any
from uuid import uuid4

import httpx
import pytest

from pulse import clock
from pulse.database import ingest_session, operator_session
from pulse.identity.access import Client
from pulse.identity.api_keys import ApiKeyRequest, create_api_key, revoke_api_key, rotate_api_key
from pulse.identity.authentication import authenticate
from pulse.identity.errors import (
    ApiKeyEndedError,
    ApiKeyRefusedError,
    ExpiredTokenError,
    OutdatedTokenError,
    SessionEndedError,
    TenantInactiveError,
    UserDisabledError,
)
from pulse.identity.permissions import Permission, Role
from pulse.identity.principal import Origin, Principal
from pulse.identity.tokens import token_verifier
from pulse.settings import settings
from tests.builders import ACTOR, Fleet
from tests.integration.stack import Stack
from tests.integration.tenancy import sign_in
from tests.unit.identity.token_builder import (
    CLIENT_ID,
    ISSUER,
    key_set,
    make_confused_token,
    make_token,
    make_unsigned_token,
    tamper,
)

HERE = Client(ip_address("198.51.100.7"), "curl/8.5.0")
ORIGIN = Origin("198.51.100.7", "request-1")


@pytest.fixture(autouse=True)
def pool(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A user pool whose keys we have."""
    monkeypatch.setenv("TOKEN_ISSUER", ISSUER)
    monkeypatch.setenv("USER_POOL_CLIENT_ID", CLIENT_ID)
    monkeypatch.setenv("JWKS_URL", "https://pool.example/jwks.json")
    real = httpx.get

    def get(url: str, **more: Any) -> httpx.Response:
        if url == "https://pool.example/jwks.json":
            return httpx.Response(200, json=key_set(), request=httpx.Request("GET", url))
        return real(url, **more)

    monkeypatch.setattr(httpx, "get", get)
    settings.cache_clear()
    token_verifier.cache_clear()
    yield
    settings.cache_clear()
    token_verifier.cache_clear()


class Caller:
    """Somebody with tokens of one session in a fleet's tenant."""

    def __init__(self, fleet: Fleet, role: str = "customer", **claims: Any) -> None:
        self.claims = {
            "sub": str(uuid4()),
            "origin_jti": str(uuid4()),
            "tenant_id": fleet.tenant_id,
            "roles": [role],
            "email": f"someone@{fleet.tenant_id}.example",
            **claims,
        }

    def call(self, client: Client = HERE, **changes: Any) -> Principal:
        return authenticate(f"Bearer {make_token(**{**self.claims, **changes})}", client)

    def rows(self, table: str) -> list[dict[str, Any]]:
        with ingest_session() as connection:
            query = f"SELECT * FROM {table} WHERE user_id = %s ORDER BY 1"  # noqa: S608 - a name from this file
            return connection.execute(query.encode(), (self.claims["sub"],)).fetchall()


def execute(query: str, *parameters: object) -> None:
    with operator_session(user_id=ACTOR, reason="test", write=True) as connection:
        connection.execute(query.encode(), parameters)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Moves the clock that the domain reads; the tokens' own time stays."""
    now = clock.now()

    def move(by: timedelta) -> None:
        nonlocal now
        now += by

    def read() -> datetime:
        return now

    monkeypatch.setattr(clock, "now", read)
    return move


def test_a_caller_is_noted_with_their_session_when_first_seen(fleet: Fleet) -> None:
    caller = Caller(fleet)
    assert caller.call().name == f"someone@{fleet.tenant_id}.example"
    [user], [session] = caller.rows("users"), caller.rows("user_sessions")
    assert (user["role"], user["status"], user["tenant_id"]) == ("customer", "ACTIVE", fleet.tenant_id)
    assert (session["session_id"], session["tenant_id"]) == (caller.claims["origin_jti"], fleet.tenant_id)
    assert (str(session["ip_address"]), session["user_agent"]) == ("198.51.100.7", "curl/8.5.0")


def test_a_caller_is_noted_once_a_minute(fleet: Fleet, later: Callable[[timedelta], None]) -> None:
    caller = Caller(fleet)

    def seen_from() -> str:
        [session] = caller.rows("user_sessions")
        return str(session["ip_address"])

    caller.call()
    later(timedelta(seconds=59))
    caller.call(Client(ip_address("203.0.113.9"), "curl"))
    assert seen_from() == "198.51.100.7"
    later(timedelta(seconds=1))
    caller.call(Client(ip_address("203.0.113.9"), "curl"))
    assert seen_from() == "203.0.113.9"


def test_an_operator_is_noted_without_a_tenant(fleet: Fleet) -> None:
    caller = Caller(fleet, "operator", tenant_id=None)
    assert caller.call().tenant_id is None
    assert [session["tenant_id"] for session in caller.rows("user_sessions")] == [None]
    assert fleet.rows("SELECT FROM user_sessions WHERE session_id = %s", caller.claims["origin_jti"]) == []


@pytest.mark.parametrize("roles", [[], ["stranger"], ["operator"]])
def test_who_has_no_role_in_their_tenant_is_let_in_and_may_do_nothing(roles: list[str], fleet: Fleet) -> None:
    caller = Caller(fleet, roles=roles)
    principal = caller.call()
    assert not [permission for permission in principal.permissions if not permission.is_of_operators]
    assert caller.rows("users") == []


def test_an_invited_user_is_active_from_the_first_call_on(fleet: Fleet) -> None:
    caller = Caller(fleet)
    caller.call()
    execute("UPDATE users SET status = 'INVITED' WHERE user_id = %s", caller.claims["sub"])
    caller.call(origin_jti=str(uuid4()))
    assert [user["status"] for user in caller.rows("users")] == ["ACTIVE"]


def test_a_federated_user_is_what_their_provider_says_and_others_are_what_we_say(fleet: Fleet) -> None:
    moved = Fleet()
    changes: dict[str, Any] = {
        "roles": ["viewer"],
        "tenant_id": moved.tenant_id,
        "email": "new@x.example",
        "origin_jti": str(uuid4()),
    }
    federated = Caller(fleet, federated=True, username="Oidc_00u1")
    federated.call()
    federated.call(**changes)
    [user] = federated.rows("users")
    assert (user["username"], user["is_federated"]) == ("Oidc_00u1", True)
    assert (user["role"], user["tenant_id"], user["email"]) == ("viewer", moved.tenant_id, "new@x.example")

    ours = Caller(fleet)
    ours.call()
    ours.call(**{**changes, "origin_jti": str(uuid4())})
    [user] = ours.rows("users")
    assert (user["role"], user["tenant_id"]) == ("customer", fleet.tenant_id)


def test_a_session_that_was_ended_is_refused_and_others_are_not(fleet: Fleet) -> None:
    caller = Caller(fleet)
    caller.call()
    execute("UPDATE user_sessions SET revoked_at = now() WHERE session_id = %s", caller.claims["origin_jti"])
    with pytest.raises(SessionEndedError):
        caller.call()
    with pytest.raises(SessionEndedError):
        caller.call(iat=int(time.time()) + 10)
    assert caller.call(origin_jti=str(uuid4()))


def test_tokens_from_before_a_change_are_refused(fleet: Fleet) -> None:
    caller = Caller(fleet)
    caller.call()
    execute("UPDATE users SET tokens_valid_from = clock_timestamp() WHERE user_id = %s", caller.claims["sub"])
    with pytest.raises(OutdatedTokenError):
        caller.call(iat=int(time.time()) - 5)
    with pytest.raises(OutdatedTokenError):
        caller.call(iat=int(time.time()) - 5, origin_jti=str(uuid4()))
    assert caller.call(iat=int(time.time()) + 1)


@pytest.mark.parametrize("status", ["DISABLED", "DELETED"])
def test_a_user_who_was_put_out_is_refused_and_not_noted_again(status: str, fleet: Fleet) -> None:
    caller = Caller(fleet)
    caller.call()
    execute("UPDATE users SET status = %s WHERE user_id = %s", status, caller.claims["sub"])
    with pytest.raises(UserDisabledError):
        caller.call(origin_jti=str(uuid4()))
    assert len(caller.rows("user_sessions")) == 1


@pytest.mark.parametrize("status", ["SUSPENDED", "DELETED"])
def test_nobody_of_a_tenant_out_of_business_is_let_in(status: str, fleet: Fleet) -> None:
    caller, key = Caller(fleet), make_key(fleet)
    execute("UPDATE tenants SET status = %s WHERE tenant_id = %s", status, fleet.tenant_id)
    with pytest.raises(TenantInactiveError):
        caller.call()
    with pytest.raises(TenantInactiveError):
        authenticate(f"Bearer {key}", HERE)
    with pytest.raises(TenantInactiveError):
        caller.call(tenant_id="nobody-knows")
    assert caller.rows("users") == []


def test_an_allowlist_goes_with_people_and_programs(fleet: Fleet) -> None:
    caller, key = Caller(fleet), make_key(fleet)
    execute("UPDATE tenants SET ip_allowlist = '{198.51.100.0/24,2001:db8::/32}' WHERE tenant_id = %s", fleet.tenant_id)
    networks = (ip_network("198.51.100.0/24"), ip_network("2001:db8::/32"))
    assert caller.call().networks == authenticate(f"Bearer {key}", HERE).networks == networks


def admin_of(fleet: Fleet) -> Principal:
    return Principal(str(uuid4()), "admin@tenant.example", frozenset({Role.TENANT_ADMIN}), fleet.tenant_id)


def make_key(fleet: Fleet, role: Role = Role.CUSTOMER, scopes: set[Permission] | None = None) -> str:
    wanted = ApiKeyRequest(
        name="Warehouse", role=role, scopes=None if scopes is None else frozenset(scopes), expires_at=None
    )
    return create_api_key(admin_of(fleet), wanted, origin=ORIGIN).key


def test_a_key_speaks_for_its_tenant_with_its_scopes(fleet: Fleet) -> None:
    key = make_key(fleet, scopes={Permission.READ_DEVICES})
    principal = authenticate(f"Bearer {key}", HERE)
    assert (principal.tenant_id, principal.name) == (fleet.tenant_id, "Warehouse")
    assert principal.permissions == {Permission.READ_DEVICES, Permission.READ_PROFILE}  # what it is it may always ask
    assert principal.user_id == f"key:{key.split('_')[1]}"


def test_a_keys_use_is_noted_once_a_minute(fleet: Fleet, later: Callable[[timedelta], None]) -> None:
    key = make_key(fleet)

    def noted() -> list[dict[str, Any]]:
        return fleet.rows("SELECT last_used_at, host(last_used_ip) AS ip FROM api_keys")

    assert noted() == [{"last_used_at": None, "ip": None}]
    authenticate(f"Bearer {key}", HERE)
    first = noted()
    assert first[0]["ip"] == "198.51.100.7"
    later(timedelta(seconds=59))
    authenticate(f"Bearer {key}", Client(ip_address("203.0.113.9"), ""))
    assert noted() == first
    later(timedelta(seconds=1))
    authenticate(f"Bearer {key}", Client(ip_address("203.0.113.9"), ""))
    assert noted()[0]["ip"] == "203.0.113.9"


def test_a_key_ends_by_revocation_expiry_and_rotation(fleet: Fleet, later: Callable[[timedelta], None]) -> None:
    admin, key = admin_of(fleet), make_key(fleet)
    key_id = key.split("_")[1]
    rotated = rotate_api_key(admin, key_id, overlap=timedelta(hours=1), if_match=None, origin=ORIGIN).key
    for secret in (key, rotated):
        assert authenticate(f"Bearer {secret}", HERE)
    later(timedelta(hours=1))
    with pytest.raises(ApiKeyEndedError):
        authenticate(f"Bearer {key}", HERE)
    again = rotate_api_key(admin, key_id, overlap=timedelta(0), if_match=None, origin=ORIGIN).key
    with pytest.raises(ApiKeyEndedError):
        authenticate(f"Bearer {rotated}", HERE)
    with pytest.raises(ApiKeyRefusedError):  # two rotations ago: not known any more
        authenticate(f"Bearer {key}", HERE)
    assert authenticate(f"Bearer {again}", HERE)
    revoke_api_key(admin, key_id, if_match=None, origin=ORIGIN)
    with pytest.raises(ApiKeyEndedError):
        authenticate(f"Bearer {again}", HERE)
    expiring = make_key(fleet)
    later(timedelta(days=365))
    with pytest.raises(ApiKeyEndedError):
        authenticate(f"Bearer {expiring}", HERE)


def test_a_key_of_nobody_or_with_another_secret_is_refused(fleet: Fleet) -> None:
    key = make_key(fleet)
    for forged in (f"{key}x", key[:-1], f"pulse_{'z' * 12}_{key.split('_', 2)[2]}"):
        with pytest.raises(ApiKeyRefusedError):
            authenticate(f"Bearer {forged}", HERE)


def test_a_forged_token_is_refused_before_anything_is_noted(fleet: Fleet) -> None:
    caller = Caller(fleet)
    with pytest.raises(ExpiredTokenError):
        caller.call(exp=int(time.time()) - 60)
    assert caller.rows("users") == caller.rows("user_sessions") == []


@pytest.mark.parametrize(
    "forge",
    [
        lambda _: make_unsigned_token(),
        lambda _: make_confused_token(),
        lambda _: make_token(),
        lambda token: tamper(token, tenant_id="northwind-energy"),
        lambda token: tamper(token, roles=["tenant-admin"]),
        lambda token: token[:-4],
        lambda token: f"{token}.",
        lambda _: "pulse_aaaaaaaaaaaa_guess",
    ],
    ids=["unsigned", "HS256", "another pool", "tenant", "roles", "cut", "four parts", "guessed key"],
)
def test_the_deployed_gateway_lets_no_forged_token_through(forge: Callable[[str], str], stack: Stack) -> None:
    token = stack.token(stack.user("viewer", stack.tenant_ids[0]))
    answer = stack.api_with(forge(token)).get("/customer/devices")
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"


def test_the_deployed_gateway_refuses_the_identity_token_of_the_same_sign_in(stack: Stack) -> None:
    user = stack.user("viewer", stack.tenant_ids[0])
    tokens = sign_in(stack, user["email"], user["password"])
    assert stack.api_with(tokens["IdToken"]).get("/customer/devices").status_code == 401
    assert stack.api_with(tokens["AccessToken"]).get("/customer/devices").status_code == 200
