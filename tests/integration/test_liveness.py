"""Whatever a device says by a live credential of its own is a sign of life, whether it has readings or not."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from pulse import clock
from pulse.alerts.sweeping import sweep as alert_sweep
from pulse.alerts.sweeping.sweep import expire_deadlines
from pulse.commands import answering
from pulse.database import ingest_session
from pulse.devices import liveness
from pulse.devices.liveness import note_reports, note_sign_of_life, note_signs_of_life
from pulse.devices.report_rate import admit_report, refuse_excess
from pulse.telemetry.ingest import ingest
from pulse.telemetry.message import Envelope
from tests.builders import NOON, Fleet, make_envelope
from tests.integration.onboarding import Newcomer

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


@pytest.fixture
def warehouse(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> Fleet:
    """A fleet with one device, expected each minute, and nobody who listens to its events."""
    for module in (answering, liveness):
        monkeypatch.setattr(module, "publish_after_commit", lambda: None)
    monkeypatch.setattr(alert_sweep, "publish_due", lambda: 0)
    fleet.add_device()
    return fleet


def sender(fleet: Fleet, principal: str = "certificate-freezer-1") -> tuple[tuple[str, str], str]:
    return ((fleet.tenant_id, "freezer-1"), principal)


def state(fleet: Fleet) -> dict[str, Any]:
    [row] = fleet.rows("SELECT status, last_seen_at, stale_at, offline_at, last_telemetry_at FROM device_state")
    return row


def report(fleet: Fleet, *, shadow: str = "shadow", thing: str | None = None, **changes: Any) -> Envelope:
    topic = f"$aws/things/{thing or f'{fleet.tenant_id}:freezer-1'}/{shadow}/update"
    fields = {"topic": topic, "principal": "certificate-freezer-1", "received_at": NOON, **changes}
    return make_envelope({"state": {"reported": {"led": "on"}}}, **fields)


def answer(fleet: Fleet, at: datetime, **changes: Any) -> Envelope:
    topic = f"devices/{fleet.tenant_id}/freezer-1/commands/5b0c3d52-7d6b-4c6e-8f0e-2f4c1b7a9e10/ack"
    fields = {"topic": topic, "principal": "certificate-freezer-1", "received_at": at, **changes}
    return make_envelope(b"", **fields)


def quarantined(fleet: Fleet) -> list[str]:
    return [row["reason"] for row in fleet.rows("SELECT reason FROM quarantine_events ORDER BY reason")]


def test_an_answer_makes_a_device_online_as_a_heartbeat_does(warehouse: Fleet) -> None:
    answering.note_answers([answer(warehouse, NOON)])
    after = state(warehouse)
    assert (after["status"], after["last_seen_at"], after["last_telemetry_at"]) == ("ONLINE", NOON, None)
    assert (after["stale_at"], after["offline_at"]) == (NOON + 2 * MINUTE, NOON + 5 * MINUTE)
    [transition] = warehouse.rows("SELECT from_status, to_status, time FROM device_status_log")
    assert transition == {"from_status": "PENDING", "to_status": "ONLINE", "time": NOON}


@pytest.mark.parametrize("shadow", ["shadow", "shadow/name/settings"])
def test_a_report_to_any_of_its_shadows_does(warehouse: Fleet, shadow: str) -> None:
    note_reports([report(warehouse, shadow=shadow)])
    assert state(warehouse)["status"] == "ONLINE"
    assert quarantined(warehouse) == []


def test_what_it_asks_for_over_http_does(warehouse: Fleet) -> None:
    note_sign_of_life(*sender(warehouse), NOON)
    assert (state(warehouse)["status"], state(warehouse)["last_seen_at"]) == ("ONLINE", NOON)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"principal": ""}, "CREDENTIAL_MISMATCH"),
        ({"principal": "certificate-freezer-2"}, "CREDENTIAL_MISMATCH"),
        ({"principal": "certificate-of-nobody"}, "CREDENTIAL_MISMATCH"),
    ],
)
def test_a_report_or_an_answer_by_another_sender_is_none_and_ends_in_quarantine(
    warehouse: Fleet, changes: dict[str, Any], reason: str
) -> None:
    warehouse.add_device("freezer-2")
    note_reports([report(warehouse, **changes)])
    answering.note_answers([answer(warehouse, NOON, **changes)])
    assert quarantined(warehouse) == [reason, reason]
    assert {row["status"] for row in warehouse.rows("SELECT status FROM device_state")} == {"PENDING"}


def test_a_report_over_a_session_that_outlived_its_certificate_is_none(warehouse: Fleet) -> None:
    warehouse.rows("UPDATE device_credentials SET revoked_at = now() RETURNING credential_id")
    note_reports([report(warehouse)])
    assert quarantined(warehouse) == ["CREDENTIAL_REVOKED"]
    assert state(warehouse)["status"] == "PENDING"


def test_a_thing_that_is_no_device_is_refused(warehouse: Fleet) -> None:
    note_reports([report(warehouse, thing=f"{warehouse.tenant_id}:nobody"), report(warehouse, thing="greenhouse")])
    assert quarantined(warehouse) == ["UNREGISTERED_DEVICE"]
    assert state(warehouse)["status"] == "PENDING"


def test_a_silent_device_that_answers_is_online_and_its_alert_closes(
    warehouse: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    note_sign_of_life(*sender(warehouse), NOON)
    late = NOON + 3 * MINUTE
    monkeypatch.setattr(clock, "now", lambda: late)
    while expire_deadlines(late):
        pass
    assert warehouse.rows("SELECT type, status FROM alerts") == [{"type": "NO_HEARTBEAT", "status": "OPEN"}]
    answering.note_answers([answer(warehouse, late)])
    assert state(warehouse)["status"] == "ONLINE"
    [alert] = warehouse.rows("SELECT status, closed_reason FROM alerts")
    assert alert == {"status": "CLOSED", "closed_reason": "the device was heard of again"}


def test_a_device_that_asks_each_second_is_written_a_few_times_a_minute(warehouse: Fleet) -> None:
    seen = []
    for second in range(60):
        note_sign_of_life(*sender(warehouse), NOON + second * SECOND)
        seen.append(state(warehouse)["last_seen_at"])
    assert len(set(seen)) == 10
    assert all(NOON + second * SECOND - at < 6 * SECOND for second, at in enumerate(seen))


def test_what_came_before_changes_nothing(warehouse: Fleet) -> None:
    note_sign_of_life(*sender(warehouse), NOON)
    answering.note_answers([answer(warehouse, NOON - MINUTE)])
    assert state(warehouse)["last_seen_at"] == NOON


def test_a_suspended_device_gives_no_sign(warehouse: Fleet) -> None:
    with ingest_session() as connection:
        connection.execute(
            "UPDATE device_state SET stale_at = NULL, offline_at = NULL WHERE tenant_id = %s", (warehouse.tenant_id,)
        )
    warehouse.rows("UPDATE devices SET lifecycle = 'SUSPENDED' RETURNING device_id")
    with ingest_session() as connection:
        assert note_signs_of_life(connection, {sender(warehouse): NOON}) == 0
    assert state(warehouse)["status"] == "PENDING"


def counted(fleet: Fleet) -> dict[str, int]:
    rows = fleet.rows("SELECT reason, sum(messages)::int AS messages FROM quarantine_counts GROUP BY reason")
    return {row["reason"]: row["messages"] for row in rows}


def test_answers_and_reports_beyond_their_common_bucket_are_refused_and_counted(warehouse: Fleet) -> None:
    messages = [answer(warehouse, NOON) for _ in range(150)] + [report(warehouse) for _ in range(100)]
    assert refuse_excess(messages) == messages[:200]
    assert counted(warehouse) == {"RATE_LIMITED": 50}
    assert set(quarantined(warehouse)) == {"RATE_LIMITED"}
    later = [report(warehouse, received_at=NOON + 2 * SECOND) for _ in range(30)]
    assert len(refuse_excess(later)) == 20
    assert counted(warehouse) == {"RATE_LIMITED": 60}


def test_a_strangers_reports_take_nothing_of_the_devices_bucket(warehouse: Fleet) -> None:
    strangers = [report(warehouse, principal="certificate-of-nobody") for _ in range(300)]
    assert refuse_excess(strangers) == strangers
    own = [report(warehouse) for _ in range(200)]
    assert refuse_excess(own) == own


def test_a_report_that_the_queue_hands_out_again_is_counted_and_never_refused(warehouse: Fleet) -> None:
    refuse_excess([report(warehouse) for _ in range(200)])
    again = report(warehouse, redelivered=True)
    assert refuse_excess([again, report(warehouse)]) == [again]


def test_readings_and_reports_have_buckets_of_their_own(warehouse: Fleet) -> None:
    refuse_excess([report(warehouse) for _ in range(300)])
    assert ingest([warehouse.message(at=NOON)]).accepted == 1
    assert not admit_report((warehouse.tenant_id, "freezer-1"), NOON)
    assert admit_report((warehouse.tenant_id, "freezer-1"), NOON + SECOND)


def test_deployed_who_reports_more_often_than_it_may_over_http_is_told_so(newcomer: Newcomer) -> None:
    tenant = f"/operator/tenants/{newcomer.tenancy.tenant_id}"
    changed = newcomer.tenancy.operator.patch(tenant, json={"limits": {"device_report": "1:86400"}})
    assert changed.status_code == 200, changed.text
    device = newcomer.stack.api_with(newcomer.post("/credentials", {"kind": "token"}).json()["token"])
    assert device.post("/ingest/v1/shadow", json={"reported": {"led": "on"}}).status_code == 200
    refused = device.post("/ingest/v1/shadow", json={"reported": {"led": "off"}})
    assert (refused.status_code, refused.json()["reason"]) == (429, "RATE_LIMITED")
    assert refused.headers["Retry-After"] == "1"
    assert device.get("/ingest/v1/shadow").json()["reported"] == {"led": "on"}


def test_deployed_a_device_that_only_asks_for_its_commands_is_online(newcomer: Newcomer) -> None:
    device = newcomer.stack.api_with(newcomer.post("/credentials", {"kind": "token"}).json()["token"])
    assert newcomer.status() == "PENDING"
    assert device.get("/ingest/v1/commands").json() == {"commands": []}
    assert newcomer.status() == "ONLINE"


def test_deployed_a_device_that_only_reports_to_its_shadow_is_online(newcomer: Newcomer) -> None:
    new = newcomer.post("/credentials").json()
    thing = new["mqtt"]["client_id"]
    desired = newcomer.api.put(f"{newcomer.path}/shadow/desired", json={"desired": {"led": "on"}})
    assert desired.status_code == 200
    with newcomer.connect(new) as connection:
        assert connection.wait_connected() == "Success"
        reported = {"state": {"reported": {"led": "on"}}}
        assert connection.publish(reported, topic=f"$aws/things/{thing}/shadow/update") == "Success"
        newcomer.wait_online()
    # What people desire is no message of the device's: nothing was refused.
    quarantine = newcomer.api.get("/customer/quarantine", params={"device_id": newcomer.device_id}).json()
    assert quarantine["items"] == []
