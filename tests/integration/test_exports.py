"""Exports into the bucket: what may be asked for, how far it is, who may fetch it, and until when."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from pulse.database import ingest_session
from pulse.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from pulse.exports import bucket, making, managing, store
from pulse.exports.export import Dataset, ExportStatus, ExportWish, Format
from pulse.exports.rows import Page
from pulse.identity.permissions import Permission, Role
from pulse.tenants.status import TenantStatus
from tests.builders import NOON, ORIGIN, Fleet
from tests.integration.exporting import MINUTE, Time, ask, exporter, fetch, files_of, make, time
from tests.integration.stack import Stack, wait_for

__all__ = ["exporter", "time"]


@pytest.mark.parametrize(
    ("wished", "reason"),
    [
        ({"site_id": "nowhere"}, "there is no site nowhere"),
        ({"device_id": "nobody"}, "there is no device nobody"),
        ({"group_id": UUID(int=0)}, f"there is no group {UUID(int=0)}"),
    ],
)
def test_what_a_file_is_narrowed_to_must_exist(exporter: Fleet, wished: dict[str, Any], reason: str) -> None:
    wish = ExportWish(Dataset.TELEMETRY, Format.CSV, **wished)
    for attempt in (managing.request_export, managing.download):
        with pytest.raises(InvalidInputError, match=reason):
            attempt(exporter.person(), wish, origin=ORIGIN)


def test_the_link_is_fresh_for_minutes_and_the_file_is_there_for_a_day(exporter: Fleet, time: Time) -> None:
    done = make(exporter, ask(exporter, Dataset.DEVICES))
    time.now += timedelta(hours=23, minutes=58)
    assert managing.get_link(exporter.person(), done.export_id, origin=ORIGIN).expires_at == done.expires_at
    time.now += 2 * MINUTE
    with pytest.raises(ConflictError, match="the file was there until"):
        managing.get_link(exporter.person(), done.export_id, origin=ORIGIN)


def test_a_link_is_given_to_those_who_may_read_what_is_in_the_file(exporter: Fleet) -> None:
    done = make(exporter, ask(exporter, Dataset.TELEMETRY))
    key = replace(exporter.person(), scopes=frozenset({Permission.READ_EXPORTS, Permission.MAKE_EXPORTS}))
    for attempt in (
        lambda: managing.get_link(key, done.export_id, origin=ORIGIN),
        lambda: managing.request_export(key, ExportWish(Dataset.TELEMETRY, Format.CSV), origin=ORIGIN),
        lambda: managing.download(key, ExportWish(Dataset.TELEMETRY, Format.CSV), origin=ORIGIN),
    ):
        with pytest.raises(NotPermittedError, match="telemetry:read"):
            attempt()


def test_who_asked_fetched_and_cancelled_is_in_the_audit_log(exporter: Fleet) -> None:
    fetch(exporter, make(exporter, ask(exporter, Dataset.DEVICES)))
    managing.cancel_export(exporter.person(), ask(exporter, Dataset.DEVICES).export_id, origin=ORIGIN)
    managing.download(exporter.person(), ExportWish(Dataset.DEVICES, Format.CSV), origin=ORIGIN)
    with ingest_session() as connection:
        connection.execute("SELECT set_config('role', 'pulse_operator_read', true)")
        rows = connection.execute(
            "SELECT action FROM audit_log WHERE tenant_id = %s AND action LIKE 'export.%%' ORDER BY audit_id",
            (exporter.tenant_id,),
        )
        assert [row["action"].removeprefix("export.") for row in rows] == [
            "request",
            "fetch",
            "request",
            "cancel",
            "download",
        ]


def test_a_cancelled_export_is_not_made(exporter: Fleet) -> None:
    asked = ask(exporter, Dataset.DEVICES)
    cancelled = managing.cancel_export(exporter.person(Role.VIEWER), asked.export_id, origin=ORIGIN)
    assert (cancelled.status, cancelled.finished_at) == (ExportStatus.CANCELLED, NOON)
    assert make(exporter, asked).status is ExportStatus.CANCELLED
    with pytest.raises(ConflictError, match="CANCELLED"):
        managing.cancel_export(exporter.person(), asked.export_id, origin=ORIGIN)


def test_an_export_that_is_cancelled_while_it_is_made_leaves_no_file(
    exporter: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ask(exporter, Dataset.DEVICES)

    def cancelled_meanwhile(*_: object) -> Iterator[Page]:
        managing.cancel_export(exporter.person(), asked.export_id, origin=ORIGIN)
        yield Page([], 0.5)

    monkeypatch.setattr(making, "read_pages", cancelled_meanwhile)
    assert make(exporter, asked).status is ExportStatus.CANCELLED
    assert files_of(exporter) == 0


def test_how_far_it_is_can_be_read_while_it_is_made(exporter: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ask(exporter, Dataset.DEVICES)
    seen: list[tuple[ExportStatus, float]] = []

    def watched(*_: object) -> Iterator[Page]:
        yield Page([], 0.25)
        export = managing.get_export(exporter.tenant_id, asked.export_id)
        seen.append((export.status, export.progress))

    monkeypatch.setattr(making, "read_pages", watched)
    assert make(exporter, asked).progress == 1
    assert seen == [(ExportStatus.RUNNING, 0.25)]


def test_a_failure_is_tried_three_times_and_leaves_no_file(
    exporter: Fleet, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ask(exporter, Dataset.DEVICES)

    def fail(_self: bucket.FileWriter) -> None:
        message = "the bucket is away"
        raise OSError(message)

    monkeypatch.setattr(bucket.FileWriter, "close", fail)
    for status in (ExportStatus.PENDING, ExportStatus.PENDING, ExportStatus.FAILED):
        assert make(exporter, asked).status is status
        time.now += 5 * MINUTE
    failed = managing.get_export(exporter.tenant_id, asked.export_id)
    assert (failed.attempts, failed.outcome) == (3, "the file could not be made for a reason of our own, 3 times")
    assert files_of(exporter) == 0
    with pytest.raises(ConflictError, match="FAILED"):
        managing.get_link(exporter.person(), asked.export_id, origin=ORIGIN)


def test_what_is_tried_again_is_due_in_a_minute(exporter: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ask(exporter, Dataset.DEVICES)
    monkeypatch.setattr(making, "read_pages", lambda *_: 1 / 0)
    make(exporter, asked)
    with ingest_session() as connection:
        [row] = connection.execute(
            "SELECT event_type, due_at - created_at AS delay FROM outbox WHERE tenant_id = %s", (exporter.tenant_id,)
        )
    assert row["event_type"] == "export.due"
    assert timedelta(seconds=59) < row["delay"] <= MINUTE + timedelta(seconds=1)


def test_more_than_fits_into_the_time_fails_and_says_what_to_do(exporter: Fleet) -> None:
    exporter.add_device()
    failed = make(exporter, ask(exporter, Dataset.DEVICES), budget=timedelta())
    assert failed.status is ExportStatus.FAILED
    assert "ask for a shorter time or for one site" in (failed.outcome or "")


def test_what_a_function_that_died_has_begun_is_made_anew_when_its_claim_is_over(exporter: Fleet, time: Time) -> None:
    asked = ask(exporter, Dataset.DEVICES)
    with ingest_session() as connection:
        key = (exporter.tenant_id, asked.export_id)
        assert store.claim_export(connection, *key, now=NOON, until=NOON + 5 * MINUTE) is not None
    assert make(exporter, asked).status is ExportStatus.RUNNING
    time.now += 5 * MINUTE
    assert make(exporter, asked).status is ExportStatus.DONE


def test_nothing_is_made_for_a_tenant_that_is_not_active(exporter: Fleet) -> None:
    asked = ask(exporter, Dataset.DEVICES)
    with ingest_session() as connection:
        connection.execute("SELECT set_config('role', 'pulse_operator_write', true)")
        connection.execute(
            "UPDATE tenants SET status = %s WHERE tenant_id = %s", (TenantStatus.SUSPENDED, exporter.tenant_id)
        )
    assert make(exporter, asked).status is ExportStatus.CANCELLED


def test_a_tenant_waits_for_five_at_most(exporter: Fleet) -> None:
    asked = [ask(exporter, Dataset.DEVICES) for _ in range(5)]
    with pytest.raises(ConflictError, match="5 exports are being made"):
        ask(exporter, Dataset.DEVICES)
    managing.cancel_export(exporter.person(), asked[0].export_id, origin=ORIGIN)
    ask(exporter, Dataset.DEVICES)


def test_a_small_file_is_answered_at_once_and_a_large_one_is_not(
    exporter: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    exporter.add_device()
    wish = ExportWish(Dataset.DEVICES, Format.CSV)
    file = managing.download(exporter.person(), wish, origin=ORIGIN)
    assert file.name == "devices-20371120-120000.csv"
    assert [line.split(",")[0] for line in file.text.splitlines()] == ["device_id", "freezer-1"]
    monkeypatch.setattr(managing, "MOST_BYTES_AT_ONCE", 10)
    with pytest.raises(ConflictError, match="POST /customer/exports"):
        managing.download(exporter.person(), wish, origin=ORIGIN)
    listed = managing.list_exports(exporter.tenant_id, dataset=None, status=None, limit=9, after=None).exports
    assert [(one.at_once, one.status, one.row_count, one.byte_count) for one in listed] == [
        (True, ExportStatus.DONE, 1, len(file.text.encode()))
    ]
    with pytest.raises(ConflictError, match="no file was kept"):
        managing.get_link(exporter.person(), listed[0].export_id, origin=ORIGIN)


@pytest.mark.parametrize(
    ("dataset", "wished", "reason"),
    [
        (Dataset.DEVICES, {"period_start": NOON - MINUTE}, "start must be left out"),
        (Dataset.ALERTS, {"period_start": NOON}, "start must be before end"),
        (Dataset.ALERTS, {"period_start": NOON - timedelta(days=367)}, "start must be at most 366 days"),
        (Dataset.ALERTS, {"dataset_status": "ONLINE"}, "dataset_status must be one of OPEN, ACKNOWLEDGED, CLOSED"),
        (Dataset.TELEMETRY, {"dataset_status": "OPEN"}, "dataset_status must be left out"),
    ],
)
def test_a_wish_that_makes_no_sense_is_refused(
    exporter: Fleet, dataset: Dataset, wished: dict[str, Any], reason: str
) -> None:
    with pytest.raises(InvalidInputError, match=reason):
        ask(exporter, dataset, **wished)


def test_exports_are_listed_newest_first_in_pages_and_by_status(exporter: Fleet, time: Time) -> None:
    asked: list[UUID] = []
    for _ in range(3):
        time.now += MINUTE
        asked.insert(0, ask(exporter, Dataset.DEVICES).export_id)
    make(exporter, managing.get_export(exporter.tenant_id, asked[0]))

    def listed(**changes: Any) -> managing.ExportList:
        wanted = {"dataset": None, "status": None, "limit": 2, "after": None, **changes}
        return managing.list_exports(exporter.tenant_id, **wanted)

    first = listed()
    assert [export.export_id for export in first.exports] == asked[:2]
    assert [export.export_id for export in listed(after=first.next_position).exports] == asked[2:]
    assert [export.export_id for export in listed(status=ExportStatus.PENDING).exports] == asked[1:]
    assert listed(dataset=Dataset.ALERTS).exports == []


def test_another_tenants_export_is_not_there(exporter: Fleet) -> None:
    asked = ask(exporter, Dataset.DEVICES)
    with pytest.raises(NotFoundError):
        managing.get_link(Fleet().person(), asked.export_id, origin=ORIGIN)


def test_exports_of_half_a_year_ago_are_forgotten(exporter: Fleet) -> None:
    done = make(exporter, ask(exporter, Dataset.DEVICES))
    store.forget_exports(NOON + timedelta(days=180))
    assert managing.get_export(exporter.tenant_id, done.export_id)
    store.forget_exports(NOON + timedelta(days=181))
    with pytest.raises(NotFoundError):
        managing.get_export(exporter.tenant_id, done.export_id)


def test_on_the_deployed_stack_a_file_is_asked_for_made_and_fetched(stack: Stack) -> None:
    with stack.api("viewer", stack.tenant_ids[0]) as api:
        asked = api.post("/customer/exports", json={"dataset": "devices", "format": "json"})
        assert asked.status_code == 201, asked.text
        path = f"/customer/exports/{asked.json()['export_id']}"
        wait_for(lambda: api.get(path).json()["status"] == "DONE", what="the file")
        names = {device["device_id"] for device in httpx.get(api.get(f"{path}/link").json()["url"], timeout=60).json()}
        at_once = api.get("/customer/export", params={"dataset": "devices", "format": "json"})
        assert at_once.headers["Content-Type"].startswith("application/json")
        assert names == {device["device_id"] for device in json.loads(at_once.text)} != set()
