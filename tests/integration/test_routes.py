"""Every route with somebody else's ids, and every route on the deployed stack: generated from the declarations.

Another tenant's ids are tried on the handlers in this process, on the scenario database, with the authorizer's context:
the same code, the same database roles and policies, and room to make two tenants for each route. On the deployed stack
each route is called without a token, with a role that it does not allow, and with an id that nobody has: that shows
that the gateway, the authorizer and the functions are put together rightly. Each role and each kind of input, for
which no database is needed: tests/unit/architecture/test_routes.py.
"""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from pulse.api.routes import PUBLIC, Route
from pulse.identity.permissions import Role
from tests.builders import Fleet
from tests.integration.providers import PROVIDERS
from tests.integration.stack import Stack
from tests.routes import (
    apis,
    every_route,
    name_of,
    needs_of,
    parameters_of,
    path_of,
    permits,
    some_role_for,
)
from tests.unit.api.gateway import CALLER, make_context, make_event

ROUTES = list(every_route())
GUARDED = [(folder, route) for folder, route in ROUTES if route.permission is not PUBLIC]
WITH_IDS = [(folder, route) for folder, route in GUARDED if parameters_of(route)]
OF_TENANTS = [(folder, route) for folder, route in WITH_IDS if not some_role_for(route).is_of_operators]


@pytest.mark.parametrize("case", WITH_IDS, ids=name_of)
def test_every_parameter_has_a_provider(case: tuple[str, Route]) -> None:
    for name in parameters_of(case[1]):
        assert name in PROVIDERS, f"add a Provider for {name} to PROVIDERS in {__name__}, so that this route is tested"


def call(folder: str, route: Route, caller: dict[str, str], ids: dict[str, str]) -> int:
    query, body = needs_of(route)
    event = make_event(route.method, path_of(route, ids), query=query, body=body, authorizer=caller)
    status: int = apis()[folder].handle(event, make_context())["statusCode"]
    return status


@pytest.mark.parametrize("case", OF_TENANTS, ids=name_of)
def test_another_tenants_ids_are_nobodys(case: tuple[str, Route], scenario_database: str) -> None:
    assert scenario_database
    folder, route = case
    mine, theirs = Fleet(), Fleet()
    role = some_role_for(route).value
    ids = {name: PROVIDERS[name].make(theirs) for name in parameters_of(route)}
    assert call(folder, route, {**CALLER, "roles": role, "tenant_id": mine.tenant_id}, ids) == 404
    # The same ids are fine for whose they are, or the test would show nothing.
    status = call(folder, route, {**CALLER, "roles": role, "tenant_id": theirs.tenant_id}, ids)
    assert status < 300 or status == 409


@pytest.mark.parametrize("case", WITH_IDS, ids=name_of)
def test_ids_that_nobody_has_are_not_found(case: tuple[str, Route], fleet: Fleet) -> None:
    folder, route = case
    role = some_role_for(route)
    caller = {**CALLER, "roles": role.value, "tenant_id": "" if role.is_of_operators else fleet.tenant_id}
    ids = {name: PROVIDERS[name].unknown for name in parameters_of(route)}
    assert call(folder, route, caller, ids) == 404


class Deployed:
    """The deployed API over one connection, as anybody."""

    def __init__(self, stack: Stack, client: httpx.Client) -> None:
        self._stack = stack
        self._client = client

    def call(self, route: Route, role: Role | None, **more: str) -> httpx.Response:
        """Call with ids that nobody has and `more` parameters; as a demo user of that role, or without a token."""
        query, body = needs_of(route)
        path = path_of(route, {name: PROVIDERS[name].unknown for name in parameters_of(route)})
        headers = {} if role is None else {"Authorization": f"Bearer {self._stack.token(self._person(role))}"}
        content = None if body is None else json.dumps(body)
        return self._client.request(
            route.method,
            path,
            params={**query, **more},
            content=content,
            headers={**headers, "Content-Type": "application/json"},
        )

    def _person(self, role: Role) -> dict[str, str]:
        people: list[dict[str, Any]] = [*self._stack.description["users"], *self._stack.description["operator"]]
        return next(person for person in people if person["role"] == role.value)


@pytest.fixture(scope="module")
def deployed(stack: Stack) -> Iterator[Deployed]:
    with httpx.Client(base_url=stack.description["api_url"], timeout=90) as client:
        yield Deployed(stack, client)


@pytest.mark.parametrize("case", GUARDED, ids=name_of)
def test_deployed_nobody_is_let_in_without_a_token(case: tuple[str, Route], deployed: Deployed) -> None:
    assert deployed.call(case[1], None).status_code == 401


@pytest.mark.parametrize("case", GUARDED, ids=name_of)
def test_deployed_a_role_that_is_not_allowed_is_refused(case: tuple[str, Route], deployed: Deployed) -> None:
    _, route = case
    role = next(role for role in Role if not permits(route, role))
    answer = deployed.call(route, role)
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


@pytest.mark.parametrize("case", WITH_IDS, ids=name_of)
def test_deployed_ids_that_nobody_has_are_not_found(case: tuple[str, Route], deployed: Deployed) -> None:
    _, route = case
    answer = deployed.call(route, some_role_for(route))
    assert answer.status_code == 404, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("case", [case for case in GUARDED if case[1].method == "GET"], ids=name_of)
def test_deployed_what_is_not_known_is_named(case: tuple[str, Route], deployed: Deployed) -> None:
    _, route = case
    answer = deployed.call(route, some_role_for(route), surely_unknown="1")
    assert answer.status_code == 422
    assert "surely_unknown" in [error["field"] for error in answer.json()["errors"]]
