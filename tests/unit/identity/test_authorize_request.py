"""The authorizer's two kinds of event: the caller in the context, or the reason why there is none."""

import json
from collections.abc import Callable, Iterator
from importlib import import_module
from ipaddress import IPv4Address
from pathlib import Path
from types import ModuleType
from typing import Any

import psycopg
import pytest

from pulse.identity.access import Client
from pulse.identity.errors import (
    AddressRefusedError,
    CallerNotJudgedError,
    CallerRefusedError,
    ExpiredTokenError,
    SessionEndedError,
    TokenRefusedError,
)
from pulse.identity.keys import KeysUnavailableError
from pulse.identity.permissions import Role
from pulse.identity.principal import Principal
from pulse.settings import settings
from tests.unit.api.gateway import make_context

EVENTS = Path(__file__).parents[3] / "events"
CALLER = Principal("user-1", "customer@acme.example", frozenset({Role.CUSTOMER}), "acme", session_id="session-1")
CONTEXT = {
    "user_id": "user-1",
    "email": "customer@acme.example",
    "roles": "customer",
    "tenant_id": "acme",
    "session_id": "session-1",
}


class Authentication:
    """Answers what it is told to, and remembers what it was asked."""

    def __init__(self) -> None:
        self.outcome: Principal | Exception = CALLER
        self.asked: list[tuple[str, Client]] = []

    def authenticate(self, authorization: str, client: Client) -> Principal:
        self.asked.append((authorization, client))
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


@pytest.fixture
def app() -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as environment:
        for name in ("DATABASE_SECRET_ARN", "USER_POOL_CLIENT_ID", "TOKEN_ISSUER", "JWKS_URL"):
            environment.setenv(name, "unused")
        settings.cache_clear()
        yield import_module("authorize_request.app")
    settings.cache_clear()


@pytest.fixture
def authentication(app: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Authentication:
    authentication = Authentication()
    monkeypatch.setattr(app, "authenticate", authentication.authenticate)
    monkeypatch.setattr(app, "authenticate_ticket", authentication.authenticate)
    return authentication


def sample(name: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((EVENTS / f"authorize_request{name}.json").read_text())
    return event


def test_a_request_carries_its_caller(app: ModuleType, authentication: Authentication) -> None:
    assert app.handler(sample(""), make_context()) == {"isAuthorized": True, "context": CONTEXT}
    assert authentication.asked == [
        ("Bearer <access token>", Client(IPv4Address("198.51.100.7"), "curl/8.5.0")),
    ]


def test_a_connection_is_allowed_by_policy(app: ModuleType, authentication: Authentication) -> None:
    event = sample(".connection")
    assert app.handler(event, make_context()) == {
        "principalId": "user-1",
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [{"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": event["methodArn"]}],
        },
        "context": CONTEXT,
    }
    assert authentication.asked == [("<ticket>", Client(IPv4Address("198.51.100.7"), "pulse-wallboard/1.0"))]


@pytest.mark.parametrize("refusal", [ExpiredTokenError(), SessionEndedError(), AddressRefusedError()])
def test_a_refused_caller_is_nobody_to_the_frame(
    refusal: TokenRefusedError | CallerRefusedError,
    app: ModuleType,
    authentication: Authentication,
    caplog: pytest.LogCaptureFixture,
) -> None:
    authentication.outcome = refusal
    answer = app.handler(sample(""), make_context())
    assert answer == {"isAuthorized": True, "context": {"refusal": refusal.reason}}
    [line] = [vars(record) for record in caplog.records]
    assert (line["msg"], line["reason"], line["ip_address"]) == ("caller_refused", refusal.reason, "198.51.100.7")
    assert "<access token>" not in str(line)


def test_a_refused_connection_is_denied(app: ModuleType, authentication: Authentication) -> None:
    authentication.outcome = ExpiredTokenError()
    answer = app.handler(sample(".connection"), make_context())
    assert [statement["Effect"] for statement in answer["policyDocument"]["Statement"]] == ["Deny"]
    assert (answer["principalId"], answer["context"]) == ("nobody", {"refusal": "token_expired"})


@pytest.mark.parametrize("name", ["", ".connection"])
def test_a_forwarded_address_is_not_believed(name: str, app: ModuleType, authentication: Authentication) -> None:
    event = sample(name)
    event["headers"] |= {"x-forwarded-for": "10.0.0.1", "forwarded": "for=10.0.0.1", "X-Real-Ip": "10.0.0.1"}
    app.handler(event, make_context())
    assert authentication.asked[0][1].address == IPv4Address("198.51.100.7")


@pytest.mark.parametrize("source", ["", "unknown", "test-invoke-source-ip"])
def test_an_address_that_is_none_is_nobodys(source: str, app: ModuleType, authentication: Authentication) -> None:
    event = sample("")
    event["requestContext"]["http"]["sourceIp"] = source
    app.handler(event, make_context())
    assert authentication.asked[0][1].address is None


def test_without_a_header_there_is_no_token(app: ModuleType, authentication: Authentication) -> None:
    event = sample("")
    event["headers"] = None
    app.handler(event, make_context())
    assert authentication.asked[0] == ("", Client(IPv4Address("198.51.100.7"), ""))


@pytest.mark.parametrize("error", [psycopg.OperationalError(), psycopg.errors.QueryCanceled(), KeysUnavailableError()])
def test_who_cannot_be_judged_is_nobody_to_the_frame_and_is_counted(
    error: Exception,
    app: ModuleType,
    authentication: Authentication,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    authentication.outcome = error
    assert app.handler(sample(""), make_context()) == {
        "isAuthorized": True,
        "context": {"refusal": "caller_not_judged"},
    }
    assert [record.message for record in caplog.records] == ["caller_not_judged"]
    assert "CallersNotJudged" in capsys.readouterr().out


def test_a_connection_of_whom_nobody_can_judge_is_not_opened(app: ModuleType, authentication: Authentication) -> None:
    authentication.outcome = psycopg.OperationalError()
    with pytest.raises(CallerNotJudgedError):
        app.handler(sample(".connection"), make_context())


def test_a_fault_of_ours_lets_nobody_in(app: ModuleType, authentication: Authentication) -> None:
    authentication.outcome = KeyError("bug")
    for name in ("", ".connection"):
        with pytest.raises(KeyError):
            app.handler(sample(name), make_context())


@pytest.mark.parametrize("name", ["", ".connection"])
def test_every_line_names_its_request(
    name: str, app: ModuleType, authentication: Authentication, log: Callable[[], list[dict[str, Any]]]
) -> None:
    for authentication.outcome in (CALLER, ExpiredTokenError()):
        app.handler(sample(name), make_context())
    request_id = sample(name)["requestContext"]["requestId"]
    assert [(line["message"], line["request_id"]) for line in log()] == [
        ("caller_known", request_id),
        ("caller_refused", request_id),
    ]
