"""Each handler with the sample event of its trigger, in this process, on the scenario database."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import boto3
import orjson
import pytest

from pulse import clock
from pulse.database import ingest_session, tenant_session
from pulse.realtime.followers import followers_of
from pulse.settings import settings
from pulse.telemetry.ingest import ingest
from pulse.telemetry.message import read_envelope
from tests.builders import Fleet, LambdaContext, issue_token
from tests.integration.bus_listener import BusListener
from tests.integration.handlers import SAMPLE_TENANT, context, handle, sample, sample_device
from tests.integration.stack import Stack

__all__ = ["context", "sample_device"]


def test_every_function_has_a_sample_of_its_trigger() -> None:
    functions = {path.parent.name for path in Path("functions").glob("*/app.py")}
    assert functions == {path.name.split(".")[0] for path in Path("events").glob("*.json")}


def test_ingest_telemetry_stores_one_message_and_quarantines_the_other(
    sample_device: str, context: LambdaContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELEMETRY_QUEUE_URL", "unused: nothing is handed back")
    settings.cache_clear()
    assert handle("ingest_telemetry", sample("ingest_telemetry"), context) == {"batchItemFailures": []}
    with tenant_session(SAMPLE_TENANT) as connection:
        stored = connection.execute("SELECT device_id, message_id, metrics FROM tenant_telemetry").fetchall()
        refused = connection.execute("SELECT reason FROM quarantine_events WHERE topic LIKE '%/telemetry'").fetchall()
    assert stored == [{"device_id": sample_device, "message_id": "m-1", "metrics": {"temp_c": 4.5, "door_open": False}}]
    assert refused == [{"reason": "INVALID_JSON"}]


def test_ingest_http_puts_a_message_on_the_queue(
    sample_device: str, context: LambdaContext, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert stack
    token = issue_token(SAMPLE_TENANT, sample_device)
    client = boto3.client("sqs")
    queue = client.create_queue(QueueName=f"handed-in-{uuid4()}")["QueueUrl"]
    monkeypatch.setenv("TELEMETRY_QUEUE_URL", queue)
    settings.cache_clear()
    event = sample("ingest_http")
    event["headers"]["authorization"] = f"Bearer {token.token}"
    answer = handle("ingest_http", event, context)
    assert answer["statusCode"] == 202
    [message] = client.receive_message(QueueUrl=queue)["Messages"]
    envelope = read_envelope(message["Body"])
    assert envelope is not None
    assert (envelope.principal, envelope.payload) == (
        token.credential.credential_id,
        b'{"seq":7,"metrics":{"temp_c":4.5}}',
    )
    client.delete_queue(QueueUrl=queue)


def test_roll_up_telemetry_makes_what_is_due(fleet: Fleet, context: LambdaContext) -> None:
    fleet.add_device()
    hour = clock.now().replace(minute=0, second=0, microsecond=0) - timedelta(hours=3)
    ingest([fleet.message({"ts": hour.isoformat(), "metrics": {"temp_c": 4}}, at=clock.now())])
    with ingest_session() as connection:
        connection.execute("UPDATE rollup_due SET due_at = now() WHERE tenant_id = %s", (fleet.tenant_id,))
    assert handle("roll_up_telemetry", sample("roll_up_telemetry"), context)["hours"] >= 1
    assert fleet.rows("SELECT hour FROM tenant_telemetry_hourly") == [{"hour": hour}]


def test_maintain_database_answers_how_much_went(context: LambdaContext) -> None:
    assert set(handle("maintain_database", sample("maintain_database"), context)) == {
        "telemetry_chunks_dropped",
        "message_ids_forgotten",
        "connections_forgotten",
        "commands_forgotten",
        "system_metric_chunks_dropped",
        "addon_causes_forgotten",
        "quarantine_entries_deleted",
        "notification_jobs_deleted",
        "reports_forgotten",
        "exports_forgotten",
    }


def test_evaluate_fleet_answers_its_counts(context: LambdaContext) -> None:
    assert set(handle("evaluate_fleet", sample("evaluate_fleet"), context)) == {
        "silent_devices",
        "completed_runs",
        "missed_devices",
        "alerts_outside_scopes",
        "ended_silences",
        "released_causes",
        "released_excess",
        "ended_limits",
        "renewed_windows",
        "calmed_alerts",
        "lifted_suppressions",
        "ended_groups",
    }


def test_sweep_devices_answers_its_counts(context: LambdaContext) -> None:
    assert set(handle("sweep_devices", sample("sweep_devices"), context)) == {
        "credentials_ended",
        "credentials_warned_of",
    }


def test_provision_api_activates_nobody_with_a_code_that_nobody_made(context: LambdaContext) -> None:
    answer = handle("provision_api", sample("provision_api"), context)
    assert answer["statusCode"] == 401
    assert "activation code" in orjson.loads(answer["body"])["detail"]


def test_note_presence_enters_a_session_and_hands_back_what_is_no_event(
    sample_device: str, context: LambdaContext
) -> None:
    event = sample("note_presence")
    assert handle("note_presence", event, context) == {"batchItemFailures": [{"itemIdentifier": "record-2"}]}
    with tenant_session(SAMPLE_TENANT) as connection:
        sessions = connection.execute("SELECT device_id, disconnected_at FROM device_connections").fetchall()
    assert sessions == [{"device_id": sample_device, "disconnected_at": None}]


def test_deliver_commands_makes_those_due_whose_device_has_come(sample_device: str, context: LambdaContext) -> None:
    assert sample_device
    assert set(handle("deliver_commands", sample("deliver_commands"), context)) == {"published"}


def test_note_command_answers_hands_back_what_is_no_entry_of_the_topic_rule(
    sample_device: str, context: LambdaContext
) -> None:
    assert sample_device
    event = sample("note_command_answers")
    failed = [{"itemIdentifier": event["Records"][1]["messageId"]}]
    assert handle("note_command_answers", event, context) == {"batchItemFailures": failed}


def test_sweep_commands_answers_its_counts(context: LambdaContext) -> None:
    assert set(handle("sweep_commands", sample("sweep_commands"), context)) == {"expired", "published"}


def test_relay_outbox_publishes_what_was_left_behind(fleet: Fleet, context: LambdaContext, bus: BusListener) -> None:
    with tenant_session(fleet.tenant_id) as connection:
        connection.execute(
            "INSERT INTO outbox (tenant_id, event_type, payload) VALUES (%s, 'alert.opened', '{\"left\": 1}')",
            (fleet.tenant_id,),
        )
    assert handle("relay_outbox", sample("relay_outbox"), context)["published"] >= 1
    [event] = bus.of_tenant(fleet.tenant_id, at_least=1)
    assert (event["event_type"], event["left"]) == ("alert.opened", 1)


def test_start_escalation_has_nothing_to_do_for_an_alert_without_a_policy(context: LambdaContext) -> None:
    assert handle("start_escalation", sample("start_escalation"), context) == {"batchItemFailures": []}


def test_escalate_alert_ends_an_execution_whose_alert_is_gone(context: LambdaContext) -> None:
    event = sample("escalate_alert")
    assert handle("escalate_alert", event, context) == {**event, "due_at": None}


def test_sweep_escalations_counts_what_it_repaired(context: LambdaContext, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pulse.escalation.advancing.start_execution", lambda *_: None)
    assert handle("sweep_escalations", sample("sweep_escalations"), context)["failed"] == 0


def test_announce_shift_changes_tells_who_is_on_call(fleet: Fleet, context: LambdaContext, bus: BusListener) -> None:
    with tenant_session(fleet.tenant_id) as connection:
        connection.execute(
            "INSERT INTO oncall_schedules (tenant_id, name, timezone, announced) VALUES (%s, 'Night', 'UTC', %s)",
            (fleet.tenant_id, ["anna@acme.example"]),
        )
    assert handle("announce_shift_changes", sample("announce_shift_changes"), context)["changed"] >= 1
    [event] = bus.of_tenant(fleet.tenant_id, at_least=1)
    assert (event["schedule_name"], event["on_call"]) == ("Night", [])
    assert event["former_emails"] == ["anna@acme.example"]


def test_dispatch_notifications_leaves_an_event_of_an_alert_that_is_gone(
    context: LambdaContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DELIVERY_QUEUE_URL", "unused: nothing is due")
    settings.cache_clear()
    assert handle("dispatch_notifications", sample("dispatch_notifications"), context) == {"batchItemFailures": []}


def test_dispatch_notifications_gives_back_what_it_can_not_read(
    context: LambdaContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DELIVERY_QUEUE_URL", "unused: nothing is due")
    settings.cache_clear()
    event = sample("dispatch_notifications")
    event["Records"][0]["body"] = "[]"
    failed = [{"itemIdentifier": event["Records"][0]["messageId"]}]
    assert handle("dispatch_notifications", event, context) == {"batchItemFailures": failed}


def test_deliver_notification_leaves_a_job_that_is_gone(
    context: LambdaContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DELIVERY_QUEUE_URL", "unused: nothing is put off")
    settings.cache_clear()
    assert handle("deliver_notification", sample("deliver_notification"), context) == {"batchItemFailures": []}


def test_sweep_notifications_answers_how_many_jobs_were_overdue(context: LambdaContext) -> None:
    assert set(handle("sweep_notifications", sample("sweep_notifications"), context)) == {"overdue"}


def test_send_digests_answers_what_became_of_those_that_were_due(context: LambdaContext) -> None:
    answer = handle("send_digests", sample("send_digests"), context)
    assert set(answer) == {"PENDING", "SENT", "FAILED", "CANCELLED"}


def test_make_exports_makes_nothing_that_nobody_asked_for(
    context: LambdaContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXPORTS_BUCKET_NAME", "unused")
    settings.cache_clear()
    assert handle("make_exports", sample("make_exports"), context) == {}


def test_generate_reports_answers_what_became_of_those_that_were_due(context: LambdaContext) -> None:
    answer = handle("generate_reports", sample("generate_reports"), context)
    assert set(answer) == {"PENDING", "DONE", "FAILED", "CANCELLED"}


def test_sweep_subscriptions_answers_what_was_due(context: LambdaContext) -> None:
    answer = handle("sweep_subscriptions", sample("sweep_subscriptions"), context)
    assert set(answer) == {"steps", "notices", "tenants_deleted"}


def test_realtime_lets_a_connection_follow_what_it_asks_for(
    stack: Stack, context: LambdaContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEBSOCKET_MANAGEMENT_URL", f"{stack.description['api_url']}/nobody-is-connected")
    settings.cache_clear()
    event = sample("realtime")
    event["requestContext"]["connectionId"] = connection_id = f"sample-{uuid4().hex}"
    assert handle("realtime", event, context) == {"statusCode": 200}
    assert connection_id in {follower.connection_id for follower in followers_of(SAMPLE_TENANT, "alerts")}
    event["requestContext"] |= {"routeKey": "$disconnect", "eventType": "DISCONNECT"}
    assert handle("realtime", event, context) == {"statusCode": 200}
    assert connection_id not in {follower.connection_id for follower in followers_of(SAMPLE_TENANT, "alerts")}


def test_broadcast_events_answers_how_many_were_told(
    stack: Stack, context: LambdaContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert stack
    monkeypatch.setenv("REALTIME_QUEUE_URL", "unused: nothing is put off")
    monkeypatch.setenv("WEBSOCKET_MANAGEMENT_URL", "https://nobody.example")
    settings.cache_clear()
    assert handle("broadcast_events", sample("broadcast_events"), context) == {"messages": 0, "gone": 0, "refused": 0}


def test_operator_api_answers_an_operator(context: LambdaContext, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_SECRET_ARN", "unused: DATABASE_URL is given")
    settings.cache_clear()
    answer = handle("operator_api", sample("operator_api"), context)
    assert answer["statusCode"] == 200
    profile = orjson.loads(answer["body"])
    assert (profile["email"], profile["tenant_id"], profile["roles"]) == ("operator@pulse.example", None, ["operator"])
