"""Integrations are channels and routing rules in the words of the API of old: what one makes the other shows."""

from typing import Any
from uuid import uuid4

import pytest

from tests.builders import Fleet
from tests.integration.test_oncall import Caller

INTEGRATIONS = "/customer/integrations"
ROUTES = "/customer/integration-routes"
CHANNELS = "/customer/notification-channels"
RULES = "/customer/notification-routing-rules"
TRAP = {
    "host": "1.1.1.1",
    "username": "pulse",
    "auth_protocol": "SHA256",
    "auth_password": "plant-seven",
    "priv_protocol": "AES",
    "priv_password": "plant-eight",
}


@pytest.fixture
def admin(fleet: Fleet) -> Caller:
    return Caller(fleet)


def made(admin: Caller, path: str, **body: Any) -> dict[str, Any]:
    status, answer = admin.call("POST", path, body)
    assert status == 201, answer
    return dict(answer)


def mail(admin: Caller, name: str = "NOC") -> dict[str, Any]:
    return made(admin, INTEGRATIONS, name=name, type="email", config={"to": ["noc@acme.example"]})


def test_an_integration_is_a_channel_and_a_channel_an_integration(admin: Caller) -> None:
    integration = mail(admin)
    channel = admin.get(f"{CHANNELS}/{integration['integration_id']}")
    assert (channel["name"], channel["kind"]) == ("NOC", integration["type"])
    other = made(admin, CHANNELS, name="NMS", kind="snmp", config=TRAP)
    shown = admin.get(f"{INTEGRATIONS}/{other['channel_id']}")
    assert (shown["type"], shown["config"]["priv_password"]) == ("snmp", "***")


def test_integrations_are_listed_by_type_and_channels_of_other_kinds_are_none(admin: Caller) -> None:
    mail(admin, "B")
    mail(admin, "A")
    pager = made(admin, CHANNELS, name="C", kind="pagerduty", config={"integration_key": "4f" * 16})
    assert [item["name"] for item in admin.get(INTEGRATIONS)["items"]] == ["A", "B"]
    assert admin.get(INTEGRATIONS, type="mqtt")["total"] == 0
    first = admin.get(INTEGRATIONS, type="email", limit="1")
    assert [item["name"] for item in admin.get(INTEGRATIONS, limit="1", cursor=first["next_cursor"])["items"]] == ["B"]
    for method in ("GET", "DELETE"):
        assert admin.call(method, f"{INTEGRATIONS}/{pager['channel_id']}")[0] == 404
    status, problem = admin.call("POST", ROUTES, {"name": "All", "integration_id": pager["channel_id"]})
    assert (status, [error["field"] for error in problem["errors"]]) == (400, ["integration_id"])


def test_what_is_left_out_of_a_change_stays(admin: Caller) -> None:
    made_one = made(admin, INTEGRATIONS, name="NMS", type="snmp", config=TRAP)
    path = f"{INTEGRATIONS}/{made_one['integration_id']}"
    status, changed = admin.call("PATCH", path, {"enabled": False})
    assert (status, changed["enabled"], changed["name"]) == (200, False, "NMS")
    assert changed["config"] == made_one["config"]
    moved = admin.call("PATCH", path, {"config": {**changed["config"], "host": "1.0.0.1"}})[1]
    assert (moved["destination"], moved["version"]) == ("1.0.0.1:162 v3", 3)


@pytest.mark.parametrize(
    ("deliver_on", "events"),
    [
        (["OPEN"], ["opened", "severity_changed", "escalated", "unanswered"]),
        (["CLOSED", "ACKNOWLEDGED"], ["acknowledged", "closed"]),
    ],
)
def test_a_route_is_a_routing_rule(admin: Caller, deliver_on: list[str], events: list[str]) -> None:
    integration_id = mail(admin)["integration_id"]
    route = made(admin, ROUTES, name="R", integration_id=integration_id, deliver_on=deliver_on, min_severity="HIGH")
    rule = admin.get(f"{RULES}/{route['route_id']}")
    assert (rule["channel_id"], rule["events"], rule["min_severity"]) == (integration_id, events, "HIGH")
    assert sorted(admin.get(f"{ROUTES}/{route['route_id']}")["deliver_on"]) == sorted(deliver_on)
    assert [item["name"] for item in admin.get(ROUTES, integration_id=integration_id)["items"]] == ["R"]
    assert admin.call("DELETE", f"{ROUTES}/{route['route_id']}")[0] == 204
    assert admin.call("GET", f"{RULES}/{route['route_id']}")[0] == 404


def test_a_change_of_a_route_keeps_what_only_rules_have(admin: Caller) -> None:
    integration_id = mail(admin)["integration_id"]
    rule = made(admin, RULES, name="R", channel_id=integration_id, tags={"zone": "dairy"}, throttle_minutes=30)
    body = {"name": "Renamed", "integration_id": integration_id, "enabled": False}
    assert admin.call("PUT", f"{ROUTES}/{rule['rule_id']}", body)[0] == 200
    changed = admin.get(f"{RULES}/{rule['rule_id']}")
    assert (changed["name"], changed["enabled"]) == ("Renamed", False)
    assert (changed["tags"], changed["throttle_minutes"]) == ({"zone": "dairy"}, 30)


def test_another_tenants_integration_is_not_found(admin: Caller) -> None:
    other = mail(Caller(Fleet()))["integration_id"]
    assert admin.call("PATCH", f"{INTEGRATIONS}/{other}", {"enabled": False})[0] == 404
    assert admin.call("POST", f"{INTEGRATIONS}/{other}/test")[0] == 404
    assert admin.call("GET", f"{INTEGRATIONS}/{uuid4()}")[0] == 404
    assert admin.call("POST", ROUTES, {"name": "All", "integration_id": other})[0] == 400
