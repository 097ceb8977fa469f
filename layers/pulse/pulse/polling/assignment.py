"""What a gateway is told to poll, as named shadows of its own thing. Pure.

A shadow has at most 8 KB. The shadow `targets` says how many lists there are and in which versions, each list names
targets with theirs, and each target is in a shadow of its own, as JSON in a text:

    targets             {"version": 7, "parts": [5, 7]}
    targets-0           {"version": 5, "targets": "0d3c…:2 41f0…:1"}
    target-0d3c…        {"version": 2, "target": "{\\"target_id\\": \\"0d3c…\\", …}"}

A gateway subscribes to the delta of `targets`, which comes with every change of its version, gets the shadow, then each
list that it does not have in that version or a newer one, and then each target likewise; what no list names any more it
polls no more. It reports `{"version": 7}` in `targets` when it has done so.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from pulse.polling.target import PollTarget

INDEX_SHADOW: Final = "targets"
MOST_IN_PART: Final = 150
"""With ids of 36 characters and versions of ten digits, 7 KB."""
_PART_SHADOW: Final = f"{INDEX_SHADOW}-"
_TARGET_SHADOW: Final = "target-"


class AssignmentError(ValueError):
    """A shadow is not what it should be; the message says why."""


class Index(NamedTuple):
    """The change that a gateway is to have got to, and the versions of the lists that make it."""

    version: int
    parts: Sequence[int]


class Part(NamedTuple):
    """A list of targets, each in its version."""

    version: int
    targets: Mapping[UUID, int]


def part_shadow(number: int) -> str:
    """The shadow that a list is in."""
    return f"{_PART_SHADOW}{number}"


def number_of_part(shadow: str) -> int | None:
    """Which list is in a shadow; None when there is none in it."""
    number = shadow.removeprefix(_PART_SHADOW)
    return int(number) if number != shadow and number.isascii() and number.isdigit() else None


def target_shadow(target_id: UUID) -> str:
    """The shadow that a target is in."""
    return f"{_TARGET_SHADOW}{target_id}"


def divide(targets: Mapping[UUID, int]) -> list[dict[UUID, int]]:
    """Lists of targets that a shadow holds, as few as can be. A target stays in its list while their number is so."""
    count = -(-len(targets) // MOST_IN_PART)
    while True:
        parts: list[dict[UUID, int]] = [{} for _ in range(count)]
        for target_id in sorted(targets):
            parts[target_id.int % count][target_id] = targets[target_id]
        if all(len(part) <= MOST_IN_PART for part in parts):
            return parts
        count += 1


def write_index(index: Index) -> dict[str, Any]:
    """The desired state of the shadow `targets`; null takes away what stood there in the form before this one."""
    return {"version": index.version, "parts": list(index.parts), "targets": None}


def read_index(desired: Mapping[str, Any]) -> Index:
    """What the shadow `targets` desires. Raises AssignmentError."""
    try:
        return Index(int(desired.get("version", 0)), [int(version) for version in desired.get("parts") or []])
    except (TypeError, ValueError) as error:
        message = "the shadow `targets` names no lists"
        raise AssignmentError(message) from error


def write_part(part: Part) -> dict[str, Any]:
    """The desired state of a list's shadow. It is a text, so that it takes the place of the one before as a whole."""
    named = " ".join(f"{target_id}:{version}" for target_id, version in sorted(part.targets.items()))
    return {"version": part.version, "targets": named}


def read_part(desired: Mapping[str, Any]) -> Part:
    """What a list's shadow desires. Raises AssignmentError."""
    try:
        named = (word.split(":") for word in desired.get("targets", "").split())
        return Part(int(desired.get("version", 0)), {UUID(target_id): int(version) for target_id, version in named})
    except (AttributeError, TypeError, ValueError) as error:
        message = "the shadow of a list names no targets"
        raise AssignmentError(message) from error


def write_target(target: PollTarget) -> dict[str, Any]:
    """The desired state of a target's shadow."""
    return {"version": target.version, "target": target.model_dump_json(exclude_defaults=False)}


def read_target(desired: Mapping[str, Any]) -> PollTarget:
    """What a target's shadow desires. Raises AssignmentError, whose message has no secret in it."""
    text = desired.get("target")
    try:
        return PollTarget.model_validate_json(text if isinstance(text, str) else "")
    except ValueError:
        message = "the shadow of a target has none"
        raise AssignmentError(message) from None
