"""Limits at the door: what a caller reads of them, in good answers and in the refusal."""

import json
import re
from typing import Annotated, Any

import pytest
from aws_lambda_powertools.event_handler.openapi.params import Query

from pulse.api.resolver import Api
from pulse.api.routes import PUBLIC, Routes
from pulse.errors import ConflictError, InvalidInputError
from pulse.identity.permissions import Permission
from pulse.limits import admission
from pulse.limits.definitions import Limit, LimitName
from pulse.limits.rates import parse_rates
from tests.dynamodb import InMemoryDynamoDB
from tests.unit.api.gateway import CALLER, make_context, make_event


def make_api() -> Api:
    routes = Routes("Things")

    @routes.get("/customer/things", permission=Permission.READ_DEVICES)
    def list_things() -> dict[str, str]:
        """List things."""
        return {}

    @routes.get("/open", permission=PUBLIC)
    def read_open() -> dict[str, str]:
        """Read what is open."""
        return {}

    @routes.get("/customer/dear", permission=Permission.READ_DEVICES, limits=(LimitName.API_EXPORT,))
    def make_something_dear(size: Annotated[int, Query(le=10)] = 1) -> dict[str, str]:
        """Make something dear."""
        if size < 0:
            message = "size must not be negative"
            raise InvalidInputError(message)
        if size == 0:
            message = "there is too much of it"
            raise ConflictError(message)
        return {}

    return Api(routes)


API = make_api()


def call(
    path: str = "/customer/things", query: dict[str, str] | None = None, **changes: str
) -> tuple[int, dict[str, Any], dict[str, str]]:
    answer = API.handle(make_event("GET", path, authorizer={**CALLER, **changes}, query=query), make_context())
    return answer["statusCode"], json.loads(answer["body"]), answer["headers"]


@pytest.fixture(autouse=True)
def two_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = {
        LimitName.API_USER: Limit(LimitName.API_USER, parse_rates("3:3600"), "slow down"),
        LimitName.API_TENANT: Limit(LimitName.API_TENANT, parse_rates("50:1,900:86400"), "all of you, slow down"),
    }
    monkeypatch.setattr(admission, "limits_of", lambda _: limits)


@pytest.mark.usefixtures("transient_table")
def test_every_answer_tells_what_is_left() -> None:
    status, _, headers = call()
    assert status == 200
    assert headers["RateLimit-Policy"] == (
        '"api_user";q=3;w=3600, "api_tenant_1s";q=50;w=1, "api_tenant_86400s";q=900;w=86400'
    )
    pattern = r'"api_user";r=2;t=(\d+), "api_tenant_1s";r=49;t=1, "api_tenant_86400s";r=899;t=\d+'
    match = re.fullmatch(pattern, headers["RateLimit"])
    assert match is not None
    assert 1 <= int(match.group(1)) <= 3600


@pytest.mark.usefixtures("transient_table")
def test_too_much_is_refused_with_the_time_to_come_back() -> None:
    for _ in range(3):
        assert call()[0] == 200
    status, body, headers = call()
    assert (status, body["type"]) == (429, "urn:pulse:problem:too-many-requests")
    assert body["detail"].startswith("slow down: 3 requests in 3600 s are allowed; try again in ")
    assert int(headers["Retry-After"]) >= 1
    assert headers["RateLimit"].startswith('"api_user";r=0;t=')
    assert headers["X-Request-Id"] == "request-1"


@pytest.mark.usefixtures("transient_table")
def test_what_is_refused_for_its_permission_counts_too() -> None:
    assert [call(roles="")[0] for _ in range(4)] == [403, 403, 403, 429]


@pytest.mark.usefixtures("transient_table")
def test_the_public_and_the_unknown_are_not_counted() -> None:
    assert "RateLimit" not in call("/open")[2]
    assert "RateLimit" not in call("/nowhere")[2]
    assert "RateLimit" not in call(refusal="token_expired")[2]
    assert '"api_user";r=2;' in call()[2]["RateLimit"]


def test_nobody_is_refused_because_the_table_is_away(transient_table: InMemoryDynamoDB) -> None:
    transient_table.is_away = True
    answers = [call() for _ in range(5)]
    assert [status for status, _, _ in answers] == [200] * 5
    assert all("RateLimit" not in headers for _, _, headers in answers)


@pytest.mark.usefixtures("transient_table")
def test_a_dear_request_that_is_refused_for_what_was_sent_has_used_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = {
        LimitName.API_USER: Limit(LimitName.API_USER, parse_rates("90:3600"), "slow down"),
        LimitName.API_EXPORT: Limit(LimitName.API_EXPORT, parse_rates("2:3600"), "too dear"),
    }
    monkeypatch.setattr(admission, "limits_of", lambda _: limits)
    refused = [call("/customer/dear", {"size": size})[0] for size in ("many", "11", "-1", "-1", "-1")]
    assert refused == [422, 422, 400, 400, 400]
    status, _, headers = call("/customer/dear")
    assert status == 200
    assert re.findall(r'"(\w+)";r=(\d+)', headers["RateLimit"]) == [("api_user", "84"), ("api_export", "1")]
    assert call("/customer/dear", {"size": "0"})[0] == 409
    status, body, headers = call("/customer/dear")
    assert (status, body["detail"].partition(":")[0]) == (429, "too dear")
    assert '"api_export";r=0;' in headers["RateLimit"]


def test_the_description_names_the_limit_of_a_dear_route() -> None:
    described = API.resolver.get_openapi_schema(title="Things", version="1").paths
    assert described is not None
    operation = described["/customer/dear"].get
    assert operation is not None
    assert operation.responses is not None
    assert "`api_export`" in str(operation.responses[429])
