"""Who may call what, generated from the route table: a new route is in here by itself."""

import json
from collections.abc import Callable
from importlib import import_module
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from local.openapi import DOCUMENT
from pulse.api.resolver import Api
from pulse.api.routes import PUBLIC, Route
from pulse.identity.permissions import PERMISSIONS, Permission, Role
from tests.unit.api.gateway import CALLER, make_context, make_event

SAMPLE = Path(__file__).parents[3] / "events" / "customer_api.json"
# What a route needs to be called at all.
QUERIES = {"get_telemetry_history": {"metric": "temp_c"}}
PATH_VALUES = {"device_id": "freezer-1", "alert_id": "6f1b3a52-8c1d-4d7e-9a39-0d6f2f7f5a10"}
# Answered without the database.
WITHOUT_DATABASE = {"get_profile"}

# The document lists every route (test_openapi.py sees to it), and is there before any function is imported.
OPERATIONS = [
    (method.upper(), path)
    for path, operations in json.loads(DOCUMENT.read_text())["paths"].items()
    for method in operations
]


@pytest.fixture
def route(request: pytest.FixtureRequest, api: Api) -> Route:
    return api.routes[request.param]


@pytest.fixture
def call(api: Api) -> Callable[[Route, dict[str, str] | None], int]:
    def call(route: Route, authorizer: dict[str, str] | None) -> int:
        path = route.key[1].format(**PATH_VALUES)
        query = QUERIES.get(route.function.__name__)
        event = make_event(route.method, path, query=query, authorizer=authorizer)
        status = api.handle(event, make_context())["statusCode"]
        assert isinstance(status, int)
        return status

    return call


def test_every_route_declares_who_may_call(api: Api) -> None:
    assert sorted(api.routes) == sorted(OPERATIONS)
    assert all(route.permission is PUBLIC or route.permission in Permission for route in api.routes.values())


def test_health_alone_is_public(api: Api) -> None:
    assert [route.path for route in api.routes.values() if route.permission is PUBLIC] == ["/health"]


def test_reading_never_changes_and_changing_is_no_reading(api: Api) -> None:
    for route in api.routes.values():
        reads = route.permission is PUBLIC or route.permission.value.endswith(":read")
        assert reads == (route.method == "GET"), route


@pytest.mark.parametrize("route", OPERATIONS, indirect=True, ids=" ".join)
def test_nobody_is_let_in_without_a_token(route: Route, call: Callable[[Route, dict[str, str] | None], int]) -> None:
    expected = 503 if route.permission is PUBLIC else 401
    assert call(route, None) == expected
    assert call(route, {}) == expected
    assert call(route, {"refusal": "signature_wrong"}) == expected


@pytest.mark.parametrize(
    ("route", "role"),
    list(product(OPERATIONS, Role)),
    indirect=["route"],
    ids=[f"{method} {path} {role}" for (method, path), role in product(OPERATIONS, Role)],
)
def test_a_role_may_call_what_its_permissions_say(
    route: Route, role: Role, call: Callable[[Route, dict[str, str] | None], int]
) -> None:
    served = 200 if route.function.__name__ in WITHOUT_DATABASE else 503
    permitted = route.permission is PUBLIC or route.permission in PERMISSIONS[role]
    assert call(route, {**CALLER, "roles": role.value}) == (served if permitted else 403)
    if route.permission is not PUBLIC:
        assert call(route, {**CALLER, "roles": role.value, "tenant_id": ""}) == 403
        assert call(route, {**CALLER, "roles": ""}) == 403


def test_the_handler_answers_a_sample_of_api_gateway(api: Api) -> None:
    assert api
    event: dict[str, Any] = json.loads(SAMPLE.read_text())
    answer = import_module("customer_api.app").handler(event, make_context())
    assert answer["statusCode"] == 200
    assert json.loads(answer["body"]) == {
        "user_id": "6f1b3a52-8c1d-4d7e-9a39-0d6f2f7f5a10",
        "email": "customer@acme.example",
        "tenant_id": "acme",
        "roles": ["customer"],
        "permissions": [
            "alert-rules:read",
            "alerts:handle",
            "alerts:read",
            "devices:read",
            "profile:read",
            "profile:sign-out",
            "sites:read",
            "telemetry:read",
        ],
    }
