"""Receivers of notifications on 127.0.0.1, and a tenant that has one."""

from collections.abc import Iterator
from uuid import uuid4

import boto3
import pytest

from pulse.settings import settings
from tests.builders import Fleet
from tests.integration.notifications.desk import Desk
from tests.integration.outbound.conftest import authority, https_receiver, local_destinations
from tests.integration.outbound.servers import Receiver
from tests.integration.stack import Stack

__all__ = ["authority", "https_receiver", "local_destinations"]


@pytest.fixture
def delivery_queue(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A queue of the test's own, so that the deployed functions do not take part."""
    assert stack
    client = boto3.client("sqs")
    url = client.create_queue(QueueName=f"delivery-{uuid4()}")["QueueUrl"]
    monkeypatch.setenv("DELIVERY_QUEUE_URL", url)
    settings.cache_clear()
    yield url
    client.delete_queue(QueueUrl=url)


@pytest.fixture
def desk(fleet: Fleet, https_receiver: Receiver, delivery_queue: str) -> Desk:
    assert delivery_queue
    return Desk(fleet, https_receiver)


@pytest.fixture
def own_hosts(https_receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """The receiver in the place of PagerDuty's and Slack's own hosts."""
    for name in ("PAGERDUTY_EVENTS_URL", "PAGERDUTY_EVENTS_EU_URL", "SLACK_API_URL"):
        monkeypatch.setenv(name, https_receiver.url)
    settings.cache_clear()
    yield https_receiver
    settings.cache_clear()
