"""Finding devices: filters, sorts, pages, groups and counts."""

from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

import pytest

from pulse.database import tenant_session
from pulse.devices import groups, lifecycle
from pulse.devices.device_filter import DeviceFilter
from pulse.devices.queries import Device, Lifecycle
from pulse.devices.registration import Site, save_site
from pulse.devices.search import DevicePosition, DeviceSort, list_devices, summarize_fleet
from pulse.devices.site_queries import get_site
from pulse.devices.state import DeviceStatus
from pulse.errors import ConflictError, InvalidInputError, NotFoundError
from pulse.identity.permissions import Role
from pulse.identity.principal import Origin, Principal
from pulse.telemetry.ingest import ingest
from tests.builders import ACTOR, Fleet

ORIGIN = Origin(None, "test")


@pytest.fixture
def admin(fleet: Fleet) -> Principal:
    return Principal(str(uuid4()), ACTOR, frozenset({Role.TENANT_ADMIN}), fleet.tenant_id)


@pytest.fixture
def cold(fleet: Fleet, admin: Principal) -> Fleet:
    """Four devices at two sites, one of them heard of, and one that is history."""
    save_site(fleet.tenant_id, Site(site_id="hall-b", name="Hall B"), actor=ACTOR)
    fleet.add_device("a-1", name="Dairy room", tags={"zone": "dairy", "spare": ""}, serial_number="SN-77")
    fleet.add_device("a-2", name="Meat room", tags={"zone": "meat"})
    fleet.add_device("b-1", name="Ice cream", site_id="hall-b", tags={"zone": "dairy"}, parent_device_id="a-1")
    fleet.add_device("b-2", name="dock", site_id="hall-b", mac="00:1b:44:11:3a:b7")
    fleet.add_device("c-1", name="Dairy room of old", tags={"zone": "dairy"})
    lifecycle.decommission_device(admin, "c-1", reason="sold", if_match=None, origin=ORIGIN)
    ingest([fleet.message(device_id="a-2")])
    return fleet


def find(fleet: Fleet, group_id: UUID | None = None, **wanted: Any) -> list[str]:
    page = list_devices(
        fleet.tenant_id,
        DeviceFilter(**wanted),
        group_id=group_id,
        sort=DeviceSort.DEVICE_ID,
        descending=False,
        limit=50,
        after=None,
    )
    assert page.total == len(page.devices)
    return [device.device_id for device in page.devices]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, ["a-1", "a-2", "b-1", "b-2"]),
        ({"q": "ROOM"}, ["a-1", "a-2"]),
        ({"q": "sn-7"}, ["a-1"]),
        ({"q": "1B:44"}, ["b-2"]),
        ({"q": "hall-b"}, ["b-1", "b-2"]),
        ({"q": "%"}, []),
        ({"site_ids": ["hall-b"]}, ["b-1", "b-2"]),
        ({"site_ids": ["hall-a", "hall-b"]}, ["a-1", "a-2", "b-1", "b-2"]),
        ({"device_types": ["freezer"], "q": "a-"}, ["a-1", "a-2"]),
        ({"device_types": ["pump"]}, []),
        ({"tags": {"zone": "dairy"}}, ["a-1", "b-1"]),
        ({"tags": {"zone": None}}, ["a-1", "a-2", "b-1"]),
        ({"tags": {"zone": "dairy", "spare": ""}}, ["a-1"]),
        ({"statuses": [DeviceStatus.PENDING]}, ["a-1", "b-1", "b-2"]),
        ({"statuses": [DeviceStatus.ONLINE, DeviceStatus.STALE]}, ["a-2"]),
        ({"parent_device_id": "a-1"}, ["b-1"]),
        ({"lifecycle": Lifecycle.DECOMMISSIONED}, ["c-1"]),
    ],
)
def test_a_filter_finds_what_it_says(cold: Fleet, wanted: dict[str, Any], expected: list[str]) -> None:
    assert find(cold, **wanted) == expected


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        (DeviceSort.DEVICE_ID, ["a-1", "a-2", "b-1", "b-2"]),
        (DeviceSort.NAME, ["a-1", "b-2", "b-1", "a-2"]),
        (DeviceSort.LAST_SEEN_AT, ["a-1", "b-1", "b-2", "a-2"]),
        (DeviceSort.STATUS, ["a-1", "b-1", "b-2", "a-2"]),
    ],
)
def test_pages_follow_one_another_in_every_sort(
    cold: Fleet, sort: DeviceSort, descending: bool, expected: list[str]
) -> None:
    found: list[Device] = []
    after: DevicePosition | None = None
    while True:
        page = list_devices(cold.tenant_id, DeviceFilter(), sort=sort, descending=descending, limit=1, after=after)
        found += page.devices
        assert page.total == 4
        if page.next_position is None:
            break
        after = page.next_position
    ids = [device.device_id for device in found]
    assert ids == (expected[::-1] if descending else expected)
    assert len(list(pairwise(ids))) == 3


