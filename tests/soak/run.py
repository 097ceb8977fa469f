"""Publish while things go wrong, wait until the queue is empty, and count."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import boto3

from local.instance import Instance
from tests.builders import Fleet
from tests.integration.stack import Stack, wait_for
from tests.soak.faults import kill_workers, without_database
from tests.soak.ledger import Account, settle
from tests.soak.load import Load


@dataclass(frozen=True, slots=True)
class Plan:
    """How long things go well, and how long they don't, in seconds."""

    rate: int
    calm: float
    outage: float
    clock_error: float
    worker_kills: int
    patience: float
    # How long messages of a killed worker stay away; None leaves it at what is deployed.
    visibility_timeout: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the messages, and what it took."""

    account: Account
    workers_killed: int
    seconds_of_load: float
    seconds_to_drain: float


def run(stack: Stack, instance: Instance, plan: Plan) -> Outcome:
    """Run the plan against a deployed stack, whose database this process's sessions go to."""
    function, queue_url = stack.outputs["IngestTelemetryFunction"], stack.outputs["TelemetryQueueUrl"]
    with _visibility_timeout(queue_url, plan.visibility_timeout):
        return _run(stack, instance, plan, function, queue_url)


def _run(stack: Stack, instance: Instance, plan: Plan, function: str, queue_url: str) -> Outcome:
    load = Load(Fleet(), queue_url, rate=plan.rate)
    started = time.monotonic()
    load.start()
    try:
        time.sleep(plan.calm)
        load.clock_error = timedelta(hours=1)
        time.sleep(plan.clock_error)
        load.clock_error = -timedelta(hours=1)
        without_database(instance, plan.outage)
        killed = 0
        for _ in range(plan.worker_kills):
            killed += wait_for(lambda: kill_workers(instance, function), what="a worker to kill", seconds=60)
            time.sleep(plan.calm / 2)
        load.clock_error = timedelta()
        time.sleep(plan.calm)
    finally:
        load.stop()
    load_ended = time.monotonic()
    wait_for(lambda: is_empty(queue_url), what="an empty queue", seconds=plan.patience)
    return Outcome(
        account=settle(load.ledger, stack.database_url),
        workers_killed=killed,
        seconds_of_load=load_ended - started,
        seconds_to_drain=time.monotonic() - load_ended,
    )


def is_empty(queue_url: str) -> bool:
    """Whether nothing waits in a queue and nobody is at work on what was in it."""
    answer = boto3.client("sqs").get_queue_attributes(QueueUrl=queue_url, AttributeNames=["All"])["Attributes"]
    return answer["ApproximateNumberOfMessages"] == answer["ApproximateNumberOfMessagesNotVisible"] == "0"


@contextmanager
def _visibility_timeout(queue_url: str, seconds: int | None) -> Iterator[None]:
    """Another visibility timeout of the queue for a while."""
    client = boto3.client("sqs")
    deployed = client.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["VisibilityTimeout"])["Attributes"]
    if seconds is not None:
        client.set_queue_attributes(QueueUrl=queue_url, Attributes={"VisibilityTimeout": str(seconds)})
    yield
    client.set_queue_attributes(QueueUrl=queue_url, Attributes=deployed)
