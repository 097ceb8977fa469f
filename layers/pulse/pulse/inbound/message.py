"""What is put on the inbound queue, and taken from it. Pure."""

import base64
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import orjson
from pydantic import AwareDatetime, Base64Bytes, Field

from pulse.clock import format_instant
from pulse.inbound.reading import Delivery
from pulse.models import Model


class Message(Model):
    """What a source has sent, or that it sends too much (`storm`, and later `storm_check`).

    Of a `poll` the source is the target, and the body is a report (pulse.polling.report).
    """

    kind: Literal["delivery", "storm", "storm_check", "poll"]
    tenant_id: str
    source_id: UUID
    message_id: UUID
    received_at: AwareDatetime
    source_address: str | None = None
    query: dict[str, str] = Field(default_factory=dict)
    body: Base64Bytes = b""

    @property
    def delivery(self) -> Delivery:
        """What there is to read."""
        return Delivery(self.body, self.received_at, self.source_address, self.query)


def write_message(
    kind: str,
    tenant_id: str,
    source_id: UUID,
    message_id: UUID,
    received_at: datetime,
    delivery: Delivery | None = None,
) -> str:
    """A message as it stands on the queue."""
    document: dict[str, Any] = {
        "kind": kind,
        "tenant_id": tenant_id,
        "source_id": str(source_id),
        "message_id": str(message_id),
        "received_at": format_instant(received_at),
    }
    if delivery is not None:
        document |= {
            "source_address": delivery.source_address,
            "query": dict(delivery.query),
            "body": base64.b64encode(delivery.body).decode(),
        }
    return orjson.dumps(document).decode()


def read_message(text: str) -> Message:
    """A message from the queue. Raises pydantic.ValidationError for what nobody here has put there."""
    return Message.model_validate_json(text)
