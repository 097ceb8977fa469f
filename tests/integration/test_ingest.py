"""Batches of messages into the database, and what is left of them."""

import json
from base64 import b64encode
from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from msgspec.structs import replace

import pulse.telemetry.batch
import pulse.telemetry.ingest
from pulse.database import Connection
from pulse.devices.registry import DeviceKey
from pulse.telemetry.ingest import ingest
from pulse.telemetry.message import Reading, read_envelope
from pulse.telemetry.store import Readings, write_readings
from tests.builders import NOON, Fleet, make_envelope

SECOND = timedelta(seconds=1)


def test_a_message_becomes_a_row_and_the_devices_latest_state(fleet: Fleet) -> None:
    fleet.add_device()
    report = ingest([fleet.message({"metrics": {"temp_c": 4.5, "door_open": False}})])
    assert (report.accepted, report.readings) == (1, 1)
    assert fleet.rows("SELECT time, metrics FROM tenant_telemetry") == [
        {"time": NOON, "metrics": {"temp_c": 4.5, "door_open": False}}
    ]
    [state] = fleet.rows("SELECT status, last_seen_at, stale_at, last_metrics FROM device_state")
    assert (state["status"], state["last_seen_at"]) == ("ONLINE", NOON)
    assert state["stale_at"] == NOON + 120 * SECOND
    assert state["last_metrics"]["temp_c"]["value"] == 4.5


def test_a_batch_delivered_twice_leaves_one_row_each(fleet: Fleet) -> None:
    fleet.add_device()
    fleet.add_rule()
    batch = [fleet.message({"metrics": {"temp_c": 9}}), fleet.message(b"garbage")]
    ingest(batch)
    again = ingest(batch)
    assert again.readings == 0
    assert fleet.rows("SELECT count(*) FROM tenant_telemetry") == [{"count": 1}]
    assert fleet.rows("SELECT count(*) FROM quarantine_events") == [{"count": 1}]
    assert fleet.rows("SELECT trigger_count FROM alerts") == [{"trigger_count": 1}]


def test_batches_with_repeats_among_new_messages_are_stored_once_each_and_keep_the_state_going(fleet: Fleet) -> None:
    fleet.add_device()
    messages = [fleet.message({"metrics": {"temp_c": n}}, at=NOON + n * SECOND) for n in range(9)]
    # The first is taken as it comes, the second is found out to have repeats, the third is looked at before.
    assert [ingest(messages[first : first + 5]).readings for first in (0, 2, 4)] == [5, 2, 2]
    assert [ingest(messages).readings, ingest(messages[3:4]).readings] == [0, 0]
    stored = fleet.rows("SELECT metrics FROM tenant_telemetry ORDER BY time")
    assert [row["metrics"]["temp_c"] for row in stored] == list(range(9))
    [state] = fleet.rows("SELECT last_seen_at, last_metrics FROM device_state")
    assert (state["last_seen_at"], state["last_metrics"]["temp_c"]["value"]) == (NOON + 8 * SECOND, 8)


def test_a_device_that_publishes_twice_with_one_message_id_leaves_one_row(fleet: Fleet) -> None:
    fleet.add_device()
    payload = {"ts": "2037-11-20T11:59:59Z", "message_id": "m-1", "metrics": {"temp_c": 4}}
    ingest([fleet.message(payload), fleet.message(payload, at=NOON + SECOND)])
    assert fleet.rows("SELECT message_id FROM tenant_telemetry") == [{"message_id": "m-1"}]


def test_what_a_topic_rule_could_not_hand_on_is_stored_once_when_it_is_redriven_twice(fleet: Fleet) -> None:
    fleet.add_device()
    key = fleet.message().topic.split("/")[1:3]
    failure = {
        "topic": fleet.message().topic,
        "clientId": ":".join(key),
        "cloudwatchTraceId": str(uuid4()),
        "base64OriginalPayload": b64encode(b'{"metrics": {"temp_c": 4.5}}').decode(),
        "received_at": int(NOON.timestamp() * 1000),
    }
    foreign = {**failure, "clientId": f"{key[0]}:another", "cloudwatchTraceId": str(uuid4())}
    envelopes = [read_envelope(json.dumps(entry)) for entry in (failure, foreign)]
    for _ in range(2):
        ingest([envelope for envelope in envelopes if envelope is not None])
    assert fleet.rows("SELECT time, metrics FROM tenant_telemetry") == [{"time": NOON, "metrics": {"temp_c": 4.5}}]
    assert fleet.rows("SELECT reason FROM quarantine_events") == [{"reason": "CREDENTIAL_MISMATCH"}]


