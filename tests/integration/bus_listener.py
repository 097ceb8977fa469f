"""A queue behind the event bus, so that tests see what consumers would."""

from typing import Any
from uuid import uuid4

import boto3
import orjson

from pulse.events.outbox import publish_due
from pulse.settings import settings
from tests.integration.stack import wait_for


class BusListener:
    """Collects the bus's events, each once: its `event_id` is the same however often it is delivered.

    A call to the bus that answers too late is made again, which a loaded machine is enough for.
    """

    def __init__(self, bus_name: str) -> None:
        self._events = boto3.client("events")
        self._sqs = boto3.client("sqs")
        self._bus_name = bus_name
        self._rule = f"listener-{uuid4().hex[:8]}"
        self._queue_url = self._sqs.create_queue(QueueName=self._rule)["QueueUrl"]
        queue_arn = self._sqs.get_queue_attributes(QueueUrl=self._queue_url, AttributeNames=["QueueArn"])["Attributes"]
        pattern = orjson.dumps({"source": ["pulse"]}).decode()
        self._events.put_rule(Name=self._rule, EventBusName=bus_name, EventPattern=pattern)
        self._events.put_targets(
            Rule=self._rule, EventBusName=bus_name, Targets=[{"Id": "queue", "Arn": queue_arn["QueueArn"]}]
        )
        self._seen: dict[str, dict[str, Any]] = {}

    def of_tenant(self, tenant_id: str, *, at_least: int) -> list[dict[str, Any]]:
        """The tenant's events so far as {"event_type", **detail}, once there are that many.

        Nothing relays the outbox of the scenario database, where others may have left more than goes in one batch.
        """
        if settings().database_url is not None:
            publish_due(batches=100)

        def look() -> list[dict[str, Any]] | None:
            self._receive()
            events = [event for event in self._seen.values() if event["tenant_id"] == tenant_id]
            return events if len(events) >= at_least else None

        return wait_for(look, what=f"{at_least} events of {tenant_id}")

    def close(self) -> None:
        """Take rule and queue away."""
        self._events.remove_targets(Rule=self._rule, EventBusName=self._bus_name, Ids=["queue"])
        self._events.delete_rule(Name=self._rule, EventBusName=self._bus_name)
        self._sqs.delete_queue(QueueUrl=self._queue_url)

    def _receive(self) -> None:
        while messages := self._sqs.receive_message(QueueUrl=self._queue_url, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                entry = orjson.loads(message["Body"])
                event = {"event_type": entry["detail-type"], **entry["detail"]}
                self._seen.setdefault(event["event_id"], event)
            self._sqs.delete_message_batch(
                QueueUrl=self._queue_url,
                Entries=[
                    {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"]}
                    for number, message in enumerate(messages)
                ],
            )
