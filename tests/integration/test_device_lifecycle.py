"""Devices taken out of service and put back, and what follows: messages, alerts, credentials, seats, logs."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import uuid4

import httpx
import pytest

from pulse import clock
from pulse.database import ingest_session
from pulse.devices import lifecycle
from pulse.devices.device_logs import list_lifecycle_steps, list_status_changes
from pulse.devices.known_devices import BELIEVED_FOR
from pulse.devices.queries import Lifecycle, get_device
from pulse.devices.seats import get_seats
from pulse.devices.state import DeviceStatus
from pulse.errors import ConflictError, NotFoundError
from pulse.identity.permissions import Role
from pulse.identity.principal import Origin, Principal
from pulse.telemetry.ingest import ingest
from tests.builders import ACTOR, NOON, Fleet
from tests.integration.stack import Stack
from tests.integration.tenancy import Tenancy

ORIGIN = Origin(None, "test")


def administrator(fleet: Fleet) -> Principal:
    return Principal(str(uuid4()), ACTOR, frozenset({Role.TENANT_ADMIN}), fleet.tenant_id)


class Clock:
    """The process's clock, which stands still until it is moved."""

    def __init__(self) -> None:
        self.now: datetime = NOON

    def move(self, by: timedelta) -> None:
        self.now += by


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    time = Clock()
    monkeypatch.setattr(clock, "now", lambda: time.now)
    return time


def quarantined(fleet: Fleet) -> list[str]:
    return [row["reason"] for row in fleet.rows("SELECT reason FROM quarantine_events ORDER BY quarantine_id")]


def live_alerts(fleet: Fleet) -> list[str]:
    return [row["type"] for row in fleet.rows("SELECT type FROM alerts WHERE status <> 'CLOSED'")]


def test_a_suspended_device_is_refused_and_a_resumed_one_is_heard(fleet: Fleet, time: Clock) -> None:
    fleet.add_device()
    admin = administrator(fleet)
    assert ingest([fleet.message(at=time.now)]).accepted == 1
    suspended = lifecycle.suspend_device(admin, "freezer-1", reason="repair", if_match=None, origin=ORIGIN)
    assert (suspended.lifecycle, suspended.lifecycle_reason) == (Lifecycle.SUSPENDED, "repair")
    assert (suspended.stale_at, suspended.offline_at) == (None, None)
    time.move(BELIEVED_FOR)
    assert ingest([fleet.message(at=time.now)]).accepted == 0
    assert quarantined(fleet) == ["DEVICE_SUSPENDED"]
    resumed = lifecycle.resume_device(admin, "freezer-1", reason="repaired", if_match=None, origin=ORIGIN)
    assert resumed.stale_at == time.now + timedelta(minutes=2)
    time.move(BELIEVED_FOR)
    assert ingest([fleet.message(at=time.now)]).accepted == 1
    steps = list_lifecycle_steps(fleet.tenant_id, "freezer-1", limit=10, after=None).entries
    assert [(step.to_lifecycle, step.reason, step.actor) for step in steps] == [
        (Lifecycle.ACTIVE, "repaired", ACTOR),
        (Lifecycle.SUSPENDED, "repair", ACTOR),
    ]


def test_decommissioning_ends_alerts_credentials_and_seat_and_keeps_the_data(fleet: Fleet, time: Clock) -> None:
    fleet.add_device()
    fleet.add_rule()
    ingest([fleet.message({"metrics": {"temp_c": 9}}, at=time.now)])
    assert live_alerts(fleet) == ["THRESHOLD"]
    taken = get_seats(fleet.tenant_id).taken
    after = lifecycle.decommission_device(
        administrator(fleet), "freezer-1", reason="sold", if_match=None, origin=ORIGIN
    )
    assert (after.decommissioned_at, after.decommissioned_by) == (time.now, ACTOR)
    assert live_alerts(fleet) == []
    [alert] = fleet.rows("SELECT closed_reason FROM alerts")
    assert "out of service" in alert["closed_reason"]
    assert fleet.rows("SELECT FROM device_credentials WHERE revoked_at IS NULL") == []
    assert get_seats(fleet.tenant_id).taken == taken - 1
    assert len(fleet.rows("SELECT FROM tenant_telemetry")) == 1
    assert len(list_status_changes(fleet.tenant_id, "freezer-1", limit=10, after=None).entries) == 1
    time.move(BELIEVED_FOR)
    assert ingest([fleet.message(at=time.now)]).accepted == 0


