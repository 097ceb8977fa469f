"""Clear events: how a sender says that what it told of is over. Pure.

A clear event undoes what its raise opened, and for that it is read as the raise: what tells the two apart is taken
away first, and what is left leads to the same alert.
"""

from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from pulse.inbound.conditions import Condition
from pulse.inbound.names import AlertTypeName, FieldName, PlainText
from pulse.inbound.oids import Oid
from pulse.inbound.record import Record, text_of
from pulse.models import Input


class Cleared(NamedTuple):
    """A record that clears: as its raise would have been, and the types that it clears, if the event names them."""

    record: Record
    alert_types: tuple[str, ...] = ()


class OidPair(Input):
    """The notification `cleared_by` ends what the notification `raised_by` told of."""

    method: Literal["oid_pair"]
    raised_by: Oid
    cleared_by: Oid

    @property
    def field_names(self) -> frozenset[str]:
        """The fields that it looks at."""
        return frozenset({"trap_oid"})

    def read(self, record: Record) -> Cleared | None:
        """The raise that this record clears, if it does."""
        if record.get("trap_oid") != self.cleared_by:
            return None
        return Cleared({**record, "trap_oid": self.raised_by})


class Suffix(Input):
    """A value that ends so clears what the value without the end raised: `fan_failed_clear`."""

    method: Literal["suffix"]
    field: FieldName
    suffix: Annotated[PlainText, Field(min_length=1)] = "_clear"

    @property
    def field_names(self) -> frozenset[str]:
        """The fields that it looks at."""
        return frozenset({self.field})

    def read(self, record: Record) -> Cleared | None:
        """The raise that this record clears, if it does."""
        text = text_of(record.get(self.field))
        if len(text) <= len(self.suffix) or not text.casefold().endswith(self.suffix.casefold()):
            return None
        return Cleared({**record, self.field: text[: -len(self.suffix)]})


class FieldValue(Input):
    """A field that has one of some values clears: `status` is `resolved`."""

    method: Literal["field_value"]
    field: FieldName
    values: list[PlainText] = Field(min_length=1, max_length=100)
    alert_types: list[AlertTypeName] = Field(
        [], max_length=20, description="What it clears; without any, the type that the record is otherwise of"
    )

    @property
    def field_names(self) -> frozenset[str]:
        """The fields that it looks at."""
        return frozenset({self.field})

    def read(self, record: Record) -> Cleared | None:
        """The raise that this record clears, if it does."""
        if text_of(record.get(self.field)).casefold() not in {value.casefold() for value in self.values}:
            return None
        return Cleared(record, tuple(self.alert_types))


class Conditions(Input):
    """A record of which all this holds clears: the battery is above 25 percent again."""

    method: Literal["conditions"]
    when: list[Condition] = Field(min_length=1, max_length=10)
    alert_types: list[AlertTypeName] = Field(min_length=1, max_length=20, description="What it clears")

    @property
    def field_names(self) -> frozenset[str]:
        """The fields that it looks at."""
        return frozenset(condition.field for condition in self.when)

    def read(self, record: Record) -> Cleared | None:
        """The raise that this record clears, if it does."""
        holds = all(condition.holds(record) for condition in self.when)
        return Cleared(record, tuple(self.alert_types)) if holds else None


class Reconciliation(Input):
    """What a complete poll does not raise any more is over. After an incomplete one nothing is."""

    method: Literal["reconciliation"]
    alert_types: list[AlertTypeName] = Field([], max_length=20, description="What it clears; without any, all types")

    @property
    def field_names(self) -> frozenset[str]:
        """None: no record says it."""
        return frozenset()

    def read(self, record: Record) -> Cleared | None:  # noqa: ARG002 - as the others
        """Nothing: a record that is missing clears."""
        return None


ClearEvent = Annotated[OidPair | Suffix | FieldValue | Conditions | Reconciliation, Field(discriminator="method")]
"""One of the ways."""
