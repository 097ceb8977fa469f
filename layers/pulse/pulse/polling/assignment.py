"""What a gateway is told to poll, as named shadows of its own thing. Pure.

The shadow `targets` names all its targets with their versions; each target is in a shadow of its own, as JSON in a
text, so that a shadow's limit of 8 KB is the limit of one target:

    targets             {"version": 7, "targets": {"0d3c…": 2}}
    target-0d3c…        {"version": 2, "target": "{\\"target_id\\": \\"0d3c…\\", …}"}

A gateway subscribes to the delta of `targets`, which comes with every change of its version, gets the shadow, and then
that of each target whose version it does not have; what is not named any more it polls no more. It reports
`{"version": 7}` in `targets` when it has done so.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple
from uuid import UUID

from pulse.polling.target import PollTarget

INDEX_SHADOW: Final = "targets"
_TARGET_SHADOW: Final = "target-"


class AssignmentError(ValueError):
    """A shadow is not what it should be; the message says why."""


class Assignment(NamedTuple):
    """All that a gateway polls, by id, each in its version."""

    version: int
    targets: Mapping[UUID, int]


def target_shadow(target_id: UUID) -> str:
    """The shadow that a target is in."""
    return f"{_TARGET_SHADOW}{target_id}"


def write_assignment(assignment: Assignment, before: Mapping[str, Any]) -> dict[str, Any]:
    """The desired state that takes the place of the one before; null takes a target away."""
    targets: dict[str, int | None] = dict.fromkeys(before.get("targets") or {})
    targets |= {str(target_id): version for target_id, version in assignment.targets.items()}
    return {"version": assignment.version, "targets": targets}


def read_assignment(desired: Mapping[str, Any]) -> Assignment:
    """What the shadow `targets` desires. Raises AssignmentError."""
    try:
        targets = {UUID(target_id): int(version) for target_id, version in (desired.get("targets") or {}).items()}
        return Assignment(int(desired.get("version", 0)), targets)
    except (AttributeError, TypeError, ValueError) as error:
        message = "the shadow `targets` names no targets"
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
