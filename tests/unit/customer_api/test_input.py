"""Input that can't be meant is refused by name, before the database is asked."""

import json
import re
from typing import Any
from urllib.parse import quote

import pytest

from pulse.api.paging import Cursor
from pulse.api.resolver import Api
from pulse.devices.search import DevicePosition, DeviceSort
from pulse.devices.state import DeviceStatus
from tests.unit.api.gateway import CALLER, make_context, make_event

ALERT = "/customer/alerts/6f1b3a52-8c1d-4d7e-9a39-0d6f2f7f5a10"
HISTORY = "/customer/devices/freezer-1/telemetry/history"
READINGS = "/customer/devices/freezer-1/telemetry"


def call(api: Api, method: str, path: str, **event: Any) -> tuple[int, dict[str, Any]]:
    answer = api.handle(
        make_event(method, path, authorizer={**CALLER, "roles": "tenant-admin"}, **event), make_context()
    )
    return answer["statusCode"], json.loads(answer["body"])


@pytest.mark.parametrize(
    ("path", "query", "field"),
    [
        ("/customer/devices", {"status": "CRITICAL"}, "status"),
        ("/customer/devices", {"status": "online"}, "status"),
        ("/customer/devices", {"lifecycle": "GONE"}, "lifecycle"),
        ("/customer/devices", {"sort": "colour"}, "sort"),
        ("/customer/devices", {"tag": "=dairy"}, "tag"),
        ("/customer/devices", {"group_id": "cold"}, "group_id"),
        ("/customer/devices", {"order": "up"}, "order"),
        ("/customer/devices", {"limit": "1001"}, "limit"),
        ("/customer/devices", {"cursor": "garbage"}, "cursor"),
        ("/customer/devices", {"cursor": "x" * 1001}, "cursor"),
        ("/customer/devices", {"site_id": ""}, "site_id"),
        ("/customer/devices", {"site_id": "a\x00"}, "site_id"),
        ("/api/v2/devices", {"limit": "1001"}, "limit"),
        ("/customer/sites", {"limit": "500"}, "limit"),
        ("/customer/sites", {"cursor": "bnVsbA"}, "cursor"),
        ("/customer/alert-rules", {"limit": "500"}, "limit"),
        ("/customer/alerts", {"status": "CRITICAL"}, "status"),
        ("/customer/alerts", {"severity": "MAJOR"}, "severity"),
        ("/customer/alerts", {"type": "no type"}, "type"),
        ("/customer/alerts", {"limit": "201"}, "limit"),
        ("/customer/alerts", {"start": "2026-11-20"}, "start"),
        ("/api/v2/alerts", {"limit": "201"}, "limit"),
        ("/customer/alerts/not-a-uuid", {}, "alert_id"),
        (READINGS, {"limit": "2001"}, "limit"),
        (READINGS, {"end": "soon"}, "end"),
        (READINGS, {"cursor": "WyJ4Il0"}, "cursor"),
        (HISTORY, {}, "metric"),
        (HISTORY, {"metric": "temp_c", "range": "2h"}, "range"),
        (HISTORY, {"metric": "x" * 129}, "metric"),
        (HISTORY, {"metric": "a\x00"}, "metric"),
    ],
)
def test_a_bad_parameter_is_named(api: Api, path: str, query: dict[str, str], field: str) -> None:
    status, problem = call(api, "GET", path, query=query)
    assert status == 422
    assert [error["field"] for error in problem["errors"]] == [field]


def test_a_cursor_belongs_to_its_sort(api: Api) -> None:
    position = DevicePosition(DeviceSort.STATUS, "freezer-1", "", DeviceStatus.ONLINE, None, 1)
    cursor = Cursor(DevicePosition).encode(position) or ""
    assert call(api, "GET", "/customer/devices", query={"cursor": cursor})[0] == 422
    assert call(api, "GET", "/customer/devices", query={"cursor": cursor, "sort": "status"})[0] == 503


def test_a_range_that_ends_before_it_starts_makes_no_sense(api: Api) -> None:
    query = {"start": "2026-11-20T12:00:00Z", "end": "2026-11-20T12:00:00Z"}
    status, problem = call(api, "GET", READINGS, query=query)
    assert status == 400
    assert problem["errors"] == [{"field": "start", "reason": "must be before end"}]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"reason": "  "}, "reason"),
        ({"reason": 7}, "reason"),
        ({"reason": "x" * 1001}, "reason"),
        ({"reason": "a\x00b"}, "reason"),
        ({"why": "x"}, "why"),
        ("{", "body"),
    ],
)
def test_a_bad_reason_is_named(api: Api, body: Any, field: str) -> None:
    status, problem = call(api, "POST", f"{ALERT}/close", body=body)
    assert status == 422
    assert [error["field"] for error in problem["errors"]] == [field]


