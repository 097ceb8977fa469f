"""Live updates on the deployed stack: a real WebSocket, real devices, real alerts."""

import math
import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import boto3
import httpx
import orjson
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from pulse.clock import format_instant, now
from tests.builders import Fleet, queue_body
from tests.integration.live import LiveConnection, Message, ticket
from tests.integration.people import person
from tests.integration.stack import Stack, wait_for
from tests.integration.tenancy import Tenancy

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def own_fleet(deployed_database: str) -> Fleet:
    """A fresh tenant in the deployed database, with one device."""
    assert deployed_database
    fleet = Fleet()
    fleet.add_device()
    return fleet


@pytest.fixture
def viewer(stack: Stack, own_fleet: Fleet) -> Iterator[httpx.Client]:
    """The API as a viewer of that tenant sees it."""
    with person(stack, "viewer", own_fleet.tenant_id) as api:
        yield api


def send(stack: Stack, fleet: Fleet, payload: Any, device_id: str = "freezer-1") -> None:
    """Put a device's message on the queue, as the topic rule does."""
    body = queue_body(fleet.message(payload, device_id=device_id, at=now()))
    boto3.client("sqs").send_message(QueueUrl=stack.outputs["TelemetryQueueUrl"], MessageBody=body)


def send_until_heard(stack: Stack, fleet: Fleet, live: LiveConnection, payload: Any) -> Message:
    """Send readings until one is told of: ingest asks only now and then who is looked at. Return what was heard."""

    def news() -> Message | None:
        send(stack, fleet, payload)
        return live.hears(lambda heard: heard["type"] == "device.telemetry", seconds=3)

    return wait_for(news, what="the news of a reading")


def test_values_of_a_device_that_somebody_looks_at_arrive_by_themselves(
    stack: Stack, own_fleet: Fleet, viewer: httpx.Client
) -> None:
    with LiveConnection.of(viewer) as live:
        assert live.subscribe("device:freezer-1") == {"type": "subscribed", "channels": ["device:freezer-1"]}
        sent_at = now()
        message = send_until_heard(stack, own_fleet, live, {"metrics": {"temp_c": -18.5, "door_open": False}})
    assert message["channel"] == "device:freezer-1"
    assert message["data"]["device_id"] == "freezer-1"
    assert message["data"]["metrics"] == {"temp_c": -18.5, "door_open": False}
    assert format_instant(sent_at) <= message["time"]


def test_an_alert_arrives_when_it_opens_and_when_it_closes(
    stack: Stack, own_fleet: Fleet, viewer: httpx.Client
) -> None:
    own_fleet.add_rule("Too warm")
    with LiveConnection.of(viewer) as live:
        live.subscribe("alerts")
        send(stack, own_fleet, {"metrics": {"temp_c": 12}})
        opened = live.wait_for(lambda heard: heard["type"] == "alert.opened")
        send(stack, own_fleet, {"metrics": {"temp_c": 2}})
        closed = live.wait_for(lambda heard: heard["type"] == "alert.closed")
    assert opened["channel"] == "alerts"
    assert opened["data"]["device_id"] == "freezer-1"
    assert opened["data"]["alert_id"] == closed["data"]["alert_id"]
    assert "tenant_id" not in opened["data"]


def test_who_follows_two_channels_hears_an_event_of_both_once(
    stack: Stack, own_fleet: Fleet, viewer: httpx.Client
) -> None:
    with LiveConnection.of(viewer) as live:
        live.subscribe("fleet", "device:freezer-1")
        send(stack, own_fleet, {"metrics": {"temp_c": 2}})
        live.wait_for(lambda heard: heard["type"] == "device.status_changed")
        heard = live.listen(2)
    assert [message["type"] for message in heard].count("device.status_changed") == 1


def test_nobody_hears_of_another_tenant(stack: Stack, own_fleet: Fleet, viewer: httpx.Client) -> None:
    other = Fleet()
    other.add_device()
    with LiveConnection.of(viewer) as live:
        live.subscribe("alerts", "fleet", "device:freezer-1")
        send_until_heard(stack, own_fleet, live, {"metrics": {"temp_c": 2}})
        send(stack, other, {"metrics": {"temp_c": 1}})
        wait_for(lambda: other.rows("SELECT FROM device_state WHERE status = 'ONLINE'"), what="the other device online")
        live.wait_for(lambda heard: heard["type"] == "device.status_changed")
        heard = live.listen(3)
    assert {message["data"]["metrics"]["temp_c"] for message in heard if message["type"] == "device.telemetry"} == {2}
    assert [message["type"] for message in heard].count("device.status_changed") == 1


def test_a_change_is_heard_of_by_those_who_may_read_its_kind_in_its_tenant_alone(
    stack: Stack, own_fleet: Fleet, viewer: httpx.Client
) -> None:
    with (
        person(stack, "customer", own_fleet.tenant_id, "colleague") as colleague,
        person(stack, "customer", Fleet().tenant_id, "stranger") as stranger,
        LiveConnection.of(viewer) as live,
    ):
        live.subscribe("changes:sites", "changes:maintenance")
        assert live.subscribe("changes:notifications")["type"] == "problem"
        assert stranger.post("/customer/sites", json={"site_id": "harbour", "name": "Harbour"}).status_code == 201
        assert colleague.post("/customer/sites", json={"site_id": "hill", "name": "Hill"}).status_code == 201
        told = live.wait_for(lambda heard: heard["type"] == "configuration.changed")
        heard = [message for message in live.listen(3) if message["type"] == "configuration.changed"]
    assert (told["channel"], told["data"]) == ("changes:sites", {"kind": "site"})
    assert heard == [told]


