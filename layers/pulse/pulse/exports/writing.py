"""Rows as text: CSV that no spreadsheet takes for formulas, or a JSON array with an object on each line. Pure."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from io import StringIO
from typing import Any, Final

import orjson

from pulse.clock import format_instant
from pulse.exports.export import Dataset, Format
from pulse.spreadsheets import harmless

_READING_HEADER: Final = ("device_id", "site_id", "time", "seq", "metric", "value")

type Row = Mapping[str, Any]


class Encoder:
    """A file from its beginning to its end. In CSV a reading has a line for each of its metrics."""

    def __init__(self, dataset: Dataset, file_format: Format, columns: Sequence[str]) -> None:
        self._dataset = dataset
        self._format = file_format
        self._columns = columns
        self._is_empty = True

    def begin(self) -> bytes:
        """What comes before the rows."""
        if self._format is Format.JSON:
            return b"["
        return _lines([_READING_HEADER if self._dataset is Dataset.TELEMETRY else self._columns])

    def encode(self, rows: Iterable[Row]) -> bytes:
        """Some rows."""
        if self._format is Format.JSON:
            objects = [orjson.dumps({name: _plain(row[name]) for name in self._columns}) for row in rows]
            separator = b"\n" if self._is_empty else b",\n"
            self._is_empty &= not objects
            return separator + b",\n".join(objects) if objects else b""
        if self._dataset is Dataset.TELEMETRY:
            return _lines(line for row in rows for line in _reading_lines(row))
        return _lines([_cell(row[name]) for name in self._columns] for row in rows)

    def end(self) -> bytes:
        """What comes after the rows."""
        return b"\n]\n" if self._format is Format.JSON else b""


def _reading_lines(row: Row) -> Iterator[Sequence[object]]:
    # Ids are of letters and digits and can't be formulas; metrics' names are the device's own.
    start = (row["device_id"], row["site_id"], format_instant(row["time"]), row["seq"])
    for metric, value in row["metrics"].items():
        yield (*start, harmless(metric), _cell(value))


def _lines(rows: Iterable[Sequence[object]]) -> bytes:
    text = StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def _cell(value: object) -> object:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return harmless(value)
        case datetime():
            return format_instant(value)
        case dict() | list():
            return orjson.dumps(value).decode()
        case _:
            return value


def _plain(value: Any) -> Any:
    return format_instant(value) if isinstance(value, datetime) else value
