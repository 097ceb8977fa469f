"""What is true of every route of every function, generated from the declarations themselves.

The handlers are called in this process with the authorizer's context, as API Gateway calls them: what is shown for
each role and each input here is decided by the frame alone, before the database is asked. That the gateway, the
authorizer and the functions are put together rightly is seen on the deployed stack (tests/integration/test_routes.py),
as is what other tenants' ids are answered with.
"""

import json
import logging
import re
from collections.abc import Iterator
from http import HTTPStatus
from importlib import import_module
from itertools import combinations, product
from operator import attrgetter
from pathlib import Path
from typing import Any, get_args, get_origin

import pytest
from aws_lambda_powertools.event_handler import Response
from pydantic import BaseModel, TypeAdapter

import customer_api.surface
import operator_api.surface
from pulse.api.etags import IfMatch
from pulse.api.routes import PUBLIC, Route
from pulse.api.surface import Surface
from pulse.identity.permissions import Permission, Role
from tests.routes import apis, every_route, name_of, needs_of, parameters_of, path_of, permits, some_role_for
from tests.unit.api.gateway import CALLER, make_context, make_event
from tests.unit.architecture.templates import RESOURCES, function_behind, http_routes

ROUTES = list(every_route())
GUARDED = [(folder, route) for folder, route in ROUTES if route.permission is not PUBLIC]
SURFACES = [customer_api.surface.SURFACE, operator_api.surface.SURFACE]
# Nobody's id, of a shape that every parameter takes.
SOME_ID = "6f1b3a52-8c1d-4d7e-9a39-0d6f2f7f5a10"
# Refused by numbers, choices, times and ids, and by every text: PostgreSQL can't hold it.
NO_VALUE = "\x00"
NO_FIELD: list[Any] = [[{}]]
# Two who set one of these at the same time lose nothing of each other's.
WITHOUT_VERSION = {"put_device_tag", "operator_set_device_limit", "add_device_to_group"}

pytestmark = pytest.mark.usefixtures("no_database", "no_aws")


@pytest.fixture(autouse=True)
def no_log() -> Iterator[None]:
    """Most calls end at the missing database; to write down where takes longer than all the rest."""
    logging.disable()
    yield
    logging.disable(logging.NOTSET)


def caller_of(role: Role) -> dict[str, str]:
    """The authorizer's context for somebody with that role and nothing else."""
    return {**CALLER, "roles": role.value, "tenant_id": "" if role.is_of_operators else "acme"}


def call(
    folder: str,
    route: Route,
    authorizer: dict[str, str] | None,
    *,
    query: dict[str, str] | None = None,
    body: Any = None,
    path_values: dict[str, str] | None = None,
) -> tuple[int, list[str]]:
    """The status, and the names of the inputs that a problem is about."""
    path = path_of(route, {**dict.fromkeys(parameters_of(route), SOME_ID), **(path_values or {})})
    event = make_event(route.method, path, query=query, body=body, authorizer=authorizer)
    answer = apis()[folder].handle(event, make_context())
    document = json.loads(answer["body"]) if "json" in answer["headers"].get("Content-Type", "") else {}
    return answer["statusCode"], [error["field"] for error in document.get("errors", [])]


def inputs_of(route: Route, folder: str, kind: str) -> list[Any]:
    """Fields of the event handler's own reading of a route: `query_params` or `body_params`."""
    [known] = [
        known
        for known in apis()[folder].resolver._static_routes + apis()[folder].resolver._dynamic_routes
        if (known.method, known.openapi_path) == route.key
    ]
    fields: list[Any] = getattr(known.dependant, kind)
    return fields


def schema_of(field: Any) -> dict[str, Any]:
    """The JSON schema of a body, whole."""
    return TypeAdapter(field.field_info.annotation).json_schema()


def names_in(field: Any) -> list[str]:
    """The fields of a body, as they are sent. A body is a model, or a model or nothing."""
    annotation = field.field_info.annotation
    [model] = [part for part in get_args(annotation) or (annotation,) if part is not type(None)]
    return [known.alias or name for name, known in model.model_fields.items()]


def objects_in(schema: Any) -> Iterator[dict[str, Any]]:
    """Every object with named fields in a JSON schema."""
    match schema:
        case dict():
            if "properties" in schema:
                yield schema
            for part in schema.values():
                yield from objects_in(part)
        case list():
            for part in schema:
                yield from objects_in(part)


