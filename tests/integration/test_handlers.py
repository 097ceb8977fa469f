"""Each handler with the sample event of its trigger, in this process, on the scenario database."""

import importlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import UUID, uuid4

import boto3
import orjson
import pytest

from pulse import clock
from pulse.database import ingest_session, tenant_session
from pulse.devices.registration import (
    DeviceRegistration,
    DeviceType,
    Site,
    register_device,
    save_device_type,
    save_site,
)
from pulse.inbound.message import read_message
from pulse.realtime.followers import followers_of
from pulse.secrets import encrypt_secrets
from pulse.settings import settings
from pulse.telemetry.ingest import ingest
from pulse.telemetry.message import read_envelope
from pulse.tenants.registry import create_tenant
from tests.builders import ACTOR, Fleet, LambdaContext, issue_token, lambda_context
from tests.integration.bus_listener import BusListener
from tests.integration.outbound.servers import local_destinations_allowed
from tests.integration.stack import Stack, wait_for

SAMPLE_TENANT = "sample-tenant"


def sample(name: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(Path("events", f"{name}.json").read_text())
    return event


def handle(function: str, event: dict[str, Any], context: LambdaContext) -> Any:
    return importlib.import_module(f"{function}.app").handler(event, context)


@pytest.fixture
def context(scenario_database: str, monkeypatch: pytest.MonkeyPatch) -> LambdaContext:
    assert scenario_database
    # Asked for when the function is imported; no sample makes it hand a message back.
    monkeypatch.setenv("TELEMETRY_QUEUE_URL", "unused")
    monkeypatch.setenv("ESCALATION_STATE_MACHINE_ARN", "unused")
    settings.cache_clear()
    return lambda_context()


@pytest.fixture
def sample_device(scenario_database: str) -> str:
    """The device that the samples are about."""
    assert scenario_database
    create_tenant(tenant_id=SAMPLE_TENANT, name="Sample", actor=ACTOR)
    save_site(SAMPLE_TENANT, Site(site_id="hall-a", name="Hall A"), actor=ACTOR)
    save_device_type(SAMPLE_TENANT, DeviceType(device_type="freezer"), actor=ACTOR)
    device = DeviceRegistration(device_id="freezer-1", site_id="hall-a", device_type="freezer")
    register_device(SAMPLE_TENANT, device, actor=ACTOR)
    with tenant_session(SAMPLE_TENANT) as connection:
        connection.execute(
            """
            INSERT INTO device_credentials (tenant_id, device_id, credential_id, kind, certificate_arn)
            VALUES (%s, 'freezer-1', 'certificate-freezer-1', 'certificate', 'arn:aws:iot:sample')
            ON CONFLICT DO NOTHING
            """,
            (SAMPLE_TENANT,),
        )
    return device.device_id


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


@pytest.fixture
def sample_source(sample_device: str) -> UUID:
    """The inbound source that the samples are about."""
    assert sample_device
    source_id = UUID(sample("receive_webhook")["pathParameters"]["source_id"])
    kept = encrypt_secrets(SAMPLE_TENANT, source_id, {"secret": "the-secret"})
    with tenant_session(SAMPLE_TENANT) as connection:
        connection.execute(
            """
            WITH chosen AS (
                INSERT INTO tenant_addons (tenant_id, addon_id, enabled)
                VALUES (%(tenant_id)s, 'generic_json', true), (%(tenant_id)s, 'snmp_generic', true)
                ON CONFLICT DO NOTHING
            )
            INSERT INTO inbound_sources (tenant_id, source_id, name, addon_id, authentication, secret)
            VALUES (%(tenant_id)s, %(source_id)s, 'Scripts', 'generic_json',
                    '{"kind": "header", "name": "Authorization"}', %(secret)s)
            ON CONFLICT DO NOTHING
            """,
            {"tenant_id": SAMPLE_TENANT, "source_id": source_id, "secret": kept},
        )
    return source_id


def test_receive_webhook_puts_a_message_on_the_queue(
    sample_source: UUID, context: LambdaContext, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert stack
    client = boto3.client("sqs")
    queue = client.create_queue(QueueName=f"received-{uuid4()}")["QueueUrl"]
    monkeypatch.setenv("INBOUND_QUEUE_URL", queue)
    settings.cache_clear()
    event = sample("receive_webhook")
    event["headers"]["authorization"] = "Bearer the-secret"
    assert handle("receive_webhook", event, context)["statusCode"] == 202
    [received] = client.receive_message(QueueUrl=queue)["Messages"]
    message = read_message(received["Body"])
    assert (message.source_id, message.body) == (sample_source, event["body"].encode())
    client.delete_queue(QueueUrl=queue)


def test_process_inbound_gives_back_what_it_has_no_time_for(context: LambdaContext) -> None:
    event = sample("process_inbound")
    answer = handle("process_inbound", event, replace(context, remaining_milliseconds=9_999))
    assert answer == {"batchItemFailures": [{"itemIdentifier": each["messageId"]} for each in event["Records"]]}


def test_process_inbound_opens_alerts_of_a_source_and_of_a_gateway(sample_source: UUID, context: LambdaContext) -> None:
    assert handle("process_inbound", sample("process_inbound"), context) == {"batchItemFailures": []}
    with tenant_session(SAMPLE_TENANT) as connection:
        query = "SELECT summary, details FROM alerts WHERE source = 'addon' ORDER BY summary"
        disk, link = connection.execute(query).fetchall()
    assert (disk["summary"], link["summary"]) == ("Disk 2 is full", "Interface ge-0/0/7 of 192.0.2.7 is down")
    assert disk["details"]["inbound_source"] == {"source_id": str(sample_source), "name": "Scripts"}
    assert link["details"]["gateway"] == {"device_id": "freezer-1"}


@pytest.fixture
def sample_target(sample_device: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[UUID]:
    """The target that the samples are about, at a port where nobody listens, and queues for it."""
    assert sample_device
    _, [[_, target]] = orjson.loads(sample("run_polls")["Records"][0]["body"]).values()
    with tenant_session(SAMPLE_TENANT) as connection:
        connection.execute(
            """
            INSERT INTO poll_targets (tenant_id, target_id, name, addon_id, host, access, interval_seconds,
                                      timeout_seconds, failures_before_alert, next_poll_at)
            VALUES (%(tenant_id)s, %(target_id)s, 'Camera', 'axis_camera', '127.0.0.1',
                    '{"kind": "http", "tls": false, "port": 1}', 86400, 10, 1, now())
            ON CONFLICT (tenant_id, target_id) DO UPDATE SET next_poll_at = now(), busy_until = NULL
            """,
            {"tenant_id": SAMPLE_TENANT, "target_id": target},
        )
    client = boto3.client("sqs")
    queue = client.create_queue(QueueName=f"polls-{uuid4()}")["QueueUrl"]
    for name in ("POLL_QUEUE_URL", "INBOUND_QUEUE_URL"):
        monkeypatch.setenv(name, queue)
    with local_destinations_allowed(monkeypatch, plaintext=True):
        yield UUID(target)
    client.delete_queue(QueueUrl=queue)


def test_poll_targets_hands_out_what_is_due(sample_target: UUID, context: LambdaContext) -> None:
    assert handle("poll_targets", sample("poll_targets"), context)["targets"] >= 1

    def is_handed_out() -> bool:
        """What other tests have left is due as well."""
        messages = boto3.client("sqs").receive_message(QueueUrl=str(settings().poll_queue_url))
        return any(str(sample_target) in message["Body"] for message in messages.get("Messages", []))

    wait_for(is_handed_out, what="the target on the queue")


def test_run_polls_tells_what_came_of_it(sample_target: UUID, context: LambdaContext) -> None:
    event = sample("run_polls")
    body = orjson.loads(event["Records"][0]["body"])
    event["Records"][0]["body"] = orjson.dumps({**body, "due_at": clock.now().isoformat()}).decode()
    assert handle("run_polls", event, context) == {"batchItemFailures": []}
    [message] = boto3.client("sqs").receive_message(QueueUrl=str(settings().inbound_queue_url))["Messages"]
    told = read_message(message["Body"])
    assert (told.kind, told.source_id) == ("poll", sample_target)
    assert orjson.loads(told.body)["outcome"]["kind"] == "refused"


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


class _AnswerBox(HTTPServer):
    """Stands for the presigned address that CloudFormation waits at."""

    answers: list[dict[str, Any]]

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _AnswerHandler)
        self.answers = []


class _AnswerHandler(BaseHTTPRequestHandler):
    server: _AnswerBox

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.answers.append(orjson.loads(body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing on stderr."""


@pytest.fixture
def cloudformation() -> Iterator[_AnswerBox]:
    box = _AnswerBox()
    thread = Thread(target=box.serve_forever)
    thread.start()
    yield box
    box.shutdown()
    thread.join()
    box.server_close()


@pytest.fixture
def owner_secret(scenario_owner_url: str, service_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Two secrets for the migration function: the scenario database's owner, and the services' login as it is."""
    client = boto3.client("secretsmanager")
    owner = client.create_secret(Name="test-owner", SecretString=orjson.dumps({"url": scenario_owner_url}).decode())
    password = _password(service_url)
    service = client.create_secret(Name="test-service", SecretString=orjson.dumps({"password": password}).decode())
    monkeypatch.setenv("DATABASE_OWNER_SECRET_ARN", owner["ARN"])
    monkeypatch.setenv("DATABASE_SECRET_ARN", service["ARN"])
    settings.cache_clear()
    yield service["ARN"]
    settings.cache_clear()
    for secret in (owner, service):
        client.delete_secret(SecretId=secret["ARN"], ForceDeleteWithoutRecovery=True)


def _password(url: str) -> str:
    from urllib.parse import unquote, urlsplit

    return unquote(urlsplit(url).password or "")


def test_migrate_database_tells_cloudformation_and_completes_the_services_secret(
    owner_secret: str, scenario_owner_url: str, cloudformation: _AnswerBox
) -> None:
    event = {**sample("migrate_database"), "ResponseURL": f"http://127.0.0.1:{cloudformation.server_port}/answer"}
    module = importlib.reload(importlib.import_module("migrate_database.app"))
    module.handler(event, lambda_context())
    [answer] = cloudformation.answers
    assert (answer["Status"], answer["RequestId"]) == ("SUCCESS", event["RequestId"])
    secret = boto3.client("secretsmanager").get_secret_value(SecretId=owner_secret)["SecretString"]
    assert orjson.loads(secret)["url"].startswith("postgresql://pulse_service:")
    assert orjson.loads(secret)["url"].endswith(scenario_owner_url.rpartition("@")[2])


def test_a_migration_that_fails_tells_cloudformation_the_reason(
    owner_secret: str, cloudformation: _AnswerBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert owner_secret
    event = {**sample("migrate_database"), "ResponseURL": f"http://127.0.0.1:{cloudformation.server_port}/answer"}
    module = importlib.reload(importlib.import_module("migrate_database.app"))

    def fail(*_: object) -> list[str]:
        message = "relation exists already"
        raise RuntimeError(message)

    monkeypatch.setattr(module, "apply_migrations", fail)
    module.handler(event, lambda_context())
    [answer] = cloudformation.answers
    assert answer["Status"] == "FAILED"
    assert "relation exists already" in answer["Reason"]


def test_a_deleted_stack_leaves_the_data(owner_secret: str, cloudformation: _AnswerBox, fleet: Fleet) -> None:
    assert owner_secret
    address = f"http://127.0.0.1:{cloudformation.server_port}/answer"
    event = {**sample("migrate_database"), "RequestType": "Delete", "ResponseURL": address}
    module = importlib.reload(importlib.import_module("migrate_database.app"))
    module.handler(event, lambda_context())
    assert cloudformation.answers[0]["Status"] == "SUCCESS"
    assert fleet.rows("SELECT tenant_id FROM tenants") == [{"tenant_id": fleet.tenant_id}]
