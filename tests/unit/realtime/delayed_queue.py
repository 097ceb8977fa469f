"""A clock that a test moves, and the realtime queue as it fills meanwhile."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

NOON: Final = datetime(2037, 11, 20, 12, 0, tzinfo=UTC)


class World:
    """The time, and what was put on the queue: when it is due, and what it says."""

    def __init__(self) -> None:
        self.now = NOON
        self.queued: list[tuple[datetime, dict[str, Any]]] = []

    def offer(self, _type: str, details: list[dict[str, Any]], *, delay_seconds: int) -> None:
        """In place of `pulse.realtime.queue.offer`."""
        self.queued += [(self.now + timedelta(seconds=delay_seconds), detail) for detail in details]
