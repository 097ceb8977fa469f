"""Files of devices: dry runs, rows that are wrong, and the same rows again."""

from typing import Any
from uuid import uuid4

import pytest

from pulse.database import operator_session
from pulse.devices.bulk_import import ImportReport, RowOutcome, import_devices
from pulse.devices.queries import get_device
from pulse.devices.search import summarize_fleet
from pulse.devices.seats import get_seats
from pulse.identity.permissions import Role
from pulse.identity.principal import Origin, Principal
from tests.builders import ACTOR, Fleet
from tests.integration.stack import Stack

HEADER = "device_id,site_id,device_type,name,tags,serial_number,parent_device_id"
GOOD = f"{HEADER}\na-1,hall-a,freezer,Dairy room,zone=dairy;spare,SN-1,\na-2,hall-a,freezer,Meat room,,SN-2,a-1\n"


def load(fleet: Fleet, text: str, *, dry_run: bool = False) -> ImportReport:
    admin = Principal(str(uuid4()), ACTOR, frozenset({Role.TENANT_ADMIN}), fleet.tenant_id)
    return import_devices(admin, text, dry_run=dry_run, origin=Origin(None, "test"))


def outcomes(report: ImportReport) -> list[tuple[int, str]]:
    return [(result.row, result.outcome.value) for result in report.results]


def errors(report: ImportReport) -> list[tuple[int, str]]:
    return [(result.row, error.field) for result in report.results for error in result.errors]


def test_the_same_rows_again_change_nothing(fleet: Fleet) -> None:
    first = load(fleet, GOOD)
    assert (first.created, first.failed, first.error_report) == (2, 0, None)
    device = get_device(fleet.tenant_id, "a-1")
    assert (device.name, device.tags, device.serial_number) == ("Dairy room", {"zone": "dairy", "spare": ""}, "SN-1")
    assert get_device(fleet.tenant_id, "a-2").parent_device_id == "a-1"
    entries = fleet.rows("SELECT count(*) AS entries FROM audit_log")
    again = load(fleet, GOOD)
    assert (again.unchanged, again.created, again.updated) == (2, 0, 0)
    assert get_device(fleet.tenant_id, "a-1").version == device.version
    assert fleet.rows("SELECT count(*) AS entries FROM audit_log") == entries


def test_a_dry_run_says_what_each_row_changes_and_what_it_empties(fleet: Fleet) -> None:
    load(fleet, GOOD)
    text = "device_id,site_id,device_type,tags,name\na-1,hall-a,freezer,,Fish room\na-2,hall-a,freezer,,Meat room\n"
    report = load(fleet, text, dry_run=True)
    assert [
        [(change.field, change.before, change.after) for change in result.changes] for result in report.results
    ] == [[("name", "Dairy room", "Fish room"), ("tags", "zone=dairy;spare", "")], []]


def test_a_dry_run_says_what_would_happen_and_nothing_does(fleet: Fleet) -> None:
    load(fleet, GOOD)
    changed = GOOD.replace("Meat", "Fish") + "a-3,hall-a,freezer,,,,\na-4,nowhere,freezer,,,,\n"
    expected = [(2, "unchanged"), (3, "updated"), (4, "created"), (5, "failed")]
    tried = load(fleet, changed, dry_run=True)
    assert (tried.dry_run, outcomes(tried)) == (True, expected)
    assert get_device(fleet.tenant_id, "a-2").name == "Meat room"
    assert summarize_fleet(fleet.tenant_id).total == 2
    assert outcomes(load(fleet, changed)) == expected
    assert summarize_fleet(fleet.tenant_id).total == 3


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        ("b-1,nowhere,freezer,,,,", ["site_id"]),
        ("b-1,hall-a,kettle,,,,", ["device_type"]),
        ("b-1,nowhere,kettle,,,,", ["site_id", "device_type"]),
        ("b/1,hall-a,freezer,,,,", ["device_id"]),
        ("b-1,hall-a,freezer,,a b,,", ["tags.a b"]),
        ("b-1,hall-a,freezer,,,,nobody", ["parent_device_id"]),
        ("b-1,hall-a,freezer,,,,b-1", ["parent_device_id"]),
        ("a-1,hall-a,freezer,,,,a-2", ["parent_device_id"]),
        ("b-1,hall-a,freezer,,,,,more", ["row"]),
    ],
)
def test_a_wrong_row_names_field_and_reason_and_stops_no_other(fleet: Fleet, line: str, fields: list[str]) -> None:
    load(fleet, GOOD)
    report = load(fleet, f"{HEADER}\n{line}\nc-1,hall-a,freezer,,,,\n")
    assert errors(report) == [(2, field) for field in fields]
    assert outcomes(report) == [(2, "failed"), (3, "created")]
    assert report.error_report is not None
    assert report.error_report.splitlines()[0].startswith("row,device_id")


def test_a_device_comes_once_in_a_file(fleet: Fleet) -> None:
    report = load(fleet, f"{HEADER}\na-1,hall-a,freezer,One,,,\na-1,hall-a,freezer,Two,,,\n")
    assert outcomes(report) == [(2, "created"), (3, "failed")]
    assert get_device(fleet.tenant_id, "a-1").name == "One"


def test_whose_gateway_is_refused_is_refused(fleet: Fleet) -> None:
    report = load(fleet, f"{HEADER}\na-1,nowhere,freezer,,,,\na-2,hall-a,freezer,,,,a-1\na-3,hall-a,freezer,,,,a-2\n")
    assert [result.outcome for result in report.results] == [RowOutcome.FAILED] * 3
    assert errors(report) == [(2, "site_id"), (3, "parent_device_id"), (4, "parent_device_id")]


def test_rows_beyond_the_last_seat_are_refused(fleet: Fleet) -> None:
    fleet.add_device("first")
    with operator_session(user_id=ACTOR, reason="test", write=True) as connection:
        connection.execute("UPDATE device_seats SET device_limit = 2 WHERE tenant_id = %s", (fleet.tenant_id,))
    report = load(fleet, f"{HEADER}\na-1,hall-a,freezer,,,,\na-2,hall-a,freezer,,,,\nfirst,hall-a,freezer,New,,,\n")
    assert outcomes(report) == [(2, "created"), (3, "failed"), (4, "updated")]
    assert get_seats(fleet.tenant_id).free == 0


def test_deployed_a_file_of_five_hundred_rows_is_taken(stack: Stack) -> None:
    name = f"t-{uuid4().hex[:12]}"
    with stack.api("tenant-admin", stack.tenant_ids[0]) as api:
        template = api.get("/customer/devices/import/template")
        assert template.headers["content-type"].startswith("text/csv")
        assert api.post("/customer/sites", json={"site_id": name, "name": "Hall"}).status_code == 201
        assert api.post("/customer/device-types", json={"device_type": name}).status_code == 201
        lines = [f"{name}-{number},{name},{name}" for number in range(500)]
        text = "\n".join(["device_id,site_id,device_type", *lines])
        answer = api.post("/customer/devices/import", json={"csv": text})
        assert answer.status_code == 200, answer.text
        assert (answer.json()["created"], answer.json()["failed"]) == (500, 0)
        assert api.get("/customer/devices", params={"site_id": name, "limit": 1}).json()["total"] == 500
        for csv, field in (("x", "csv"), ("device_id,site_id,device_type" + "\na,b,c" * 501, "csv")):
            refused: dict[str, Any] = api.post("/customer/devices/import", json={"csv": csv}).json()
            assert [error["field"] for error in refused["errors"]] == [field]
