"""The metric catalogue on the deployed stack, and what its mappings make of readings."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from pulse import clock
from pulse.telemetry.catalogue import get_metric_reference
from pulse.telemetry.history import get_series
from pulse.telemetry.ingest import ingest
from pulse.telemetry.periods import Period
from pulse.telemetry.queries import get_latest
from pulse.telemetry.rollup import roll_up
from tests.builders import NOON, Fleet
from tests.integration.stack import Stack

CATALOG = "/customer/metrics/catalog"
MAPPINGS = "/customer/metrics/mappings"


@pytest.fixture
def api(stack: Stack) -> Iterator[httpx.Client]:
    """The API as a tenant-admin sees it."""
    with stack.api("tenant-admin", stack.tenant_ids[0]) as api:
        yield api


@pytest.fixture
def metric() -> str:
    """A name that no other test uses, of the kind that devices choose."""
    return f"Temp (°C)/{uuid4().hex[:8]}"


def add(api: httpx.Client, path: str, **body: Any) -> dict[str, Any]:
    answer = api.post(path, json=body)
    assert answer.status_code == 201, answer.text
    document: dict[str, Any] = answer.json()
    return document


def test_a_metric_is_described_found_changed_and_taken_out(api: httpx.Client, metric: str) -> None:
    entry = add(api, CATALOG, metric=metric, unit="°C", expected_min=-30, expected_max=-18)
    path = f"{CATALOG}/{entry['metric_id']}"
    found = api.get(CATALOG, params={"q": metric.upper()}).json()
    assert (found["total"], [item["metric"] for item in found["items"]]) == (1, [metric])
    changed = api.put(path, json={"description": "Air in the hall", "unit": "°C"})
    assert (changed.status_code, changed.json()["expected_min"], changed.json()["version"]) == (200, None, 2)
    assert api.get(path).json() == changed.json()
    assert api.delete(path).status_code == 204
    assert api.get(path).status_code == 404


def test_a_change_of_what_somebody_else_has_changed_is_refused(api: httpx.Client, metric: str) -> None:
    entry = add(api, CATALOG, metric=metric)
    path = f"{CATALOG}/{entry['metric_id']}"
    etag = api.get(path).headers["etag"]
    assert api.put(path, json={"unit": "K"}, headers={"If-Match": etag}).status_code == 200
    assert api.put(path, json={"unit": "F"}, headers={"If-Match": etag}).status_code == 412
    assert api.delete(path, headers={"If-Match": etag}).status_code == 412
    assert api.get(path).json()["unit"] == "K"


def test_a_metric_has_one_description(api: httpx.Client, metric: str) -> None:
    add(api, CATALOG, metric=metric)
    assert api.post(CATALOG, json={"metric": metric}).status_code == 409


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"metric": "m", "expected_min": 2, "expected_max": 1}, 400, "expected_min"),
        ({"metric": ""}, 422, "metric"),
        ({"metric": "a\u0007b"}, 422, "metric"),
        ({"metric": "x" * 129}, 422, "metric"),
        ({"metric": "m", "expected_min": "cold"}, 422, "expected_min"),
        ({}, 422, "metric"),
    ],
)
def test_what_makes_no_sense_is_named(api: httpx.Client, body: dict[str, Any], status: int, field: str) -> None:
    answer = api.post(CATALOG, json=body)
    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (status, [field])


def test_a_mapping_leads_to_a_metric_of_the_catalogue(api: httpx.Client, metric: str) -> None:
    raw = f"{metric} raw"
    assert api.post(MAPPINGS, json={"raw_metric": raw, "normalized_metric": metric}).status_code == 404
    entry = add(api, CATALOG, metric=metric)
    mapping = add(api, MAPPINGS, raw_metric=raw, normalized_metric=metric, multiplier=0.1, offset_value=-40)
    assert api.post(MAPPINGS, json={"raw_metric": raw, "normalized_metric": metric}).status_code == 409
    assert api.delete(f"{CATALOG}/{entry['metric_id']}").status_code == 409
    path = f"{MAPPINGS}/{mapping['mapping_id']}"
    found = api.get(MAPPINGS, params={"normalized_metric": metric}).json()
    assert [item["raw_metric"] for item in found["items"]] == [raw]
    assert api.put(path, json={"normalized_metric": f"{metric} unknown"}).status_code == 404
    changed = api.put(path, json={"normalized_metric": metric, "multiplier": 2}, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.json()["offset_value"], changed.headers["etag"]) == (200, 0, '"2"')
    assert api.put(path, json={"normalized_metric": metric}, headers={"If-Match": '"1"'}).status_code == 412
    assert api.delete(path).status_code == 204
    assert api.delete(f"{CATALOG}/{entry['metric_id']}").status_code == 204


def test_a_multiplier_of_zero_would_lose_the_value(api: httpx.Client, metric: str) -> None:
    answer = api.post(MAPPINGS, json={"raw_metric": "raw", "normalized_metric": metric, "multiplier": 0})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "multiplier")


def test_lists_are_paged(api: httpx.Client, metric: str) -> None:
    for number in range(3):
        add(api, CATALOG, metric=f"{metric} {number}")
    first = api.get(CATALOG, params={"q": metric, "limit": 2}).json()
    second = api.get(CATALOG, params={"q": metric, "limit": 2, "cursor": first["next_cursor"]}).json()
    names = [item["metric"] for item in first["items"] + second["items"]]
    assert names == [f"{metric} {number}" for number in range(3)]
    assert second["next_cursor"] is None


def test_who_administers_no_tenant_reads_and_does_not_write(stack: Stack, metric: str) -> None:
    for role in ("viewer", "customer"):
        with stack.api(role, stack.tenant_ids[0]) as api:
            assert api.get(CATALOG).status_code == 200
            assert api.get("/api/v2/metrics/reference").status_code == 200
            assert api.post(CATALOG, json={"metric": metric}).status_code == 403


def test_every_change_is_in_the_audit_log(stack: Stack, metric: str) -> None:
    with stack.api("tenant-admin", stack.tenant_ids[0]) as api:
        entry = add(api, CATALOG, metric=metric)
        api.put(f"{CATALOG}/{entry['metric_id']}", json={"unit": "K"})
        api.delete(f"{CATALOG}/{entry['metric_id']}")
        entries = api.get("/customer/audit-log", params={"subject": metric}).json()["items"]
    assert [item["action"] for item in entries] == ["metric.delete", "metric.change", "metric.create"]
    assert (entries[1]["before"]["unit"], entries[1]["after"]["unit"]) == ("", "K")


def map_metric(fleet: Fleet, raw: str, normalized: str, multiplier: float = 1, offset_value: float = 0) -> None:
    fleet.rows(
        """
        INSERT INTO metric_catalog (tenant_id, metric, unit) VALUES (%s, %s, '°C')
        ON CONFLICT DO NOTHING RETURNING metric
        """,
        fleet.tenant_id,
        normalized,
    )
    fleet.rows(
        """
        INSERT INTO metric_mappings (tenant_id, raw_metric, normalized_metric, multiplier, offset_value)
        VALUES (%s, %s, %s, %s, %s) RETURNING mapping_id
        """,
        fleet.tenant_id,
        raw,
        normalized,
        multiplier,
        offset_value,
    )


def test_devices_of_different_makers_are_read_under_one_name(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(minutes=1))
    fleet.add_device()
    map_metric(fleet, "temp_f", "temp_c", 5 / 9, -160 / 9)
    map_metric(fleet, "t10", "temp_c", 0.1)
    ingest([fleet.message({"metrics": {"temp_f": 212, "humidity": 40}}, at=NOON - timedelta(seconds=30))])
    ingest([fleet.message({"metrics": {"t10": 55}}, at=NOON)])
    latest = get_latest(fleet.tenant_id, "freezer-1", normalized=True)
    assert {reading.metric: reading.value for reading in latest.metrics} == {"humidity": 40, "temp_c": 5.5}
    found = get_series(
        fleet.tenant_id,
        "freezer-1",
        metrics=["temp_c", "humidity", "temp_f"],
        period=Period(bucket=timedelta(hours=24)),
        normalized=True,
    )
    temperature, humidity, fahrenheit = found.series
    assert temperature.unit == "°C"
    [point] = temperature.points
    assert (point.count, point.min) == (2, 5.5)
    assert (point.max, point.avg) == pytest.approx((100, 52.75))
    assert humidity.points[0].avg == 40
    # It is another name for something now, and nothing is mapped to it.
    assert fahrenheit.points == []


def test_a_mapping_holds_for_the_past_and_for_summaries(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON)
    fleet.add_device()
    for minute in (0, 10):
        time = NOON - timedelta(hours=3) + timedelta(minutes=minute)
        ingest([fleet.message({"ts": time.isoformat(), "metrics": {"level_inverted": 20 + minute}}, at=NOON)])
    roll_up(NOON + timedelta(hours=1), budget=timedelta(minutes=1))
    map_metric(fleet, "level_inverted", "level", -1, 100)
    period = Period(bucket=timedelta(hours=1))
    found = get_series(fleet.tenant_id, "freezer-1", metrics=["level"], period=period, normalized=True)
    [point] = found.series[0].points
    assert (point.min, point.max, point.avg, point.count) == (70, 80, 75, 2)


def test_the_reference_names_what_devices_have_sent_within_a_week(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON)
    fleet.add_device()
    fleet.add_device("freezer-2")
    map_metric(fleet, "temp_f", "temp_c")
    map_metric(fleet, "never_sent", "humidity")
    ingest([fleet.message({"metrics": {"forgotten": 1}}, at=NOON - timedelta(days=8))])
    ingest([fleet.message({"metrics": {"temp_f": 40, "door_open": True}}, at=NOON - timedelta(days=6))])
    ingest([fleet.message({"metrics": {"temp_f": 41}}, device_id="freezer-2", at=NOON)])
    reference = get_metric_reference(fleet.tenant_id)
    assert [(raw.metric, raw.last_seen_at, raw.normalized_metric) for raw in reference.raw] == [
        ("door_open", NOON - timedelta(days=6), None),
        ("temp_f", NOON, "temp_c"),
    ]
    assert (reference.normalized, reference.unmapped) == (["temp_c"], ["door_open"])
