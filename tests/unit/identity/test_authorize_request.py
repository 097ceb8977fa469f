"""The authorizer: the caller in the context, or the reason why there is none; never the token in the log."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from pulse import clock
from pulse.identity.keys import KeysUnavailableError
from pulse.identity.tokens import token_verifier
from pulse.settings import settings
from pulse.tenants import status
from tests.unit.api.gateway import make_context
from tests.unit.identity.token_builder import CLIENT_ID, ISSUER, key_set, make_token

SAMPLE = Path(__file__).parents[3] / "events" / "authorize_request.json"
JWKS_URL = "https://pool.example/.well-known/jwks.json"


class Tenants:
    """The table of tenants; counts who asks, and can be away."""

    def __init__(self) -> None:
        self.statuses = {"acme": "ACTIVE", "globex": "SUSPENDED", "initech": "DELETED"}
        self.asked = 0
        self.is_away = False

    @contextmanager
    def session(self, tenant_id: str) -> Iterator["Tenants"]:
        if self.is_away:
            raise psycopg.OperationalError
        self.asked += 1
        self.row = {"status": self.statuses[tenant_id]} if tenant_id in self.statuses else None
        yield self

    def execute(self, *_: Any) -> "Tenants":
        return self

    def fetchone(self) -> dict[str, str] | None:
        return self.row


@pytest.fixture
def tenants(monkeypatch: pytest.MonkeyPatch) -> Tenants:
    tenants = Tenants()
    monkeypatch.setattr(status, "tenant_session", tenants.session)
    status.forget_statuses()
    return tenants


@pytest.fixture
def authorize(tenants: Tenants, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], dict[str, Any]]]:
    assert tenants
    for name, value in {
        "DATABASE_SECRET_ARN": "unused",
        "USER_POOL_CLIENT_ID": CLIENT_ID,
        "TOKEN_ISSUER": ISSUER,
        "JWKS_URL": JWKS_URL,
    }.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    token_verifier.cache_clear()

    def get(url: str, **_: Any) -> httpx.Response:
        assert url == JWKS_URL
        return httpx.Response(200, json=key_set(), request=httpx.Request("GET", url))

    monkeypatch.setattr(httpx, "get", get)
    handler = import_module("authorize_request.app").handler

    def call(token: str) -> dict[str, Any]:
        event = json.loads(SAMPLE.read_text())
        event["headers"]["authorization"] = f"Bearer {token}"
        event["identitySource"] = [f"Bearer {token}"]
        answer: dict[str, Any] = handler(event, make_context())
        return answer

    yield call
    settings.cache_clear()
    token_verifier.cache_clear()


def test_a_caller_is_known_by_their_token(authorize: Callable[[str], dict[str, Any]]) -> None:
    assert authorize(make_token()) == {
        "isAuthorized": True,
        "context": {
            "user_id": "6f1b3a52-8c1d-4d7e-9a39-0d6f2f7f5a10",
            "email": "customer@acme.example",
            "roles": "customer",
            "tenant_id": "acme",
            "session_id": "",
        },
    }


def test_an_operator_is_known_without_asking_for_a_tenant(
    authorize: Callable[[str], dict[str, Any]], tenants: Tenants
) -> None:
    assert authorize(make_token(tenant_id=None, roles=["operator"]))["context"]["tenant_id"] == ""
    assert tenants.asked == 0


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"exp": 1}, "token_expired"),
        ({"client_id": "9foreign"}, "client_foreign"),
        ({"token_use": "id"}, "token_use_wrong"),
        ({"tenant_id": "globex"}, "tenant_inactive"),
        ({"tenant_id": "initech"}, "tenant_inactive"),
        ({"tenant_id": "nobody-knows"}, "tenant_inactive"),
    ],
)
def test_a_refused_caller_is_nobody(
    claims: dict[str, Any],
    reason: str,
    authorize: Callable[[str], dict[str, Any]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    token = make_token(**claims)
    assert authorize(token) == {"isAuthorized": True, "context": {"refusal": reason}}
    lines = [vars(record) for record in caplog.records]
    assert [(line["msg"], line["reason"], line["ip_address"]) for line in lines] == [
        ("caller_refused", reason, "198.51.100.7")
    ]
    assert token.split(".")[2] not in str(lines)


def test_a_tenant_is_asked_for_twice_a_minute(
    authorize: Callable[[str], dict[str, Any]], tenants: Tenants, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.now(UTC)
    for second in range(60):
        monkeypatch.setattr(clock, "now", lambda second=second: now + timedelta(seconds=second))
        assert "user_id" in authorize(make_token())["context"]
    assert tenants.asked == 2


def test_a_suspension_takes_hold_within_half_a_minute(
    authorize: Callable[[str], dict[str, Any]], tenants: Tenants, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.now(UTC)
    authorize(make_token())
    tenants.statuses["acme"] = "SUSPENDED"
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(seconds=31))
    assert authorize(make_token())["context"] == {"refusal": "tenant_inactive"}


def test_who_cannot_be_judged_is_not_let_in(
    authorize: Callable[[str], dict[str, Any]], tenants: Tenants, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenants.is_away = True
    with pytest.raises(psycopg.OperationalError):
        authorize(make_token())

    def away(url: str, **_: Any) -> httpx.Response:
        message = "refused"
        raise httpx.ConnectError(message, request=httpx.Request("GET", url))

    monkeypatch.setattr(httpx, "get", away)
    token_verifier.cache_clear()
    with pytest.raises(KeysUnavailableError):
        authorize(make_token())
