"""Files of devices: CSV with a header. Pure: what a file says, and what it says wrongly, row by row."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from typing import Any, Final, NamedTuple

from pydantic import ValidationError

from pulse.devices.registration import DeviceRegistration
from pulse.errors import FieldError, InvalidInputError
from pulse.input_errors import field_errors
from pulse.spreadsheets import harmless

MAX_ROWS: Final = 500
MAX_CHARACTERS: Final = 1_000_000
REQUIRED: Final = ("device_id", "site_id", "device_type")
COLUMNS: Final = (*REQUIRED, *(name for name in DeviceRegistration.model_fields if name not in REQUIRED))
_MAY_BE_MISSING: Final = {"latitude", "longitude", "expected_interval_seconds", "parent_device_id"}
_EXAMPLES: Final = (
    {
        "device_id": "cooler-1",
        "site_id": "hall-a",
        "device_type": "cooler",
        "name": "Dairy room",
        "tags": "zone=dairy;spare",
        "serial_number": "SN-0001",
    },
    {"device_id": "cooler-2", "site_id": "hall-a", "device_type": "cooler", "name": "Meat room", "tags": "zone=meat"},
)


class FileRow(NamedTuple):
    """A line with a device: `number` counts lines from the header, which is 1, as spreadsheets do."""

    number: int
    cells: Mapping[str, str]


def read_file(
    text: str, *, columns: Sequence[str] = COLUMNS, required: Sequence[str] = REQUIRED, most: int = MAX_ROWS
) -> list[FileRow]:
    """The rows of a file of devices, or of something with other columns; empty lines are passed over.

    Raises InvalidInputError for a header that does not fit, and for too many rows.
    """
    lines = StringIO(text.removeprefix("\ufeff"), newline="")
    header_line = lines.getvalue().partition("\n")[0]
    delimiter = ";" if header_line.count(";") > header_line.count(",") else ","
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        header = [name.strip().lower() for name in next(reader, [])]
        _check_header(header, columns, required)
        rows = []
        for number, line in enumerate(reader, start=2):
            if any(cell.strip() for cell in line):
                rows.append(FileRow(number, _cells(header, line)))
    except csv.Error as error:
        raise _refused(f"is not CSV: line {reader.line_num}: {error}") from error
    if not rows:
        raise _refused("has no rows below its header")
    if len(rows) > most:
        raise _refused(f"has {len(rows)} rows; {most} is the most at a time")
    return rows


def read_device(row: FileRow, known: Mapping[str, Any] | None) -> DeviceRegistration | tuple[FieldError, ...]:
    """The device that a row means, or what is wrong with the row.

    Columns that the file does not have stay as they are of a known device; an empty cell empties the field.
    """
    if "" in row.cells:
        return (FieldError("row", "has more cells than the header has columns"),)
    fields: dict[str, Any] = dict(known or {})
    for name, cell in row.cells.items():
        if name == "tags":
            fields[name] = read_tags(cell)
        else:
            fields[name] = None if cell == "" and name in _MAY_BE_MISSING else cell
    try:
        return DeviceRegistration.model_validate(fields)
    except ValidationError as error:
        return field_errors(error, fields)


def read_tags(cell: str) -> dict[str, str]:
    """Tags in a cell: `key=value;key=value;plain`."""
    parts = (part.strip().partition("=") for part in cell.split(";") if part.strip())
    return {key.strip(): value.strip() for key, _, value in parts}


def write_cell(value: object) -> str:
    """What a cell says of a field: the way back of `read_device`. An empty field is an empty cell."""
    if isinstance(value, dict):
        return ";".join(f"{key}={text}" if text else str(key) for key, text in value.items())
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def template() -> str:
    """A file to fill in, with two devices for an example."""
    return write_file(COLUMNS, _EXAMPLES)


def error_report(rows: Iterable[tuple[FileRow, Sequence[FieldError]]]) -> str:
    """A file of the rows that were refused, with the reasons in a column of their own."""
    refused = list(rows)
    columns = list(dict.fromkeys(name for row, _ in refused for name in row.cells if name in COLUMNS))
    lines = [
        {
            **{name: row.cells[name] for name in columns if name in row.cells},
            "row": str(row.number),
            "errors": "; ".join(f"{error.field}: {error.reason}" for error in errors),
        }
        for row, errors in refused
    ]
    return write_file(["row", *columns, "errors"], lines)


def write_file(columns: Sequence[str], lines: Iterable[Mapping[str, str]]) -> str:
    """Lines under a header. A cell that a spreadsheet would compute is made a text with an apostrophe."""
    file = StringIO()
    writer = csv.DictWriter(file, columns, restval="", lineterminator="\r\n")
    writer.writeheader()
    for line in lines:
        writer.writerow({name: harmless(cell) for name, cell in line.items()})
    return file.getvalue()


def _check_header(header: Sequence[str], columns: Sequence[str], required: Sequence[str]) -> None:
    missing = [name for name in required if name not in header]
    if missing:
        raise _refused(f"has no column {', '.join(missing)}; its first line must name the columns")
    unknown = [name or "(empty)" for name in header if name not in columns]
    if unknown:
        raise _refused(f"has columns that are not known: {', '.join(unknown)}; there are {', '.join(columns)}")
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise _refused(f"has a column twice: {', '.join(twice)}")


def _cells(header: Sequence[str], line: Sequence[str]) -> dict[str, str]:
    cells = {name: cell.strip() for name, cell in zip(header, line, strict=False)}
    if any(cell.strip() for cell in line[len(header) :]):
        cells[""] = "too many"
    return cells


def _refused(reason: str) -> InvalidInputError:
    return InvalidInputError(f"the file {reason}", errors=(FieldError("csv", reason),))
