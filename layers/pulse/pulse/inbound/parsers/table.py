"""Tables: CSV, and columns that blanks stand between, as commands print them. Pure."""

import csv
import re
from collections.abc import Iterable, Iterator
from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from pulse.inbound.names import MAX_FIELDS, OwnFieldName, PlainText
from pulse.inbound.record import PayloadError, Record, as_value, require_few, text_of_payload
from pulse.models import Input

_BLANKS: Final = {"spaces": re.compile(r"\s+"), "wide_spaces": re.compile(r"\s{2,}|\t")}

Column = PlainText | Annotated[int, Field(ge=0, le=999)]
"""A column by its heading, or by its position from 0."""
_Columns = Annotated[dict[OwnFieldName, Column], Field(min_length=1, max_length=MAX_FIELDS)]


class _Table(Input):
    """What every table has."""

    skip_lines: int = Field(0, ge=0, le=100, description="Lines before the table")
    header: bool = Field(True, description="Whether the first line has headings")
    columns: _Columns = Field(description="The column of each field, by its heading or its position from 0")

    @property
    def field_names(self) -> frozenset[str]:
        """The fields that records may have."""
        return frozenset(self.columns)

    def _records(self, rows: Iterator[list[str]]) -> list[Record]:
        headings = next(rows, []) if self.header else []
        positions = {name: self._position(column, headings) for name, column in self.columns.items()}
        records: list[Record] = []
        for row in rows:
            records.append(
                {name: as_value(row[at].strip() if at < len(row) else None) for name, at in positions.items()}
            )
            require_few(len(records))
        return records

    def _position(self, column: str | int, headings: list[str]) -> int:
        if isinstance(column, int):
            return column
        known = [heading.strip().casefold() for heading in headings]
        if column.strip().casefold() not in known:
            message = f"it has no column {column}"
            raise PayloadError(message)
        return known.index(column.strip().casefold())


class CsvParser(_Table):
    """Reads comma-separated values, a record in each line."""

    type: Literal["csv"]
    separator: Annotated[str, StringConstraints(min_length=1, max_length=1, pattern=r"^[^\x00\r\n\"\ ]$")] = ","

    def read(self, payload: bytes) -> list[Record]:
        """The records of a payload. Raises PayloadError."""
        try:
            return self._records(_filled(csv.reader(_lines(payload, self.skip_lines), delimiter=self.separator)))
        except csv.Error as error:
            message = f"it is not CSV: {error}"
            raise PayloadError(message) from error


class TableParser(_Table):
    """Reads columns that blanks stand between, a record in each line."""

    type: Literal["table"]
    separator: Literal["spaces", "wide_spaces"] = Field(
        "spaces", description="wide_spaces: two blanks at least, or a tab, so that a value may have one inside"
    )

    def read(self, payload: bytes) -> list[Record]:
        """The records of a payload. Raises PayloadError."""
        between = _BLANKS[self.separator]
        return self._records(_filled(between.split(line.strip()) for line in _lines(payload, self.skip_lines)))


def _lines(payload: bytes, skipped: int) -> list[str]:
    return text_of_payload(payload).replace("\x00", "").splitlines()[skipped:]


def _filled(rows: Iterable[list[str]]) -> Iterator[list[str]]:
    return (row for row in rows if any(row))
