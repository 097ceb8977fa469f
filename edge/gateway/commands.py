"""What the gateway is told to do now (docs/commands.md): to ask a target, for somebody who waits for the answer."""

import json
import logging
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from edge.gateway.assignments import Request

POLL_TARGET = "poll_target"
_REMEMBERED = 1000

logger = logging.getLogger("gateway")


class TrialWish(NamedTuple):
    """A target to be asked once, in that version of it or a newer one, while anybody waits for the answer."""

    trial_id: UUID
    target_id: UUID
    version: int
    give_up_at: datetime


class Commands:
    """Answers every command, and one that comes again as before, without doing it again."""

    def __init__(self, topic: str, try_target: Callable[[TrialWish], None]) -> None:
        self._topic = topic
        self._try_target = try_target
        self._answers: OrderedDict[UUID, dict[str, Any]] = OrderedDict()

    @property
    def topics(self) -> list[str]:
        """To be subscribed to with each connection."""
        return [self._topic]

    def ask(self) -> list[Request]:
        """Nothing: commands come by themselves."""
        return []

    def hear(self, topic: str, payload: bytes) -> list[Request]:
        """A command, and the answer to it. What is none is left aside, for nobody waits for an answer to it."""
        if topic != self._topic:
            return []
        try:
            document = json.loads(payload)
            command_id = UUID(document["command_id"])
        except (ValueError, TypeError, KeyError, AttributeError):
            logger.warning("command_unreadable bytes=%d", len(payload))
            return []
        if command_id not in self._answers:
            self._answers[command_id] = self._carry_out(command_id, document)
            if len(self._answers) > _REMEMBERED:
                self._answers.popitem(last=False)
        return [Request(f"{self._topic}/{command_id}/ack", self._answers[command_id])]

    def _carry_out(self, command_id: UUID, document: dict[str, Any]) -> dict[str, Any]:
        if document.get("name") != POLL_TARGET:
            return {"status": "REJECTED", "reason": f"a site gateway knows the command {POLL_TARGET} alone"}
        try:
            parameters = document["parameters"]
            wish = TrialWish(
                trial_id=command_id,
                target_id=UUID(parameters["target_id"]),
                version=int(parameters["version"]),
                give_up_at=datetime.fromisoformat(document["expires_at"]),
            )
        except (ValueError, TypeError, KeyError, AttributeError):
            return {"status": "REJECTED", "reason": f"{POLL_TARGET} takes a target_id and a version"}
        self._try_target(wish)
        return {"status": "ACKNOWLEDGED"}
