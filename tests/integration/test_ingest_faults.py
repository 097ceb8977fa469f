"""Ingest on the deployed stack while things go wrong: everything that was taken is there in the end, once."""

import time
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import boto3
import orjson
import psycopg
import pytest

from local.instance import Instance
from pulse.settings import settings
from tests.builders import Fleet, lambda_context, queue_body
from tests.integration.stack import Stack, wait_for
from tests.soak.run import Plan, run


@pytest.mark.timeout(600)
def test_an_outage_killed_workers_poison_doubles_and_wrong_clocks_lose_and_double_nothing(
    stack: Stack, instance: Instance, deployed_database: str
) -> None:
    assert deployed_database
    plan = Plan(rate=100, calm=3, outage=8, clock_error=3, worker_kills=2, patience=300, visibility_timeout=10)
    outcome = run(stack, instance, plan)
    assert outcome.account.is_exact, str(outcome.account)
    assert outcome.account.sent > 500
    assert outcome.account.quarantined > 0
    assert outcome.workers_killed >= 2


@pytest.fixture
def queue(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A queue beside the deployed one, which nobody reads; its messages stay invisible for minutes."""
    assert stack
    client = boto3.client("sqs")
    url = client.create_queue(QueueName="test-ingest-faults", Attributes={"VisibilityTimeout": "180"})["QueueUrl"]
    monkeypatch.setenv("TELEMETRY_QUEUE_URL", url)
    settings.cache_clear()
    yield url
    client.delete_queue(QueueUrl=url)
    settings.cache_clear()


def receive(queue_url: str) -> list[dict[str, Any]]:
    """Messages as Lambda's poller hands them to the function."""
    answer = boto3.client("sqs").receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10, AttributeNames=["All"])
    return [
        {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message["Attributes"],
        }
        for message in answer.get("Messages", [])
    ]


def test_a_batch_that_finds_the_database_away_is_handed_out_again_in_seconds(
    fleet: Fleet, queue: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fleet.add_device()
    client = boto3.client("sqs")
    for _ in range(3):
        client.send_message(QueueUrl=queue, MessageBody=queue_body(fleet.message()))
    records = receive(queue)
    assert len(records) == 3
    handler = import_module("ingest_telemetry.app").handler

    def away(*_: object) -> None:
        message = "connection refused"
        raise psycopg.OperationalError(message)

    with monkeypatch.context() as patched:
        patched.setattr("pulse.telemetry.ingest.write_batch", away)
        with pytest.raises(psycopg.OperationalError):
            handler({"Records": records}, lambda_context())
    failed_at = time.monotonic()
    again = wait_for(lambda: receive(queue), what="the messages", seconds=20)
    assert time.monotonic() - failed_at >= 3
    again += receive(queue)
    assert {record["attributes"]["ApproximateReceiveCount"] for record in again} == {"2"}
    assert handler({"Records": again}, lambda_context()) == {"batchItemFailures": []}
    assert len(fleet.rows("SELECT message_id FROM tenant_telemetry")) == len(again)


def test_a_dead_letter_that_is_put_back_is_stored_once(stack: Stack, deployed_database: str) -> None:
    """The runbook's redrive: what was given up goes back to its queue, and what was stored before is recognised."""
    assert deployed_database
    fleet = Fleet()
    fleet.add_device()
    client = boto3.client("sqs")
    dead_letters = stack.outputs["TelemetryDeadLetterQueueUrl"]
    given_up = fleet.message({"ts": "2026-11-20T12:00:00Z", "seq": 1, "metrics": {"a": 1}})
    for _ in range(2):
        client.send_message(QueueUrl=dead_letters, MessageBody=queue_body(given_up))
    for message in client.receive_message(QueueUrl=dead_letters, MaxNumberOfMessages=10).get("Messages", []):
        assert orjson.loads(message["Body"])["topic"]
        client.send_message(QueueUrl=stack.outputs["TelemetryQueueUrl"], MessageBody=message["Body"])
        client.delete_message(QueueUrl=dead_letters, ReceiptHandle=message["ReceiptHandle"])
    wait_for(lambda: fleet.rows("SELECT message_id FROM tenant_telemetry"), what="the reading")
    time.sleep(1)
    assert fleet.rows("SELECT message_id FROM tenant_telemetry") == [{"message_id": "seq:1"}]
