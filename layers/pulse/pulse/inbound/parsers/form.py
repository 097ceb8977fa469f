"""Forms, as browsers and old monitoring systems send them (application/x-www-form-urlencoded). Pure."""

from typing import Annotated, Literal
from urllib.parse import parse_qsl

from pydantic import Field

from pulse.inbound.names import MAX_FIELDS, OwnFieldName, PlainText
from pulse.inbound.record import PayloadError, Record, as_value, text_of_payload
from pulse.models import Input

_MAX_PARTS = 1000


class FormParser(Input):
    """Reads the values of a form."""

    type: Literal["form"]
    fields: Annotated[dict[OwnFieldName, PlainText], Field(min_length=1, max_length=MAX_FIELDS)] = Field(
        description="What the values are called in the form"
    )

    @property
    def field_names(self) -> frozenset[str]:
        """The fields that records may have."""
        return frozenset(self.fields)

    def read(self, payload: bytes) -> list[Record]:
        """The one record of a form. Raises PayloadError."""
        try:
            sent = dict(parse_qsl(text_of_payload(payload), keep_blank_values=True, max_num_fields=_MAX_PARTS))
        except ValueError as error:
            message = f"it is no form with at most {_MAX_PARTS} values"
            raise PayloadError(message) from error
        record = {name: as_value(sent.get(key)) for name, key in self.fields.items()}
        if all(value is None for value in record.values()):
            message = f"it is no form with any of {', '.join(self.fields.values())}"
            raise PayloadError(message)
        return [record]
