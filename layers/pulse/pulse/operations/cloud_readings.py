"""What AWS itself measures of our functions and queues."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import cache
from itertools import batched
from typing import TYPE_CHECKING, Final

import boto3
from botocore.config import Config

from pulse.operations.stack_parts import Queue, StackParts
from pulse.operations.system_metric import Measured, SystemMetric

if TYPE_CHECKING:
    from types_boto3_cloudwatch import CloudWatchClient
    from types_boto3_cloudwatch.type_defs import MetricDataQueryUnionTypeDef, MetricStatTypeDef
    from types_boto3_sqs import SQSClient

_CONFIG: Final = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 2})
_QUERIES_PER_CALL: Final = 500  # CloudWatch's own limit
# Those that a schedule starts: how long they take says how close they are to not keeping up.
SCHEDULED: Final = frozenset(
    {
        "announce_shift_changes",
        "collect_metrics",
        "evaluate_fleet",
        "relay_outbox",
        "roll_up_telemetry",
        "send_digests",
        "sweep_commands",
        "sweep_devices",
        "sweep_escalations",
        "sweep_notifications",
        "sweep_subscriptions",
    }
)


def read_queues(queues: Mapping[str, Queue]) -> Iterator[Measured]:
    """How many messages each queue holds. Raises botocore's errors."""
    for queue in queues.values():
        waiting, in_flight = count_messages(queue)
        yield Measured(SystemMetric.QUEUE_MESSAGES, waiting, queue.name)
        yield Measured(SystemMetric.QUEUE_MESSAGES_IN_FLIGHT, in_flight, queue.name)


def count_messages(queue: Queue) -> tuple[int, int]:
    """About how many messages wait in a queue, those that are delayed among them, and are being worked on."""
    attributes = _sqs().get_queue_attributes(
        QueueUrl=queue.url,
        AttributeNames=[
            "ApproximateNumberOfMessages",
            "ApproximateNumberOfMessagesDelayed",
            "ApproximateNumberOfMessagesNotVisible",
        ],
    )["Attributes"]
    return (
        int(attributes["ApproximateNumberOfMessages"]) + int(attributes.get("ApproximateNumberOfMessagesDelayed", 0)),
        int(attributes["ApproximateNumberOfMessagesNotVisible"]),
    )


def read_cloudwatch(parts: StackParts, *, end: datetime, period: timedelta) -> Iterator[Measured]:
    """How functions did in the period before `end`, and the age of what waits in queues. Raises botocore's errors.

    A function that did not run says nothing but that; the emulator says nothing of queues' ages.
    """
    found = _query(_queries(parts, period), end=end, period=period)
    minutes = period / timedelta(minutes=1)
    for name in parts.functions:
        runs = found.get(("Invocations", name), 0.0)
        errors = found.get(("Errors", name), 0.0)
        yield Measured(SystemMetric.FUNCTION_INVOCATIONS, runs / minutes, name)
        yield Measured(SystemMetric.FUNCTION_ERRORS, errors / minutes, name)
        if runs:
            yield Measured(SystemMetric.FUNCTION_ERROR_RATIO, min(1.0, errors / runs), name)
        if (duration := found.get(("Duration", name))) is not None:
            yield Measured(SystemMetric.FUNCTION_DURATION, duration / 1000, name)
        if (longest := found.get(("Longest", name))) is not None:
            yield Measured(SystemMetric.SWEEP_DURATION, longest / 1000, name)
    for name in parts.queues:
        if (age := found.get(("Age", name))) is not None:
            yield Measured(SystemMetric.QUEUE_OLDEST_MESSAGE_AGE, age, name)


def _queries(parts: StackParts, period: timedelta) -> "Iterator[tuple[tuple[str, str], MetricStatTypeDef]]":
    def stat(of: str, dimension: str, value: str, metric: str, statistic: str) -> "MetricStatTypeDef":
        return {
            "Metric": {
                "Namespace": of,
                "MetricName": metric,
                "Dimensions": [{"Name": dimension, "Value": value}],
            },
            "Stat": statistic,
            "Period": int(period.total_seconds()),
        }

    for name, deployed in parts.functions.items():
        of_function = ("AWS/Lambda", "FunctionName", deployed)
        yield ("Invocations", name), stat(*of_function, "Invocations", "Sum")
        yield ("Errors", name), stat(*of_function, "Errors", "Sum")
        yield ("Duration", name), stat(*of_function, "Duration", "p95")
        if name in SCHEDULED:
            yield ("Longest", name), stat(*of_function, "Duration", "Maximum")
    for name, queue in parts.queues.items():
        deployed = queue.url.rpartition("/")[2]
        yield ("Age", name), stat("AWS/SQS", "QueueName", deployed, "ApproximateAgeOfOldestMessage", "Maximum")


def _query(
    queries: "Iterator[tuple[tuple[str, str], MetricStatTypeDef]]", *, end: datetime, period: timedelta
) -> dict[tuple[str, str], float]:
    """The value of each query in the period; those without one are not there."""
    found: dict[tuple[str, str], float] = {}
    for batch in batched(queries, _QUERIES_PER_CALL, strict=False):
        keys = {f"q{index}": key for index, (key, _) in enumerate(batch)}
        wanted: list[MetricDataQueryUnionTypeDef] = [
            {"Id": f"q{index}", "MetricStat": stat} for index, (_, stat) in enumerate(batch)
        ]
        pages = (
            _cloudwatch()
            .get_paginator("get_metric_data")
            .paginate(MetricDataQueries=wanted, StartTime=end - period, EndTime=end)
        )
        for page in pages:
            found |= {
                keys[result["Id"]]: result["Values"][0] for result in page["MetricDataResults"] if result["Values"]
            }
    return found


@cache
def _cloudwatch() -> "CloudWatchClient":
    return boto3.client("cloudwatch", config=_CONFIG)


@cache
def _sqs() -> "SQSClient":
    return boto3.client("sqs", config=_CONFIG)
