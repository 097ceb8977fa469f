"""The customer API's handler, called as API Gateway calls it. Who may call what: tests/unit/architecture."""

import json
from importlib import import_module
from pathlib import Path
from typing import Any

from pulse.api.resolver import Api
from pulse.identity.permissions import PERMISSIONS, Role
from tests.unit.api.gateway import make_context

SAMPLE = Path(__file__).parents[3] / "events" / "customer_api.json"


def test_the_handler_answers_a_sample_of_api_gateway(api: Api) -> None:
    assert api
    event: dict[str, Any] = json.loads(SAMPLE.read_text())
    answer = import_module("customer_api.app").handler(event, make_context())
    assert answer["statusCode"] == 200
    assert json.loads(answer["body"]) == {
        "user_id": "6f1b3a52-8c1d-4d7e-9a39-0d6f2f7f5a10",
        "email": "customer@acme.example",
        "tenant_id": "acme",
        "roles": ["customer"],
        "scopes": None,
        "session_id": "0b6f5a1e-7c43-4d2a-9e58-d41c7f2a9b60",
        "permissions": sorted(PERMISSIONS[Role.CUSTOMER]),
    }
