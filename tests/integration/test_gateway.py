"""What the deployed gateway has no route for, answered by the frame all the same."""

from typing import Any

import httpx
import pytest

from tests.integration.stack import Stack


@pytest.fixture
def nobody(stack: Stack) -> httpx.Client:
    """The deployed API to somebody without a token."""
    client = stack.api_with("")
    del client.headers["Authorization"]
    return client


def problem_in(answer: httpx.Response) -> dict[str, Any]:
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["request_id"] == answer.headers["x-request-id"]
    return problem


@pytest.mark.parametrize("path", ["/", "/nowhere", "/api/v3/devices", "/api/v1", "/ingest/v1/nothing"])
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_path_that_nobody_serves_is_a_problem(method: str, path: str, nobody: httpx.Client) -> None:
    answer = nobody.request(method, path)
    assert (answer.status_code, problem_in(answer)["detail"]) == (404, f"there is no {path}")


def test_a_method_that_a_path_does_not_have_is_a_problem_that_names_those_it_has(
    stack: Stack, nobody: httpx.Client
) -> None:
    viewer = stack.api_with(stack.token(stack.user("viewer", stack.tenant_ids[0])))
    for client, path, allowed in (
        (nobody, "/health", "GET"),
        (nobody, "/ingest/v1/telemetry", "POST"),
        (viewer, "/api/v2/devices", "GET"),
        (viewer, "/api/v1/customer/me", "GET"),
    ):
        answer = client.put(path)
        assert (answer.status_code, problem_in(answer)["status"], answer.headers["allow"]) == (405, 405, allowed)


def test_nobody_gets_past_the_authorizer_by_a_path_that_the_gateway_has_no_route_for(nobody: httpx.Client) -> None:
    for path in ("//customer/devices", "/Customer/devices", "/api/v1/api/v2/devices", "/customer"):
        assert nobody.get(path).status_code in (401, 404)