def test_a_device_is_decommissioned_once(fleet: Fleet) -> None:
    fleet.add_device()
    admin = administrator(fleet)
    lifecycle.decommission_device(admin, "freezer-1", reason="sold", if_match=None, origin=ORIGIN)
    taken = get_seats(fleet.tenant_id).taken
    for verb in (lifecycle.decommission_device, lifecycle.suspend_device, lifecycle.resume_device):
        with pytest.raises(ConflictError):
            verb(admin, "freezer-1", reason="again", if_match=None, origin=ORIGIN)
    assert get_seats(fleet.tenant_id).taken == taken


def test_only_a_decommissioned_device_is_deleted_and_its_readings_stay(fleet: Fleet, time: Clock) -> None:
    fleet.add_device()
    admin = administrator(fleet)
    ingest([fleet.message(at=time.now)])
    with pytest.raises(ConflictError):
        lifecycle.delete_device(admin, "freezer-1", if_match=None, origin=ORIGIN)
    lifecycle.decommission_device(admin, "freezer-1", reason="sold", if_match=None, origin=ORIGIN)
    lifecycle.delete_device(admin, "freezer-1", if_match=None, origin=ORIGIN)
    with pytest.raises(NotFoundError):
        get_device(fleet.tenant_id, "freezer-1")
    assert len(fleet.rows("SELECT FROM tenant_telemetry")) == 1


def test_consumers_are_told_of_each_step(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle, "publish_after_commit", lambda: None)
    fleet.add_device()
    admin = administrator(fleet)
    for verb in (lifecycle.suspend_device, lifecycle.resume_device, lifecycle.decommission_device):
        verb(admin, "freezer-1", reason="because", if_match=None, origin=ORIGIN)
    lifecycle.delete_device(admin, "freezer-1", if_match=None, origin=ORIGIN)
    with ingest_session() as connection:
        events = connection.execute(
            """
            WITH taken AS (
                DELETE FROM outbox
                WHERE tenant_id = %s AND event_type LIKE 'device.%%'
                RETURNING sequence, event_type, payload
            )
            SELECT event_type, payload FROM taken ORDER BY sequence
            """,
            (fleet.tenant_id,),
        ).fetchall()
    told = {"device_id": "freezer-1", "reason": "because", "by": ACTOR}
    assert [(event["event_type"], event["payload"]) for event in events] == [
        ("device.suspended", told),
        ("device.resumed", told),
        ("device.decommissioned", told),
        ("device.deleted", {"device_id": "freezer-1", "by": ACTOR}),
    ]


def test_the_status_log_tells_of_every_change_newest_first(fleet: Fleet, time: Clock) -> None:
    fleet.add_device()
    ingest([fleet.message(at=time.now)])
    page = list_status_changes(fleet.tenant_id, "freezer-1", limit=1, after=None)
    assert [(entry.from_status, entry.to_status, entry.time) for entry in page.entries] == [
        (DeviceStatus.PENDING, DeviceStatus.ONLINE, time.now)
    ]
    assert page.next_position is None


@pytest.fixture
def tenancy(stack: Stack) -> Tenancy:
    """A tenant of the test's own on the deployed stack, with a site and a device type."""
    tenancy = Tenancy(stack)
    api = tenancy.admin.api
    assert api.post("/customer/sites", json={"site_id": "hall", "name": "Hall"}).status_code == 201
    assert api.post("/customer/device-types", json={"device_type": "freezer"}).status_code == 201
    return tenancy


def create(api: httpx.Client, number: int) -> int:
    body = {"device_id": f"freezer-{number}", "site_id": "hall", "device_type": "freezer"}
    return api.post("/customer/devices", json=body).status_code


def test_deployed_of_many_who_want_the_last_seat_one_gets_it(tenancy: Tenancy) -> None:
    api = tenancy.admin.api
    path = f"/operator/tenants/{tenancy.tenant_id}/device-limit"
    assert create(api, 0) == 201
    allowed = {"device_limit": 2, "over": 0}
    assert tenancy.operator.put(path, json={"device_limit": 2}).json() == {**allowed, "taken": 1, "free": 1}
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda number: create(api, number), range(1, 7)))
    assert sorted(answers) == [201, *[409] * 5]
    assert api.get("/customer/devices/seats").json() == {**allowed, "taken": 2, "free": 0}
    assert api.get("/customer/devices").json()["total"] == 2
    # A seat that is given back can be taken again.
    answer = api.post("/customer/devices/freezer-0/decommission", json={"reason": "sold"})
    assert answer.status_code == 200, answer.text
    assert create(api, 7) == 201
    assert create(api, 8) == 409
