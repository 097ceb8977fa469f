"""A device's shadow: the state that is desired of it, the state that it reports, and what is left to do."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Final

import orjson
from pydantic import AfterValidator, Field

from pulse.versions import Versioned

type State = dict[str, Any]

MAXIMUM_BYTES: Final = 8192
MAXIMUM_DEPTH: Final = 8


class Shadow(Versioned):
    """The shadow as it is. Versions count every change of it, by people and by the device."""

    version: int = Field(ge=0, description="Counts the changes, 0 before the first; the ETag to send as `If-Match`")
    desired: State = Field(description="What people want")
    reported: State = Field(description="What the device says")
    delta: State = Field(description="What of the desired state the device does not report yet")
    desired_at: datetime | None = Field(description="When the newest part of the desired state was written")
    reported_at: datetime | None = Field(description="When the device reported last")


def _fits(state: State) -> State:
    try:
        size = len(orjson.dumps(state))
    except orjson.JSONEncodeError as error:
        message = "must be a JSON object with whole numbers of at most 64 bits"
        raise ValueError(message) from error
    if size > MAXIMUM_BYTES:
        message = f"must be at most {MAXIMUM_BYTES} bytes as JSON, and has {size}"
        raise ValueError(message)
    if _depth(state) > MAXIMUM_DEPTH:
        message = f"must be nested at most {MAXIMUM_DEPTH} levels deep"
        raise ValueError(message)
    return state


def _is_whole(state: State) -> State:
    if _has_null(state):
        message = "must have no null: leave out what is not wanted"
        raise ValueError(message)
    return state


Part = Annotated[State, AfterValidator(_fits)]
"""A change of a state: what it names is set, and null takes away."""

Whole = Annotated[State, AfterValidator(_fits), AfterValidator(_is_whole)]
"""A state as it is to be."""


def read_shadow(document: Mapping[str, Any] | None) -> Shadow:
    """The shadow in a document of AWS IoT; an empty one for a device that has none yet."""
    if document is None:
        return Shadow(version=0, desired={}, reported={}, delta={}, desired_at=None, reported_at=None)
    state, metadata = document.get("state", {}), document.get("metadata", {})
    desired, reported = state.get("desired") or {}, state.get("reported") or {}
    return Shadow(
        version=document["version"],
        desired=desired,
        reported=reported,
        delta=difference(desired, reported),
        desired_at=_newest(metadata.get("desired")),
        reported_at=_newest(metadata.get("reported")),
    )


def difference(desired: State, reported: State) -> State:
    """What of a desired state is not reported."""
    found: State = {}
    for name, value in desired.items():
        known = reported.get(name)
        if isinstance(value, dict) and isinstance(known, dict):
            if inner := difference(value, known):
                found[name] = inner
        elif name not in reported or not _is_same(known, value):
            found[name] = value
    return found


def merged(state: State, part: State) -> State:
    """A state after a change of it."""
    after = dict(state)
    for name, value in part.items():
        known = after.get(name)
        if value is None:
            after.pop(name, None)
        elif isinstance(value, dict):
            after[name] = merged(known if isinstance(known, dict) else {}, value)
        else:
            after[name] = value
    return after


def change_to(state: State, wanted: State) -> State:
    """The change that makes `wanted` out of a state."""
    part: State = {name: None for name in state if name not in wanted}
    for name, value in wanted.items():
        known = state.get(name)
        if isinstance(value, dict) and isinstance(known, dict):
            if inner := change_to(known, value):
                part[name] = inner
        elif name not in state or not _is_same(known, value):
            part[name] = value
    return part


def _is_same(one: object, other: object) -> bool:
    """Python takes true for 1, which JSON does not; both take 2.0 for 2."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_is_same(value, other[name]) for name, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_is_same, one, other))
    return isinstance(one, bool) == isinstance(other, bool) and one == other


def _depth(value: object) -> int:
    if isinstance(value, dict):
        return 1 + max(map(_depth, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(_depth, value), default=0)
    return 0


def _has_null(value: object) -> bool:
    if isinstance(value, dict):
        return any(map(_has_null, value.values()))
    if isinstance(value, list):
        return any(map(_has_null, value))
    return value is None


def _newest(metadata: object) -> datetime | None:
    """The newest time in the metadata of a state, which has one beside each value."""
    if isinstance(metadata, list):
        return max(filter(None, map(_newest, metadata)), default=None)
    if not isinstance(metadata, dict):
        return None
    if isinstance(metadata.get("timestamp"), int | float):
        return datetime.fromtimestamp(metadata["timestamp"], UTC)
    return max(filter(None, map(_newest, metadata.values())), default=None)
