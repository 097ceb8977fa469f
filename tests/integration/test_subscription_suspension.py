"""On the deployed stack: what a suspended subscription stops, and what it does not."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from tests.integration.stack import Stack, wait_for
from tests.integration.tenancy import Tenancy

DEVICE = {"device_id": "freezer-1", "site_id": "hall", "device_type": "freezer"}


@pytest.fixture
def tenancy(stack: Stack) -> Tenancy:
    tenancy = Tenancy(stack)
    term_end = datetime.now(UTC) + timedelta(days=100)
    wanted = {"tenant_id": tenancy.tenant_id, "kind": "MAIN", "name": "Fleet", "device_limit": 10}
    made = tenancy.operator.post("/operator/subscriptions", json={**wanted, "term_end": term_end.isoformat()})
    assert made.status_code == 201, made.text
    api = tenancy.admin.api
    assert api.post("/customer/sites", json={"site_id": "hall", "name": "Hall"}).status_code == 201
    assert api.post("/customer/device-types", json={"device_type": "freezer"}).status_code == 201
    assert api.post("/customer/devices", json=DEVICE).status_code == 201
    return tenancy


def token_of_device(tenancy: Tenancy) -> str:
    answer = tenancy.admin.api.post("/customer/devices/freezer-1/credentials", json={"kind": "token"})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["token"])


def test_a_suspended_subscription_stops_changes_and_devices_and_lets_people_read_and_renew(
    tenancy: Tenancy, stack: Stack
) -> None:
    api, device = tenancy.admin.api, stack.api_with(token_of_device(tenancy))
    [subscription] = api.get("/customer/subscriptions").json()["items"]
    path = f"/operator/subscriptions/{subscription['subscription_id']}"

    def send() -> httpx.Response:
        return device.post("/ingest/v1/telemetry", json={"metrics": {"temp_c": 4}})

    assert send().status_code == 202
    assert tenancy.operator.post(f"{path}/suspend", json={"reason": "unpaid"}).status_code == 200
    wait_for(lambda: send().status_code == 403, what="the device's refusal")
    wait_for(
        lambda: api.patch("/customer/sites/hall", json={"name": "B"}).status_code == 403,
        what="the refusal of changes",
    )
    assert api.post("/customer/devices", json={**DEVICE, "device_id": "freezer-2"}).status_code == 403
    assert api.get("/customer/devices/freezer-1").json()["subscription_id"] == subscription["subscription_id"]
    assert api.get("/customer/sites").status_code == 200
    renewals = f"/customer/subscriptions/{subscription['subscription_id']}/renewals"
    assert api.post(renewals, json={"term_days": 30}).status_code == 201
