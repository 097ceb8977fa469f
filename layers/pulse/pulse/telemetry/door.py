"""The HTTP door: a device's message is checked as far as its envelope goes, and put where the broker puts its own.

What the readings say is judged by ingest, in the one place that judges those of every device. What is refused here was
never taken, the device knows it and why, and nobody without a token can fill the quarantine: so it is not kept.
"""

import base64
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import uuid4

import orjson

from pulse import clock
from pulse.devices.tokens import Sender, identify
from pulse.devices.topics import thing_name
from pulse.logging import logger
from pulse.quarantine.reasons import Reason, Refusal
from pulse.settings import settings
from pulse.telemetry.decode import refuse_form
from pulse.telemetry.message import MessageType
from pulse.telemetry.queue import enqueue


class Submission(NamedTuple):
    """A message as it was handed in; a tenant and device are named where the sender says whose message it is."""

    token: str | None
    msg_type: MessageType
    payload: bytes
    tenant_id: str | None = None
    device_id: str | None = None


class Accepted(NamedTuple):
    """The queue has the message. `seq` is the device's own counter, if it sent one."""

    device_id: str
    message_id: str
    seq: int | None


class NotQueued(NamedTuple):
    """There is nothing wrong with the message; the queue did not take it, and it is to be sent again."""


type Outcome = Accepted | Refusal | NotQueued


def hand_in(submissions: Sequence[Submission | Refusal]) -> list[Outcome]:
    """Put on the queue what is in order; say of each message what became of it. What was refused before stays so.

    Raises psycopg.OperationalError when the database is away and a token is not remembered.
    """
    tokens = {submission.token for submission in submissions if isinstance(submission, Submission)}
    senders = identify({token for token in tokens if token})
    now = clock.now()
    outcomes: list[Outcome] = []
    bodies: list[str] = []
    positions: list[int] = []
    for position, submission in enumerate(submissions):
        if isinstance(submission, Refusal):
            outcomes.append(submission)
            continue
        checked = _check(submission, senders.get(submission.token or ""))
        if isinstance(checked, Refusal):
            outcomes.append(checked)
            continue
        sender, fields = checked
        message_id = str(uuid4())
        outcomes.append(Accepted(sender.device_id, message_id, fields.get("seq")))
        bodies.append(_queue_entry(submission, sender, message_id, now))
        positions.append(position)
    for failed in enqueue(bodies):
        outcomes[positions[failed]] = NotQueued()
    logger.info(
        "messages_handed_in",
        accepted=sum(isinstance(outcome, Accepted) for outcome in outcomes),
        not_queued=sum(isinstance(outcome, NotQueued) for outcome in outcomes),
        refused=Counter(outcome.reason.value for outcome in outcomes if isinstance(outcome, Refusal)),
        devices=sorted({outcome.device_id for outcome in outcomes if isinstance(outcome, Accepted)})[:10],
    )
    return outcomes


def _check(submission: Submission, sender: Sender | Refusal | None) -> tuple[Sender, dict[str, Any]] | Refusal:
    """The sender and the payload's fields. Who may not send at all learns nothing of what else is wrong."""
    if sender is None:
        return Refusal(Reason.TOKEN_MISSING, "send the device's token with the message")
    if isinstance(sender, Refusal):
        return sender
    named = (submission.tenant_id or sender.tenant_id, submission.device_id or sender.device_id)
    if named != (sender.tenant_id, sender.device_id):
        return Refusal(Reason.CREDENTIAL_MISMATCH, "the token belongs to another device")
    fields = _read_fields(submission)
    if isinstance(fields, Refusal):
        return fields
    if fields.get("tenant_id") not in (None, sender.tenant_id):
        return Refusal(Reason.TENANT_MISMATCH, "tenant_id differs from the token's tenant")
    refusal = refuse_form(fields)
    return (sender, fields) if refusal is None else refusal


def _read_fields(submission: Submission) -> dict[str, Any] | Refusal:
    size, limit = len(submission.payload), settings().max_payload_bytes
    if size > limit:
        return Refusal(Reason.PAYLOAD_TOO_LARGE, f"the message has {size} bytes, the limit is {limit}")
    if not submission.payload and submission.msg_type is MessageType.HEARTBEAT:
        return {}
    try:
        fields = orjson.loads(submission.payload)
    except orjson.JSONDecodeError as error:
        return Refusal(Reason.INVALID_JSON, f"the message is not JSON: {error}")
    if not isinstance(fields, dict):
        return Refusal(Reason.INVALID_JSON, "the message must be a JSON object")
    return fields


def _queue_entry(submission: Submission, sender: Sender, message_id: str, now: datetime) -> str:
    """What the topic rules of the template write, and `read_envelope` reads."""
    entry = {
        "data": base64.b64encode(submission.payload).decode(),
        "topic": f"devices/{sender.tenant_id}/{sender.device_id}/{submission.msg_type.value}",
        "client_id": thing_name(sender.tenant_id, sender.device_id),
        "principal": sender.token_id,
        "received_at": int(now.timestamp() * 1000),
        "message_id": message_id,
    }
    return orjson.dumps(entry).decode()
