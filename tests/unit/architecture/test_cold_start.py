"""What a cold start of the API imports: nothing that few requests need, and no model is built before it is used."""

import os
import subprocess
import sys
from functools import cache

import pytest
from pydantic import BaseModel

from pulse.settings import Settings
from tests.routes import apis

# Clients of other protocols, writers of calendars, templates, cryptography: import them in the function
# that needs them. Together they took a third of the import's time.
HEAVY = [
    *("cryptography", "defusedxml", "h11", "httpcore", "httpx", "icalendar", "jinja2", "paho", "pysnmp", "re2"),
    "smtplib",
]
LIST_IMPORTED = """
import sys
import customer_api.app
print(*sys.modules)
customer_api.app.api.load_all()
print(*sys.modules)
"""


@cache
def imported_by_the_api() -> tuple[frozenset[str], frozenset[str]]:
    """Modules that are there after a cold start, and when every route was asked for, as a new process tells."""
    required = [name.upper() for name, field in Settings.model_fields.items() if field.default is None]
    run = subprocess.run(
        [sys.executable, "-c", LIST_IMPORTED],
        env={
            **os.environ,
            **dict.fromkeys(required, "https://unused.example"),
            "PYTHONPATH": os.pathsep.join(sys.path),
        },
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    at_start, in_the_end = (frozenset(line.split()) for line in run.stdout.splitlines())
    return at_start, in_the_end


@pytest.mark.parametrize("package", HEAVY)
def test_no_route_imports_what_few_requests_need(package: str) -> None:
    _, in_the_end = imported_by_the_api()
    assert package not in in_the_end


def test_a_cold_start_of_the_api_waits_for_no_route() -> None:
    at_start, in_the_end = imported_by_the_api()
    assert not [module for module in at_start if module.startswith("customer_api.routes.")]
    assert "customer_api.routes.devices" in in_the_end


def test_models_are_built_when_they_are_used() -> None:
    apis()
    eager = {model.__qualname__ for model in every_model(BaseModel) if not model.model_config.get("defer_build")}
    assert eager == {"Settings"}, "derive it from pulse.models.Model or Input"


def every_model(base: type[BaseModel]) -> set[type[BaseModel]]:
    """What there is of ours, of the modules that are imported by now."""
    below = {model for kind in base.__subclasses__() for model in {kind, *every_model(kind)}}
    ours = ("pulse.", "customer_api.", "operator_api.", "provision_api.", "ingest_http.")
    return {model for model in below if model.__module__.startswith(ours)}
