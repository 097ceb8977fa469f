"""Editable things: the version goes out as an ETag, comes back as `If-Match`, and an outdated one changes nothing."""

import json
from http import HTTPStatus
from typing import Annotated, Any

import pytest
from aws_lambda_powertools.event_handler.openapi.params import Body
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict

from pulse.api.etags import NEVER, IfMatch, etag_of, expected_version
from pulse.api.resolver import Api
from pulse.api.routes import Routes
from pulse.errors import StaleVersionError
from pulse.identity.permissions import Permission
from pulse.versions import Versioned, require_match
from tests.unit.api.gateway import CALLER, make_context, make_event


class Label(Versioned):
    """Something to edit."""

    text: str


class LabelChange(BaseModel):
    """What to change of it."""

    model_config = ConfigDict(extra="forbid")

    text: str


def make_api() -> Api:
    routes = Routes("Labels")

    @routes.get("/customer/labels/<label_id>", permission=Permission.READ_DEVICES)
    def get_label(label_id: str) -> Label:
        """Read a label."""
        return Label(text=label_id, version=7)

    @routes.post("/customer/labels", permission=Permission.HANDLE_ALERTS, status=HTTPStatus.CREATED)
    def create_label(body: Annotated[LabelChange, Body()]) -> Label:
        """Create a label."""
        return Label(text=body.text, version=1)

    @routes.patch("/customer/labels/<label_id>", permission=Permission.HANDLE_ALERTS)
    def change_label(label_id: str, body: Annotated[LabelChange, Body()], if_match: IfMatch = None) -> Label:
        """Change a label."""
        require_match(if_match, 7)
        return Label(text=f"{label_id} {body.text}", version=8)

    @routes.put("/customer/labels/<label_id>", permission=Permission.HANDLE_ALERTS)
    def replace_label(label_id: str, body: Annotated[LabelChange, Body()]) -> Label:
        """Replace a label."""
        return Label(text=f"{label_id} {body.text}", version=9)

    @routes.delete("/customer/labels/<label_id>", permission=Permission.HANDLE_ALERTS)
    def delete_label(label_id: str, if_match: IfMatch = None) -> None:
        """Delete a label."""
        assert label_id
        require_match(if_match, 7)

    return Api(routes)


API = make_api()


def call(method: str, path: str, if_match: str | None = None, body: Any = None) -> tuple[int, str, dict[str, str]]:
    headers = {} if if_match is None else {"if-match": if_match}
    answer = API.handle(make_event(method, path, authorizer=CALLER, headers=headers, body=body), make_context())
    return answer["statusCode"], answer["body"], answer["headers"]


def test_a_reading_carries_its_version_as_etag() -> None:
    status, body, headers = call("GET", "/customer/labels/door")
    assert (status, json.loads(body)) == (200, {"text": "door", "version": 7})
    assert headers["ETag"] == '"7"'


@pytest.mark.parametrize("if_match", [None, '"7"', 'W/"7"', "*", ' "7" '])
def test_a_change_of_the_current_version_is_made(if_match: str | None) -> None:
    status, body, headers = call("PATCH", "/customer/labels/door", if_match, {"text": "ajar"})
    assert (status, json.loads(body)["text"]) == (200, "door ajar")
    assert headers["ETag"] == '"8"'


@pytest.mark.parametrize("if_match", ['"6"', '"8"', 'W/"6"', '""', '"seven"', '"07"', '"99999999999999999999"'])
def test_a_change_of_another_version_is_refused(if_match: str) -> None:
    status, body, headers = call("PATCH", "/customer/labels/door", if_match, {"text": "ajar"})
    assert status == 412
    assert json.loads(body)["type"] == "urn:pulse:problem:precondition-failed"
    assert "ETag" not in headers


@pytest.mark.parametrize("if_match", ["7", '"6", "7"', '"7 "', "''", '"7', "W/7", ""])
def test_what_is_no_etag_is_named(if_match: str) -> None:
    status, body, _ = call("PATCH", "/customer/labels/door", if_match, {"text": "ajar"})
    assert status == 422
    assert [error["field"] for error in json.loads(body)["errors"]] == ["if-match"]


def test_what_is_created_says_so() -> None:
    status, body, headers = call("POST", "/customer/labels", body={"text": "new"})
    assert (status, json.loads(body), headers["ETag"]) == (201, {"text": "new", "version": 1}, '"1"')


def test_what_is_replaced_is_answered_anew() -> None:
    status, body, _ = call("PUT", "/customer/labels/door", body={"text": "new"})
    assert (status, json.loads(body)["version"]) == (200, 9)


def test_what_is_deleted_answers_nothing() -> None:
    status, body, headers = call("DELETE", "/customer/labels/door", '"7"')
    assert (status, body) == (204, "")
    assert "Content-Type" not in headers
    assert headers["X-Request-Id"] == "request-1"
    assert call("DELETE", "/customer/labels/door", '"6"')[0] == 412


def test_the_declaration_tells_of_it() -> None:
    document = json.loads(API.resolver.get_openapi_json_schema(title="Labels", version="1"))
    item = document["paths"]["/customer/labels/{label_id}"]
    assert {"201", "401", "403", "422"} <= set(document["paths"]["/customer/labels"]["post"]["responses"])
    assert "200" not in document["paths"]["/customer/labels"]["post"]["responses"]
    assert "412" in item["patch"]["responses"]
    assert "412" not in item["put"]["responses"]
    assert not item["delete"]["responses"]["204"].get("content")
    [parameter] = [entry for entry in item["patch"]["parameters"] if entry["in"] == "header"]
    assert (parameter["name"], parameter["required"]) == ("if-match", False)
    assert {"type": "string"} in parameter["schema"]["anyOf"]


@given(st.integers(1, 2**31 - 1))
def test_an_etag_leads_back_to_its_version(version: int) -> None:
    assert expected_version(etag_of(version)) == version


def test_a_version_matches_itself_alone() -> None:
    require_match(None, 3)
    require_match(3, 3)
    for other in (NEVER, 2, 4):
        with pytest.raises(StaleVersionError):
            require_match(other, 3)
