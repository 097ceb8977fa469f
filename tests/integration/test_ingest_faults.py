"""Ingest on the deployed stack while things go wrong: everything that was taken is there in the end, once."""

import re
import time
from base64 import b64encode
from collections.abc import Iterator
from importlib import import_module
from typing import Any
from uuid import uuid4

import boto3
import orjson
import psycopg
import pytest

from local import dead_letters
from local.instance import STACK_NAME, Instance
from pulse import clock
from pulse.settings import settings
from tests.builders import Fleet, lambda_context, queue_body
from tests.integration.stack import Stack, wait_for
from tests.soak.run import Plan, is_empty, run


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

    handed_in_at = time.monotonic()
    with monkeypatch.context() as patched:
        patched.setattr("pulse.telemetry.ingest.write_batch", away)
        with pytest.raises(psycopg.OperationalError):
            handler({"Records": records}, lambda_context())
    again = wait_for(lambda: receive(queue), what="the messages")
    assert time.monotonic() - handed_in_at >= 3
    again += receive(queue)
    assert {record["attributes"]["ApproximateReceiveCount"] for record in again} == {"2"}
    assert handler({"Records": again}, lambda_context()) == {"batchItemFailures": []}
    assert len(fleet.rows("SELECT message_id FROM tenant_telemetry")) == len(again)


def test_dead_letters_that_are_put_back_are_stored_once(
    stack: Stack, deployed_database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The runbook's commands, for what ingest gave up and for what a topic rule could not hand on."""
    assert deployed_database
    fleet = Fleet()
    fleet.add_device()
    client = boto3.client("sqs")
    now = clock.now()  # a topic rule's failure says nothing of when the message came
    given_up = fleet.message({"ts": now.isoformat(), "seq": 1, "metrics": {"a": 1}}, at=now)
    not_handed_on = {
        "topic": given_up.topic,
        "clientId": ":".join(given_up.topic.split("/")[1:3]),
        "cloudwatchTraceId": str(uuid4()),
        "base64OriginalPayload": b64encode(
            orjson.dumps({"ts": now.isoformat(), "seq": 2, "metrics": {"a": 2}})
        ).decode(),
        "failures": [{"failedAction": "SqsAction", "errorMessage": "Access to the resource is denied"}],
    }
    for _ in range(2):
        client.send_message(QueueUrl=stack.outputs["TelemetryDeadLetterQueueUrl"], MessageBody=queue_body(given_up))
        client.send_message(
            QueueUrl=stack.outputs["TelemetryErrorQueueUrl"], MessageBody=orjson.dumps(not_handed_on).decode()
        )
    for queue in ("TelemetryDeadLetterQueue", "TelemetryErrorQueue"):
        assert dead_letters.main(["--stack", STACK_NAME, "redrive", queue]) == 0
        said = re.fullmatch(r"(\d+) put back\n", capsys.readouterr().out)
        assert said is not None
        assert int(said[1]) >= 2  # other tests may have left some

    def stored() -> list[str]:
        return sorted(row["message_id"] for row in fleet.rows("SELECT message_id FROM tenant_telemetry"))

    wait_for(lambda: len(stored()) >= 2, what="the readings")
    wait_for(lambda: is_empty(stack.outputs["TelemetryQueueUrl"]), what="an empty queue")
    assert stored() == ["seq:1", "seq:2"]
    assert dead_letters.main(["--stack", STACK_NAME, "list"]) == 0
    assert "      0 TelemetryErrorQueue" in capsys.readouterr().out.splitlines()
