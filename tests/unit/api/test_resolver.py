"""The frame: who is let in, what an error looks like, what every answer carries."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any

import psycopg
import pytest
from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from botocore.exceptions import ReadTimeoutError
from pydantic import BaseModel, ConfigDict

from pulse.api.filters import End, Start
from pulse.api.request import origin, principal, tenant
from pulse.api.resolver import Api
from pulse.api.routes import PUBLIC, Routes
from pulse.api.types import SearchText
from pulse.errors import (
    ConflictError,
    FieldError,
    InvalidInputError,
    NotAuthenticatedError,
    NotFoundError,
    NotPermittedError,
    PulseError,
    UnavailableError,
)
from pulse.identity.permissions import Permission
from pulse.operations.changes import Change as Changed
from pulse.operations.changes import note_change
from tests.unit.api.gateway import CALLER, make_context, make_event

ERRORS: dict[str, Exception] = {
    "invalid": InvalidInputError("no sense", errors=(FieldError("start", "must be before end"),)),
    "unauthenticated": NotAuthenticatedError("who are you"),
    "forbidden": NotPermittedError("not you"),
    "missing": NotFoundError("not here"),
    "conflict": ConflictError("not now"),
    "unavailable": UnavailableError("not today"),
    "database": psycopg.OperationalError("secret address"),
    "cloud": ReadTimeoutError(endpoint_url="https://secret.example"),
    "bug": KeyError("secret detail"),
}
STATUSES = {
    "invalid": 400,
    "unauthenticated": 401,
    "forbidden": 403,
    "missing": 404,
    "conflict": 409,
    "unavailable": 503,
    "database": 503,
    "cloud": 503,
    "bug": 500,
}


class Thing(BaseModel):
    """Something to answer with."""

    name: str
    time: datetime


class Change(BaseModel):
    """Something to send."""

    model_config = ConfigDict(extra="forbid")

    name: str


def make_api() -> Api:
    routes = Routes("Things")
    noon = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

    @routes.get("/customer/things", permission=Permission.READ_DEVICES)
    def list_things(
        q: Annotated[SearchText | None, Query()] = None,
        start: Start = None,
        end: End = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> Thing:
        """List things."""
        return Thing(name=f"{tenant()} {q} {start} {limit}", time=end or noon)

    @routes.post("/customer/things", permission=Permission.HANDLE_ALERTS, also=(HTTPStatus.CONFLICT,))
    def change_thing(body: Annotated[Change, Body()]) -> Thing:
        """Change a thing.

        At length.
        """
        return Thing(name=f"{principal().name} {origin().ip_address} {body.name}", time=noon)

    @routes.post("/customer/silence", permission=Permission.HANDLE_ALERTS)
    def silence() -> Thing:
        """Silence everything."""
        note_change(tenant(), "silence.create")
        note_change(tenant(), "silence.change")
        return Thing(name="silence", time=noon)

    @routes.get("/errors/<name>", permission=PUBLIC)
    def fail(name: str) -> Thing:
        """Fail."""
        raise ERRORS[name]

    @routes.get("/lie", permission=PUBLIC)
    def lie() -> Thing:
        """Answer something else than declared."""
        return "nothing"  # type: ignore[return-value]

    return Api(routes)


API = make_api()


def call(method: str, path: str, **event: Any) -> tuple[int, dict[str, Any], dict[str, str]]:
    answer = API.handle(make_event(method, path, **event), make_context())
    return answer["statusCode"], json.loads(answer["body"]), answer["headers"]


def test_a_caller_is_served_in_their_tenant() -> None:
    status, body, headers = call("GET", "/customer/things", authorizer=CALLER, query={"q": "a,b"})
    assert (status, body) == (200, {"name": "acme a,b None 50", "time": "2026-11-20T12:00:00Z"})
    assert headers["Content-Type"] == "application/json"


def test_the_versioned_path_is_the_same_route() -> None:
    assert call("GET", "/api/v1/customer/things", authorizer=CALLER)[0] == 200


def test_instants_are_utc_inside() -> None:
    query = {"start": "2026-11-20T14:00:00+02:00"}
    assert "2026-11-20 12:00:00+00:00" in call("GET", "/customer/things", authorizer=CALLER, query=query)[1]["name"]


@pytest.mark.parametrize("name", ERRORS)
def test_every_error_is_a_problem(name: str) -> None:
    status, body, headers = call("GET", f"/errors/{name}")
    assert status == STATUSES[name]
    assert headers["Content-Type"] == "application/problem+json"
    assert set(body) == {"type", "title", "status", "detail", "errors", "request_id"}
    assert (body["status"], body["title"]) == (status, HTTPStatus(status).phrase)
    assert body["type"].startswith("urn:pulse:problem:")
    assert body["request_id"] == "request-1"
    error = ERRORS[name]
    if isinstance(error, PulseError):
        assert body["detail"] == error.message
        assert body["errors"] == [{"field": wrong.field, "reason": wrong.reason} for wrong in error.errors]
    assert "secret" not in json.dumps(body)


@pytest.mark.parametrize(
    ("path", "status"),
    [("/customer/things", 200), ("/errors/missing", 404), ("/errors/bug", 500), ("/lie", 500), ("/nowhere", 404)],
)
def test_every_answer_names_its_request_and_is_not_kept(path: str, status: int) -> None:
    answered, _, headers = call("GET", path, authorizer=CALLER)
    assert answered == status
    assert headers["X-Request-Id"] == "request-1"
    assert headers["Cache-Control"] == "no-store"


def test_a_bug_is_logged_once_with_its_trace(caplog: pytest.LogCaptureFixture) -> None:
    call("GET", "/errors/bug")
    errors = [record for record in caplog.records if record.levelname == "ERROR"]
    assert [record.message for record in errors] == ["request_failed"]
    assert errors[0].exc_info


def test_one_line_tells_of_each_request(caplog: pytest.LogCaptureFixture) -> None:
    call("GET", "/customer/things", authorizer=CALLER)
    (record,) = caplog.records
    told = vars(record)
    assert (told["msg"], told["method"], told["path"], told["status"]) == (
        "request_answered",
        "GET",
        "/customer/things",
        200,
    )


def test_every_line_names_its_request(log: Callable[[], list[dict[str, Any]]]) -> None:
    for path in ("/customer/things", "/errors/bug", "/errors/database", "/nowhere"):
        call("GET", path, authorizer=CALLER)
    lines = log()
    assert [line["message"] for line in lines].count("request_answered") == 4
    assert len(lines) == 6
    assert {line["request_id"] for line in lines} == {"request-1"}


def test_an_answer_that_breaks_its_own_declaration_is_our_fault() -> None:
    assert call("GET", "/lie")[0] == 500


def test_what_a_request_has_changed_is_told_when_it_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[set[Changed]] = []
    monkeypatch.setattr("pulse.realtime.changes.tell_changes", told.append)
    call("GET", "/customer/things", authorizer=CALLER)
    assert told == []
    assert call("POST", "/customer/silence", authorizer=CALLER)[0] == 200
    assert told == [{Changed("acme", "silence")}]


def test_a_missing_token_is_asked_for() -> None:
    status, body, headers = call("GET", "/customer/things")
    assert status == 401
    assert headers["WWW-Authenticate"] == "Bearer"
    assert "access token" in body["detail"]


@pytest.mark.parametrize(
    ("reason", "status"), [("token_expired", 401), ("signature_wrong", 401), ("tenant_inactive", 403), ("new", 401)]
)
def test_a_refusal_of_the_authorizer_is_answered_here(reason: str, status: int) -> None:
    assert call("GET", "/customer/things", authorizer={"refusal": reason})[0] == status


def test_who_cannot_be_judged_is_told_to_come_back() -> None:
    for authorizer in ({"refusal": "caller_not_judged"}, {**CALLER, "refusal": "caller_not_judged"}):
        status, body, headers = call("GET", "/customer/things", authorizer=authorizer)
        assert (status, headers["Retry-After"]) == (503, "30")
        assert body["type"] == "urn:pulse:problem:service-unavailable"


def test_a_refusal_wins_over_whatever_else_the_context_says() -> None:
    assert call("GET", "/customer/things", authorizer={**CALLER, "refusal": "token_expired"})[0] == 401


def test_input_is_judged_after_the_caller() -> None:
    viewer = {**CALLER, "roles": "viewer"}
    assert call("POST", "/customer/things", authorizer=viewer, body={"wrong": 1})[0] == 403
    assert call("POST", "/customer/things", body={"wrong": 1})[0] == 401


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": "500"}, "limit"),
        ({"limit": "0"}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"start": "yesterday"}, "start"),
        ({"start": "2026-11-20T12:00:00"}, "start"),
        ({"start": "0001-01-01T00:00:00+14:00"}, "start"),
        ({"start": "9999-12-31T23:59:59-14:00"}, "start"),
        ({"q": ""}, "q"),
        ({"q": "   "}, "q"),
        ({"q": "a\x00b"}, "q"),
        ({"q": "x" * 101}, "q"),
    ],
)
def test_a_bad_parameter_is_named(query: dict[str, str], field: str) -> None:
    status, body, _ = call("GET", "/customer/things", authorizer=CALLER, query=query)
    assert status == 422
    assert [error["field"] for error in body["errors"]] == [field]
    assert body["errors"][0]["reason"]


@pytest.mark.parametrize("end", ["2026-11-20T12:00:00Z", "2026-11-20T11:59:59Z", "2026-11-20T13:59:00+02:00"])
def test_a_period_ends_after_it_begins(end: str) -> None:
    query = {"start": "2026-11-20T12:00:00Z", "end": end}
    status, body, _ = call("GET", "/customer/things", authorizer=CALLER, query=query)
    assert (status, body["errors"]) == (400, [{"field": "start", "reason": "must be before end"}])
    del query["start"]
    assert call("GET", "/customer/things", authorizer=CALLER, query=query)[0] == 200


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": 7}, "name"),
        ({"name": "x", "size": 1}, "size"),
        ("{broken", "body"),
        ("[]", "body"),
        ([{"name": "x"}], "body"),
        ('"name"', "body"),
        ("7", "body"),
        ("NaN", "body"),
        ("null", "body"),
        ("", "body"),
        (None, "body"),
    ],
)
def test_a_bad_body_is_named(body: Any, field: str) -> None:
    status, answer, _ = call("POST", "/customer/things", authorizer=CALLER, body=body)
    assert status == 422
    assert [error["field"] for error in answer["errors"]] == [field]


def test_a_body_that_is_no_text_is_refused() -> None:
    event = make_event("POST", "/customer/things", authorizer=CALLER, body="/w==")
    event["isBase64Encoded"] = True
    assert API.handle(event, make_context())["statusCode"] == 400


def test_a_body_of_which_the_gateway_could_not_read_some_bytes_is_refused_with_the_place() -> None:
    status, answer, _ = call("POST", "/customer/things", authorizer=CALLER, body='{\n "name": "Kälte K\ufffdlte"}')
    assert (status, answer["errors"][0]["field"]) == (400, "body")
    assert answer["errors"][0]["reason"].endswith("at line 2, column 18")
    assert answer["detail"].endswith("send it as UTF-8")


def test_the_character_itself_may_be_sent_as_an_escape() -> None:
    assert call("POST", "/customer/things", authorizer=CALLER, body='{"name": "\\ufffd"}')[0] == 200


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ('{"name": "\\u0000"}', ["name"]),
        ('{"name": "a", "b": {"c": [1, "x\\u0000y"], "d\\u0000": {}}}', ["b", "b.c.1"]),
        ('{"\\u0000": 1, "name": "a"}', ["body"]),
    ],
)
def test_a_nul_character_is_refused_by_its_place(body: str, fields: list[str]) -> None:
    status, answer, _ = call("POST", "/customer/things", authorizer=CALLER, body=body)
    assert status == 422
    assert [(error["field"], error["reason"]) for error in answer["errors"]] == [
        (field, "must have no NUL characters") for field in fields
    ]


def test_what_only_looks_like_a_nul_character_is_none() -> None:
    assert call("POST", "/customer/things", authorizer=CALLER, body='{"name": "C:\\\\u0000"}')[0] == 200


@pytest.mark.parametrize("levels", [100, 1_000])
def test_a_body_that_is_nested_too_deeply_is_refused(levels: int) -> None:
    body = '{"name": ' + "[" * levels + "]" * levels + "}"
    status, answer, _ = call("POST", "/customer/things", authorizer=CALLER, body=body)
    assert status == 422
    assert answer["errors"] == [{"field": "body", "reason": "is nested more than 100 levels deep"}]


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ('{"name": "a", "name": "a"}', ["name"]),
        ('{"name": "a", "n\\u0061me": "b", "name": "c"}', ["name"]),
        ('{"a": {"x": 1, "x": 2}, "name": "a", "b": [{}, {"y": 1, "y": 1}]}', ["a.x", "b.1.y"]),
    ],
)
def test_a_name_that_is_given_twice_is_refused_by_its_place(body: str, fields: list[str]) -> None:
    status, answer, _ = call("POST", "/customer/things", authorizer=CALLER, body=body)
    assert status == 422
    assert [(error["field"], error["reason"]) for error in answer["errors"]] == [
        (field, "is given more than once") for field in fields
    ]


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        ("text/csv", "name"),
        ("application/x-www-form-urlencoded", "name=x"),
        ("multipart/form-data", "name"),
        ("multipart/form-data", None),
        ("application/jsonp", '{"name": "x"}'),
        ("", '{"name": "x"}'),
    ],
)
def test_a_body_of_another_kind_is_refused(media_type: str, body: str | None) -> None:
    headers = {"content-type": media_type}
    assert call("POST", "/customer/things", authorizer=CALLER, body=body, headers=headers)[0] == 415


@pytest.mark.parametrize("media_type", ["application/json", "application/json; charset=utf-8"])
def test_json_is_known_by_its_name(media_type: str) -> None:
    headers = {"content-type": media_type}
    assert call("POST", "/customer/things", authorizer=CALLER, body={"name": "x"}, headers=headers)[0] == 200


def test_a_parameter_that_is_not_known_is_named() -> None:
    status, body, _ = call("GET", "/customer/things", authorizer=CALLER, query={"limits": "5", "limit": "5", "a": ""})
    assert status == 422
    assert [error["field"] for error in body["errors"]] == ["a", "limits"]
    assert body["errors"][0]["reason"] == "is not a parameter here; this route takes end, limit, q, start"
    assert call("POST", "/customer/silence", authorizer=CALLER, query={"q": "x"})[0] == 422


@pytest.mark.parametrize("body", [None, "", {}])
def test_a_route_without_a_body_may_be_sent_none(body: Any) -> None:
    assert call("POST", "/customer/silence", authorizer=CALLER, body=body)[0] == 200


@pytest.mark.parametrize(("body", "field"), [({"minutes": 5}, "minutes"), ([1], "body"), ("x", "body")])
def test_a_body_where_none_is_taken_is_named(body: Any, field: str) -> None:
    status, answer, _ = call("POST", "/customer/silence", authorizer=CALLER, body=body)
    assert (status, [error["field"] for error in answer["errors"]]) == (422, [field])


def test_a_change_knows_who_and_where_from() -> None:
    status, body, _ = call("POST", "/customer/things", authorizer=CALLER, body={"name": "x"})
    assert (status, body["name"]) == (200, "customer@acme.example 198.51.100.7 x")


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("DELETE", "/customer/things", "GET, POST"),
        ("PUT", "/api/v1/customer/things", "GET, POST"),
        ("GET", "/customer/silence", "POST"),
        ("POST", "/errors/bug", "GET"),
    ],
)
def test_a_known_path_tells_what_can_be_done_there(method: str, path: str, allow: str) -> None:
    status, body, headers = call(method, path, authorizer=CALLER)
    assert (status, headers["Allow"], headers["Content-Type"]) == (405, allow, "application/problem+json")
    assert body["detail"] == f"there is no {method} here, but {allow.replace(', ', ' and ')}"


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/"), ("GET", "/customer"), ("GET", "/errors/bug/more"), ("GET", "/api/v2/errors/bug")]
)
def test_what_is_not_declared_is_not_there(method: str, path: str) -> None:
    assert call(method, path, authorizer=CALLER)[0] == 404


def test_a_route_beside_the_declarations_is_not_served() -> None:
    api = make_api()
    api.resolver.get("/backdoor")(lambda: {"open": True})
    assert api.handle(make_event("GET", "/backdoor", authorizer=CALLER), make_context())["statusCode"] == 404


def test_a_route_without_a_permission_does_not_start() -> None:
    with pytest.raises(TypeError, match="permission"):
        Routes("Things").get("/customer/secrets")  # type: ignore[call-arg]


def test_a_path_is_declared_once() -> None:
    routes = Routes("Things")
    routes.get("/health", permission=PUBLIC)(lambda: None)
    with pytest.raises(ValueError, match="declared twice"):
        Api(routes, routes)


def test_a_declaration_says_what_to_expect() -> None:
    routes = API.routes
    assert [int(status) for status in routes["GET", "/customer/things"].statuses] == [400, 401, 403, 422, 429, 503]
    changing = [int(status) for status in routes["POST", "/customer/things"].statuses]
    assert changing == [400, 401, 403, 409, 415, 422, 429, 503]
    assert [int(status) for status in routes["GET", "/errors/{name}"].statuses] == [404, 422, 503]
    assert (routes["POST", "/customer/things"].summary, routes["POST", "/customer/things"].description) == (
        "Change a thing",
        "At length.",
    )
