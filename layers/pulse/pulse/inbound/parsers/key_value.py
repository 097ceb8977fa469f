"""Keys and values, a line for each: `Status: failed`. Pure."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from pulse.inbound.names import MAX_FIELDS, OwnFieldName, PlainText
from pulse.inbound.record import PayloadError, Record, as_value, text_of_payload
from pulse.models import Input

Separator = Annotated[str, StringConstraints(min_length=1, max_length=10, pattern=r"^[^\x00]*$")]


class KeyValueParser(Input):
    """Reads pairs; of a key that comes twice the last value counts."""

    type: Literal["key_value"]
    pair_separator: Separator = Field("\n", description="What stands between two pairs")
    separator: Separator = Field(":", description="What stands between a key and its value")
    fields: Annotated[dict[OwnFieldName, PlainText], Field(min_length=1, max_length=MAX_FIELDS)] = Field(
        description="The key of each; capitals and spaces around it don't count"
    )

    @property
    def field_names(self) -> frozenset[str]:
        """The fields that records may have."""
        return frozenset(self.fields)

    def read(self, payload: bytes) -> list[Record]:
        """The one record. Raises PayloadError when none of the keys is there."""
        found: dict[str, str] = {}
        for pair in text_of_payload(payload).split(self.pair_separator):
            key, separator, value = pair.partition(self.separator)
            if separator:
                found[key.strip().casefold()] = value.strip().strip('"')
        record = {name: as_value(found.get(key.strip().casefold())) for name, key in self.fields.items()}
        if all(value is None for value in record.values()):
            message = f"it has none of the keys {', '.join(self.fields.values())}"
            raise PayloadError(message)
        return [record]