DEVICE = {"device_id": "freezer-1", "site_id": "hall", "device_type": "freezer"}
CONDITION = {"metric": "temp_c", "operator": "GT", "threshold": 8}
RULE = {"name": "Too warm", "severity": "HIGH", "criterion": {"kind": "threshold", "conditions": [CONDITION]}}
WINDOW = {"name": "Service", "starts_at": "2026-11-20T12:00:00Z", "ends_at": "2026-11-20T13:00:00Z"}


def rule(**criterion: Any) -> dict[str, Any]:
    return {**RULE, "criterion": {"kind": "threshold", "conditions": [CONDITION], **criterion}}


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/customer/devices", {**DEVICE, "latitude": "52", "longitude": 5}, "latitude"),
        ("/customer/devices", {**DEVICE, "latitude": 52, "longitude": True}, "longitude"),
        ("/customer/devices", {**DEVICE, "expected_interval_seconds": 60.5}, "expected_interval_seconds"),
        ("/customer/devices", {**DEVICE, "expected_interval_seconds": "60"}, "expected_interval_seconds"),
        ("/customer/devices", {**DEVICE, "name": 7}, "name"),
        ("/customer/devices", {**DEVICE, "device_id": "summary"}, "device_id"),
        ("/customer/devices", {**DEVICE, "device_id": "seats"}, "device_id"),
        ("/customer/devices", {**DEVICE, "tags": {"zone/a": ""}}, "tags.zone/a"),
        ("/customer/sites", {"site_id": "hall", "name": "Hall", "timezone": "Europe/Atlantis"}, "timezone"),
        ("/customer/alert-rules", {**RULE, "enabled": "yes"}, "enabled"),
        ("/customer/alert-rules", {**RULE, "enabled": 1}, "enabled"),
        ("/customer/alert-rules", rule(kind="magic"), "criterion.kind"),
        ("/customer/alert-rules", rule(duration_seconds="5"), "criterion.duration_seconds"),
        (
            "/customer/alert-rules",
            rule(conditions=[{**CONDITION, "threshold": "8"}]),
            "criterion.conditions.0.threshold",
        ),
        (
            "/customer/alert-rules",
            rule(conditions=[{"metric": "temp_c", "threshold": 8}]),
            "criterion.conditions.0.operator",
        ),
        ("/customer/alert-rules", rule(conditions=[{**CONDITION, "unit": "°C"}]), "criterion.conditions.0.unit"),
        ("/customer/maintenance-windows", {**WINDOW, "starts_at": 1795000000}, "starts_at"),
    ],
)
def test_a_field_is_of_its_type_in_json_and_named_as_it_was_sent(api: Api, path: str, body: Any, field: str) -> None:
    status, problem = call(api, "POST", path, body=body)
    assert (status, [error["field"] for error in problem["errors"]]) == (422, [field])
    assert not re.search(r"Value error|<\w+|dictionary|\bTrue\b|\bNone\b", problem["errors"][0]["reason"])


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/customer/devices", {**DEVICE, "latitude": 52, "longitude": 5.5, "tags": {"cold": ""}}),
        ("/customer/sites", {"site_id": "hall", "name": "Hall", "timezone": "Europe/Amsterdam"}),
        ("/customer/alert-rules", RULE),
    ],
)
def test_a_whole_number_is_a_number_and_a_choice_is_its_name(api: Api, path: str, body: Any) -> None:
    assert call(api, "POST", path, body=body)[0] == 503


@pytest.mark.parametrize("body", [None, {}, {"reason": None}, {"reason": "fixed"}])
def test_a_reason_may_be_left_out(api: Api, body: Any) -> None:
    assert call(api, "POST", f"{ALERT}/close", body=body)[0] == 503


@pytest.mark.parametrize("device_id", ["a b", "ü", "a%00b", "x" * 300, "'; DROP TABLE devices; --"])
def test_a_strange_device_id_is_no_fault_of_ours(api: Api, device_id: str) -> None:
    for path in (f"/customer/devices/{device_id}", f"/customer/devices/{quote(device_id)}"):
        assert call(api, "GET", path)[0] in (404, 422, 503)


def test_health_tells_that_the_database_is_away(api: Api) -> None:
    status, problem = call(api, "GET", "/health")
    assert (status, problem["detail"]) == (503, "the database does not answer")
