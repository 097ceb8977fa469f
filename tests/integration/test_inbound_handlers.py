"""Handlers of webhooks, polls and what comes of them, with the samples of their triggers."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID, uuid4

import boto3
import orjson
import pytest

from pulse import clock
from pulse.database import tenant_session
from pulse.inbound.message import read_message
from pulse.secrets import encrypt_secrets
from pulse.settings import settings
from tests.builders import LambdaContext
from tests.integration.handlers import SAMPLE_TENANT, context, handle, sample, sample_device
from tests.integration.outbound.servers import local_destinations_allowed
from tests.integration.stack import Stack, wait_for

__all__ = ["context", "sample_device"]


@pytest.fixture
def sample_source(sample_device: str) -> UUID:
    """The inbound source that the samples are about."""
    assert sample_device
    source_id = UUID(sample("receive_webhook")["pathParameters"]["source_id"])
    kept = encrypt_secrets(SAMPLE_TENANT, source_id, {"secret": "the-secret"})
    with tenant_session(SAMPLE_TENANT) as connection:
        connection.execute(
            """
            WITH chosen AS (
                INSERT INTO tenant_addons (tenant_id, addon_id, enabled)
                VALUES (%(tenant_id)s, 'generic_json', true), (%(tenant_id)s, 'snmp_generic', true)
                ON CONFLICT DO NOTHING
            )
            INSERT INTO inbound_sources (tenant_id, source_id, name, addon_id, authentication, secret)
            VALUES (%(tenant_id)s, %(source_id)s, 'Scripts', 'generic_json',
                    '{"kind": "header", "name": "Authorization"}', %(secret)s)
            ON CONFLICT DO NOTHING
            """,
            {"tenant_id": SAMPLE_TENANT, "source_id": source_id, "secret": kept},
        )
    return source_id


def test_receive_webhook_puts_a_message_on_the_queue(
    sample_source: UUID, context: LambdaContext, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert stack
    client = boto3.client("sqs")
    queue = client.create_queue(QueueName=f"received-{uuid4()}")["QueueUrl"]
    monkeypatch.setenv("INBOUND_QUEUE_URL", queue)
    settings.cache_clear()
    event = sample("receive_webhook")
    event["headers"]["authorization"] = "Bearer the-secret"
    assert handle("receive_webhook", event, context)["statusCode"] == 202
    [received] = client.receive_message(QueueUrl=queue)["Messages"]
    message = read_message(received["Body"])
    assert (message.source_id, message.body) == (sample_source, event["body"].encode())
    client.delete_queue(QueueUrl=queue)


def test_process_inbound_gives_back_what_it_has_no_time_for(context: LambdaContext) -> None:
    event = sample("process_inbound")
    answer = handle("process_inbound", event, replace(context, remaining_milliseconds=9_999))
    assert answer == {"batchItemFailures": [{"itemIdentifier": each["messageId"]} for each in event["Records"]]}


def test_process_inbound_opens_alerts_of_a_source_and_of_a_gateway(sample_source: UUID, context: LambdaContext) -> None:
    assert handle("process_inbound", sample("process_inbound"), context) == {"batchItemFailures": []}
    with tenant_session(SAMPLE_TENANT) as connection:
        query = "SELECT summary, details FROM alerts WHERE source = 'addon' ORDER BY summary"
        disk, link = connection.execute(query).fetchall()
    assert (disk["summary"], link["summary"]) == ("Disk 2 is full", "Interface ge-0/0/7 of 192.0.2.7 is down")
    assert disk["details"]["inbound_source"] == {"source_id": str(sample_source), "name": "Scripts"}
    assert link["details"]["gateway"] == {"device_id": "freezer-1"}


@pytest.fixture
def sample_target(sample_device: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[UUID]:
    """The target that the samples are about, at a port where nobody listens, and queues for it."""
    assert sample_device
    _, [[_, target]] = orjson.loads(sample("run_polls")["Records"][0]["body"]).values()
    with tenant_session(SAMPLE_TENANT) as connection:
        connection.execute(
            """
            INSERT INTO poll_targets (tenant_id, target_id, name, addon_id, host, access, interval_seconds,
                                      timeout_seconds, failures_before_alert, next_poll_at)
            VALUES (%(tenant_id)s, %(target_id)s, 'Camera', 'axis_camera', '127.0.0.1',
                    '{"kind": "http", "tls": false, "port": 1}', 86400, 10, 1, now())
            ON CONFLICT (tenant_id, target_id) DO UPDATE SET next_poll_at = now(), busy_until = NULL
            """,
            {"tenant_id": SAMPLE_TENANT, "target_id": target},
        )
    client = boto3.client("sqs")
    queue = client.create_queue(QueueName=f"polls-{uuid4()}")["QueueUrl"]
    for name in ("POLL_QUEUE_URL", "INBOUND_QUEUE_URL"):
        monkeypatch.setenv(name, queue)
    with local_destinations_allowed(monkeypatch, plaintext=True):
        yield UUID(target)
    client.delete_queue(QueueUrl=queue)


def test_poll_targets_hands_out_what_is_due(sample_target: UUID, context: LambdaContext) -> None:
    assert handle("poll_targets", sample("poll_targets"), context)["targets"] >= 1

    def is_handed_out() -> bool:
        """What other tests have left is due as well."""
        messages = boto3.client("sqs").receive_message(QueueUrl=str(settings().poll_queue_url))
        return any(str(sample_target) in message["Body"] for message in messages.get("Messages", []))

    wait_for(is_handed_out, what="the target on the queue")


def test_run_polls_tells_what_came_of_it(sample_target: UUID, context: LambdaContext) -> None:
    event = sample("run_polls")
    body = orjson.loads(event["Records"][0]["body"])
    event["Records"][0]["body"] = orjson.dumps({**body, "due_at": clock.now().isoformat()}).decode()
    assert handle("run_polls", event, context) == {"batchItemFailures": []}
    [message] = boto3.client("sqs").receive_message(QueueUrl=str(settings().inbound_queue_url))["Messages"]
    told = read_message(message["Body"])
    assert (told.kind, told.source_id) == ("poll", sample_target)
    assert orjson.loads(told.body)["outcome"]["kind"] == "refused"
