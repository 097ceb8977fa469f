"""JSON: one record, or one for each element of a list. Pure."""

from typing import Annotated, Any, Final, Literal

import orjson
from pydantic import Field

from pulse.inbound.json_paths import EVERY, JsonPath, JsonPathToOne, find_every, find_one, parse_path
from pulse.inbound.names import MAX_FIELDS, OwnFieldName
from pulse.inbound.record import PayloadError, Record, as_value, require_few
from pulse.models import Input

_MAX_EMBEDDED: Final = 5


class JsonParser(Input):
    """Reads JSON."""

    type: Literal["json"]
    records: JsonPath = Field(
        "$", description="Where the records are: a list has one in each element, an object is one itself"
    )
    embedded: list[JsonPathToOne] = Field(
        [], max_length=_MAX_EMBEDDED, description="Texts that are JSON themselves, and are read as such in their places"
    )
    fields: Annotated[dict[OwnFieldName, JsonPathToOne], Field(min_length=1, max_length=MAX_FIELDS)] = Field(
        description="Where the values are: `$` is the record, `^` the whole document"
    )

    @property
    def field_names(self) -> frozenset[str]:
        """The fields that records may have."""
        return frozenset(self.fields)

    def read(self, payload: bytes) -> list[Record]:
        """The records of a payload. Raises PayloadError."""
        try:
            document = orjson.loads(payload)
        except orjson.JSONDecodeError as error:
            message = f"it is not JSON: {error}"
            raise PayloadError(message) from error
        for path in self.embedded:
            _unfold(document, path)
        places = list(find_every(self.records, document))
        # Of a list that is empty nothing is told; a document without the place is of another shape than was declared.
        if not places and EVERY not in parse_path(self.records).steps:
            message = f"there is nothing at {self.records}, where its records should be"
            raise PayloadError(message)
        found: list[Any] = []
        for value in places:
            found += value if isinstance(value, list) else [value]
            require_few(len(found))
        if found and not any(isinstance(one, dict) for one in found):
            message = f"what is at {self.records} are no objects"
            raise PayloadError(message)
        return [
            {name: as_value(find_one(path, one, document)) for name, path in self.fields.items()}
            for one in found
            if isinstance(one, dict)
        ]


def _unfold(document: Any, path: str) -> None:
    """Put what a text says in its place, if it is JSON."""
    *way, last = parse_path(path).steps or (None,)
    holder = document
    for step in way:
        holder = holder.get(step) if isinstance(holder, dict) else None
    if isinstance(holder, dict) and isinstance(text := holder.get(last), str):
        try:
            holder[last] = orjson.loads(text)
        except orjson.JSONDecodeError:
            return
