"""Queues and their dead letters, as operators look after them: how much waits, what it is, back to work or away."""

import time
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Final

import boto3
from botocore.config import Config
from pydantic import Field

from pulse import clock
from pulse.clock import from_epoch_milliseconds
from pulse.errors import ConflictError, NotFoundError
from pulse.events.outbox_figures import list_refused_events, read_outbox_figures
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.logging import logger
from pulse.models import Model
from pulse.operations.audit import audited_operator_session, record_change
from pulse.operations.cloud_readings import count_messages
from pulse.operations.metric_store import read_newest
from pulse.operations.stack_parts import Queue, stack_parts
from pulse.operations.system_metric import SystemMetric

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient
    from types_boto3_sqs.type_defs import MessageTypeDef

_CONFIG: Final = Config(connect_timeout=2, read_timeout=10, retries={"total_max_attempts": 2})
_PER_CALL: Final = 10  # SQS's own limit
_BUDGET_SECONDS: Final = 15.0  # an answer is due within thirty
_SHOWN_CHARACTERS: Final = 4096
_REFUSED_EVENTS: Final = 50


class QueueFigures(Model):
    """A queue and what waits in it."""

    queue: str = Field(examples=["telemetry_dead_letter"])
    messages: int = Field(description="About how many wait")
    in_flight: int = Field(description="About how many are being worked on, or are hidden for a while")
    oldest_age_seconds: float | None = Field(description="Of the oldest message; null when nothing is known")
    holds_failures: bool = Field(description="Whether it has what could not be worked on: a person has to look")
    redrives_to: str | None = Field(description="The queue that its messages can be put back to; null: none")


class QueueList(Model):
    """All queues."""

    as_of: datetime
    items: list[QueueFigures] = Field(description="Those of failures first, each kind by name")


class QueueMessage(Model):
    """A message that lies in a queue of failures."""

    message_id: str
    sent_at: datetime = Field(description="When it came into the queue it failed in")
    age_seconds: float
    receive_count: int
    body: str = Field(description=f"The first {_SHOWN_CHARACTERS} characters")


class QueueSample(Model):
    """Some messages of a queue."""

    queue: str
    as_of: datetime
    items: list[QueueMessage]


class Redriven(Model):
    """What became of a redrive."""

    queue: str
    redriven_to: str
    messages: int = Field(description="Messages that were put back")
    left: int = Field(description="About how many are left")


class RefusedEventItem(Model):
    """An event that the bus has turned down; it is tried again by itself."""

    event_id: str
    tenant_id: str
    event_type: str
    created_at: datetime
    due_at: datetime = Field(description="When it is tried again")
    attempts: int
    last_error: str


class OutboxHealth(Model):
    """How publishing goes."""

    as_of: datetime
    events: int = Field(description="Not published yet")
    oldest_age_seconds: float
    refused: int = Field(description="Turned down by the bus at least once")
    refused_events: list[RefusedEventItem] = Field(description=f"At most {_REFUSED_EVENTS}, the oldest first")


def list_queues(actor: Principal, *, origin: Origin) -> QueueList:
    """Every queue with its depth now, and its age as it was measured last. Raises NotPermittedError."""
    now = clock.now()
    with audited_operator_session(
        actor, Permission.OPERATOR_READ_QUEUES, action="queues.list", origin=origin
    ) as connection:
        ages = {
            sample.subject: sample.value
            for sample in read_newest(connection, until=now)
            if sample.metric is SystemMetric.QUEUE_OLDEST_MESSAGE_AGE
        }
    queues = sorted(stack_parts().queues.values(), key=lambda queue: (not queue.holds_failures, queue.name))
    return QueueList(as_of=now, items=[_figures(queue, ages.get(queue.name)) for queue in queues])


def sample_queue(actor: Principal, name: str, *, limit: int, origin: Origin) -> QueueSample:
    """Some messages of a queue of failures, which stay there.

    Raises NotPermittedError, NotFoundError, ConflictError.
    """
    actor.admit(Permission.OPERATOR_READ_QUEUES)
    queue = _queue_of_failures(name)
    with audited_operator_session(
        actor, Permission.OPERATOR_READ_QUEUES, action="queues.sample", origin=origin, subject=name
    ):
        messages = _receive(queue, limit=limit, hidden_seconds=0)
    now = clock.now()
    return QueueSample(queue=name, as_of=now, items=[_shown(message, now) for message in messages])


