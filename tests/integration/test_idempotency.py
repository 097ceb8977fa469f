"""`Idempotency-Key` on the deployed stack."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import httpx
import pytest

from pulse.telemetry.ingest import ingest
from tests.builders import Fleet
from tests.integration.people import person
from tests.integration.stack import Stack


@pytest.fixture
def fleet_with_alerts(deployed_database: str) -> Fleet:
    """A tenant in the deployed database with two devices that are too warm."""
    assert deployed_database
    fleet = Fleet()
    fleet.add_rule()
    for device_id in ("freezer-1", "freezer-2"):
        fleet.add_device(device_id)
        ingest([fleet.message({"metrics": {"temp_c": 9}}, device_id=device_id)])
    return fleet


@pytest.fixture
def api(stack: Stack, fleet_with_alerts: Fleet) -> Iterator[httpx.Client]:
    with person(stack, "customer", fleet_with_alerts.tenant_id) as api:
        yield api


def close(api: httpx.Client, alert_id: str, key: str, reason: str = "door was open") -> httpx.Response:
    return api.post(f"/customer/alerts/{alert_id}/close", json={"reason": reason}, headers={"Idempotency-Key": key})


def alert_ids(api: httpx.Client) -> list[str]:
    return [alert["alert_id"] for alert in api.get("/customer/alerts", params={"type": "THRESHOLD"}).json()["items"]]


def test_a_request_sent_again_is_answered_as_before(api: httpx.Client) -> None:
    one, other = alert_ids(api)
    key = str(uuid4())
    first = close(api, one, key)
    assert (first.status_code, first.json()["status"]) == (200, "CLOSED")
    assert "Idempotency-Replayed" not in first.headers
    second = close(api, one, key)
    assert (second.status_code, second.json(), second.headers["Idempotency-Replayed"]) == (200, first.json(), "true")
    assert close(api, one, key, reason="another").status_code == 422
    assert close(api, other, key).status_code == 422
    assert close(api, other, str(uuid4())).status_code == 200


def test_of_several_at_once_one_is_carried_out(api: httpx.Client) -> None:
    one, _ = alert_ids(api)
    key = str(uuid4())
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: close(api, one, key), range(4)))
    assert {answer.status_code for answer in answers} <= {200, 409}
    carried_out = [
        answer for answer in answers if answer.status_code == 200 and "Idempotency-Replayed" not in answer.headers
    ]
    assert len(carried_out) == 1
