"""What has to hold of a record. Pure."""

from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from pulse.inbound.names import FieldName, PlainText
from pulse.inbound.patterns import check_pattern, matches
from pulse.inbound.record import Record, number_of, text_of
from pulse.models import Input


class Operator(StrEnum):
    """How a field is compared. Texts are compared without looking at capitals."""

    EQUALS = "equals"
    NOT_EQUALS = "not_equals"
    IN = "in"
    CONTAINS = "contains"
    MATCHES = "matches"
    GREATER_THAN = "greater_than"
    LESS_THAN = "less_than"
    PRESENT = "present"
    ABSENT = "absent"


_NUMERIC = (Operator.GREATER_THAN, Operator.LESS_THAN)
_WITHOUT_VALUE = (Operator.PRESENT, Operator.ABSENT)


class Condition(Input):
    """A comparison: `value` for one value, `values` for `in`, neither for `present` and `absent`."""

    field: FieldName
    operator: Operator = Operator.EQUALS
    value: PlainText | None = None
    values: list[PlainText] | None = Field(None, min_length=1, max_length=100)

    @model_validator(mode="after")
    def _has_what_the_operator_needs(self) -> Self:
        needs_values = self.operator is Operator.IN
        needs_value = not needs_values and self.operator not in _WITHOUT_VALUE
        if (self.values is not None) != needs_values or (self.value is not None) != needs_value:
            wanted = "values" if needs_values else "a value" if needs_value else "neither value nor values"
            message = f"{self.operator} takes {wanted}"
            raise ValueError(message)
        if self.operator is Operator.MATCHES and self.value is not None:
            check_pattern(self.value)
        if self.operator in _NUMERIC and number_of(self.value) is None:
            message = f"{self.operator} compares with a number"
            raise ValueError(message)
        return self

    def holds(self, record: Record) -> bool:
        """Whether it does of this record; of a field that is not there nothing holds but what asks for that."""
        text = text_of(record.get(self.field))
        value = self.value or ""
        match self.operator:
            case Operator.PRESENT:
                return text != ""
            case Operator.ABSENT:
                return text == ""
            case Operator.EQUALS:
                return text.casefold() == value.casefold()
            case Operator.NOT_EQUALS:
                return text.casefold() != value.casefold()
            case Operator.IN:
                return text.casefold() in {choice.casefold() for choice in self.values or ()}
            case Operator.CONTAINS:
                return value.casefold() in text.casefold()
            case Operator.MATCHES:
                return matches(value, text)
            case Operator.GREATER_THAN | Operator.LESS_THAN:
                return self._compares(number_of(record.get(self.field)))

    def _compares(self, number: float | None) -> bool:
        bound = number_of(self.value)
        if number is None or bound is None:
            return False
        return number > bound if self.operator is Operator.GREATER_THAN else number < bound