def test_refused_messages_are_quarantined_for_their_reason_while_their_neighbours_land(fleet: Fleet) -> None:
    fleet.add_device()
    report = ingest(
        [
            fleet.message(),
            fleet.message(b"\x00\xff not json " + b"x" * 5000),
            fleet.message(device_id="never-registered"),
            fleet.message({"site_id": "hall-b", "metrics": {"temp_c": 4}}),
            replace(fleet.message(), principal="certificate-of-another"),
            fleet.message(at=NOON + SECOND),
        ]
    )
    assert (report.accepted, report.refused, report.readings) == (2, 4, 2)
    rows = fleet.rows("SELECT reason, payload, payload_bytes FROM quarantine_events ORDER BY reason")
    assert [row["reason"] for row in rows] == [
        "CREDENTIAL_MISMATCH",
        "INVALID_JSON",
        "SITE_MISMATCH",
        "UNREGISTERED_DEVICE",
    ]
    assert (len(rows[1]["payload"]), rows[1]["payload_bytes"]) == (4096, 5012)


def test_a_message_of_an_unknown_tenant_or_topic_is_kept_as_well(fleet: Fleet) -> None:
    strange = make_envelope(topic="anything/else", message_id=f"strange-{fleet.tenant_id}")
    assert ingest([strange]).refused == 1


def test_a_revoked_credential_is_refused(fleet: Fleet) -> None:
    fleet.add_device()
    fleet.rows("UPDATE device_credentials SET revoked_at = now() RETURNING credential_id")
    ingest([fleet.message()])
    assert fleet.rows("SELECT reason FROM quarantine_events") == [{"reason": "CREDENTIAL_REVOKED"}]


def test_late_readings_land_and_neither_the_latest_values_nor_alerts_go_backwards(fleet: Fleet) -> None:
    fleet.add_device()
    fleet.add_rule()
    ingest([fleet.message({"metrics": {"temp_c": 5}})])
    ingest([fleet.message({"ts": "2037-11-20T11:00:00Z", "metrics": {"temp_c": 30}}, at=NOON + SECOND)])
    assert fleet.rows("SELECT count(*) FROM tenant_telemetry") == [{"count": 2}]
    [state] = fleet.rows("SELECT last_metrics FROM device_state")
    assert state["last_metrics"]["temp_c"]["value"] == 5
    assert fleet.rows("SELECT * FROM alerts") == []


def test_a_message_that_the_database_refuses_comes_back_alone(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    fleet.add_device()
    poison = fleet.message({"metrics": {"poison": 1}})

    def refuse_poison(
        connection: Connection, readings: Iterable[Readings], **options: Any
    ) -> dict[DeviceKey, list[Reading]]:
        taken = list(readings)
        if any("poison" in reading.metrics for _, of_topic in taken for reading in of_topic):
            connection.execute("SELECT 'poison'::jsonb")
        return write_readings(connection, taken, **options)

    monkeypatch.setattr(pulse.telemetry.batch, "write_readings", refuse_poison)
    neighbours = [fleet.message(at=NOON + number * SECOND) for number in range(6)]
    report = ingest([*neighbours[:3], poison, *neighbours[3:]])
    assert report.failed == {poison.message_id}
    assert report.accepted == 6
    assert fleet.rows("SELECT count(*) FROM tenant_telemetry") == [{"count": 6}]


def test_a_database_that_is_away_returns_the_whole_batch(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    fleet.add_device()
    batch = [fleet.message()]

    def away(*_: object, **__: object) -> None:
        message = "server closed the connection unexpectedly"
        raise psycopg.OperationalError(message)

    with monkeypatch.context() as patched:
        patched.setattr(pulse.telemetry.batch, "write_readings", away)
        with pytest.raises(psycopg.OperationalError):
            ingest(batch)
    assert ingest(batch).readings == 1


def test_readings_whose_evaluation_failed_are_safe_and_wait_for_the_sweep(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    fleet.add_device()
    fleet.add_rule()

    def crash(*_: object) -> None:
        message = "killed between commit and evaluation"
        raise RuntimeError(message)

    monkeypatch.setattr(pulse.telemetry.ingest, "evaluate_samples", crash)
    assert ingest([fleet.message({"metrics": {"temp_c": 9}})]).readings == 1
    assert fleet.rows("SELECT * FROM alerts") == []
    [state] = fleet.rows("SELECT evaluation_due_at FROM device_state")
    assert state["evaluation_due_at"] is not None
