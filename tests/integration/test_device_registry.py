"""The registry: devices, types and sites on the deployed stack, and what changes of them do to a fleet's state."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from pulse import clock
from pulse.database import ingest_session
from pulse.devices import editing
from pulse.devices.device_types import change_device_type
from pulse.devices.queries import get_device
from pulse.devices.registration import DeviceRegistration
from pulse.errors import InvalidInputError
from pulse.identity.permissions import Role
from pulse.identity.principal import Origin, Principal
from pulse.telemetry.ingest import ingest
from tests.builders import ACTOR, NOON, Fleet
from tests.integration.stack import Stack

ORIGIN = Origin(None, "test")


def administrator(fleet: Fleet) -> Principal:
    return Principal(str(uuid4()), ACTOR, frozenset({Role.TENANT_ADMIN}), fleet.tenant_id)


@pytest.fixture
def api(stack: Stack) -> Iterator[httpx.Client]:
    """The API as a customer sees it."""
    with stack.api("customer", stack.tenant_ids[0]) as api:
        yield api


@pytest.fixture
def name() -> str:
    """An id that no other test uses."""
    return f"t-{uuid4().hex[:12]}"


@pytest.fixture
def place(api: httpx.Client, name: str) -> dict[str, str]:
    """A site and a device type of the test's own."""
    assert api.post("/customer/sites", json={"site_id": name, "name": "Hall"}).status_code == 201
    assert api.post("/customer/device-types", json={"device_type": name}).status_code == 201
    return {"site_id": name, "device_type": name}


def create(api: httpx.Client, **fields: Any) -> dict[str, Any]:
    answer = api.post("/customer/devices", json=fields)
    assert answer.status_code == 201, answer.text
    document: dict[str, Any] = answer.json()
    return document


def test_a_device_is_created_read_and_changed(api: httpx.Client, name: str, place: dict[str, str]) -> None:
    created = create(api, device_id=name, **place, mac="00-1B-44-11-3A-B7", tags={"zone": "dairy", "spare": ""})
    assert (created["status"], created["lifecycle"], created["version"]) == ("PENDING", "ACTIVE", 1)
    assert (created["mac"], created["tags"]) == ("00:1b:44:11:3a:b7", {"zone": "dairy", "spare": ""})
    path = f"/customer/devices/{name}"
    etag = api.get(path).headers["etag"]
    change = {"name": "Dairy room", "latitude": 51.9, "longitude": 4.4, "expected_interval_seconds": 30}
    changed = api.patch(path, json=change, headers={"If-Match": etag}).json()
    assert {field: changed[field] for field in ("name", "latitude", "longitude")} == {
        "name": "Dairy room",
        "latitude": 51.9,
        "longitude": 4.4,
    }
    assert changed["expected_interval"] == {"seconds": 30, "origin": "device"}
    assert api.patch(path, json={"name": "x"}, headers={"If-Match": etag}).status_code == 412
    back = api.patch(path, json={"latitude": None, "longitude": None, "expected_interval_seconds": None}).json()
    assert (back["latitude"], back["name"]) == (None, "Dairy room")
    assert back["expected_interval"] == {"seconds": 60, "origin": "device_type"}


def test_a_device_is_created_once(api: httpx.Client, name: str, place: dict[str, str]) -> None:
    create(api, device_id=name, **place)
    answer = api.post("/customer/devices", json={"device_id": name, **place})
    assert (answer.status_code, name in answer.json()["detail"]) == (409, True)


