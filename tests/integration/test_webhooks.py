"""Webhooks on the deployed stack: from a system's request to an alert in the API, and to its end."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import boto3
import httpx
import pytest
from standardwebhooks import Webhook

from pulse import clock
from pulse.database import operator_session
from pulse.errors import NotAuthenticatedError, TooManyRequestsError
from pulse.inbound.authentication import HookRequest, QueryAuthentication, StandardWebhooksAuthentication
from pulse.inbound.built_in import built_in_addons
from pulse.inbound.managing_sources import rotate_secret
from pulse.inbound.message import Message, read_message
from pulse.inbound.methods import PolledMethod
from pulse.inbound.processing import process
from pulse.inbound.receiving import receive
from pulse.limits.definitions import LimitName, forget_limits, set_tenant_limit
from pulse.limits.rates import parse_rates
from pulse.settings import settings
from tests.builders import ACTOR, ORIGIN, Fleet
from tests.integration.inbound import Sender
from tests.integration.stack import Stack, wait_for
from tests.unit.inbound.samples import Sample, load_samples

SAMPLES = load_samples()
PATIENCE = 90
# What stands in a sample where its source's secret belongs.
BODY_SECRET = b'"routing_key":"secret"'


def ends() -> list[Sample]:
    """Of each addon a sample whose first clear ends what another sample has raised."""
    found: dict[str, Sample] = {}
    for sample in SAMPLES.values():
        if any("clears" in said and said["raised"] for said in sample.says):
            found.setdefault(sample.addon_id, sample)
    return list(found.values())


@contextmanager
def source(api: httpx.Client, addon_id: str, **changes: Any) -> Iterator[dict[str, Any]]:
    """A source of an addon, which is enabled."""
    assert api.put(f"/customer/addons/{addon_id}", json={"enabled": True}).status_code == 200
    made = api.post(
        "/customer/inbound-sources", json={"name": f"{addon_id} {uuid4().hex[:8]}", "addon_id": addon_id, **changes}
    )
    assert made.status_code == 201, made.text
    yield made.json()
    assert api.delete(f"/customer/inbound-sources/{made.json()['source_id']}").status_code == 204


def post(stack: Stack, to: dict[str, Any], sample: Sample) -> httpx.Response:
    body = sample.delivery.body.replace(BODY_SECRET, f'"routing_key":"{to["secret"]}"'.encode())
    return httpx.post(
        f"{stack.description['api_url']}{to['path']}",
        params=dict(sample.delivery.query),
        content=body,
        headers={"Authorization": f"Bearer {to['secret']}", "Content-Type": "application/json"},
        timeout=60,
    )


def alerts_of(api: httpx.Client, to: dict[str, Any], alert_type: str) -> list[dict[str, Any]]:
    listed = api.get("/customer/alerts", params={"status": "ALL", "type": alert_type, "limit": 200}).json()["items"]
    return [
        alert
        for alert in listed
        if alert["details"].get("inbound_source", alert["details"]).get("source_id") == to["source_id"]
    ]


@pytest.mark.parametrize("end", ends(), ids=lambda sample: str(sample.addon_id))
def test_each_built_in_addon_opens_an_alert_and_closes_it(stack: Stack, end: Sample) -> None:
    said = next(said for said in end.says if "clears" in said and said["raised"])
    begin = SAMPLES[end.addon_id, said["raised"][0]]
    with stack.api("tenant-admin", stack.tenant_ids[0]) as api:
        way = {"kind": "body"} if end.addon_id == "pagerduty_events" else {"kind": "header"}
        with source(api, end.addon_id, authentication=way) as to:
            assert post(stack, to, begin).status_code == 202
            wait_for(lambda: alerts_of(api, to, said["clears"]), what="the alert", seconds=PATIENCE)
            assert post(stack, to, end).status_code == 202
            wait_for(
                lambda: "CLOSED" in [alert["status"] for alert in alerts_of(api, to, said["clears"])],
                what="the end of the alert",
                seconds=PATIENCE,
            )


def test_text_that_is_not_utf_8_is_refused_with_its_place(stack: Stack) -> None:
    with stack.api("tenant-admin", stack.tenant_ids[0]) as api, source(api, "generic_json") as to:
        answer = httpx.post(
            f"{stack.description['api_url']}{to['path']}",
            content='{"alert": "Kühlung"}'.encode("latin-1"),
            headers={"Authorization": f"Bearer {to['secret']}", "Content-Type": "application/json"},
            timeout=60,
        )
        assert answer.status_code == 400, answer.text
        assert "line 1, column 13" in answer.json()["detail"]


def test_a_client_of_pagerduty_resolves_by_the_key_it_was_answered(stack: Stack) -> None:
    with (
        stack.api("tenant-admin", stack.tenant_ids[0]) as api,
        source(api, "pagerduty_events", authentication={"kind": "body"}) as to,
    ):

        def enqueue(action: str, **event: Any) -> dict[str, Any]:
            answer = httpx.post(
                f"{stack.description['api_url']}{to['path']}/v2/enqueue",
                json={"routing_key": to["secret"], "event_action": action, **event},
                timeout=60,
            )
            assert answer.status_code == 202, answer.text
            return dict(answer.json())

        happening = {"summary": "The disk of nas-1 is full", "source": "nas-1", "severity": "error"}
        answered = enqueue("trigger", payload=happening)
        assert answered["status"] == "success"
        wait_for(lambda: alerts_of(api, to, "PAGERDUTY_EVENT"), what="the alert", seconds=PATIENCE)
        assert enqueue("resolve", dedup_key=answered["dedup_key"])["dedup_key"] == answered["dedup_key"]
        wait_for(
            lambda: [alert["status"] for alert in alerts_of(api, to, "PAGERDUTY_EVENT")] == ["CLOSED"],
            what="the end of the alert",
            seconds=PATIENCE,
        )


def test_an_address_that_is_no_source_and_a_method_that_is_not_taken_are_refused_as_promised(stack: Stack) -> None:
    hooks = f"{stack.description['api_url']}/hooks"
    assert httpx.post(f"{hooks}/acme%00/{uuid4()}", json={}, timeout=60).status_code == 404
    asked = httpx.get(f"{hooks}/acme/{uuid4()}", timeout=60)
    assert (asked.status_code, asked.headers["Allow"]) == (405, "POST")


def test_every_built_in_addon_that_is_sent_to_has_a_pair_that_is_tried() -> None:
    sent_to = {key for key, addon in built_in_addons().items() if not isinstance(addon.method, PolledMethod)}
    assert {sample.addon_id for sample in ends()} == sent_to


def test_without_the_secret_and_without_its_addon_nothing_is_taken(stack: Stack) -> None:
    begin = SAMPLES["generic_json", "a disk is full"]
    with stack.api("tenant-admin", stack.tenant_ids[0]) as api, source(api, "generic_json") as to:
        assert post(stack, {**to, "secret": "wrong"}, begin).status_code == 401
        somewhere = {**to, "path": to["path"].rpartition("/")[0] + f"/{uuid4()}"}
        assert post(stack, somewhere, begin).status_code == 404
        elsewhere = {**to, "path": f"/hooks/{stack.tenant_ids[1]}/{to['source_id']}"}
        assert post(stack, elsewhere, begin).status_code == 404
        assert api.put("/customer/addons/generic_json", json={"enabled": False}).status_code == 200
        refused = post(stack, to, begin)
        assert refused.status_code == 409
        assert "the addon generic_json is disabled" in refused.json()["detail"]
        assert api.put("/customer/addons/generic_json", json={"enabled": True}).status_code == 200
        too_much = begin._replace(delivery=begin.delivery._replace(body=b" " * 131_073))
        assert post(stack, to, too_much).status_code == 413
        shown = api.get(f"/customer/inbound-sources/{to['source_id']}").json()
        assert (shown["received"], "secret" in shown) == (0, False)


def test_what_cannot_be_read_is_in_the_quarantine_and_alerted_about(stack: Stack) -> None:
    begin = SAMPLES["generic_json", "a disk is full"]
    garbage = begin._replace(delivery=begin.delivery._replace(body=b"{no JSON"))
    with stack.api("tenant-admin", stack.tenant_ids[0]) as api, source(api, "generic_json") as to:
        assert post(stack, to, garbage).status_code == 202
        wait_for(lambda: alerts_of(api, to, "INBOUND_UNREADABLE"), what="the alert", seconds=PATIENCE)
        query = {"reason": "UNDECODABLE", "q": to["source_id"]}
        [kept] = api.get("/customer/quarantine", params=query).json()["items"]
        assert kept["topic"] == to["path"].removeprefix("/")


def test_a_viewer_looks_and_does_not_change(stack: Stack) -> None:
    with stack.api("viewer", stack.tenant_ids[0]) as api:
        assert api.get("/customer/addons").status_code == 200
        assert api.get("/customer/inbound-sources").status_code == 200
        assert api.put("/customer/addons/prtg", json={"enabled": True}).status_code == 403
        assert api.post("/customer/inbound-sources", json={"name": "x"}).status_code == 403


def test_the_test_bench_says_what_a_payload_would_do_and_keeps_nothing(stack: Stack) -> None:
    begin = SAMPLES["prtg", "down"]
    with stack.api("tenant-admin", stack.tenant_ids[1]) as api:
        wish = {"addon_id": "prtg", "payload": begin.delivery.body.decode()}
        tried = api.post("/customer/addon-trials", json=wish).json()
        assert [(event["kind"], event["severity"]) for event in tried["events"]] == [("RAISE", "CRITICAL")]
        broken = api.post("/customer/addon-trials", json={"addon_id": "prtg", "payload": "{}"}).json()
        assert (broken["ok"], broken["events"]) == (False, [])
        manifest = {**api.get("/customer/addons/prtg").json()["manifest"], "colour": "red"}
        refused = api.post("/customer/addon-trials", json={"manifest": manifest, "payload": "{}"})
        assert refused.status_code == 400
        assert [error["field"] for error in refused.json()["errors"]] == ["manifest.colour"]
        listed = api.get("/customer/alerts", params={"status": "ALL", "type": "PRTG_SENSOR"}).json()["items"]
        assert listed == []


@pytest.fixture
def queue(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """In the place of the inbound queue."""
    assert stack
    client = boto3.client("sqs")
    url = client.create_queue(QueueName=f"inbound-{uuid4()}")["QueueUrl"]
    monkeypatch.setenv("INBOUND_QUEUE_URL", url)
    settings.cache_clear()
    yield url
    client.delete_queue(QueueUrl=url)


def waiting(queue: str) -> list[Message]:
    """What is on the queue and not put off."""
    client, found = boto3.client("sqs"), list[Message]()
    while messages := client.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
        found += [read_message(message["Body"]) for message in messages]
    return found


def hand_in(sender: Sender, request: HookRequest) -> bool:
    """Have a request received; return whether it was received before."""
    receipt = receive(
        sender.fleet.tenant_id, str(sender.source_id), request, source_address="198.51.100.7", now=clock.now()
    )
    return receipt.repeated


def test_the_same_signed_message_is_taken_once(fleet: Fleet, queue: str) -> None:
    sender = Sender(fleet, authentication=StandardWebhooksAuthentication(kind="standard_webhooks"))
    body, sent_at = '{"alert": "a", "status": "firing"}', clock.now()
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(sent_at.timestamp())),
        "webhook-signature": Webhook(sender.source.secret).sign("msg_1", sent_at, body),
    }
    request = HookRequest(headers, {}, body.encode())
    assert [hand_in(sender, request), hand_in(sender, request)] == [False, True]
    assert [message.body for message in waiting(queue)] == [body.encode()]


def test_after_a_rotation_both_secrets_work_until_the_overlap_is_over(fleet: Fleet, queue: str) -> None:
    assert queue
    sender = Sender(fleet)
    old = HookRequest({"authorization": sender.source.secret}, {}, b"{}")
    renewed = rotate_secret(fleet.person(), sender.source_id, overlap=timedelta(hours=1), if_match=None, origin=ORIGIN)
    new = HookRequest({"authorization": renewed.secret}, {}, b"{}")
    assert [hand_in(sender, old), hand_in(sender, new)] == [False, False]
    rotate_secret(fleet.person(), sender.source_id, overlap=timedelta(0), if_match=None, origin=ORIGIN)
    for request in (old, new):
        with pytest.raises(NotAuthenticatedError):
            hand_in(sender, request)


def test_a_secret_of_the_query_is_not_queued(fleet: Fleet, queue: str) -> None:
    sender = Sender(fleet, authentication=QueryAuthentication(kind="query"))
    hand_in(sender, HookRequest({}, {"key": sender.source.secret, "event": "log"}, b"{}"))
    assert [message.query for message in waiting(queue)] == [{"event": "log"}]


def test_a_storm_is_refused_and_told_of(fleet: Fleet, queue: str) -> None:
    sender = Sender(fleet)
    with operator_session(user_id=ACTOR, reason="test", write=True) as connection:
        set_tenant_limit(
            connection, tenant_id=fleet.tenant_id, name=LimitName.INBOUND_SOURCE, rates=parse_rates("3:3600")
        )
    forget_limits()
    request = HookRequest({"authorization": sender.source.secret}, {}, b"{}")
    refused = 0
    for _ in range(6):
        try:
            hand_in(sender, request)
        except TooManyRequestsError:
            refused += 1
    assert refused == 3
    told = [message for message in waiting(queue) if message.kind == "storm"]
    assert len(told) == 1
    process(told[0], clock.now())
    assert [alert["type"] for alert in sender.alerts()] == ["INBOUND_STORM"]
