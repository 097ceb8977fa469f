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


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        ({"device_id": "a/1"}, "device_id"),
        ({"device_id": ""}, "device_id"),
        ({"latitude": "north"}, "latitude"),
        ({"expected_interval_seconds": "0"}, "expected_interval_seconds"),
        ({"tags": "zöne=1"}, "tags.zöne"),
        ({"": "too many"}, "row"),
    ],
)
def test_a_wrong_cell_is_named(cells: dict[str, str], field: str) -> None:
    errors = read_device(row(**cells), None)
    assert isinstance(errors, tuple)
    assert [error.field for error in errors] == [field]


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
