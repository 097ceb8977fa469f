"""Telemetry over HTTP on the deployed stack: from the door to the reading, by the queue that MQTT messages take."""

import gzip
import json
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from pulse import clock
from pulse.database import tenant_session
from tests.builders import issue_token
from tests.integration.conftest import sessions_to
from tests.integration.stack import Stack, wait_for


@pytest.fixture(scope="module")
def device(stack: Stack) -> dict[str, Any]:
    """A device that no other test speaks for."""
    return next(device for device in stack.devices if device["profile"] == "server_room")


@pytest.fixture(scope="module")
def token(stack: Stack, device: dict[str, Any], service_url: str) -> str:
    """Its token, the same for all: ingest believes for some seconds that a device it knows has no other credentials."""
    assert stack
    with contextmanager(sessions_to)(service_url):
        in_an_hour = clock.now() + timedelta(hours=1)  # a device has so many live credentials and no more
        issued = issue_token(device["tenant_id"], device["device_id"], label="test", expires_at=in_an_hour)
    assert issued.token is not None
    return issued.token


@pytest.fixture
def metric() -> str:
    """A name that no other test uses."""
    return f"probe_{uuid4().hex[:8]}"


def post(stack: Stack, path: str, body: Any, **headers: str) -> httpx.Response:
    """Bytes are sent as `application/gzip`, anything else as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    sent.setdefault("content-type", "application/gzip" if isinstance(body, bytes) else "application/json")
    return httpx.post(f"{stack.description['api_url']}{path}", content=content, headers=sent, timeout=90)


def latest(stack: Stack, device: dict[str, Any], metric: str) -> Any:
    with stack.api("viewer", device["tenant_id"]) as api:
        shown = api.get(f"/customer/devices/{device['device_id']}/telemetry/latest").json()
    return next((reading["value"] for reading in shown["metrics"] if reading["metric"] == metric), None)


def test_a_message_over_http_is_read_through_the_api(
    stack: Stack, device: dict[str, Any], token: str, metric: str
) -> None:
    answer = post(
        stack, "/ingest/v1/telemetry", {"seq": 7, "metrics": {metric: 21.25}}, authorization=f"Bearer {token}"
    )
    assert answer.status_code == 202, answer.text
    assert (answer.json()["device_id"], answer.json()["seq"]) == (device["device_id"], 7)
    assert wait_for(lambda: latest(stack, device, metric), what="the value") == 21.25
    with stack.api("viewer", device["tenant_id"]) as api:
        assert api.get(f"/customer/devices/{device['device_id']}").json()["status"] == "ONLINE"


def test_a_compressed_message_takes_the_path_of_old(
    stack: Stack, device: dict[str, Any], token: str, metric: str
) -> None:
    path = f"/ingest/v1/tenant/{device['tenant_id']}/device/{device['device_id']}/telemetry"
    body = gzip.compress(json.dumps({"version": "1", "metrics": {metric: 5}}).encode())
    answer = post(stack, path, body, x_provision_token=token, content_encoding="gzip")
    assert answer.status_code == 202, answer.text
    assert wait_for(lambda: latest(stack, device, metric), what="the value") == 5


def test_every_message_of_a_batch_has_its_own_result(
    stack: Stack, device: dict[str, Any], token: str, metric: str
) -> None:
    messages = [
        {"message_id": f"{metric}-{n}", "metrics": {f"{metric}_{n}": n + 1}} for n in range(12)
    ]  # within a device's burst
    messages[3] = {"version": "7", "metrics": {metric: 1}}
    answer = post(
        stack, "/ingest/v1/batch", gzip.compress(json.dumps({"messages": messages}).encode()),
        authorization=f"Bearer {token}", content_encoding="gzip",
    )  # fmt: skip
    assert answer.status_code == 202, answer.text
    assert (answer.json()["accepted"], answer.json()["rejected"]) == (11, 1)
    assert answer.json()["results"][3]["reason"] == "UNSUPPORTED_VERSION"
    wait_for(lambda: latest(stack, device, f"{metric}_11"), what="the last value")
    assert latest(stack, device, f"{metric}_3") is None


def test_what_ingest_refuses_is_in_the_quarantine_for_its_reason(
    stack: Stack, device: dict[str, Any], token: str, metric: str
) -> None:
    answer = post(stack, "/ingest/v1/telemetry", {"metrics": {metric: "warm"}}, authorization=f"Bearer {token}")
    assert answer.status_code == 202

    def refused() -> list[dict[str, Any]]:
        with stack.api("viewer", device["tenant_id"]) as api:
            query = {"reason": "BAD_METRICS", "device_id": device["device_id"], "q": metric}
            items: list[dict[str, Any]] = api.get("/customer/quarantine", params=query).json()["items"]
            return items

    [entry] = wait_for(refused, what="the refusal")
    assert entry["principal"] == token.split("_")[1]
    with stack.api("viewer", device["tenant_id"]) as api:
        message = api.get(f"/customer/quarantine/{entry['quarantine_id']}").json()
    assert json.loads(message["payload_text"]) == {"metrics": {metric: "warm"}}


@pytest.mark.parametrize("wrong", [None, "Bearer pd_0123456789abcdef_" + "0" * 64, "Bearer eyJhbGciOiJub25lIn0.e30."])
def test_who_is_no_device_leaves_no_trace(
    stack: Stack, device: dict[str, Any], deployed_database: str, metric: str, wrong: str | None
) -> None:
    assert deployed_database
    headers = {"authorization": wrong} if wrong else {}
    answer = post(stack, "/ingest/v1/telemetry", {"metrics": {metric: 1}}, **headers)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["reason"] in ("TOKEN_MISSING", "TOKEN_INVALID")
    with tenant_session(device["tenant_id"]) as connection:
        query = "SELECT FROM quarantine_events WHERE position(%s::bytea in payload) > 0"
        assert connection.execute(query, (metric.encode(),)).fetchall() == []


def test_a_users_token_is_no_devices(stack: Stack, device: dict[str, Any]) -> None:
    user = stack.token(stack.user("tenant-admin", device["tenant_id"]))
    answer = post(stack, "/ingest/v1/telemetry", {"metrics": {"t": 1}}, authorization=f"Bearer {user}")
    assert (answer.status_code, answer.json()["reason"]) == (401, "TOKEN_INVALID")


def test_a_device_speaks_for_itself_alone(stack: Stack, device: dict[str, Any], token: str) -> None:
    other = next(one for one in stack.devices if one["tenant_id"] != device["tenant_id"])
    neighbour = next(one for one in stack.devices if one["tenant_id"] == device["tenant_id"] and one is not device)
    for foreign in (other, neighbour):
        path = f"/ingest/v1/tenant/{foreign['tenant_id']}/device/{foreign['device_id']}/telemetry"
        answer = post(stack, path, {"metrics": {"t": 1}}, x_provision_token=token)
        assert (answer.status_code, answer.json()["reason"]) == (403, "CREDENTIAL_MISMATCH")


def test_a_compressed_body_that_is_said_to_be_json_is_refused_with_what_to_do(stack: Stack, token: str) -> None:
    answer = post(
        stack,
        "/ingest/v1/telemetry",
        gzip.compress(b"{}"),
        authorization=f"Bearer {token}",
        content_encoding="gzip",
        content_type="application/json",
    )
    assert answer.status_code == 415
    assert "application/gzip" in answer.json()["detail"]


def test_what_the_gateway_could_not_read_as_text_is_refused_with_its_place(stack: Stack, token: str) -> None:
    body = '{"metrics": {"kälte": 1}}'.encode("latin-1")
    answer = post(stack, "/ingest/v1/telemetry", body, authorization=f"Bearer {token}", content_type="application/json")
    assert (answer.status_code, answer.json()["reason"]) == (422, "INVALID_JSON")
    assert "line 1, column 16" in answer.json()["detail"]


def test_a_bomb_does_no_harm(stack: Stack, token: str) -> None:
    bomb = gzip.compress(bytes(30_000_000))
    answer = post(stack, "/ingest/v1/telemetry", bomb, authorization=f"Bearer {token}", content_encoding="gzip")
    assert (answer.status_code, answer.json()["reason"]) == (413, "PAYLOAD_TOO_LARGE")