def test_there_are_routes() -> None:
    assert len(ROUTES) > 10


def test_few_routes_are_public_and_each_of_them_is_named_here() -> None:
    public = {route.path for _, route in ROUTES if route.permission is PUBLIC}
    assert public == {"/calendars/oncall", "/health", "/provision/v1/activate", "/provision/v1/claim"}


@pytest.mark.parametrize("surface", SURFACES, ids=attrgetter("package"))
def test_every_module_of_routes_is_named_in_its_surface(surface: Surface) -> None:
    modules = Path("functions", *surface.package.split(".")).glob("*.py")
    assert {path.stem for path in modules} == set(surface.modules)


@pytest.mark.parametrize("surface", SURFACES, ids=attrgetter("package"))
def test_a_module_has_routes_in_each_area_that_it_is_imported_for(surface: Surface) -> None:
    for name, areas in surface.modules.items():
        paths = [route.path for route in import_module(f"{surface.package}.{name}").routes]
        idle = [area for area in areas if not any(f"{path}/".startswith(f"{area}/") for path in paths)]
        assert not idle, f"{name} has no route there"


def test_no_two_routes_fit_the_same_path_so_that_their_order_means_nothing() -> None:
    fitting = [
        (one.path, other.path)
        for (folder, one), (neighbour, other) in combinations(ROUTES, 2)
        if (folder, one.method) == (neighbour, other.method)
        and "<" in one.path
        and "<" in other.path
        and (one.is_at(_some_path(other)) or other.is_at(_some_path(one)))
    ]
    assert not fitting


def _some_path(route: Route) -> str:
    return re.sub(r"<\w+>", SOME_ID, route.path)


@pytest.mark.parametrize("case", GUARDED, ids=name_of)
def test_a_route_declares_a_permission_of_its_plane(case: tuple[str, Route]) -> None:
    _, route = case
    assert isinstance(route.permission, Permission)
    assert route.permission.is_of_operators == route.path.startswith("/operator/")


@pytest.mark.parametrize("case", GUARDED, ids=name_of)
def test_reading_never_changes_and_changing_is_no_reading(case: tuple[str, Route]) -> None:
    _, route = case
    assert isinstance(route.permission, Permission)
    assert (route.method == "GET") == route.permission.value.endswith(":read")


@pytest.mark.parametrize("case", GUARDED, ids=name_of)
def test_nobody_is_let_in_without_a_token(case: tuple[str, Route]) -> None:
    for authorizer in (None, {}, {"refusal": "signature_wrong"}, {**CALLER, "refusal": "token_expired"}):
        assert call(*case, authorizer)[0] == 401


@pytest.mark.parametrize(
    ("case", "role"),
    list(product(GUARDED, Role)),
    ids=name_of,
)
def test_a_role_may_call_what_its_permissions_say(case: tuple[str, Route], role: Role) -> None:
    folder, route = case
    query, body = needs_of(route)
    status, _ = call(folder, route, caller_of(role), query=query, body=body)
    if not permits(route, role):
        assert status == 403
        return
    assert status not in (401, 403)
    # The same role on the other plane.
    tenant_id = "acme" if role.is_of_operators else ""
    assert call(folder, route, {**caller_of(role), "tenant_id": tenant_id})[0] == 403


@pytest.mark.parametrize("case", GUARDED, ids=name_of)
def test_a_parameter_that_is_not_known_is_named(case: tuple[str, Route]) -> None:
    _, route = case
    query = {**needs_of(route)[0], "surely_unknown": "1"}
    assert call(*case, caller_of(some_role_for(route)), query=query) == (422, ["surely_unknown"])


@pytest.mark.parametrize("case", [case for case in GUARDED if case[1].method != "GET"], ids=name_of)
def test_a_field_that_is_not_known_is_named(case: tuple[str, Route]) -> None:
    folder, route = case
    status, fields = call(folder, route, caller_of(some_role_for(route)), body={"surely_unknown": 1})
    assert status == 422
    assert "surely_unknown" in fields


@pytest.mark.parametrize("case", GUARDED, ids=name_of)
def test_a_parameter_of_the_wrong_type_is_named(case: tuple[str, Route]) -> None:
    folder, route = case
    query, _ = needs_of(route)
    for field in inputs_of(route, folder, "query_params"):
        status, fields = call(folder, route, caller_of(some_role_for(route)), query={**query, field.alias: NO_VALUE})
        assert (status, fields) == (422, [field.alias])


