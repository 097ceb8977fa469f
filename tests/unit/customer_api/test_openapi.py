"""docs/openapi.json: generated, current, valid, and true of every answer."""

import json
from http import HTTPStatus

from openapi_spec_validator import OpenAPIV31SpecValidator, validate

from local.openapi import DOCUMENT, generate
from pulse.api.resolver import Api
from pulse.api.routes import PUBLIC


def test_the_document_is_current(api: Api) -> None:
    assert api
    assert DOCUMENT.read_bytes() == generate(), "run `python -m local.openapi` and commit docs/openapi.json"


def test_the_document_is_valid() -> None:
    validate(json.loads(DOCUMENT.read_text()), cls=OpenAPIV31SpecValidator)


def test_every_operation_says_what_it_does_and_what_can_go_wrong(api: Api) -> None:
    document = json.loads(DOCUMENT.read_text())
    tags = {tag["name"] for tag in document["tags"]}
    for (method, path), route in api.routes.items():
        operation = document["paths"][path][method.lower()]
        assert operation["summary"] == route.summary
        assert set(operation["tags"]) <= tags
        answer = operation["responses"][str(int(route.status))].get("content")
        assert bool(answer) == (route.status is not HTTPStatus.NO_CONTENT)
        assert not answer or answer["application/json"]["schema"]["$ref"]
        assert (operation.get("security") == []) == (route.permission is PUBLIC)
        for status in route.statuses:
            content = operation["responses"][str(int(status))]["content"]
            assert content == {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


def test_operations_have_names_of_their_own(api: Api) -> None:
    names = [route.operation_id for route in api.routes.values()]
    assert len(set(names)) == len(names)
