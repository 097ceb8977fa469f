"""What no text may hold is refused by the field that holds it, on every route: generated from the declarations.

PostgreSQL's texts can't hold the NUL character, and half a surrogate pair is no character at all; a name of white
space is none. Nothing of this needs a database.
"""

import json
import logging
from collections.abc import Iterator
from copy import deepcopy
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pulse.api.routes import PUBLIC, Route
from tests.routes import apis, every_route, name_of, needs_of, parameters_of, path_of, some_role_for
from tests.unit.api.gateway import CALLER, make_context, make_event

SOME_ID = "6f1b3a52-8c1d-4d7e-9a39-0d6f2f7f5a10"
WITH_BODY = [case for case in every_route() if needs_of(case[1])[1]]
# People read these in lists.
NAMES = {"name", "label"}
BLANK = ("", "  ", "\u00a0", "\u3000", "\u200b\u2060", "\u202e")
WITHOUT_NAME = {"change_device"}  # what has none is called by its id

pytestmark = pytest.mark.usefixtures("no_database", "no_aws")

type Place = tuple[str | int, ...]


@pytest.fixture(autouse=True)
def no_log() -> Iterator[None]:
    """Calls that pass validation end at the missing database, which would be written down at length."""
    logging.disable()
    yield
    logging.disable(logging.NOTSET)


def call(case: tuple[str, Route], text: str) -> tuple[int, list[str]]:
    """Status, and the fields that a problem is about, of a call with that body."""
    folder, route = case
    role = some_role_for(route)
    caller = {**CALLER, "roles": role.value, "tenant_id": "" if role.is_of_operators else "acme"}
    path = path_of(route, dict.fromkeys(parameters_of(route), SOME_ID))
    event = make_event(route.method, path, query=needs_of(route)[0], body=text, authorizer=caller)
    answer = apis()[folder].handle(event, make_context())
    document = json.loads(answer["body"]) if answer["body"] else {}
    return answer["statusCode"], [error["field"] for error in document.get("errors", [])]


def places_of_texts(document: Any, way: Place = ()) -> Iterator[Place]:
    """Where texts stand in a body."""
    match document:
        case str():
            yield way
        case dict():
            for name, inner in document.items():
                yield from places_of_texts(inner, (*way, name))
        case list():
            for number, inner in enumerate(document):
                yield from places_of_texts(inner, (*way, number))


def with_text(document: Any, place: Place, text: str) -> Any:
    """The document with another text at a place."""
    changed = deepcopy(document)
    *way, last = place
    inner = changed
    for part in way:
        inner = inner[part]
    inner[last] = text
    return changed


@pytest.mark.parametrize("case", WITH_BODY, ids=name_of)
def test_a_nul_character_is_refused_by_the_field_that_holds_it(case: tuple[str, Route]) -> None:
    body = needs_of(case[1])[1]
    for place in places_of_texts(body):
        assert call(case, json.dumps(with_text(body, place, "a\x00b"))) == (422, [".".join(map(str, place))])


WITH_NAME = [
    case
    for case in WITH_BODY
    if case[1].operation_id not in WITHOUT_NAME
    and any(place[-1] in NAMES for place in places_of_texts(needs_of(case[1])[1]))
]
# Without a token there is nothing to be said but that a code is not known.
GUARDED = [case for case in WITH_BODY if case[1].permission is not PUBLIC]


@pytest.mark.parametrize("case", WITH_NAME, ids=name_of)
def test_a_name_that_nobody_can_see_is_refused(case: tuple[str, Route]) -> None:
    body = needs_of(case[1])[1]
    for place, blank in product(places_of_texts(body), BLANK):
        if place[-1] in NAMES:
            status, fields = call(case, json.dumps(with_text(body, place, blank)))
            assert status in (400, 422), (place, blank)
            assert fields == [".".join(map(str, place))]


@given(case=st.sampled_from(GUARDED), text=st.text(st.characters(exclude_categories=()), max_size=20))
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_no_text_breaks_a_route(case: tuple[str, Route], text: str) -> None:
    """What is in order gets as far as what was sent before; whatever is not is named."""
    body = needs_of(case[1])[1]
    as_far, _ = call(case, json.dumps(body))
    for place in places_of_texts(body):
        status, fields = call(case, json.dumps(with_text(body, place, text)))
        assert status == as_far or (status in (400, 422) and fields), place
