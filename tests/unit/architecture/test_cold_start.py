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
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


@cache
def imported_by_the_api() -> frozenset[str]:
    """Packages that are there after a cold start, as a new process tells."""
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
    return frozenset(run.stdout.split())


@pytest.mark.parametrize("package", HEAVY)
def test_a_cold_start_of_the_api_imports_nothing_that_few_requests_need(package: str) -> None:
    assert package not in imported_by_the_api()


def test_models_are_built_when_they_are_used() -> None:
    apis()
    eager = {model.__qualname__ for model in every_model(BaseModel) if not model.model_config.get("defer_build")}
    assert eager == {"Settings"}, "derive it from pulse.models.Model or Input"


def every_model(base: type[BaseModel]) -> set[type[BaseModel]]:
    """What there is of ours, of the modules that are imported by now."""
    below = {model for kind in base.__subclasses__() for model in {kind, *every_model(kind)}}
    ours = ("pulse.", "customer_api.", "operator_api.", "provision_api.", "ingest_http.")
    return {model for model in below if model.__module__.startswith(ours)}
