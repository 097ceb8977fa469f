"""What the gateway is to poll, as its shadows say (pulse.polling.assignment). Pure: topics in, messages out."""

import json
import logging
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from pulse.polling.assignment import (
    INDEX_SHADOW,
    Assignment,
    AssignmentError,
    read_assignment,
    read_target,
    target_shadow,
)
from pulse.polling.target import PollTarget

logger = logging.getLogger("gateway")

type Targets = Mapping[UUID, PollTarget]


class Request(NamedTuple):
    """What is to be said to a shadow."""

    topic: str
    document: dict[str, Any]


class Assignments:
    """Follows the shadows. While the broker is away, what was known last holds."""

    def __init__(self, shadow_topic: str, changed: Callable[[Targets], None]) -> None:
        self._shadow_topic = shadow_topic
        self._changed = changed
        self._wanted = Assignment(0, {})
        self._known: dict[UUID, PollTarget] = {}

    @property
    def topics(self) -> list[str]:
        """To be subscribed to with each connection."""
        return [self._topic(INDEX_SHADOW, "update/delta"), self._topic("+", "get/accepted")]

    def ask(self) -> list[Request]:
        """To be said with each connection: something may have changed meanwhile."""
        return [Request(self._topic(INDEX_SHADOW, "get"), {})]

    def hear(self, topic: str, payload: bytes) -> list[Request]:
        """What came on one of the topics; what is to be said to that. What can't be read changes nothing."""
        if not topic.startswith(f"{self._shadow_topic}/"):
            return []
        try:
            document = json.loads(payload)
            if topic == self._topic(INDEX_SHADOW, "update/delta"):
                return self.ask()
            if topic == self._topic(INDEX_SHADOW, "get/accepted"):
                return self._take_index(_part(document, "desired"), _part(document, "reported"))
            return self._take_target(_part(document, "desired"))
        except ValueError as error:
            logger.warning("assignment_unreadable topic=%s reason=%r", topic, str(error))
            return []

    def _take_index(self, desired: Mapping[str, Any], reported: Mapping[str, Any]) -> list[Request]:
        self._wanted = read_assignment(desired)
        self._known = {key: target for key, target in self._known.items() if key in self._wanted.targets}
        missing = [
            key
            for key, version in self._wanted.targets.items()
            if key not in self._known or self._known[key].version != version
        ]
        self._changed(self._known)
        if not missing:
            # A report may bring a delta of its own: what is reported already is not reported again.
            return [] if reported.get("version") == self._wanted.version else self._report()
        return [Request(self._topic(target_shadow(key), "get"), {}) for key in missing]

    def _take_target(self, desired: Mapping[str, Any]) -> list[Request]:
        target = read_target(desired)
        if target.target_id not in self._wanted.targets:
            return []
        self._known[target.target_id] = target
        self._changed(self._known)
        versions = {key: known.version for key, known in self._known.items()}
        return self._report() if versions == dict(self._wanted.targets) else []

    def _report(self) -> list[Request]:
        state = {"state": {"reported": {"version": self._wanted.version}}}
        return [Request(self._topic(INDEX_SHADOW, "update"), state)]

    def _topic(self, shadow: str, end: str) -> str:
        return f"{self._shadow_topic}/name/{shadow}/{end}"


def _part(document: Any, name: str) -> Mapping[str, Any]:
    match document:
        case {"state": {**state}}:
            match state.get(name):
                case {**part}:
                    return {str(key): value for key, value in part.items()}
                case None:
                    return {}
    message = "it is no shadow"
    raise AssignmentError(message)