@pytest.mark.parametrize("case", GUARDED, ids=name_of)
def test_a_period_that_ends_before_it_begins_is_named(case: tuple[str, Route]) -> None:
    folder, route = case
    if "start" not in {field.alias for field in inputs_of(route, folder, "query_params")}:
        return
    query = {**needs_of(route)[0], "start": "2026-11-20T12:00:00Z", "end": "2026-11-20T11:00:00Z"}
    assert call(folder, route, caller_of(some_role_for(route)), query=query) == (400, ["start"])


@pytest.mark.parametrize("case", [case for case in GUARDED if parameters_of(case[1])], ids=name_of)
def test_an_id_that_none_can_be_is_refused(case: tuple[str, Route]) -> None:
    folder, route = case
    query, body = needs_of(route)
    for name in parameters_of(route):
        values = {name: f"a{NO_VALUE}b"}
        status, _ = call(folder, route, caller_of(some_role_for(route)), query=query, body=body, path_values=values)
        assert status in (404, 422)


@pytest.mark.parametrize("case", GUARDED, ids=name_of)
def test_a_field_of_the_wrong_type_is_named(case: tuple[str, Route]) -> None:
    folder, route = case
    for body in inputs_of(route, folder, "body_params"):
        for name in names_in(body):
            status, fields = call(folder, route, caller_of(some_role_for(route)), body={name: NO_FIELD})
            assert status == 422
            assert [field for field in fields if re.match(rf"{name}(\.|$)", field)], f"{name} is not among {fields}"


@pytest.mark.parametrize("case", GUARDED, ids=name_of)
def test_a_body_forbids_fields_that_it_does_not_know(case: tuple[str, Route]) -> None:
    folder, route = case
    for body in inputs_of(route, folder, "body_params"):
        for schema in objects_in(schema_of(body)):
            assert schema.get("additionalProperties") is False, (
                f"{schema.get('title')} takes any field: derive it from pulse.models.Input"
            )


@pytest.mark.parametrize("case", [case for case in GUARDED if case[1].method in ("PUT", "PATCH")], ids=name_of)
def test_an_edit_says_which_version_it_is_meant_for(case: tuple[str, Route]) -> None:
    _, route = case
    if route.operation_id not in WITHOUT_VERSION:
        assert IfMatch in route.function.__annotations__.values(), "take `if_match: IfMatch = None`"


@pytest.mark.parametrize("case", ROUTES, ids=name_of)
def test_what_a_route_answers_with_has_a_name(case: tuple[str, Route]) -> None:
    _, route = case
    answer: Any = route.function.__annotations__["return"]
    if route.status is HTTPStatus.NO_CONTENT:
        assert answer is None
    else:
        kind: Any = get_origin(answer) or answer
        assert issubclass(kind, (BaseModel, Response))


@pytest.mark.parametrize("case", ROUTES, ids=name_of)
def test_the_gateway_sends_a_route_to_the_function_that_declares_it(case: tuple[str, Route]) -> None:
    folder, route = case
    fitting = [key for key in GATEWAY if _fits(key, route)]
    assert fitting, f"no AWS::ApiGatewayV2::Route in stacks/routes.yaml fits {route.method} {route.path}"
    # Of several, API Gateway takes the one with the longest path before its `{proxy+}`.
    assert GATEWAY[max(fitting, key=lambda key: len(key.split("{")[0]))] == f"{folder}.app.handler"


def _gateway() -> dict[str, str]:
    """Handler by route key."""
    handlers = {}
    for name in http_routes():
        route = RESOURCES[name]["Properties"]
        integration = re.findall(r"\$\{(\w+)\}", route["Target"]["!Sub"])[0]
        handlers[route["RouteKey"]] = RESOURCES[function_behind(integration)]["Properties"]["Handler"]
    return handlers


GATEWAY = _gateway()


def _fits(route_key: str, route: Route) -> bool:
    method, _, path = route_key.partition(" ")
    pattern = re.escape(path).replace(re.escape("{proxy+}"), ".+")
    return method in ("ANY", route.method) and re.fullmatch(pattern, route.path) is not None
