"""Targets of a fresh tenant, and turns of the minute: due, polled, heard, as the functions do it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import boto3

from pulse import clock
from pulse.inbound.message import read_message
from pulse.targets import managing
from pulse.targets.hearing import process_poll
from pulse.targets.polling import hand_out_due, poll_targets, read_batch
from pulse.targets.target import Target, TargetWish
from tests.builders import ORIGIN, Fleet

PATIENCE = timedelta(seconds=60)


class Turns:
    """What the schedule, the queues and the two functions do, in this process."""

    def __init__(self, fleet: Fleet, poll_queue: str, inbound_queue: str) -> None:
        self.fleet = fleet
        self._poll_queue = poll_queue
        self._inbound_queue = inbound_queue

    def add(self, addon_id: str, access: Mapping[str, Any], **changes: Any) -> Target:
        """A target at 127.0.0.1 whose first failure is alerted about."""
        wish = {
            "name": f"target-{uuid4().hex[:6]}",
            "addon_id": addon_id,
            "host": "127.0.0.1",
            "access": dict(access),
            "site_id": None,
            "gateway_device_id": None,
            "interval_seconds": 60,
            "timeout_seconds": 25,
            "failures_before_alert": 1,
            "enabled": True,
        }
        return managing.create_target(self.fleet.person(), TargetWish(**{**wish, **changes}), origin=ORIGIN)

    def run(self, target: Target, *, now: datetime | None = None) -> None:
        """A minute's turn, in which the target is due."""
        due_at = now or clock.now()
        self.fleet.rows(
            "UPDATE poll_targets SET next_poll_at = %s WHERE target_id = %s RETURNING target_id",
            due_at,
            target.target_id,
        )
        hand_out_due(due_at, budget=PATIENCE)
        for body in _take(self._poll_queue):
            _, keys = read_batch(body)
            poll_targets(clock.now(), keys)
        for body in _take(self._inbound_queue):
            process_poll(read_message(body), clock.now())

    def alerts(self, alert_type: str) -> list[dict[str, Any]]:
        """The tenant's alerts of a type, oldest first, those of one poll by their summaries."""
        return self.fleet.rows("SELECT * FROM alerts WHERE type = %s ORDER BY opened_at, summary", alert_type)

    def read(self, target: Target) -> Target:
        """The target as it is now."""
        return managing.get_target(self.fleet.tenant_id, target.target_id)

    def row(self, target_id: UUID) -> dict[str, Any]:
        """Its row."""
        [row] = self.fleet.rows("SELECT * FROM poll_targets WHERE target_id = %s", target_id)
        return row


def _take(queue: str) -> list[str]:
    client = boto3.client("sqs")
    found: list[str] = []
    while messages := client.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            client.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
            found.append(message["Body"])
    return found
