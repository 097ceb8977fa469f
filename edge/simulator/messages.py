"""What a device puts on the wire, and the bounded line in which it waits for the broker."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

from edge.broker.transport import Message
from edge.simulator.profiles import Metrics

ENVELOPE_VERSION = "1"


def envelope(*, ts: datetime, seq: int, message_id: str, site_id: str | None, metrics: Metrics | None) -> bytes:
    """The JSON of a telemetry message, or of a heartbeat when there are no metrics."""
    content: dict[str, object] = {
        "version": ENVELOPE_VERSION,
        "ts": ts.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "seq": seq,
        "message_id": message_id,
    }
    if site_id is not None:
        content["site_id"] = site_id
    if metrics is not None:
        content["metrics"] = metrics
    return json.dumps(content, separators=(",", ":"), allow_nan=False).encode()


class PendingMessages:
    """Messages without an acknowledgement, oldest first; when full, the oldest gives way to the newest."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._messages: dict[str, Message] = {}

    def __len__(self) -> int:
        return len(self._messages)

    def __iter__(self) -> Iterator[Message]:
        return iter(self._messages.values())

    @property
    def oldest(self) -> Message | None:
        return next(iter(self), None)

    def add(self, message: Message) -> Message | None:
        """Queues it; returns the message that had to give way, if any."""
        self._messages[message.message_id] = message
        if len(self._messages) <= self._limit:
            return None
        return self._messages.pop(next(iter(self._messages)))

    def settle(self, message: Message) -> bool:
        """The broker answered for it. False if it had given way in the meantime."""
        return self._messages.pop(message.message_id, None) is not None
