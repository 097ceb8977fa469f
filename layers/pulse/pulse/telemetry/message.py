"""What a message is, from the broker's envelope to readings. Tuples, because ingest makes hundreds of thousands."""

import base64
import binascii
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

import orjson

from pulse.clock import from_epoch_milliseconds

type MetricValue = float | int | bool

MAX_METRIC_NAME_LENGTH = 128


class MessageType(StrEnum):
    """The last level of a device's topic."""

    TELEMETRY = "telemetry"
    HEARTBEAT = "heartbeat"


class Address(NamedTuple):
    """Whose topic a message came on."""

    tenant_id: str
    device_id: str
    msg_type: MessageType


class Envelope(NamedTuple):
    """A message as the broker or the HTTP door put it on the queue: payload bytes and what is known of the sender.

    `principal` is the certificate id (MQTT) or token id (HTTP); `message_id` is unique for each accepted publish.
    """

    message_id: str
    topic: str
    principal: str
    received_at: datetime
    payload: bytes


class Reading(NamedTuple):
    """One set of metric values at one time. `message_id` is unique for the device and time."""

    time: datetime
    message_id: str
    metrics: dict[str, MetricValue]


class Message(NamedTuple):
    """A message that makes sense; whether its sender may send it is the registry's question."""

    tenant_id: str
    device_id: str
    msg_type: MessageType
    principal: str
    received_at: datetime
    site_id: str | None
    seq: int | None
    readings: tuple[Reading, ...]


def split_topic(topic: str) -> Address | None:
    """`devices/{tenant_id}/{device_id}/telemetry|heartbeat`, or None for any other topic."""
    match topic.split("/"):
        case ["devices", str(tenant_id), str(device_id), "telemetry" | "heartbeat" as msg_type]:
            if tenant_id and device_id:
                return Address(tenant_id, device_id, MessageType(msg_type))
    return None


def read_envelope(body: str) -> Envelope | None:
    """Read a queue entry as the topic rules of the template write it; None when it is something else.

    Such an entry is our own fault, not a device's: it goes back to the queue and in the end to the dead letters.
    """
    try:
        fields = orjson.loads(body)
        return Envelope(
            message_id=str(fields["message_id"]),
            topic=str(fields["topic"]),
            principal=str(fields["principal"]),
            received_at=from_epoch_milliseconds(int(fields["received_at"])),
            payload=base64.b64decode(fields["data"], validate=True),
        )
    except (orjson.JSONDecodeError, binascii.Error, KeyError, TypeError, ValueError, OverflowError):
        return None
