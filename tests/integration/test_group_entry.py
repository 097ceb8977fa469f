"""Many devices into a static group at once, all or none."""

import pytest

from pulse.devices.device_filter import DeviceFilter
from pulse.devices.group_members import add_members
from pulse.devices.groups import DeviceGroup, create_group
from pulse.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from pulse.identity.permissions import Role
from tests.builders import ORIGIN, Fleet


@pytest.fixture
def warehouse(fleet: Fleet) -> Fleet:
    for number in range(1, 5):
        fleet.add_device(f"freezer-{number}")
    return fleet


def make_group(fleet: Fleet, wanted: DeviceFilter | None = None) -> DeviceGroup:
    return create_group(fleet.person(), name="Cold", description="", wanted=wanted, origin=ORIGIN)


def members(fleet: Fleet) -> list[str]:
    return [row["device_id"] for row in fleet.rows("SELECT device_id FROM device_group_members ORDER BY device_id")]


def test_devices_are_entered_once_however_often_they_are_named(warehouse: Fleet) -> None:
    group = make_group(warehouse)
    person = warehouse.person()
    entry = add_members(person, group.group_id, ["freezer-2", "freezer-1", "freezer-2"], origin=ORIGIN)
    assert (entry.added, entry.known) == (2, 0)
    entry = add_members(person, group.group_id, ["freezer-2", "freezer-3"], origin=ORIGIN)
    assert (entry.added, entry.known) == (1, 1)
    assert members(warehouse) == ["freezer-1", "freezer-2", "freezer-3"]
    audited = warehouse.rows("SELECT after FROM audit_log WHERE action = 'device_group.add_devices' ORDER BY audit_id")
    assert [row["after"]["device_ids"] for row in audited] == [["freezer-1", "freezer-2"], ["freezer-3"]]


def test_one_that_does_not_exist_is_named_and_nobody_is_entered(warehouse: Fleet) -> None:
    group = make_group(warehouse)
    with pytest.raises(InvalidInputError) as refusal:
        add_members(warehouse.person(), group.group_id, ["freezer-1", "nobody"], origin=ORIGIN)
    assert [(error.field, error.reason) for error in refusal.value.errors] == [
        ("device_ids.1", "there is no device nobody")
    ]
    assert members(warehouse) == []


def test_a_dynamic_group_takes_nobody_in(warehouse: Fleet) -> None:
    group = make_group(warehouse, DeviceFilter())
    with pytest.raises(ConflictError, match="dynamic"):
        add_members(warehouse.person(), group.group_id, ["freezer-1"], origin=ORIGIN)


def test_only_who_manages_devices_of_that_tenant_enters_them(warehouse: Fleet) -> None:
    group = make_group(warehouse)
    with pytest.raises(NotPermittedError):
        add_members(warehouse.person(Role.VIEWER), group.group_id, ["freezer-1"], origin=ORIGIN)
    with pytest.raises(NotFoundError):
        add_members(Fleet().person(), group.group_id, ["freezer-1"], origin=ORIGIN)