def test_who_leaves_a_channel_hears_no_more_of_it(stack: Stack, own_fleet: Fleet, viewer: httpx.Client) -> None:
    with LiveConnection.of(viewer) as live:
        live.subscribe("fleet", "alerts")
        assert live.ask({"action": "unsubscribe", "channels": ["fleet"]})["channels"] == ["alerts"]
        send(stack, own_fleet, {"metrics": {"temp_c": 2}})
        wait_for(
            lambda: own_fleet.rows("SELECT status FROM device_state WHERE status = 'ONLINE'"), what="the device online"
        )
        assert "device.status_changed" not in {message["type"] for message in live.listen(3)}


def test_a_device_is_told_of_at_most_once_a_second_and_its_last_word_is_heard(
    stack: Stack, own_fleet: Fleet, viewer: httpx.Client
) -> None:
    with LiveConnection.of(viewer) as live:
        live.subscribe("device:freezer-1")
        send_until_heard(stack, own_fleet, live, {"metrics": {"warm": True}})
        began = time.monotonic()
        for number in range(15):
            send(stack, own_fleet, {"metrics": {"n": number}})
            time.sleep(0.2)
        live.wait_for(lambda heard: heard.get("data", {}).get("metrics") == {"n": 14})
        told = [message["data"] for message in live.listen(2) if message["type"] == "device.telemetry"]
        seconds = math.ceil(time.monotonic() - began)
    heard = [news for news in told if "n" in news["metrics"]]
    # Two functions may tell at once, so that what is older may come later: `reading_time` is what a reader goes by.
    assert max(heard, key=lambda news: news["reading_time"])["metrics"] == {"n": 14}
    assert len(heard) <= min(seconds + 1, 14)


@pytest.mark.parametrize(
    ("request_text", "field"),
    [
        ("not json", "action"),
        ("{}", "action"),
        ('{"action": "shout"}', "action"),
        ('{"action": "subscribe"}', "channels"),
        ('{"action": "subscribe", "channels": []}', "channels"),
        ('{"action": "subscribe", "channels": ["everything"]}', "channels.0"),
        ('{"action": "subscribe", "channels": ["device:../x"]}', "channels.0"),
        ('{"action": "ping", "loudly": true}', "loudly"),
    ],
)
def test_what_is_not_understood_is_answered_with_the_field(viewer: httpx.Client, request_text: str, field: str) -> None:
    with LiveConnection.of(viewer) as live:
        answer = live.ask(request_text)
    assert answer["type"] == "problem"
    assert [error["field"] for error in answer["errors"]] == [field]


def test_a_ping_is_answered(viewer: httpx.Client) -> None:
    with LiveConnection.of(viewer) as live:
        assert live.ask({"action": "ping"})["type"] == "pong"


def test_nobody_follows_more_than_a_hundred_channels(viewer: httpx.Client) -> None:
    with LiveConnection.of(viewer) as live:
        live.subscribe(*(f"device:d{number}" for number in range(100)))
        answer = live.subscribe("alerts")
    assert answer["type"] == "problem"
    assert answer["errors"][0]["field"] == "channels"


def refused_status(url: str) -> int:
    with pytest.raises(InvalidStatus) as refusal, connect(url):
        pytest.fail("somebody was let in")
    return refusal.value.response.status_code


def test_a_ticket_lets_one_connection_in(viewer: httpx.Client) -> None:
    url = ticket(viewer)["url"]
    with LiveConnection(url) as live:
        live.ask({"action": "ping"})
        assert refused_status(url) == 403


def test_nobody_connects_with_an_invented_ticket_or_without_one(stack: Stack) -> None:
    url = stack.description["ws_url"]
    assert refused_status(f"{url}?ticket={uuid4()}") == 403
    assert refused_status(url) == 401


def test_an_operator_gets_no_ticket_for_a_tenants_updates(stack: Stack) -> None:
    operator = stack.description["operator"][0]
    answer = stack.api_with(stack.token(operator)).post("/customer/realtime/tickets")
    assert answer.status_code == 403


def test_a_connection_ends_with_its_sign_in(stack: Stack) -> None:
    tenancy = Tenancy(stack)
    ann = tenancy.invite("viewer")
    with LiveConnection.of(ann.api) as live:
        live.subscribe("fleet")
        tell(stack, tenancy.tenant_id)
        live.wait_for(lambda heard: heard["type"] == "device.status_changed")
        assert tenancy.admin.api.post(f"/customer/users/{ann.user_id}/disable").status_code in (200, 204)

        def is_closed() -> bool:
            tell(stack, tenancy.tenant_id)
            return live.is_closed_within(3)

        wait_for(is_closed, what="the end of the connection")


def tell(stack: Stack, tenant_id: str) -> None:
    """Have the bus say that a device of the tenant changed."""
    detail = {"tenant_id": tenant_id, "time": format_instant(now()), "device_id": "d", "event_id": str(uuid4())}
    boto3.client("events").put_events(
        Entries=[
            {
                "EventBusName": stack.outputs["EventBusName"],
                "Source": "pulse",
                "DetailType": "device.status_changed",
                "Detail": orjson.dumps(detail).decode(),
            }
        ]
    )
