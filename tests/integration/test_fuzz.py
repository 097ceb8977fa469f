"""Whatever is sent, the API answers what its description says, and never that it is broken.

Schemathesis makes requests out of docs/openapi.json, good ones and bad ones, and holds the answers against it. They go
to the handlers in this process, on the scenario database: that is some hundred times as fast as over the emulator's
gateway, so that the same minute tries more.

FUZZ_SEED chooses other requests (any number; the default is always the same ones), FUZZ_SECONDS how long it may take:
what is left of the time is shared out among what is left to try, so that it does not grow with the API.
"""

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks
from schemathesis.specs.openapi import checks

from pulse import transient
from pulse.api.routes import PUBLIC, Route
from tests.builders import Fleet
from tests.dynamodb import InMemoryDynamoDB
from tests.gateway_wsgi import Gateway
from tests.integration.providers import PROVIDERS
from tests.routes import every_route, parameters_of, some_role_for
from tests.unit.api.gateway import CALLER

SEED = int(os.environ.get("FUZZ_SEED", "20261121"))
SECONDS = float(os.environ.get("FUZZ_SECONDS", "40"))
MOST_EXAMPLES = 100
DOCUMENT: dict[str, Any] = json.loads(Path("docs/openapi.json").read_text())
ROUTES = {route.key: route for _, route in every_route()}
OPERATIONS = [
    (method.upper(), path)
    for path, item in DOCUMENT["paths"].items()
    for method in item
    if (method.upper(), path) in ROUTES
]
# The caller is made up behind the gateway, so that there is no token to leave out.
CONFIG = schemathesis.Config.from_dict({"generation": {"with-security-parameters": False}})
DESCRIPTION = schemathesis.openapi.from_dict(DOCUMENT, config=CONFIG)

load_all_checks()
CHECKS = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
]


def gateway_of(fleet: Fleet) -> Gateway:
    """Everything is called as somebody who may, in the fleet's tenant or across tenants."""

    def authorize(route: Route) -> dict[str, str]:
        role = some_role_for(route)
        tenant_id = "" if role.is_of_operators else fleet.tenant_id
        return {} if route.permission is PUBLIC else {**CALLER, "roles": role.value, "tenant_id": tenant_id}

    return Gateway(authorize)


class TimeIsUp(BaseException):
    """Enough was sent. No Exception, so that Hypothesis takes it for no failure."""


class Clock:
    """Shares the time out among the tests that are still to come."""

    def __init__(self) -> None:
        self._give_up_at = time.monotonic() + SECONDS
        self._left = len(OPERATIONS) * len(GenerationMode)

    def share(self) -> float:
        """When the next test has to stop; it may send one request in any case."""
        now = time.monotonic()
        share = max(0.0, self._give_up_at - now) / max(1, self._left)
        self._left -= 1
        return now + share


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(autouse=True)
def transient_state_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counting each request in the emulator's table would take half of the time."""
    table = InMemoryDynamoDB()
    monkeypatch.setattr(transient, "_client", lambda: table)


def can_be_wrong(operation: dict[str, Any]) -> bool:
    """Whether something wrong can be sent. An id in a path may be nearly any text, and is searched for in vain."""
    parameters = [
        parameter
        for parameter in operation.get("parameters", [])
        if parameter["in"] != "path" or parameter["schema"].get("format") or parameter["schema"]["type"] != "string"
    ]
    return bool(parameters or operation.get("requestBody"))


@pytest.mark.parametrize("operation", OPERATIONS, ids=" ".join)
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_the_api_answers_as_it_is_described(
    operation: tuple[str, str], mode: GenerationMode, fleet: Fleet, clock: Clock
) -> None:
    method, path = operation
    stop_at = clock.share()
    sent, failed = 0, False
    if mode is GenerationMode.NEGATIVE and not can_be_wrong(DOCUMENT["paths"][path][method.lower()]):
        return
    DESCRIPTION.app = gateway_of(fleet)
    known = DESCRIPTION[path][method]
    requests = known.as_strategy(mode)
    if ids := {name: PROVIDERS[name].make(fleet) for name in parameters_of(ROUTES[operation])}:
        requests |= known.as_strategy(mode, path_parameters=ids)

    @seed(SEED)
    @settings(
        max_examples=MOST_EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=requests)
    def send(case: Any) -> None:
        nonlocal sent, failed
        # Whoever has found something takes the time to make it small.
        if sent and not failed and time.monotonic() > stop_at:
            raise TimeIsUp
        sent += 1
        try:
            case.validate_response(case.call(), checks=CHECKS)
        except BaseException:
            failed = True
            raise

    try:
        send()
    except TimeIsUp:
        pass
    except Unsatisfiable:
        # An id may be nearly any text, so that next to nothing that is wrong can be made up for it.
        assert mode is GenerationMode.NEGATIVE
