"""Channels on the deployed stack: made, shown without their secrets, edited, tried out."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from tests.integration.outbound.servers import Receiver, Reply, receiver
from tests.integration.outbound.snmp_receiver import COMMUNITY, trap_receiver
from tests.integration.stack import Stack

CHANNELS = "/customer/notification-channels"
SECRET = "whsec_" + "QUJD" * 12


@pytest.fixture
def api(stack: Stack) -> Iterator[httpx.Client]:
    """The API as a tenant-admin sees it."""
    with stack.api("tenant-admin", stack.tenant_ids[0]) as api:
        yield api


@pytest.fixture
def server() -> Iterator[Receiver]:
    """A receiver without TLS, which the local stack may reach."""
    with receiver() as server:
        yield server


def make(api: httpx.Client, kind: str, config: dict[str, Any], **more: Any) -> dict[str, Any]:
    answer = api.post(CHANNELS, json={"name": f"Channel {uuid4()}", "kind": kind, "config": config, **more})
    assert answer.status_code == 201, answer.text
    channel: dict[str, Any] = answer.json()
    return channel


def url_of(server: Receiver) -> str:
    return f"http://127.0.0.1:{server.server_port}"


def test_a_channel_is_made_found_changed_and_deleted(api: httpx.Client, server: Receiver) -> None:
    made = make(api, "webhook", {"url": f"{url_of(server)}/a?token=1"})
    path = f"{CHANNELS}/{made['channel_id']}"
    assert made["destination"] == f"POST {url_of(server)}/a"
    found = api.get(CHANNELS, params={"q": made["name"].upper(), "kind": "webhook"}).json()
    assert (found["total"], found["items"]) == (1, [made])
    body = {"name": made["name"], "kind": "webhook", "config": {"url": url_of(server), "method": "PUT"}}
    changed = api.put(path, json=body, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.json()["destination"]) == (200, f"PUT {url_of(server)}")
    assert api.put(path, json=body, headers={"If-Match": '"1"'}).status_code == 412
    assert api.delete(path).status_code == 204
    assert api.get(path).status_code == 404


def test_secrets_are_kept_encrypted_and_masked_and_survive_an_edit(
    api: httpx.Client, server: Receiver, stack: Stack
) -> None:
    config = {"url": url_of(server), "headers": {"Authorization": "Bearer top-secret"}, "signing_secret": SECRET}
    made = make(api, "webhook", config)
    path = f"{CHANNELS}/{made['channel_id']}"
    assert made["config"]["headers"] == {"Authorization": "***"}
    assert made["config"]["signing_secret"] == "***"
    with psycopg.connect(stack.database_url) as connection:
        query = "SELECT to_jsonb(c)::text, secrets FROM notification_channels c WHERE channel_id = %s"
        [(row, secrets)] = connection.execute(query, (made["channel_id"],)).fetchall()
    assert "top-secret" not in row
    assert b"top-secret" not in bytes(secrets)
    edited = {**made["config"], "headers": {**made["config"]["headers"], "X-Team": "blue"}}
    assert api.put(path, json={"name": made["name"], "kind": "webhook", "config": edited}).status_code == 200
    assert api.post(f"{path}/test").json()["ok"]
    [request] = server.received
    assert (request.headers["authorization"], request.headers["x-team"]) == ("Bearer top-secret", "blue")
    assert request.headers["webhook-signature"].startswith("v1,")


def test_a_test_shows_what_the_other_side_answered_and_is_not_repeated(api: httpx.Client, server: Receiver) -> None:
    server.replies = [Reply(status=503, body=b"come back later"), Reply(body=b"thanks")]
    made = make(api, "webhook", {"url": url_of(server)}, enabled=False)
    first = api.post(f"{CHANNELS}/{made['channel_id']}/test").json()
    assert (first["ok"], first["status_code"], first["answer"]) == (False, 503, "come back later")
    assert "answered 503" in first["error"]
    assert len(server.received) == 1
    second = api.post(f"{CHANNELS}/{made['channel_id']}/test").json()
    assert (second["ok"], second["status_code"], second["answer"], second["error"]) == (True, 200, "thanks", None)
    assert server.received[-1].document["type"] == "alert.test"


def test_a_test_is_in_the_delivery_log_and_can_not_be_replayed(api: httpx.Client, server: Receiver) -> None:
    server.replies = [Reply(status=503, body=b"come back later"), Reply(body=b"thanks")]
    channel_id = make(api, "webhook", {"url": url_of(server)})["channel_id"]
    path = f"{CHANNELS}/{channel_id}"
    assert not api.post(f"{path}/test").json()["ok"]
    health = api.get(path).json()["health"]
    assert (health["last_sent_at"], health["failed_attempts_in_a_row"]) == (None, 0)
    [failed] = api.get("/customer/notification-jobs", params={"channel_id": channel_id}).json()["items"]
    assert (failed["event"], failed["status"], failed["attempts"]) == ("test", "FAILED", 1)
    assert (failed["alert_id"], failed["alert"], failed["subscription_id"]) == (None, None, None)
    assert "answered 503" in failed["outcome"]
    assert api.post(f"/customer/notification-jobs/{failed['job_id']}/replay").status_code == 409
    assert api.post(f"{path}/replay").json() == {"jobs": 0}
    assert api.post(f"{path}/test").json()["ok"]
    assert api.get(path).json()["health"]["last_sent_at"] is not None
    tests = {"channel_id": channel_id, "event": "test", "status": "SENT"}
    [sent] = api.get("/customer/notification-jobs", params=tests).json()["items"]
    detail = api.get(f"/customer/notification-jobs/{sent['job_id']}").json()
    assert [(each["outcome"], each["status_code"], each["answer"]) for each in detail["tries"]] == [
        ("SENT", 200, "thanks")
    ]
    assert server.received[-1].headers["webhook-id"] == sent["job_id"]
    assert len(server.received) == 2


def test_a_trap_is_sent_by_what_is_deployed(api: httpx.Client) -> None:
    with trap_receiver() as manager:
        config = {"host": "127.0.0.1", "port": manager.port, "version": "v2c", "community": COMMUNITY}
        made = make(api, "snmp", config)
        assert made["config"]["community"] == "***"
        result = api.post(f"{CHANNELS}/{made['channel_id']}/test").json()
        assert result["ok"], result
        trap, _ = manager.take()
    assert trap is not None
    assert trap.oid.endswith(".0.4")


@pytest.mark.parametrize(
    ("kind", "config", "field"),
    [
        ("webhook", {}, "config.url"),
        ("webhook", {"url": "https://10.0.0.1/x"}, "config.url"),
        ("webhook", {"url": "https://169.254.169.254/latest"}, "config.url"),
        ("webhook", {"url": "ftp://1.1.1.1"}, "config.url"),
        ("webhook", {"url": "https://1.1.1.1", "headers": {"Host": "x"}}, "config.headers.Host"),
        ("webhook", {"url": "https://1.1.1.1", "headers": {"X-A": "a\nb"}}, "config.headers.X-A"),
        ("webhook", {"url": "https://1.1.1.1", "body_template": "{{ nothing }}"}, "config.body_template"),
        ("webhook", {"url": "https://1.1.1.1", "signing_secret": "***"}, "config.signing_secret"),
        ("webhook", {"url": "https://1.1.1.1", "surely_unknown": 1}, "config.surely_unknown"),
        ("slack", {"webhook_url": "https://192.168.0.1/x"}, "config.webhook_url"),
        ("slack", {"bot_token": "xoxb-1"}, "config"),
        ("teams", {"webhook_url": "https://[fd00:ec2::254]/x"}, "config.webhook_url"),
        ("snmp", {"host": "10.0.0.8", "version": "v2c", "community": "plant-7"}, "config.host"),
        ("snmp", {"host": "1.1.1.1"}, "config"),
        ("pagerduty", {"integration_key": "short"}, "config.integration_key"),
        ("email", {"to": []}, "config.to"),
        ("email", {"to": ["nobody"]}, "config.to.0"),
        (
            "email",
            {"to": ["a@b.example"], "mail_server": {"host": "10.0.0.25", "from_address": "a@b.example"}},
            "config.mail_server.host",
        ),
    ],
)
def test_what_makes_no_sense_is_named(api: httpx.Client, kind: str, config: dict[str, Any], field: str) -> None:
    answer = api.post(CHANNELS, json={"name": "Wrong", "kind": kind, "config": config})
    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (400, [field])


def test_a_name_is_taken_once_and_a_kind_for_good(api: httpx.Client) -> None:
    made = make(api, "email", {"to": ["noc@acme.example"]})
    body = {"name": made["name"], "kind": "email", "config": {"to": ["noc@acme.example"]}}
    assert api.post(CHANNELS, json=body).status_code == 409
    other = api.put(
        f"{CHANNELS}/{made['channel_id']}",
        json={"name": "x", "kind": "pagerduty", "config": {"integration_key": "4f" * 16}},
    )
    assert (other.status_code, other.json()["errors"][0]["field"]) == (400, "kind")


def test_a_form_can_be_made_for_every_kind(api: httpx.Client) -> None:
    kinds = {kind["kind"]: kind for kind in api.get("/customer/notification-channel-kinds").json()["items"]}
    assert set(kinds) == {"slack", "pagerduty", "teams", "webhook", "email", "snmp", "mqtt"}
    assert kinds["pagerduty"]["config_schema"]["properties"]["integration_key"]["writeOnly"] is True
    assert kinds["webhook"]["config_schema"]["required"] == ["url"]


def test_changes_are_in_the_audit_log_without_secrets(api: httpx.Client, server: Receiver) -> None:
    made = make(api, "slack", {"webhook_url": f"{url_of(server)}/services/hidden"})
    api.delete(f"{CHANNELS}/{made['channel_id']}")
    log = api.get("/customer/audit-log", params={"limit": 50}).json()["items"]
    entries = [entry for entry in log if entry["subject"] == made["channel_id"]]
    assert [entry["action"] for entry in entries] == ["notification_channel.delete", "notification_channel.create"]
    assert "hidden" not in str(entries)
