"""What a message is, from the broker's envelope to readings.

Ingest makes hundreds of thousands of these in a second, hence structs that the JSON decoder fills without a detour.
They refer to nothing that refers to them, so the garbage collector need not look at them.
"""

import re
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

import msgspec

from pulse.clock import from_epoch_milliseconds
from pulse.devices.registry import DeviceKey
from pulse.devices.topics import client_principal

type MetricValue = float | int | bool

MAX_METRIC_NAME_LENGTH = 128
_BASIC_INGEST = re.compile(r"^\$aws/rules/[^/]+/")


class MessageType(StrEnum):
    """The last level of a device's topic."""

    TELEMETRY = "telemetry"
    HEARTBEAT = "heartbeat"


class Address(NamedTuple):
    """Whose topic a message came on."""

    key: DeviceKey
    msg_type: MessageType


class Envelope(msgspec.Struct, frozen=True, gc=False):
    """A message as the broker or the HTTP door put it on the queue: payload bytes and what is known of the sender.

    `principal` is the certificate id (MQTT), token id (HTTP), or what stands for a client id (`client_principal`);
    `message_id` is unique for each accepted publish.
    `redelivered` says that the queue has handed this very message out before: it may be stored already.
    """

    message_id: str
    topic: str
    principal: str
    received_milliseconds: int = msgspec.field(name="received_at")
    payload: bytes = msgspec.field(name="data")
    redelivered: bool = False

    @property
    def received_at(self) -> datetime:
        """When the platform took the message."""
        return from_epoch_milliseconds(self.received_milliseconds)

    @property
    def received_second(self) -> int:
        """The same in whole seconds since 1970."""
        return self.received_milliseconds // 1000


class Reading(msgspec.Struct, frozen=True, gc=False):
    """One set of metric values at one time, and of the message that it came in what matters to it.

    `message_id` is unique for the device and time. `undated_id` is the device's own id of a message that leaves a time
    out: a repeated publish of it has another time of receipt, so the id alone must tell that it is one.
    """

    envelope: Envelope
    time: datetime
    message_id: str
    seq: int | None
    metrics: dict[str, MetricValue]
    site_id: str | None
    undated_id: str | None


@lru_cache(maxsize=65_536)
def split_topic(topic: str) -> Address | None:
    """`devices/{tenant_id}/{device_id}/telemetry|heartbeat`, or None for any other topic."""
    match topic.split("/"):
        case ["devices", str(tenant_id), str(device_id), "telemetry" | "heartbeat" as msg_type]:
            if tenant_id and device_id:
                return Address((tenant_id, device_id), MessageType(msg_type))
    return None


def read_envelope(body: str, *, redelivered: bool = False) -> Envelope | None:
    """Read a queue entry as the topic rules of the template write it; None when it is something else.

    Such an entry is our own fault, not a device's: it goes back to the queue and in the end to the dead letters.
    """
    try:
        envelope = _envelope_decoder.decode(body)
    except (ValueError, RecursionError):
        return _read_failure(body)
    return msgspec.structs.replace(envelope, redelivered=True) if redelivered else envelope


class _Failure(msgspec.Struct, rename="camel"):
    """What IoT Core says of a message that a rule could not hand on, and when that was, put in by whoever redrives it.

    https://docs.aws.amazon.com/iot/latest/developerguide/rule-error-handling.html
    """

    topic: str
    client_id: str
    base64_original_payload: bytes
    cloudwatch_trace_id: str
    received_at: int = msgspec.field(name="received_at")


def _read_failure(body: str) -> Envelope | None:
    """Such a message, as often as it is redriven: it may be stored already."""
    try:
        failure = _failure_decoder.decode(body)
    except (ValueError, RecursionError):
        return None
    return Envelope(
        message_id=failure.cloudwatch_trace_id,
        topic=_BASIC_INGEST.sub("", failure.topic),
        principal=client_principal(failure.client_id),
        received_milliseconds=failure.received_at,
        payload=failure.base64_original_payload,
        redelivered=True,
    )


_envelope_decoder = msgspec.json.Decoder(Envelope)
_failure_decoder = msgspec.json.Decoder(_Failure)
