"""What the gateway is to poll, as its shadows say (pulse.polling.assignment). Pure: topics in, messages out."""

import json
import logging
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from pulse.polling.assignment import (
    INDEX_SHADOW,
    AssignmentError,
    Index,
    Part,
    number_of_part,
    part_shadow,
    read_index,
    read_part,
    read_target,
    target_shadow,
)
from pulse.polling.target import PollTarget

_LATER = frozenset({429, 500})

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
        self._index = Index(0, [])
        self._reported = 0
        self._parts: dict[int, Part] = {}
        self._known: dict[UUID, PollTarget] = {}

    @property
    def topics(self) -> list[str]:
        """To be subscribed to with each connection."""
        return [
            self._topic(INDEX_SHADOW, "update/delta"),
            self._topic("+", "get/accepted"),
            self._topic("+", "get/rejected"),
        ]

    def ask(self) -> list[Request]:
        """To be said with each connection: something may have changed meanwhile."""
        return [self._get(INDEX_SHADOW)]

    def hear(self, topic: str, payload: bytes) -> list[Request]:
        """What came on one of the topics; what is to be said to that. What can't be read changes nothing."""
        start, end = f"{self._shadow_topic}/name/", topic.partition("/name/")[2].partition("/")
        if not topic.startswith(start):
            return []
        shadow, event = end[0], end[2]
        try:
            document = json.loads(payload)
            if event == "get/rejected":
                return self._ask_again(shadow, document)
            if event == "update/delta":
                return self.ask()
            if shadow == INDEX_SHADOW:
                return self._take_index(_part(document, "desired"), _part(document, "reported"))
            if (number := number_of_part(shadow)) is not None:
                self._parts[number] = read_part(_part(document, "desired"))
                return self._follow()
            return self._take_target(_part(document, "desired"))
        except ValueError as error:
            logger.warning("assignment_unreadable topic=%s reason=%r", topic, str(error))
            return []

    def _take_index(self, desired: Mapping[str, Any], reported: Mapping[str, Any]) -> list[Request]:
        self._index = read_index(desired)
        self._reported = reported.get("version", 0)
        return self._follow()

    def _follow(self) -> list[Request]:
        """Get what is missing: lists first, and when all are there, targets."""
        lists = [
            number
            for number, version in enumerate(self._index.parts)
            if number not in self._parts or self._parts[number].version < version
        ]
        if lists:
            return [self._get(part_shadow(number)) for number in lists]
        wanted = self._wanted
        self._known = {key: target for key, target in self._known.items() if key in wanted}
        self._changed(self._known)
        missing = [key for key, version in wanted.items() if not self._has(key, version)]
        return [self._get(target_shadow(key)) for key in missing] if missing else self._report()

    def _take_target(self, desired: Mapping[str, Any]) -> list[Request]:
        target, wanted = read_target(desired), self._wanted
        if target.target_id not in wanted:
            return []
        self._known[target.target_id] = target
        self._changed(self._known)
        return self._report() if all(self._has(key, version) for key, version in wanted.items()) else []

    def _ask_again(self, shadow: str, document: Any) -> list[Request]:
        """A shadow that is not there will be told of; one that could not be had now is there later."""
        code = document.get("code") if isinstance(document, dict) else None
        return [self._get(shadow)] if code in _LATER else []

    @property
    def _wanted(self) -> dict[UUID, int]:
        parts = (self._parts[number].targets for number in range(len(self._index.parts)) if number in self._parts)
        return {key: version for part in parts for key, version in part.items()}

    def _has(self, key: UUID, version: int) -> bool:
        return key in self._known and self._known[key].version >= version

    def _get(self, shadow: str) -> Request:
        return Request(self._topic(shadow, "get"), {})

    def _report(self) -> list[Request]:
        # A report may bring a delta of its own: what is reported already is not reported again.
        if self._reported == self._index.version:
            return []
        self._reported = self._index.version
        state = {"state": {"reported": {"version": self._index.version}}}
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
