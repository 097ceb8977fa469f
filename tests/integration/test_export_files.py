"""What is in the file of an export: which rows, of whom, narrowed to what, however many there are."""

import json
from datetime import timedelta
from typing import Any

import pytest

from pulse.alerts.lifecycle import open_alerts
from pulse.database import ingest_session
from pulse.devices.group_members import add_members
from pulse.devices.groups import create_group
from pulse.devices.lifecycle import decommission_device, delete_device, suspend_device
from pulse.exports import bucket, making, managing
from pulse.exports.export import Dataset, ExportStatus, ExportWish, Format
from pulse.exports.rows import Page
from pulse.telemetry.ingest import ingest
from tests.builders import NOON, ORIGIN, Fleet
from tests.integration.alert_process import make_opening
from tests.integration.exporting import HOUR, MINUTE, Time, ask, exporter, fetch, make, time

__all__ = ["exporter", "time"]


def exported(fleet: Fleet, dataset: Dataset, **wished: Any) -> list[dict[str, Any]]:
    """What is in a file that was asked for and made."""
    entries: list[dict[str, Any]] = fetch(fleet, make(fleet, ask(fleet, dataset, **wished))).json()
    return entries


def test_a_file_of_devices_is_made_and_fetched_by_its_link(exporter: Fleet) -> None:
    for name in ("a", "b"):
        exporter.add_device(name, tags={"zone": name})
    asked = ask(exporter, Dataset.DEVICES)
    assert (asked.status, asked.progress, asked.row_count) == (ExportStatus.PENDING, 0, 0)
    done = make(exporter, asked)
    assert (done.status, done.progress, done.row_count, done.attempts) == (ExportStatus.DONE, 1, 2, 1)
    assert done.expires_at == NOON + timedelta(hours=24)
    answer = fetch(exporter, done)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="devices-20371120-120000.json"'
    assert len(answer.content) == done.byte_count
    assert [(device["device_id"], device["tags"]) for device in answer.json()] == [
        ("a", {"zone": "a"}),
        ("b", {"zone": "b"}),
    ]


def test_devices_are_narrowed_to_a_status(exporter: Fleet) -> None:
    for name in ("heard", "unheard"):
        exporter.add_device(name)
    exporter.add_device("at-repair")
    suspend_device(exporter.person(), "at-repair", reason="repair", if_match=None, origin=ORIGIN)
    ingest([exporter.message({"metrics": {"temp_c": 4}}, device_id="heard")])
    assert [device["device_id"] for device in exported(exporter, Dataset.DEVICES, dataset_status="PENDING")] == [
        "unheard"
    ]


def test_a_file_of_readings_has_those_of_the_tenant_and_the_time_the_oldest_first(exporter: Fleet) -> None:
    other = Fleet()
    for owner in (exporter, other):
        owner.add_device()
    times = [NOON - timedelta(days=8), NOON - timedelta(days=3), NOON - MINUTE]
    for number, at in enumerate(times):
        ingest([exporter.message({"ts": at.isoformat(), "metrics": {"temp_c": number}})])
    ingest([other.message({"metrics": {"temp_c": 99}}, at=NOON - MINUTE)])
    entries = exported(exporter, Dataset.TELEMETRY)
    assert [(entry["site_id"], entry["metrics"]) for entry in entries] == [
        ("hall-a", {"temp_c": 1}),
        ("hall-a", {"temp_c": 2}),
    ]


def test_readings_are_narrowed_to_a_device(exporter: Fleet) -> None:
    for name in ("a", "b"):
        exporter.add_device(name)
        ingest([exporter.message({"metrics": {"temp_c": 4}}, device_id=name, at=NOON - MINUTE)])
    entries = exported(exporter, Dataset.TELEMETRY, device_id="b")
    assert [entry["device_id"] for entry in entries] == ["b"]


def test_readings_of_a_deleted_device_are_not_those_of_its_successor(exporter: Fleet, time: Time) -> None:
    exporter.add_device()
    ingest([exporter.message({"metrics": {"temp_c": 1}}, at=NOON - MINUTE)])
    person = exporter.person()
    decommission_device(person, "freezer-1", reason="sold", if_match=None, origin=ORIGIN)
    delete_device(person, "freezer-1", if_match=None, origin=ORIGIN)
    time.now += HOUR
    assert exported(exporter, Dataset.TELEMETRY) == []
    exporter.add_device()
    exporter.rows("UPDATE devices SET readings_since = %s RETURNING 1", time.now)
    assert exported(exporter, Dataset.TELEMETRY) == []