def test_a_summary_counts_those_in_service_by_status(cold: Fleet, admin: Principal) -> None:
    lifecycle.suspend_device(admin, "b-2", reason="repair", if_match=None, origin=ORIGIN)
    summary = summarize_fleet(cold.tenant_id)
    assert (summary.total, summary.suspended, summary.decommissioned) == (3, 1, 1)
    assert summary.counts == {
        DeviceStatus.PENDING: 2,
        DeviceStatus.ONLINE: 1,
        DeviceStatus.STALE: 0,
        DeviceStatus.OFFLINE: 0,
    }


def test_a_suspended_device_is_in_no_status_unless_it_is_asked_for(cold: Fleet, admin: Principal) -> None:
    lifecycle.suspend_device(admin, "a-2", reason="repair", if_match=None, origin=ORIGIN)
    assert find(cold, statuses=[DeviceStatus.ONLINE]) == []
    assert find(cold, statuses=list(DeviceStatus)) == ["a-1", "b-1", "b-2"]
    assert find(cold) == ["a-1", "a-2", "b-1", "b-2"]
    assert find(cold, lifecycle=Lifecycle.SUSPENDED, statuses=[DeviceStatus.ONLINE]) == ["a-2"]
    assert get_site(cold.tenant_id, "hall-a").counts[DeviceStatus.ONLINE] == 0


def test_a_group_of_a_site_or_type_that_there_is_not_is_refused(admin: Principal) -> None:
    unknown = DeviceFilter(site_ids=["hall-a", "nowhere"], device_types=["toaster"])
    with pytest.raises(InvalidInputError) as refusal:
        groups.create_group(admin, name="Nobody", description="", wanted=unknown, origin=ORIGIN)
    assert [(error.field, error.reason) for error in refusal.value.errors] == [
        ("filter.site_ids", "there is no nowhere"),
        ("filter.device_types", "there is no toaster"),
    ]
    group = groups.create_group(admin, name="Hall", description="", wanted=DeviceFilter(), origin=ORIGIN)
    with pytest.raises(InvalidInputError, match=r"filter\.site_ids"):
        groups.change_group(admin, group.group_id, {"filter": unknown}, if_match=None, origin=ORIGIN)


def test_a_static_group_has_whom_people_enter(cold: Fleet, admin: Principal) -> None:
    group = groups.create_group(admin, name="Mine", description="", wanted=None, origin=ORIGIN)
    for device_id in ("b-1", "a-1", "a-1"):
        groups.add_member(admin, group.group_id, device_id, origin=ORIGIN)
    assert find(cold, group.group_id) == ["a-1", "b-1"]
    assert find(cold, group.group_id, q="ice") == ["b-1"]
    groups.remove_member(admin, group.group_id, "a-1", origin=ORIGIN)
    with pytest.raises(NotFoundError):
        groups.remove_member(admin, group.group_id, "a-1", origin=ORIGIN)
    with tenant_session(cold.tenant_id) as connection:
        assert groups.member_ids(connection, cold.tenant_id, group.group_id) == ["b-1"]


def test_a_dynamic_group_follows_its_filter(cold: Fleet, admin: Principal) -> None:
    wanted = DeviceFilter(tags={"zone": "dairy"}, site_ids=["hall-a", "hall-b"])
    group = groups.create_group(admin, name="Dairy", description="", wanted=wanted, origin=ORIGIN)
    assert find(cold, group.group_id) == ["a-1", "b-1"]
    assert find(cold, group.group_id, tags={"spare": None}) == ["a-1"]
    changed = groups.change_group(
        admin, group.group_id, {"filter": DeviceFilter(tags={"zone": "meat"})}, if_match=group.version, origin=ORIGIN
    )
    assert (changed.version, find(cold, group.group_id)) == (2, ["a-2"])
    with pytest.raises(ConflictError):
        groups.add_member(admin, group.group_id, "a-1", origin=ORIGIN)


def test_a_group_stays_of_its_kind_and_has_a_name_of_its_own(cold: Fleet, admin: Principal) -> None:
    group = groups.create_group(admin, name="Mine", description="", wanted=None, origin=ORIGIN)
    with pytest.raises(InvalidInputError):
        groups.change_group(admin, group.group_id, {"filter": DeviceFilter()}, if_match=None, origin=ORIGIN)
    with pytest.raises(ConflictError):
        groups.create_group(admin, name="Mine", description="", wanted=None, origin=ORIGIN)
    groups.delete_group(admin, group.group_id, if_match=None, origin=ORIGIN)
    assert find(cold, group.group_id) == []
