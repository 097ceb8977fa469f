"""What people see first, through the handler and its routes, on the scenario database."""

from datetime import timedelta
from typing import Any

import pytest

from pulse import clock
from pulse.alerts.severity import Severity
from pulse.devices.registration import Site, save_site
from pulse.identity.permissions import Role
from tests.builders import ACTOR, Fleet
from tests.integration.alert_inbox import Inbox


@pytest.fixture
def halls(fleet: Fleet) -> Fleet:
    """Three sites; of the devices of one, two are silent, of another's, one."""
    for site_id in ("hall-b", "hall-c"):
        save_site(fleet.tenant_id, Site(site_id=site_id, name=site_id.title()), actor=ACTOR)
    for device_id, site_id in (("a-1", "hall-a"), ("b-1", "hall-b"), ("b-2", "hall-b"), ("c-1", "hall-c")):
        fleet.add_device(device_id, site_id=site_id, name=f"The {device_id}")
    fleet.rows(
        """
        UPDATE device_state
        SET status = CASE device_id WHEN 'a-1' THEN 'ONLINE' ELSE 'OFFLINE' END, last_seen_at = now()
        RETURNING device_id
        """
    )
    return fleet


def overview_of(fleet: Fleet, role: Role = Role.TENANT_ADMIN) -> dict[str, Any]:
    status, document = Inbox(fleet, role).call("GET", "/customer/overview")
    assert status == 200, document
    return document


def test_the_overview_has_the_sites_with_the_most_silent_devices_first(halls: Fleet) -> None:
    sites = overview_of(halls)["sites"]
    assert [site["site_id"] for site in sites] == ["hall-b", "hall-c", "hall-a"]
    assert [site["counts"]["OFFLINE"] for site in sites] == [2, 1, 0]


def test_the_overview_has_the_gravest_open_alerts_with_their_devices(halls: Fleet) -> None:
    inbox = Inbox(halls)
    now = clock.now()
    inbox.open("b-1", time=now - timedelta(hours=1), severity=Severity.LOW)
    inbox.open("b-2", time=now - timedelta(hours=2), severity=Severity.CRITICAL)
    inbox.post(f"/{inbox.open('c-1', time=now)}/acknowledge")
    alerts = overview_of(halls)["alerts"]
    assert [(alert["severity"], alert["device_name"]) for alert in alerts["gravest"]] == [
        ("CRITICAL", "The b-2"),
        ("LOW", "The b-1"),
    ]
    assert alerts["counts"] == {"OPEN": 2, "ACKNOWLEDGED": 1, "CLOSED": 0}
    assert sum(hour["opened"] for hour in alerts["trend"]) == 3
    assert {device["device_name"] for device in alerts["noisy_devices"]} == {"The b-1", "The b-2", "The c-1"}


def test_the_overview_counts_the_fleet_and_knows_who_was_heard_of_last(halls: Fleet) -> None:
    overview = overview_of(halls)
    assert overview["fleet"]["counts"] == {"PENDING": 0, "ONLINE": 1, "STALE": 0, "OFFLINE": 3}
    assert overview["uptime"]["devices"] == 4
    assert {device["device_id"] for device in overview["recent_devices"]} == {"a-1", "b-1", "b-2", "c-1"}
    assert overview["maintenance"] == {"active": 0, "name": None}


def test_the_first_steps_follow_what_the_tenant_has_done(fleet: Fleet) -> None:
    todo = {"site": True, "device": False, "connected": False, "rule": False, "channel": False}
    assert overview_of(fleet)["first_steps"] == todo
    fleet.add_device()
    fleet.add_rule()
    assert overview_of(fleet)["first_steps"] == {**todo, "device": True, "rule": True}


def test_the_overview_leaves_out_what_its_reader_may_not_read(fleet: Fleet) -> None:
    assert overview_of(fleet, Role.VIEWER)["first_steps"] is None