@pytest.mark.parametrize(
    ("fields", "status", "field"),
    [
        ({"site_id": "no-such-site"}, 400, "site_id"),
        ({"device_type": "no-such-type"}, 400, "device_type"),
        ({"parent_device_id": "no-such-device"}, 400, "parent_device_id"),
        ({"latitude": 1}, 400, "longitude"),
        ({"latitude": 91, "longitude": 0}, 422, "latitude"),
        ({"device_id": "a/b"}, 422, "device_id"),
        ({"device_id": "x" * 64}, 422, "device_id"),
        ({"name": "x" * 101}, 422, "name"),
        ({"name": "a\u0000b"}, 422, "name"),
        ({"mac": "not a mac"}, 422, "mac"),
        ({"imei": "12"}, 422, "imei"),
        ({"tags": {"a=b": ""}}, 422, "tags.a=b"),
        ({"tags": {f"t{number}": "" for number in range(51)}}, 422, "tags"),
        ({"notes": "x" * 4001}, 422, "notes"),
        ({"expected_interval_seconds": 0}, 422, "expected_interval_seconds"),
        ({"colour": "red"}, 422, "colour"),
    ],
)
def test_what_makes_no_sense_is_named(
    api: httpx.Client, name: str, place: dict[str, str], fields: dict[str, Any], status: int, field: str
) -> None:
    answer = api.post("/customer/devices", json={"device_id": name, **place, **fields})
    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (status, [field])


def test_tags_are_put_replaced_removed_and_counted(api: httpx.Client, name: str, place: dict[str, str]) -> None:
    create(api, device_id=name, **place)
    tags = f"/customer/devices/{name}/tags"
    assert api.put(tags, json={"tags": {name: "a", "spare": ""}}).json()["tags"] == {name: "a", "spare": ""}
    assert api.put(f"{tags}/{name}", json={"value": "b"}).json()["tags"] == {name: "b", "spare": ""}
    assert api.delete(f"{tags}/spare").status_code == 204
    assert api.delete(f"{tags}/spare").status_code == 404
    assert api.get(tags).json()["tags"] == {name: "b"}
    [known] = api.get("/customer/tags", params={"q": name}).json()["items"]
    assert known == {"tag": name, "value": "b", "devices": 1}


def test_a_site_is_created_changed_summarized_and_deleted_when_it_is_empty(
    api: httpx.Client, name: str, place: dict[str, str]
) -> None:
    path = f"/customer/sites/{name}"
    create(api, device_id=name, **place)
    assert api.patch(path, json={"timezone": "Europe/Lyon"}).json()["errors"][0]["field"] == "timezone"
    changed = api.patch(path, json={"name": "Hall B", "timezone": "Europe/Paris"}, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.json()["name"], changed.json()["total"]) == (200, "Hall B", 1)
    summary = api.get(f"{path}/summary").json()
    assert (summary["site"]["counts"]["PENDING"], summary["newest_alerts"]) == (1, [])
    assert [site["site_id"] for site in api.get("/customer/sites", params={"q": name}).json()["items"]] == [name]
    assert api.delete(path).status_code == 409
    other = f"{name}-b"
    assert api.post("/customer/sites", json={"site_id": other, "name": "Other"}).status_code == 201
    assert api.delete(f"/customer/sites/{other}").status_code == 204
    assert api.get(f"/customer/sites/{other}").status_code == 404


def test_two_tenants_may_use_the_same_ids(scenario_database: str) -> None:
    assert scenario_database
    fleets = Fleet(), Fleet()
    for number, fleet in enumerate(fleets):
        fleet.add_device(name=f"Room {number}")
    editing.change_device(administrator(fleets[0]), "freezer-1", {"notes": "mine"}, if_match=None, origin=ORIGIN)
    shown = [get_device(fleet.tenant_id, "freezer-1") for fleet in fleets]
    assert [(device.name, device.notes) for device in shown] == [("Room 0", "mine"), ("Room 1", "")]


def test_a_device_type_is_changed_and_deleted_when_nothing_is_of_it(
    api: httpx.Client, name: str, place: dict[str, str]
) -> None:
    path = f"/customer/device-types/{name}"
    create(api, device_id=name, **place)
    wrong = api.patch(path, json={"stale_factor": 5})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (400, "offline_factor")
    changed = api.patch(path, json={"stale_factor": 3, "offline_factor": 6})
    assert (changed.json()["stale_factor"], changed.json()["devices"]) == (3, 1)
    assert api.delete(path).status_code == 409


def test_who_only_looks_changes_nothing(stack: Stack, name: str) -> None:
    with stack.api("viewer", stack.tenant_ids[0]) as api:
        for path in ("/customer/devices", "/customer/sites", "/customer/device-types"):
            assert api.get(path).status_code == 200
        assert api.post("/customer/sites", json={"site_id": name, "name": "Hall"}).status_code == 403


