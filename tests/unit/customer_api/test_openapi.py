"""docs/openapi.json: generated, current, valid, and true of every answer."""

import json
from http import HTTPStatus

from openapi_spec_validator import OpenAPIV31SpecValidator, validate

from local import device_api, hook_api
from local.openapi import DOCUMENT, generate
from pulse.api.routes import JSON, PUBLIC
from tests.routes import every_route


def test_the_document_is_current() -> None:
    assert DOCUMENT.read_bytes() == generate(), "run `python -m local.openapi` and commit docs/openapi.json"


def test_the_document_is_valid() -> None:
    validate(json.loads(DOCUMENT.read_text()), cls=OpenAPIV31SpecValidator)


def test_the_document_has_every_route_and_no_other() -> None:
    document = json.loads(DOCUMENT.read_text())
    described = {(method.upper(), path) for path, operations in document["paths"].items() for method in operations}
    doors = {**device_api.paths(), **hook_api.paths()}
    of_doors = {(method.upper(), path) for path, operations in doors.items() for method in operations}
    assert described == {route.key for _, route in every_route()} | of_doors


def test_every_operation_says_what_it_does_and_what_can_go_wrong() -> None:
    document = json.loads(DOCUMENT.read_text())
    tags = {tag["name"] for tag in document["tags"]}
    for _, route in every_route():
        method, path = route.key
        operation = document["paths"][path][method.lower()]
        assert operation["summary"] == route.summary
        assert set(operation["tags"]) <= tags
        answer = operation["responses"][str(int(route.status))].get("content")
        assert bool(answer) == (route.status is not HTTPStatus.NO_CONTENT)
        assert not answer or list(answer) == [route.produces]
        assert not answer or route.produces != JSON or answer[JSON]["schema"]["$ref"]
        assert (operation.get("security") == []) == (route.permission is PUBLIC)
        for status in route.statuses:
            content = operation["responses"][str(int(status))]["content"]
            assert content == {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


def test_operations_have_names_of_their_own() -> None:
    names = [route.operation_id for _, route in every_route()]
    assert len(set(names)) == len(names)


def test_schemas_have_names_of_their_own() -> None:
    # Two models of one name are told apart by their modules' paths, which clients would then have in their types.
    names = json.loads(DOCUMENT.read_text())["components"]["schemas"]
    assert [name for name in names if "__" in name] == []
