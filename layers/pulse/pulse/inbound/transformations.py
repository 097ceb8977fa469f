"""Transformations: what becomes of a record's values before they are looked at, one after the other. Pure.

What can't be transformed becomes nothing, and never an error: a sender's next version must not silence its alerts.
"""

import math
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field

from pulse.clock import format_instant
from pulse.inbound.instants import InstantFormat, read_instant
from pulse.inbound.names import FieldName, OwnFieldName, PlainText
from pulse.inbound.patterns import Pattern, search_first
from pulse.inbound.record import Record, Value, as_value, number_of, text_of
from pulse.models import Input
from pulse.wall_clock import TimeZone


def _is_finite(number: float) -> float:
    if not math.isfinite(number):
        message = "must be finite"
        raise ValueError(message)
    return number


Number = Annotated[float, AfterValidator(_is_finite)]


class _Transformation(Input):
    """What every transformation has."""

    field: FieldName
    into: OwnFieldName | None = Field(None, description="Where the result goes; without it the field itself")

    @property
    def sources(self) -> list[str]:
        """The fields whose value it transforms: the first of them that has one."""
        return [self.field]

    @property
    def target(self) -> str:
        """The field that the result is in."""
        return self.into or self.field


class Lookup(_Transformation):
    """Another value for each value, by its text; capitals don't count."""

    type: Literal["lookup"]
    map: dict[PlainText, PlainText] = Field(min_length=1, max_length=500)
    otherwise: PlainText | None = Field(None, description="For every other value that is there; without it none")

    def apply(self, value: Value, now: datetime) -> Value:  # noqa: ARG002 - as the others
        """The value that is in the place of this one."""
        text = text_of(value).casefold()
        found = next((result for key, result in self.map.items() if key.casefold() == text), None)
        return found if found is not None or value is None else self.otherwise


class ReadTime(_Transformation):
    """A time as it is written everywhere, in UTC."""

    type: Literal["datetime"]
    format: InstantFormat = "iso8601"
    timezone: TimeZone = Field("UTC", description="Of a time that comes without an offset")

    def apply(self, value: Value, now: datetime) -> Value:
        """The instant as ISO 8601."""
        instant = read_instant(value, self.format, ZoneInfo(self.timezone), now)
        return None if instant is None else format_instant(instant)


class Extract(_Transformation):
    """A part of a text: the pattern's first group, or all that it matches."""

    type: Literal["extract"]
    pattern: Pattern

    def apply(self, value: Value, now: datetime) -> Value:  # noqa: ARG002 - as the others
        """The part, if there is one."""
        return as_value(search_first(self.pattern, text_of(value)))


class Case(_Transformation):
    """A text in other letters."""

    type: Literal["case"]
    to: Literal["lower", "upper", "title"]

    def apply(self, value: Value, now: datetime) -> Value:  # noqa: ARG002 - as the others
        """The text in those letters."""
        if value is None:
            return None
        text = text_of(value)
        return as_value({"lower": text.lower, "upper": text.upper, "title": text.title}[self.to]())


class Arithmetic(_Transformation):
    """A number times `multiply` plus `add`, rounded to `digits` after the point."""

    type: Literal["arithmetic"]
    multiply: Number = 1.0
    add: Number = 0.0
    digits: int | None = Field(None, ge=0, le=12)

    def apply(self, value: Value, now: datetime) -> Value:  # noqa: ARG002 - as the others
        """The number, if the value is one."""
        number = number_of(value)
        if number is None:
            return None
        result = number * self.multiply + self.add
        return as_value(result if self.digits is None or not math.isfinite(result) else round(result, self.digits))


class FirstOf(_Transformation):
    """The field's value, or that of the first other field that has one."""

    type: Literal["first_of"]
    others: list[FieldName] = Field(min_length=1, max_length=10)

    @property
    def sources(self) -> list[str]:
        """The fields in their order."""
        return [self.field, *self.others]

    def apply(self, value: Value, now: datetime) -> Value:  # noqa: ARG002 - as the others
        """The value as it is."""
        return value


Transformation = Annotated[Lookup | ReadTime | Extract | Case | Arithmetic | FirstOf, Field(discriminator="type")]
"""One of the transformations."""


def transform(record: Record, transformations: Sequence[Transformation], now: datetime) -> Record:
    """The record after all of them, in their order."""
    result = dict(record)
    for transformation in transformations:
        values = (result.get(name) for name in transformation.sources)
        value = next((value for value in values if value is not None and value != ""), None)
        result[transformation.target] = transformation.apply(value, now)
    return result
