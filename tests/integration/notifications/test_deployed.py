"""Through the deployed stack: a device breaches a rule, and a receiver is told of the alert's whole life."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import boto3
import httpx
import pytest

from tests.integration.notifications.test_channels import make, url_of
from tests.integration.outbound.servers import Received, Receiver, receiver
from tests.integration.stack import Stack, wait_for
from tests.integration.tenancy import operator_api
from tests.integration.test_pipeline import breaching, calm, calm_down, live_alert

RULES = "/customer/notification-routing-rules"


@pytest.fixture
def server() -> Iterator[Receiver]:
    with receiver() as server:
        yield server


@pytest.fixture
def device(stack: Stack) -> dict[str, Any]:
    """A device whose rule nobody else breaches."""
    return [device for device in stack.devices if device["profile"] == "cold_storage"][-1]


@pytest.fixture
def ending(stack: Stack, device: dict[str, Any]) -> dict[str, Any]:
    """A subscription without seats whose term ends in a week."""
    wanted = {"tenant_id": device["tenant_id"], "kind": "TEMPORARY", "name": f"Fair {uuid4()}", "device_limit": 0}
    made = operator_api(stack, "operator").post("/operator/subscriptions", json={**wanted, "term_days": 7})
    assert made.status_code == 201, made.text
    subscription: dict[str, Any] = made.json()
    return subscription


@pytest.fixture
def api(stack: Stack, device: dict[str, Any]) -> Iterator[httpx.Client]:
    with stack.api("tenant-admin", device["tenant_id"]) as api:
        yield api


@pytest.fixture
def channel(api: httpx.Client, server: Receiver) -> Iterator[dict[str, Any]]:
    """A webhook to the receiver, which goes at the end with the rules that lead there."""
    channel = make(api, "webhook", {"url": url_of(server)})
    yield channel
    assert api.delete(f"/customer/notification-channels/{channel['channel_id']}").status_code == 204


def test_a_breach_calls_an_acknowledgement_calms_and_a_good_value_ends(
    stack: Stack, api: httpx.Client, device: dict[str, Any], server: Receiver, channel: dict[str, Any]
) -> None:
    rule = {"name": f"Rule {uuid4()}", "channel_id": channel["channel_id"], "site_ids": [device["site_id"]]}
    made = api.post(RULES, json=rule)
    assert made.status_code == 201, made.text

    def told(event: str) -> list[Received]:
        return [
            request
            for request in server.received
            if request.document["type"] == f"alert.{event}"
            and request.document["data"]["device_id"] == device["device_id"]
        ]

    with stack.connect(device) as connection:
        calm_down(stack, connection)
        connection.publish({"metrics": breaching(device["profile"])})
        opened = wait_for(lambda: told("opened"), what="the call")  # functions may be cold
        alert = live_alert(stack, device)
        assert alert is not None
        path = f"/customer/alerts/{alert['alert_id']}"
        preview = api.get(f"{path}/notification-preview").json()
        assert rule["name"] in [verdict["name"] for verdict in preview["verdicts"] if verdict["sends"]]
        api.post(f"{path}/acknowledge")
        wait_for(lambda: told("acknowledged"), what="the acknowledgement")
        connection.publish({"metrics": calm(device["profile"])})
        wait_for(lambda: told("closed"), what="the end")

    def sent() -> list[dict[str, Any]] | None:
        """The jobs of this alert, once what was received is recorded as well."""
        query = {"channel_id": channel["channel_id"], "alert_id": alert["alert_id"]}
        jobs: list[dict[str, Any]] = api.get("/customer/notification-jobs", params=query).json()["items"]
        return jobs if [job["status"] for job in jobs] == ["SENT"] * 3 else None

    jobs = wait_for(sent, what="the record of what was sent")
    assert [job["event"] for job in jobs] == ["closed", "acknowledged", "opened"]
    assert opened[0].headers["webhook-id"] == jobs[-1]["job_id"]
    story = [entry["event"] for entry in api.get(path).json()["timeline"]]
    assert story.count("notified") == 3


def test_a_notice_before_a_subscriptions_end_reaches_its_receiver_once(
    stack: Stack, api: httpx.Client, ending: dict[str, Any], server: Receiver, channel: dict[str, Any]
) -> None:
    rule = {"name": f"Rule {uuid4()}", "channel_id": channel["channel_id"], "events": ["subscription_ending"]}
    made = api.post(RULES, json=rule)
    assert made.status_code == 201, made.text
    detail = {name: ending[name] for name in ("tenant_id", "subscription_id", "name", "kind", "term_end")}
    for _ in range(2):
        boto3.client("events").put_events(
            Entries=[
                {
                    "EventBusName": stack.outputs["EventBusName"],
                    "Source": "pulse",
                    "DetailType": "subscription.ending",
                    "Detail": json.dumps({"event_id": str(uuid4()), **detail, "days_left": 7}),
                }
            ]
        )
    query = {"channel_id": channel["channel_id"], "subscription_id": ending["subscription_id"]}

    def jobs() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = api.get("/customer/notification-jobs", params=query).json()["items"]
        return found

    wait_for(lambda: [job["status"] for job in jobs()] == ["SENT"], what="the notice")
    [request] = server.received
    assert request.document["type"] == "subscription.ending"
    assert request.document["data"]["subscription_id"] == ending["subscription_id"]
    assert request.headers["webhook-id"] == jobs()[0]["job_id"]
