"""What a file of devices says, and what it says wrongly."""

import csv
from io import StringIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.devices.import_file import (
    COLUMNS,
    MAX_ROWS,
    FileRow,
    error_report,
    read_device,
    read_file,
    read_tags,
    template,
    write_cell,
    write_file,
)
from pulse.devices.registration import DeviceRegistration
from pulse.errors import FieldError, InvalidInputError

HEADER = "device_id,site_id,device_type"


def test_the_template_is_a_file_that_fits() -> None:
    rows = read_file(template())
    assert [row.number for row in rows] == [2, 3]
    devices = [read_device(row, None) for row in rows]
    assert all(isinstance(device, DeviceRegistration) for device in devices)
    assert template().splitlines()[0] == ",".join(COLUMNS)


@pytest.mark.parametrize(
    "text",
    [
        f"{HEADER}\na-1,hall,freezer\n",
        f"\ufeff{HEADER}\r\na-1,hall,freezer\r\n",
        "Device_ID; site_id ;device_type\na-1;hall;freezer",
        f'{HEADER}\n\n"a-1",hall,freezer\n,,\n',
    ],
)
def test_files_of_every_spreadsheet_are_read(text: str) -> None:
    [row] = read_file(text)
    assert dict(row.cells) == {"device_id": "a-1", "site_id": "hall", "device_type": "freezer"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("device_id,site_id\na,b", "no column device_type"),
        (f"{HEADER},colour\na,b,c,d", "not known: colour"),
        (f"{HEADER},site_id\na,b,c,d", "twice: site_id"),
        (HEADER, "no rows"),
        ("", "no column"),
        (f'{HEADER}\n"a,b,c', "is not CSV"),
        (HEADER + "\na,b,c" * (MAX_ROWS + 1), "501 rows"),
    ],
)
def test_a_file_that_is_none_of_ours_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(InvalidInputError) as refusal:
        read_file(text)
    [error] = refusal.value.errors
    assert (error.field, reason in error.reason) == ("csv", True)


def row(**cells: str) -> FileRow:
    return FileRow(2, {"device_id": "a-1", "site_id": "hall", "device_type": "freezer", **cells})


ID_WORDS = "must be 1 to {} letters, digits, dots, hyphens and underscores, a letter or digit first"
TAG_WORDS = "must be letters, digits, dots, colons, hyphens and underscores, a letter or digit first"


@pytest.mark.parametrize(
    ("cells", "field", "reason"),
    [
        ({"device_id": "a/1"}, "device_id", ID_WORDS.format(63)),
        ({"device_id": ""}, "device_id", ID_WORDS.format(63)),
        ({"device_id": "a" * 64}, "device_id", ID_WORDS.format(63)),
        ({"device_id": "import"}, "device_id", "import is a word of our own paths; choose another id"),
        ({"device_id": "New"}, "device_id", "New is a word of our own paths; choose another id"),
        ({"site_id": "hälle"}, "site_id", ID_WORDS.format(100)),
        ({"device_type": "a b"}, "device_type", ID_WORDS.format(100)),
        ({"parent_device_id": "a b"}, "parent_device_id", ID_WORDS.format(63)),
        ({"latitude": "north"}, "latitude", "must be a number"),
        ({"latitude": "nan"}, "latitude", "must be a finite number"),
        ({"latitude": "90.1"}, "latitude", "must be at most 90"),
        ({"longitude": "-180.1"}, "longitude", "must be at least -180"),
        ({"expected_interval_seconds": "0"}, "expected_interval_seconds", "must be at least 1"),
        ({"expected_interval_seconds": "1.5"}, "expected_interval_seconds", "must be a whole number"),
        ({"expected_interval_seconds": "2592001"}, "expected_interval_seconds", "must be at most 2592000"),
        (
            {"expected_interval_seconds": "9" * 5000},
            "expected_interval_seconds",
            "must be a whole number of at most 64 bits",
        ),
        ({"name": "x" * 101}, "name", "must have at most 100 characters"),
        ({"name": "a\x07"}, "name", "must have no control characters"),
        ({"notes": "a\x00"}, "notes", "must have no NUL characters"),
        ({"mac": "00:1b"}, "mac", "must be six bytes in hexadecimal, such as 00:1b:44:11:3a:b7"),
        ({"imei": "12"}, "imei", "must be 14 to 16 digits"),
        ({"iccid": "12"}, "iccid", "must be 18 to 22 digits"),
        ({"tags": "zöne=1"}, "tags.zöne", TAG_WORDS),
        ({"tags": "=1"}, "tags.", "must not be empty"),
        ({"tags": "x" * 65}, f"tags.{'x' * 65}", "must have at most 64 characters"),
        ({"tags": f"zone={'x' * 201}"}, "tags.zone", "must have at most 200 characters"),
        ({"tags": "zone=a\x07"}, "tags.zone", "must have no semicolons and no control characters"),
        ({"tags": ";".join(f"t{number}" for number in range(51))}, "tags", "must be at most 50 tags"),
        ({"": "too many"}, "row", "has more cells than the header has columns"),
    ],
)
def test_a_wrong_cell_is_named_with_the_reason_in_our_words(cells: dict[str, str], field: str, reason: str) -> None:
    assert read_device(row(**cells), None) == (FieldError(field, reason),)


def test_columns_that_are_missing_stay_and_empty_cells_empty_the_field() -> None:
    known: dict[str, Any] = DeviceRegistration(
        device_id="a-1", site_id="hall", device_type="freezer", name="Dairy", model="CS-1", latitude=1, longitude=2
    ).model_dump()
    device = read_device(row(name="", latitude="", longitude="", tags="zone=dairy; spare"), known)
    assert isinstance(device, DeviceRegistration)
    assert (device.name, device.model, device.latitude) == ("", "CS-1", None)
    assert device.tags == {"zone": "dairy", "spare": ""}


def test_tags_part_at_semicolons_and_at_the_first_equals_sign() -> None:
    assert read_tags(" zone = a=b ;; spare;") == {"zone": "a=b", "spare": ""}


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        ("", ""),
        ("Dairy room", "Dairy room"),
        (51.9, "51.9"),
        (60, "60"),
        (True, "true"),
        ({"zone": "dairy", "spare": ""}, "zone=dairy;spare"),
    ],
)
def test_a_field_is_written_as_a_file_would_have_it(value: object, cell: str) -> None:
    assert write_cell(value) == cell


def test_the_error_report_has_the_rows_with_the_reasons() -> None:
    report = error_report([(row(name="=1+1"), (FieldError("site_id", "there is no site hall"),))])
    [line] = csv.DictReader(StringIO(report))
    assert (line["row"], line["device_id"], line["errors"]) == ("2", "a-1", "site_id: there is no site hall")
    assert line["name"] == "'=1+1"


@given(st.text(alphabet="=+-@ab'1", min_size=1, max_size=8))
def test_no_cell_of_a_file_that_we_write_is_a_formula(cell: str) -> None:
    [line] = csv.DictReader(StringIO(write_file(["name"], [{"name": cell}])))
    assert not line["name"].startswith(("=", "+", "-", "@"))
    assert line["name"].removeprefix("'") == cell.removeprefix("'")