def redrive_queue(actor: Principal, name: str, *, most: int, origin: Origin) -> Redriven:
    """Put messages of a queue of failures back where they came from, at most so many, for at most 15 seconds.

    One that is put back and not taken away for a crash in between comes twice, and none is lost. Raises
    NotPermittedError, NotFoundError, ConflictError for a queue whose messages have another form than its source's.
    """
    actor.admit(Permission.OPERATOR_MANAGE_QUEUES)
    queue = _queue_of_failures(name)
    target = stack_parts().queues.get(queue.source_name or "")
    if target is None:
        message = f"what is in {name} is not what a queue takes; docs/runbook.md says how it is brought back"
        raise ConflictError(message)
    _note(actor, "queues.redrive", name, {"to": target.name, "most": most}, origin)
    moved = _move(queue, target, most=most)
    _note(actor, "queues.redriven", name, {"to": target.name, "messages": moved}, origin)
    logger.info("queue_redriven", queue=name, to=target.name, messages=moved)
    return Redriven(queue=name, redriven_to=target.name, messages=moved, left=count_messages(queue)[0])


def purge_queue(actor: Principal, name: str, *, origin: Origin) -> None:
    """Delete all messages of a queue of failures, for good.

    Raises NotPermittedError, NotFoundError, ConflictError, also within a minute after the last time.
    """
    actor.admit(Permission.OPERATOR_MANAGE_QUEUES)
    queue = _queue_of_failures(name)
    _note(actor, "queues.purge", name, {"messages": count_messages(queue)[0]}, origin)
    try:
        _client().purge_queue(QueueUrl=queue.url)
    except _client().exceptions.PurgeQueueInProgress as error:
        message = f"{name} was purged less than a minute ago; wait for that to end"
        raise ConflictError(message) from error


def get_outbox(actor: Principal, *, origin: Origin) -> OutboxHealth:
    """What waits to be published. Raises NotPermittedError."""
    now = clock.now()
    with audited_operator_session(
        actor, Permission.OPERATOR_READ_QUEUES, action="outbox.read", origin=origin
    ) as connection:
        figures = read_outbox_figures(connection, now)
        refused = list_refused_events(connection, limit=_REFUSED_EVENTS)
    return OutboxHealth(
        as_of=now,
        events=figures.events,
        oldest_age_seconds=figures.oldest_age.total_seconds(),
        refused=figures.refused,
        refused_events=[RefusedEventItem(**event._asdict() | {"event_id": str(event.event_id)}) for event in refused],
    )


def _queue_of_failures(name: str) -> Queue:
    queue = stack_parts().queues.get(name)
    if queue is None:
        message = f"there is no queue {name}"
        raise NotFoundError(message)
    if not queue.holds_failures:
        message = f"{name} is worked on by itself; only queues of failures can be looked into and emptied"
        raise ConflictError(message)
    return queue


def _move(source: Queue, target: Queue, *, most: int) -> int:
    """Return how many messages were moved. What is received and not moved in time is there again after a minute."""
    give_up_at = time.monotonic() + _BUDGET_SECONDS
    moved = 0
    while moved < most and time.monotonic() < give_up_at:
        messages = _receive(source, limit=min(most - moved, _PER_CALL), hidden_seconds=60)
        if not messages:
            break
        for message in messages:
            _put_back(source, target, message)
        moved += len(messages)
    return moved


def _put_back(source: Queue, target: Queue, message: "MessageTypeDef") -> None:
    _client().send_message(QueueUrl=target.url, MessageBody=message["Body"])
    _client().delete_message(QueueUrl=source.url, ReceiptHandle=message["ReceiptHandle"])


def _receive(queue: Queue, *, limit: int, hidden_seconds: int) -> "Sequence[MessageTypeDef]":
    return (
        _client()
        .receive_message(
            QueueUrl=queue.url,
            MaxNumberOfMessages=limit,
            VisibilityTimeout=hidden_seconds,
            MessageSystemAttributeNames=["SentTimestamp", "ApproximateReceiveCount"],
        )
        .get("Messages", [])
    )


def _figures(queue: Queue, age_seconds: float | None) -> QueueFigures:
    waiting, in_flight = count_messages(queue)
    return QueueFigures(
        queue=queue.name,
        messages=waiting,
        in_flight=in_flight,
        oldest_age_seconds=age_seconds,
        holds_failures=queue.holds_failures,
        redrives_to=queue.source_name if queue.holds_failures else None,
    )


def _shown(message: "MessageTypeDef", now: datetime) -> QueueMessage:
    sent_at = from_epoch_milliseconds(int(message["Attributes"]["SentTimestamp"]))
    return QueueMessage(
        message_id=message["MessageId"],
        sent_at=sent_at,
        age_seconds=round((now - sent_at).total_seconds(), 3),
        receive_count=int(message["Attributes"].get("ApproximateReceiveCount", 1)),
        body=message["Body"][:_SHOWN_CHARACTERS],
    )


def _note(actor: Principal, action: str, queue: str, what: dict[str, object], origin: Origin) -> None:
    """Note what is about to be done, or was: a queue knows no transaction."""
    with audited_operator_session(
        actor, Permission.OPERATOR_MANAGE_QUEUES, action=action, origin=origin, subject=queue, write=True
    ) as connection:
        record_change(connection, actor=actor, origin=origin, action=action, subject=queue, after=what)


@cache
def _client() -> "SQSClient":
    return boto3.client("sqs", config=_CONFIG)
