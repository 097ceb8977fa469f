"""What docs/openapi.json says of `/ingest/v1` is what the function does."""

import json
from http import HTTPStatus
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from ingest_http.answers import Answer, answer_batch, answer_one, answer_refusal
from ingest_http.paths import methods_at, read_path
from local import device_api
from local.openapi import DOCUMENT
from pulse.quarantine.reasons import Reason, Refusal
from pulse.telemetry.door import Accepted, NotQueued

DESCRIBED: dict[str, Any] = json.loads(DOCUMENT.read_text())
PATHS = device_api.paths()
ACCEPTED = Accepted("freezer-1", "message-1", 7)
REFUSED = Refusal(Reason.UNSUPPORTED_VERSION, "version must be '1'")


def require_described(answer: Answer, path: str) -> None:
    status = str(answer["statusCode"])
    [(content_type, content)] = PATHS[path]["post"]["responses"][status]["content"].items()
    assert answer["headers"]["Content-Type"] == content_type
    schema = {**content["schema"], "components": DESCRIBED["components"]}
    Draft202012Validator(schema).validate(json.loads(answer["body"]))


@pytest.mark.parametrize("path", PATHS)
def test_every_described_path_is_served_with_the_described_methods_alone(path: str) -> None:
    place = read_path(path.replace("{", "").replace("}", ""))
    assert place is not None
    assert {method.upper() for method in PATHS[path]} == set(methods_at(place))


@pytest.mark.parametrize(
    "path",
    [
        "telemetry",
        "heartbeat",
        "batch",
        "commands",
        "commands/{command_id}/ack",
        "shadow",
        "tenant/{tenant_id}/device/{device_id}/telemetry",
        "tenant/{tenant_id}/device/{device_id}/heartbeat",
    ],
)
def test_every_path_that_is_served_is_described_in_the_document(path: str) -> None:
    assert DESCRIBED["paths"][f"/ingest/v1/{path}"] == json.loads(json.dumps(PATHS[f"/ingest/v1/{path}"]))


def test_answers_have_the_described_form() -> None:
    require_described(answer_one(ACCEPTED, "request-1"), "/ingest/v1/telemetry")
    require_described(answer_one(NotQueued(), "request-1"), "/ingest/v1/telemetry")
    require_described(answer_batch([ACCEPTED, REFUSED, NotQueued()], "request-1"), "/ingest/v1/batch")
    require_described(answer_batch([REFUSED], "request-1"), "/ingest/v1/batch")


@pytest.mark.parametrize("reason", set(Reason) - {Reason.RATE_LIMITED})
def test_every_refusal_has_a_described_status_and_form(reason: Reason) -> None:
    require_described(answer_refusal(Refusal(reason, "why"), "request-1"), "/ingest/v1/telemetry")


def test_a_report_beyond_the_rate_has_the_described_status_and_form() -> None:
    refused = answer_refusal(Refusal(Reason.RATE_LIMITED, "why"), "request-1")
    assert refused["statusCode"] == HTTPStatus.TOO_MANY_REQUESTS
    require_described(refused, "/ingest/v1/shadow")
