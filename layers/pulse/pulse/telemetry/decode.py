"""Payload bytes to readings, or the reason why not (design: "Words and numbers"). Pure; no exception leaves it.

The parser decides over the form: what it has made of a payload is typed and finite. What it turns down is looked at
once more, without types: for a time in another form of ISO 8601, or to tell the device's maker what is wrong.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final, Literal, NamedTuple

import msgspec

from pulse.clock import from_epoch_milliseconds
from pulse.quarantine.reasons import Reason, Refusal
from pulse.telemetry.message import (
    MAX_METRIC_NAME_LENGTH,
    Address,
    Envelope,
    MessageType,
    MetricValue,
    Reading,
)

SUPPORTED_VERSION: Final = "1"
MAX_METRICS: Final = 64
MAX_CLOCK_LEAD: Final = timedelta(minutes=5)
_MOST_KNOWN_NAMES: Final = 4096
_known_names: set[str] = set()

_Value = float | Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)] | bool
_Metrics = dict[str, _Value]


class _Entry(msgspec.Struct, gc=False):
    """One reading of a list of them."""

    metrics: _Metrics
    ts: datetime | None = None


class _Payload(msgspec.Struct, gc=False):
    version: Literal["1"] = SUPPORTED_VERSION
    tenant_id: str | None = None
    site_id: str | None = None
    message_id: Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_METRIC_NAME_LENGTH)] | None = None
    seq: Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)] | None = None
    ts: datetime | None = None
    metrics: _Metrics | list[_Entry] | None = None


# What a field of the wrong form is refused for; metrics have an explanation of their own.
_WRONG_FORM: Final = {
    "version": Refusal(Reason.UNSUPPORTED_VERSION, f"version must be {SUPPORTED_VERSION!r}"),
    "tenant_id": Refusal(Reason.TENANT_MISMATCH, "tenant_id must be the topic's tenant"),
    "site_id": Refusal(Reason.INVALID_JSON, "site_id must be text"),
    "message_id": Refusal(
        Reason.INVALID_JSON,
        f"message_id must be text of 1 to {MAX_METRIC_NAME_LENGTH} characters without control characters",
    ),
    "seq": Refusal(Reason.INVALID_JSON, "seq must be a whole number from 0"),
    "ts": Refusal(Reason.BAD_TIMESTAMP, "ts must be an ISO 8601 instant"),
}
_NO_METRICS: Final = Refusal(Reason.BAD_METRICS, "metrics is missing or empty")
_BAD_NAME: Final = Refusal(
    Reason.BAD_METRICS,
    f"a metric's name must have 1 to {MAX_METRIC_NAME_LENGTH} characters and no control characters",
)


class Limits(NamedTuple):
    """What messages of a batch are measured by. A time from `earliest` to `latest` is right for each one of them."""

    max_payload_bytes: int
    retention: timedelta
    first_received_milliseconds: int
    earliest: datetime
    latest: datetime


def limits_for(envelopes: Sequence[Envelope], *, max_payload_bytes: int, retention: timedelta) -> Limits:
    """The limits of a batch that has at least one message."""
    received = [envelope.received_milliseconds for envelope in envelopes]
    first, last = min(received), max(received)
    return Limits(
        max_payload_bytes,
        retention,
        first,
        earliest=from_epoch_milliseconds(last) - retention,
        latest=from_epoch_milliseconds(first) + MAX_CLOCK_LEAD,
    )


def decode(envelope: Envelope, address: Address, limits: Limits) -> list[Reading] | Refusal:
    """The readings of one message, at least one. They are accepted all or none: the refusal names the reading."""
    payload = envelope.payload
    if len(payload) > limits.max_payload_bytes:
        detail = f"the payload has {len(payload)} bytes, the limit is {limits.max_payload_bytes}"
        return Refusal(Reason.PAYLOAD_TOO_LARGE, detail)
    if not payload and address.msg_type is MessageType.HEARTBEAT:
        payload = b"{}"
    try:
        fields = _payload_decoder.decode(payload)
    except (ValueError, RecursionError) as error:
        looked_again = _look_again(payload, error)
        if isinstance(looked_again, Refusal):
            return looked_again
        fields = looked_again
    if fields.tenant_id is not None and fields.tenant_id != address.key[0]:
        return _WRONG_FORM["tenant_id"]
    if fields.message_id is not None and not _is_clean(fields.message_id):
        return _WRONG_FORM["message_id"]

    if isinstance(fields.metrics, list):
        return _read_list(fields.metrics, fields, envelope, limits)
    if not fields.metrics and address.msg_type is MessageType.TELEMETRY:
        return _NO_METRICS
    reading = _read_reading(fields.metrics or {}, fields.ts, fields, envelope, limits)
    return reading if isinstance(reading, Refusal) else [reading]


def _read_list(entries: list[_Entry], fields: _Payload, envelope: Envelope, limits: Limits) -> list[Reading] | Refusal:
    undated_id = fields.message_id if any(entry.ts is None for entry in entries) and fields.ts is None else None
    readings = []
    for index, entry in enumerate(entries):
        ts = fields.ts if entry.ts is None else entry.ts
        reading = _read_reading(entry.metrics, ts, fields, envelope, limits) if entry.metrics else _NO_METRICS
        if isinstance(reading, Refusal):
            return Refusal(reading.reason, f"metrics[{index}]: {reading.detail}")
        message_id = f"{reading.message_id}#{index}"
        readings.append(msgspec.structs.replace(reading, message_id=message_id, undated_id=undated_id))
    return readings or Refusal(Reason.BAD_METRICS, "metrics has no reading")


def _read_reading(
    metrics: dict[str, MetricValue], ts: datetime | None, fields: _Payload, envelope: Envelope, limits: Limits
) -> Reading | Refusal:
    time = envelope.received_at if ts is None else ts
    if time.tzinfo is not UTC:
        time = _in_utc(time)
    if not limits.earliest <= time <= limits.latest and (refusal := _refuse_time(time, envelope, limits)) is not None:
        return refusal
    if len(metrics) > MAX_METRICS:
        return Refusal(Reason.TOO_MANY_METRICS, f"{len(metrics)} metrics, the limit is {MAX_METRICS}")
    if not (_known_names.issuperset(metrics) or _learn_names(metrics)):
        return _BAD_NAME
    message_id = fields.message_id or _identify(ts, fields, envelope)
    undated_id = fields.message_id if ts is None else None
    return Reading(envelope, time, message_id, fields.seq, metrics, fields.site_id, undated_id)


def _identify(ts: datetime | None, fields: _Payload, envelope: Envelope) -> str:
    """What makes a repeated publish one row without an id of the device's own: its sequence number, or the broker's."""
    return envelope.message_id if ts is None or fields.seq is None else f"seq:{fields.seq}"


def _in_utc(time: datetime) -> datetime:
    """The same instant; a time without a zone is UTC. What lies beyond the calendar is out of any range anyway."""
    try:
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC)


def _refuse_time(time: datetime, envelope: Envelope, limits: Limits) -> Refusal | None:
    if time > envelope.received_at + MAX_CLOCK_LEAD:
        return Refusal(Reason.BAD_TIMESTAMP, "ts is more than 5 minutes ahead of the time of receipt")
    if time < envelope.received_at - limits.retention:
        detail = f"ts is older than the {limits.retention.days} days that telemetry is kept"
        return Refusal(Reason.BAD_TIMESTAMP, detail)
    return None


def _learn_names(names: Iterable[str]) -> bool:
    """Whether all of them are names; a fleet has few of them, and sends them over and over."""
    if not all(map(_is_name, names)):
        return False
    if len(_known_names) >= _MOST_KNOWN_NAMES:
        _known_names.clear()
    _known_names.update(names)
    return True


def _is_name(text: str) -> bool:
    """1 to 128 characters, none of them a control character."""
    return 0 < len(text) <= MAX_METRIC_NAME_LENGTH and _is_clean(text)


def _is_clean(text: str) -> bool:
    """Without control characters (C0, DEL, C1)."""
    return text.isprintable() or not any(character < " " or "\x7f" <= character <= "\x9f" for character in text)


_payload_decoder = msgspec.json.Decoder(_Payload)


def _look_again(payload: bytes, error: Exception) -> _Payload | Refusal:
    """Read what the parser turned down, if nothing but the form of a time was unknown to it; else say what is wrong."""
    try:
        fields = msgspec.json.decode(payload)
    except (ValueError, RecursionError):
        return Refusal(Reason.INVALID_JSON, f"the payload is not JSON: {error}")
    if not isinstance(fields, dict):
        return Refusal(Reason.INVALID_JSON, "the payload must be a JSON object")
    metrics = fields.get("metrics")
    for entry in (fields, *(metrics if isinstance(metrics, list) else ())):
        if isinstance(entry, dict) and isinstance(entry.get("ts"), str):
            entry["ts"] = _read_time(entry["ts"]) or entry["ts"]
    try:
        return msgspec.convert(fields, _Payload)
    except msgspec.ValidationError:
        return _explain(fields)


def _read_time(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def refuse_form(fields: Mapping[str, Any]) -> Refusal | None:
    """What is wrong with the form of a payload's fields, apart from its metrics. Whose they are is not asked."""
    for field, refusal in _WRONG_FORM.items():
        if field not in fields:
            continue
        value = fields[field]
        if field == "ts" and isinstance(value, str):
            value = _read_time(value) or value
        if not _has_form(value, _Payload.__annotations__[field]):
            return refusal
        if field == "message_id" and value is not None and not _is_clean(value):
            return refusal
    return None


def _explain(fields: dict[str, Any]) -> Refusal:
    """What is wrong with the form of a payload."""
    if (refusal := refuse_form(fields)) is not None:
        return refusal
    metrics = fields.get("metrics")
    entries = metrics if isinstance(metrics, list) else [{"metrics": metrics}]
    for index, entry in enumerate(entries):
        place = f"metrics[{index}]: " if isinstance(metrics, list) else ""
        if not isinstance(entry, dict):
            return Refusal(Reason.BAD_METRICS, f"{place}a reading must be an object with ts and metrics")
        if not _has_form(entry.get("ts"), datetime | None):
            return Refusal(Reason.BAD_TIMESTAMP, f"{place}{_WRONG_FORM['ts'].detail}")
        values = entry.get("metrics")
        if not isinstance(values, dict):
            break
        for name, value in values.items():
            if not _has_form(value, _Value):
                return Refusal(Reason.BAD_METRICS, f"{place}{name} must be a number or a boolean")
    return Refusal(Reason.BAD_METRICS, "metrics must be an object of names and values, or a list of readings")


def _has_form(value: object, form: Any) -> bool:
    try:
        msgspec.convert(value, form)
    except msgspec.ValidationError:
        return False
    return True
