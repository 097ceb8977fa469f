"""Modules are imported when a path of theirs is first asked for, and then serve as if they had always been there."""

import json
import sys
from pathlib import Path

import pytest

from pulse.api.resolver import Api
from pulse.api.surface import Surface
from tests.unit.api.gateway import make_context, make_event

pytestmark = pytest.mark.usefixtures("no_database", "no_aws")

MODULE = """
from pulse.api.routes import PUBLIC, Routes

routes = Routes("Fruit")

@routes.get("{path}", permission=PUBLIC)
def read_{name}() -> str:
    return "{name}"
"""
PLACES = {"apples": "/fruit/apples", "pears": "/fruit/pears", "peel": "/fruit/apples/peel"}


@pytest.fixture
def orchard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Surface:
    """Three modules of a package that nobody has imported yet."""
    package = tmp_path / "orchard"
    package.mkdir()
    for name, path in PLACES.items():
        (package / f"{name}.py").write_text(MODULE.format(name=name, path=path))
        monkeypatch.delitem(sys.modules, f"orchard.{name}", raising=False)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "orchard", raising=False)
    return Surface("orchard", {"apples": ("/fruit/apples",), "pears": ("/fruit/pears",), "peel": ("/fruit/apples",)})


def ask(api: Api, path: str) -> int:
    answer = api.handle(make_event("GET", path), make_context())
    return int(answer["statusCode"])


def imported() -> set[str]:
    return {name for name in PLACES if f"orchard.{name}" in sys.modules}


def test_a_request_imports_the_modules_of_its_area_alone(orchard: Surface) -> None:
    api = Api(surface=orchard)
    assert imported() == set()
    assert ask(api, "/fruit/apples") == 200
    assert imported() == {"apples", "peel"}


def test_what_was_imported_for_one_request_serves_the_next(orchard: Surface) -> None:
    api = Api(surface=orchard)
    assert [ask(api, path) for path in ("/fruit/apples", "/fruit/apples", "/fruit/apples/peel")] == [200, 200, 200]


def test_an_area_is_found_below_the_version_prefix(orchard: Surface) -> None:
    assert ask(Api(surface=orchard), "/api/v1/fruit/pears") == 200


@pytest.mark.parametrize("path", ["/fruit", "/fruit/applesauce", "/"])
def test_a_path_beside_every_area_imports_nothing(orchard: Surface, path: str) -> None:
    assert ask(Api(surface=orchard), path) == 404
    assert imported() == set()


def test_another_method_of_a_path_is_told_apart_from_no_path(orchard: Surface) -> None:
    answer = Api(surface=orchard).handle(make_event("DELETE", "/fruit/pears"), make_context())
    assert (answer["statusCode"], json.loads(answer["body"])["detail"]) == (405, "there is no DELETE here, but GET")


def test_all_of_it_can_be_had_at_once(orchard: Surface) -> None:
    api = Api(surface=orchard)
    assert ask(api, "/fruit/pears") == 200
    api.load_all()
    assert {path for _, path in api.routes} == set(PLACES.values())


@pytest.mark.usefixtures("orchard")
def test_a_route_outside_of_its_modules_areas_is_refused() -> None:
    with pytest.raises(ValueError, match=r"/fruit/pears is in none of the areas that orchard\.pears is declared with"):
        list(Surface("orchard", {"pears": ("/fruit/apples",)}).rest())
