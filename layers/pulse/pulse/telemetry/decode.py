"""Payload bytes to readings, or the reason why not (design: "Words and numbers"). Pure; no exception leaves it."""

import math
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from pulse.quarantine.reasons import Reason, Refusal
from pulse.telemetry.message import (
    MAX_METRIC_NAME_LENGTH,
    Envelope,
    Message,
    MessageType,
    MetricValue,
    Reading,
    split_topic,
)

SUPPORTED_VERSION = "1"
MAX_METRICS = 64
MAX_CLOCK_LEAD = timedelta(minutes=5)
_MAX_SEQ = 2**63 - 1


def decode(envelope: Envelope, *, max_payload_bytes: int, retention: timedelta) -> Message | Refusal:
    """Decode one message. A batch inside a message is all or nothing: the refusal names the reading."""
    if len(envelope.payload) > max_payload_bytes:
        size = len(envelope.payload)
        return Refusal(Reason.PAYLOAD_TOO_LARGE, f"the payload has {size} bytes, the limit is {max_payload_bytes}")
    address = split_topic(envelope.topic)
    if address is None:
        return Refusal(Reason.BAD_TOPIC, "the topic must be devices/{tenant_id}/{device_id}/telemetry or …/heartbeat")
    fields = _read_object(envelope.payload, address.msg_type)
    if isinstance(fields, Refusal):
        return fields

    version = fields.get("version", SUPPORTED_VERSION)
    if version != SUPPORTED_VERSION:
        return Refusal(Reason.UNSUPPORTED_VERSION, f"version must be {SUPPORTED_VERSION!r}")
    if fields.get("tenant_id", address.tenant_id) != address.tenant_id:
        return Refusal(Reason.TENANT_MISMATCH, "tenant_id differs from the topic's tenant")
    if (wrong := _wrong_identification(fields)) is not None:
        return Refusal(Reason.INVALID_JSON, wrong)

    readings = _read_readings(fields, envelope, address.msg_type, retention)
    if isinstance(readings, Refusal):
        return readings
    return Message(
        tenant_id=address.tenant_id,
        device_id=address.device_id,
        msg_type=address.msg_type,
        principal=envelope.principal,
        received_at=envelope.received_at,
        site_id=fields.get("site_id"),
        seq=fields.get("seq"),
        readings=readings,
    )


def _read_object(payload: bytes, msg_type: MessageType) -> dict[str, Any] | Refusal:
    if not payload and msg_type is MessageType.HEARTBEAT:
        return {}
    try:
        fields = orjson.loads(payload)
    except orjson.JSONDecodeError as error:
        return Refusal(Reason.INVALID_JSON, f"the payload is not JSON: {error}")
    if not isinstance(fields, dict):
        return Refusal(Reason.INVALID_JSON, "the payload must be a JSON object")
    return fields


def _wrong_identification(fields: dict[str, Any]) -> str | None:
    """What is wrong with seq, message_id or site_id, if anything."""
    seq = fields.get("seq")
    if seq is not None and (type(seq) is not int or not 0 <= seq <= _MAX_SEQ):
        return "seq must be a whole number from 0"
    message_id = fields.get("message_id")
    if message_id is not None and not (isinstance(message_id, str) and _is_name(message_id)):
        return f"message_id must be text of 1 to {MAX_METRIC_NAME_LENGTH} characters without control characters"
    site_id = fields.get("site_id")
    if site_id is not None and not isinstance(site_id, str):
        return "site_id must be text"
    return None


def _read_readings(
    fields: dict[str, Any], envelope: Envelope, msg_type: MessageType, retention: timedelta
) -> tuple[Reading, ...] | Refusal:
    metrics = fields.get("metrics")
    if isinstance(metrics, list):
        if not metrics:
            return Refusal(Reason.BAD_METRICS, "metrics has no reading")
        readings = []
        for index, entry in enumerate(metrics):
            if not isinstance(entry, dict):
                return Refusal(Reason.BAD_METRICS, f"metrics[{index}] must be an object with ts and metrics")
            reading = _read_reading(
                {**fields, "ts": entry.get("ts", fields.get("ts"))},
                entry.get("metrics"),
                envelope,
                retention,
                f"#{index}",
            )
            if isinstance(reading, Refusal):
                return Refusal(reading.reason, f"metrics[{index}]: {reading.detail}")
            readings.append(reading)
        return tuple(readings)
    if metrics is None and msg_type is MessageType.HEARTBEAT:
        metrics = {}
    elif metrics == {} and msg_type is MessageType.TELEMETRY:
        return Refusal(Reason.BAD_METRICS, "metrics is empty")
    reading = _read_reading(fields, metrics, envelope, retention, "")
    return reading if isinstance(reading, Refusal) else (reading,)


def _read_reading(
    fields: dict[str, Any], metrics: object, envelope: Envelope, retention: timedelta, suffix: str
) -> Reading | Refusal:
    time = _read_time(fields.get("ts"), envelope.received_at, retention)
    if isinstance(time, Refusal):
        return time
    values = _read_metrics(metrics)
    if isinstance(values, Refusal):
        return values
    return Reading(time, _identify(fields, envelope) + suffix, values)


def _identify(fields: dict[str, Any], envelope: Envelope) -> str:
    """The id that makes a repeated publish one row: the device's own, else its sequence number, else the broker's."""
    if fields.get("message_id") is not None:
        return str(fields["message_id"])
    if fields.get("ts") is not None and fields.get("seq") is not None:
        return f"seq:{fields['seq']}"
    return envelope.message_id


def _read_time(text: object, received_at: datetime, retention: timedelta) -> datetime | Refusal:
    if text is None:
        return received_at
    if not isinstance(text, str):
        return Refusal(Reason.BAD_TIMESTAMP, "ts must be ISO 8601 text")
    try:
        time = datetime.fromisoformat(text)
        time = time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError):
        return Refusal(Reason.BAD_TIMESTAMP, "ts is not an ISO 8601 instant")
    if time > received_at + MAX_CLOCK_LEAD:
        return Refusal(Reason.BAD_TIMESTAMP, "ts is more than 5 minutes ahead of the time of receipt")
    if time < received_at - retention:
        return Refusal(Reason.BAD_TIMESTAMP, f"ts is older than the {retention.days} days that telemetry is kept")
    return time


def _read_metrics(metrics: object) -> dict[str, MetricValue] | Refusal:
    if not isinstance(metrics, dict):
        return Refusal(Reason.BAD_METRICS, "metrics must be an object of names and values")
    if len(metrics) > MAX_METRICS:
        return Refusal(Reason.TOO_MANY_METRICS, f"{len(metrics)} metrics, the limit is {MAX_METRICS}")
    for name, value in metrics.items():
        if not _is_name(name):
            return Refusal(
                Reason.BAD_METRICS,
                f"a metric's name must have 1 to {MAX_METRIC_NAME_LENGTH} characters and no control characters",
            )
        kind = type(value)
        if kind is not float and kind is not int and kind is not bool:
            return Refusal(Reason.BAD_METRICS, f"{name} must be a number or a boolean")
        if kind is float and not math.isfinite(value):
            return Refusal(Reason.BAD_METRICS, f"{name} must be finite")
    return metrics


def _is_name(text: str) -> bool:
    """1 to 128 characters, none of them a control character (C0, DEL, C1)."""
    return 0 < len(text) <= MAX_METRIC_NAME_LENGTH and (
        text.isprintable() or not any(character < " " or "\x7f" <= character <= "\x9f" for character in text)
    )