def test_every_change_is_in_the_audit_log(stack: Stack, name: str) -> None:
    with stack.api("tenant-admin", stack.tenant_ids[0]) as api:
        api.post("/customer/sites", json={"site_id": name, "name": "Hall"})
        api.post("/customer/device-types", json={"device_type": name})
        create(api, device_id=name, site_id=name, device_type=name)
        api.patch(f"/customer/devices/{name}", json={"name": "Dairy room"})
        entries = api.get("/customer/audit-log", params={"subject": name}).json()["items"]
    assert [entry["action"] for entry in entries] == [
        "device.change",
        "device.create",
        "device_type.create",
        "site.create",
    ]
    assert (entries[0]["before"], entries[0]["after"]) == ({"name": ""}, {"name": "Dairy room"})


def test_a_change_that_changes_nothing_leaves_no_trace(fleet: Fleet) -> None:
    fleet.add_device(name="Dairy room")
    admin = administrator(fleet)
    before = get_device(fleet.tenant_id, "freezer-1").version
    entries = fleet.rows("SELECT count(*) AS entries FROM audit_log")
    same = editing.change_device(admin, "freezer-1", {"name": "Dairy room"}, if_match=None, origin=ORIGIN)
    assert same.version == before
    assert fleet.rows("SELECT count(*) AS entries FROM audit_log") == entries


def test_no_device_is_reached_through_itself(fleet: Fleet) -> None:
    admin = administrator(fleet)
    for device_id, parent in (("gateway", None), ("repeater", "gateway"), ("sensor", "repeater")):
        fleet.add_device(device_id, parent_device_id=parent)
    for parent in ("gateway", "repeater", "sensor"):
        with pytest.raises(InvalidInputError) as refusal:
            editing.change_device(admin, "gateway", {"parent_device_id": parent}, if_match=None, origin=ORIGIN)
        assert [error.field for error in refusal.value.errors] == ["parent_device_id"]
    moved = editing.change_device(admin, "sensor", {"parent_device_id": "gateway"}, if_match=None, origin=ORIGIN)
    assert moved.parent_device_id == "gateway"


def test_another_interval_moves_the_deadlines_at_once(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON)
    admin = administrator(fleet)
    fleet.add_device("own")
    fleet.add_device("of-type")
    for device_id in ("own", "of-type"):
        ingest([fleet.message(device_id=device_id, at=NOON)])
    changed = editing.change_device(admin, "own", {"expected_interval_seconds": 600}, if_match=None, origin=ORIGIN)
    assert (changed.stale_at, changed.offline_at) == (NOON + timedelta(minutes=20), NOON + timedelta(minutes=50))
    change_device_type(admin, "freezer", {"expected_interval_seconds": 120}, if_match=None, origin=ORIGIN)
    assert get_device(fleet.tenant_id, "of-type").stale_at == NOON + timedelta(minutes=4)
    assert get_device(fleet.tenant_id, "own").stale_at == NOON + timedelta(minutes=20)


def test_consumers_are_told_of_new_and_changed_devices(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(editing, "publish_after_commit", lambda: None)
    admin = administrator(fleet)
    wanted = DeviceRegistration(device_id="freezer-9", site_id="hall-a", device_type="freezer")
    editing.create_device(admin, wanted, origin=ORIGIN)
    editing.put_tag(admin, "freezer-9", "zone", "dairy", origin=ORIGIN)
    with ingest_session() as connection:
        events = connection.execute(
            """
            WITH taken AS (
                DELETE FROM outbox WHERE tenant_id = %s RETURNING sequence, event_type, payload
            )
            SELECT event_type, payload FROM taken ORDER BY sequence
            """,
            (fleet.tenant_id,),
        ).fetchall()
    told = {"device_id": "freezer-9", "site_id": "hall-a", "device_type": "freezer", "by": ACTOR}
    assert [(event["event_type"], event["payload"]) for event in events] == [
        ("device.created", told),
        ("device.updated", {**told, "fields": ["tags"]}),
    ]