def test_a_file_of_alerts_is_narrowed_to_device_and_status(exporter: Fleet) -> None:
    exporter.add_device()
    with ingest_session() as connection:
        open_alerts(connection, [make_opening(exporter.tenant_id, cause, time=NOON - MINUTE) for cause in "ab"])
    assert [alert["severity"] for alert in exported(exporter, Dataset.ALERTS, device_id="freezer-1")] == ["MEDIUM"] * 2
    exporter.add_device("calm")
    assert exported(exporter, Dataset.ALERTS, device_id="calm") == []
    assert exported(exporter, Dataset.ALERTS, dataset_status="CLOSED") == []


@pytest.fixture
def narrowed(exporter: Fleet) -> dict[str, Any]:
    """A wish for cold and packed devices of a group: `wanted` alone is; each of the others lacks something."""
    group = create_group(exporter.person(), name="Freezers", description="", wanted=None, origin=ORIGIN)
    tags = {"wanted": {"zone": "cold", "packed": ""}, "warm": {"zone": "warm", "packed": ""}, "open": {"zone": "cold"}}
    for name, its_tags in {**tags, "apart": tags["wanted"]}.items():
        exporter.add_device(name, tags=its_tags)
        ingest([exporter.message({"metrics": {"temp_c": 4}}, device_id=name, at=NOON - MINUTE)])
    add_members(exporter.person(), group.group_id, list(tags), origin=ORIGIN)
    with ingest_session() as connection:
        open_alerts(
            connection,
            [
                make_opening(exporter.tenant_id, name, time=NOON - MINUTE, device_id=name)
                for name in ("wanted", "warm", "open", "apart")
            ],
        )
    return {"tags": {"zone": "cold", "packed": None}, "group_id": group.group_id}


@pytest.mark.parametrize("dataset", Dataset)
def test_every_file_is_narrowed_by_tags_and_group_as_the_lists_are(
    exporter: Fleet, narrowed: dict[str, Any], dataset: Dataset
) -> None:
    assert {entry["device_id"] for entry in exported(exporter, dataset, **narrowed)} == {"wanted"}
    everybody = {entry["device_id"] for entry in exported(exporter, dataset)}
    assert everybody >= {"wanted", "warm", "open", "apart"}


def test_ten_thousand_devices_come_whole_with_their_availability_in_one_request(exporter: Fleet) -> None:
    with ingest_session() as connection:
        connection.execute("SELECT set_config('role', 'pulse_operator_write', true)")
        connection.execute(
            """
            INSERT INTO devices (tenant_id, device_id, site_id, device_type)
            SELECT %(tenant_id)s, 'd-' || lpad(n::text, 5, '0'), 'hall-a', 'freezer' FROM generate_series(1, 10000) AS n
            """,
            {"tenant_id": exporter.tenant_id},
        )
        connection.execute(
            """
            INSERT INTO device_status_log (tenant_id, device_id, time, from_status, to_status)
            SELECT %(tenant_id)s, device_id, %(heard_at)s, 'PENDING', 'ONLINE'
            FROM devices WHERE tenant_id = %(tenant_id)s
            """,
            {"tenant_id": exporter.tenant_id, "heard_at": NOON - timedelta(days=1)},
        )
    wish = ExportWish(Dataset.AVAILABILITY, Format.JSON, NOON - timedelta(days=2), NOON)
    devices = json.loads(managing.download(exporter.person(), wish, origin=ORIGIN).text)
    assert [device["device_id"] for device in devices] == [f"d-{number:05}" for number in range(1, 10_001)]
    assert {(device["up_seconds"], device["unknown_seconds"]) for device in devices} == {(86_400, 86_400)}


def test_a_file_of_several_parts_is_read_back_whole(exporter: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[int] = []
    flush = bucket.FileWriter._flush

    def counted(writer: bucket.FileWriter) -> None:
        sent.append(len(writer._buffer))
        flush(writer)

    monkeypatch.setattr(bucket.FileWriter, "_flush", counted)
    exporter.add_device("a")
    pages = [[{"number": page, "text": "x" * 5_000_000}] for page in range(4)]
    monkeypatch.setattr(making, "COLUMNS", {Dataset.DEVICES: ("number", "text")})
    monkeypatch.setattr(making, "read_pages", lambda *_: iter(Page(rows, 0.5) for rows in pages))
    done = make(exporter, ask(exporter, Dataset.DEVICES))
    answer = fetch(exporter, done)
    assert len(sent) == 3
    assert len(answer.content) == done.byte_count == sum(sent)
    assert answer.json() == [row for rows in pages for row in rows]
