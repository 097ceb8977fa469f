"""Schedules as values: layers with responders who take turns, restrictions of hours and weekdays, overrides. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, Any, Final, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, GetCoreSchemaHandler, NaiveDatetime, WithJsonSchema
from pydantic_core import CoreSchema, core_schema

from pulse.email_address import EmailAddress
from pulse.errors import FieldError
from pulse.models import Input
from pulse.texts import Title

MAX_LAYERS: Final = 20
MAX_RESPONDERS: Final = 50
MAX_RESTRICTIONS: Final = 21
MAX_SHIFT_HOURS: Final = 2016  # twelve weeks


class Weekday(StrEnum):
    """Weekdays have names everywhere, so that nobody has to know which of them is 0."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


WEEKDAYS: Final = tuple(Weekday)  # in the order of date.weekday()


class Rotation(StrEnum):
    """How long a shift is: an hour, a day, a week, or `shift_hours`."""

    HOURLY = "hourly"
    DAILY = "daily"
    WEEKLY = "weekly"
    CUSTOM = "custom"


_SHIFT_HOURS: Final = {Rotation.HOURLY: 1, Rotation.DAILY: 24, Rotation.WEEKLY: 168}


def _whole_minutes[T: (datetime, time)](value: T) -> T:
    if value.second or value.microsecond or value.tzinfo:
        message = "must be a wall-clock time in whole minutes, without an offset"
        raise ValueError(message)
    return value


class _WithoutAnOffset:
    """Says of whatever is no wall-clock time what it should be: the library's words are about instants."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.custom_error_schema(
            handler(source),
            custom_error_type="wall_clock_time",
            custom_error_message="must be a date and a wall-clock time such as 2026-01-05T09:00, without an offset",
        )


# JSON schema's own formats ask for an offset, which a wall-clock time has not.
WallTime = Annotated[
    time,
    AfterValidator(_whole_minutes),
    WithJsonSchema({"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d(:00)?$"}),
]
RotationStart = Annotated[
    NaiveDatetime,
    _WithoutAnOffset(),
    AfterValidator(_whole_minutes),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:00)?$"}),
]


class Responder(Input):
    """Somebody who is on call in turn. The e-mail address tells people apart."""

    name: Title
    email: EmailAddress
    channel_id: UUID | None = Field(None, description="A notification channel that reaches them, beside the e-mail")


class Restriction(Input):
    """Hours on some weekdays, by the schedule's clocks. An `end` that is not after `start` is on the next day."""

    weekdays: tuple[Weekday, ...] = Field(
        (), max_length=7, description="Days on which it starts; every day without any", examples=[["monday", "friday"]]
    )
    start: WallTime = Field(examples=["09:00"])
    end: WallTime = Field(examples=["17:00"])


class LayerDefinition(Input):
    """Responders who take turns from `rotation_start` on, hand over at its hour, and never at once."""

    name: Title
    priority: int = Field(ge=1, le=100, description="1 comes first: of the layers with somebody the lowest number wins")
    rotation: Rotation
    shift_hours: int | None = Field(
        None, ge=1, le=MAX_SHIFT_HOURS, description="Length of a shift; for a custom rotation, and no other"
    )
    rotation_start: RotationStart = Field(
        description="When the first responder's first shift starts, by the schedule's clocks; nobody is on before",
        examples=["2026-01-05T09:00:00"],
    )
    responders: tuple[Responder, ...] = Field(
        min_length=1, max_length=MAX_RESPONDERS, description="In their order; who is named twice has two turns"
    )
    restrictions: tuple[Restriction, ...] = Field(
        (), max_length=MAX_RESTRICTIONS, description="The layer counts within these alone; always without any"
    )

    @property
    def shift(self) -> timedelta:
        """Length of a shift, by the clocks."""
        return timedelta(hours=self.shift_hours or _SHIFT_HOURS[self.rotation])


class Layer(LayerDefinition):
    """A layer that is stored."""

    layer_id: UUID


class OverrideKind(StrEnum):
    """What an override does while it lasts.

    `replace` puts its responder in the place of whoever the layers put on call, `add` beside them; `remove` takes its
    responder off, and the next layer that has somebody else steps in.
    """

    REPLACE = "replace"
    ADD = "add"
    REMOVE = "remove"


class Override(NamedTuple):
    """A change of who is on call in [starts_at, ends_at)."""

    override_id: UUID
    kind: OverrideKind
    responder: Responder
    starts_at: datetime
    ends_at: datetime
    reason: str = ""


class Schedule(NamedTuple):
    """Layers in the order of their priority, and the overrides that matter for what is asked."""

    zone: ZoneInfo
    layers: tuple[Layer, ...]
    overrides: tuple[Override, ...] = ()


def channels_in(layers: Sequence[LayerDefinition]) -> Iterator[tuple[str, UUID | None]]:
    """Each responder's channel, with the name of its field."""
    for layer_index, layer in enumerate(layers):
        for index, responder in enumerate(layer.responders):
            yield f"layers.{layer_index}.responders.{index}.channel_id", responder.channel_id


def find_errors(layers: Sequence[LayerDefinition]) -> tuple[FieldError, ...]:
    """What is wrong with layers as a whole: names and priorities that two share, shift lengths that make no sense."""
    return tuple(_find_errors(layers))


def _find_errors(layers: Sequence[LayerDefinition]) -> Iterator[FieldError]:
    names = Counter(layer.name for layer in layers)
    priorities = Counter(layer.priority for layer in layers)
    for index, layer in enumerate(layers):
        if names[layer.name] > 1:
            yield FieldError(f"layers.{index}.name", f"{layer.name} is the name of another layer too")
        if priorities[layer.priority] > 1:
            yield FieldError(f"layers.{index}.priority", f"{layer.priority} is the priority of another layer too")
        if layer.rotation is Rotation.CUSTOM and layer.shift_hours is None:
            yield FieldError(f"layers.{index}.shift_hours", "a custom rotation needs the length of a shift")
        if layer.rotation is not Rotation.CUSTOM and layer.shift_hours is not None:
            yield FieldError(
                f"layers.{index}.shift_hours", f"the length of a {layer.rotation} shift is given; leave it out"
            )
        if not 2000 <= layer.rotation_start.year < 2200:
            yield FieldError(f"layers.{index}.rotation_start", "must be between the years 2000 and 2200")
