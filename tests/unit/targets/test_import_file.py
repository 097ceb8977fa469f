"""What a row of a file of targets means."""

import pytest

from pulse.devices.import_file import FileRow, read_file
from pulse.errors import FieldError
from pulse.targets.import_file import COLUMNS, MAX_ROWS, REQUIRED, gives_secret, read_wish, template
from pulse.targets.target import TargetWish

CELLS = {"name": "router-1", "addon_id": "cisco_ios_ssh", "host": "192.0.2.1"}


def wish(**cells: str) -> TargetWish | tuple[FieldError, ...]:
    return read_wish(FileRow(2, {**CELLS, **cells}), "ssh", None)


def test_cells_become_what_they_are() -> None:
    read = wish(port="2222", username="pulse", password="007", enabled="no", interval_seconds="60")
    assert isinstance(read, TargetWish)
    assert (read.enabled, read.interval_seconds) == (False, 60)
    assert read.access == {"kind": "ssh", "port": 2222, "username": "pulse", "password": "007"}


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        ({"interval_seconds": "29"}, "interval_seconds"),
        ({"interval_seconds": "soon"}, "interval_seconds"),
        ({"enabled": "perhaps"}, "enabled"),
        ({"host": "no host!"}, "host"),
        ({"name": ""}, "name"),
        ({"": "too many"}, "row"),
    ],
)
def test_what_is_wrong_is_named(cells: dict[str, str], field: str) -> None:
    errors = wish(**cells)
    assert not isinstance(errors, TargetWish)
    assert [error.field for error in errors] == [field]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [({}, False), ({"password": ""}, False), ({"password": "***"}, False), ({"password": "x"}, True)],
)
def test_a_mask_is_no_secret(cells: dict[str, str], expected: bool) -> None:
    assert gives_secret(FileRow(2, {**CELLS, **cells})) is expected


def test_the_template_has_all_columns_and_rows_that_mean_something() -> None:
    rows = read_file(template(), columns=COLUMNS, required=REQUIRED, most=MAX_ROWS)
    kinds = {"cisco_ios_ssh": "ssh", "ups_mib_poll": "snmp"}
    assert [type(read_wish(row, kinds[row.cells["addon_id"]], None)) for row in rows] == [TargetWish, TargetWish]
