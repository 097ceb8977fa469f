"""What a row of a file of targets means."""

from datetime import UTC, datetime
from typing import Any

import pytest

from pulse.devices.import_file import FileRow, read_file
from pulse.errors import FieldError
from pulse.targets.import_file import COLUMNS, MAX_ROWS, REQUIRED, changed_fields, read_wish, template
from pulse.targets.target import Target, TargetWish

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


ACCESS = {"kind": "ssh", "port": 22, "username": "pulse", "password": "***"}
NEVER: dict[str, Any] = dict.fromkeys(
    ["host_key", "next_poll_at", "last_polled_at", "last_outcome", "last_reason", "last_seconds", "last_success_at"]
)
BEFORE = Target.model_validate(
    {
        **CELLS,
        **NEVER,
        "target_id": "2c5f0f5e-7a52-4d5c-9b8f-0b4b8f6f1c11",
        "version": 1,
        "access": ACCESS,
        "site_id": "north",
        "gateway_device_id": None,
        "interval_seconds": 120,
        "timeout_seconds": 10,
        "failures_before_alert": 2,
        "enabled": True,
        "failures": 0,
        "created_at": datetime(2026, 11, 21, 7, tzinfo=UTC),
        "updated_at": datetime(2026, 11, 21, 7, tzinfo=UTC),
    }
)


@pytest.mark.parametrize(
    ("cells", "changes"),
    [
        ({}, []),
        ({"site_id": "north", "port": "22", "enabled": "yes"}, []),
        ({"site_id": ""}, [("site_id", "north", "")]),
        (
            {"enabled": "no", "interval_seconds": "60"},
            [("interval_seconds", "120", "60"), ("enabled", "true", "false")],
        ),
        ({"username": "", "port": "2222"}, [("port", "22", "2222"), ("username", "pulse", "")]),
        ({"password": "***"}, []),
        ({"password": ""}, [("password", "***", "")]),
        ({"password": "correct horse"}, [("password", "***", "***")]),
    ],
)
def test_a_row_says_what_it_changes_of_a_target_but_no_secret(
    cells: dict[str, str], changes: list[tuple[str, str, str]]
) -> None:
    row = FileRow(2, {**CELLS, **cells})
    after = read_wish(row, "ssh", BEFORE)
    assert isinstance(after, TargetWish)
    shown = after._replace(access={name: "***" if name == "password" else it for name, it in after.access.items()})
    assert [(it.field, it.before, it.after) for it in changed_fields(row, BEFORE, shown)] == changes


def test_the_template_has_all_columns_and_rows_that_mean_something() -> None:
    rows = read_file(template(), columns=COLUMNS, required=REQUIRED, most=MAX_ROWS)
    kinds = {"cisco_ios_ssh": "ssh", "ups_mib_poll": "snmp"}
    assert [type(read_wish(row, kinds[row.cells["addon_id"]], None)) for row in rows] == [TargetWish, TargetWish]
