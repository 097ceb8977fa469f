"""The main path on the deployed stack: a device publishes over MQTT/TLS, a person reads it through the API."""

from typing import Any

import boto3
import httpx
import pytest

from edge.simulator.profiles import INCIDENT_THRESHOLDS
from pulse.database import tenant_session
from tests.integration.stack import DeviceConnection, Stack, wait_for


def breaching(profile: str) -> dict[str, float]:
    """A value past the demo rule of a profile."""
    line = INCIDENT_THRESHOLDS[profile]
    return {line.metric: line.threshold + (1 if line.operator.value == "GT" else -1)}


def calm(profile: str) -> dict[str, float]:
    line = INCIDENT_THRESHOLDS[profile]
    return {line.metric: line.threshold - (1 if line.operator.value == "GT" else -1)}


@pytest.fixture
def device(stack: Stack) -> dict[str, Any]:
    """A demo device with a rule on its values."""
    return next(device for device in stack.devices if device["profile"] == "cold_storage")


def read(stack: Stack, tenant_id: str, path: str, **query: Any) -> Any:
    with stack.api("viewer", tenant_id) as api:
        answer = api.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def latest(stack: Stack, device: dict[str, Any], metric: str) -> Any:
    shown = read(stack, device["tenant_id"], f"/customer/devices/{device['device_id']}/telemetry/latest")
    return next((reading["value"] for reading in shown["metrics"] if reading["metric"] == metric), None)


def live_alert(stack: Stack, device: dict[str, Any]) -> dict[str, Any] | None:
    alerts = read(
        stack,
        device["tenant_id"],
        "/customer/alerts",
        status="OPEN,ACKNOWLEDGED",
        device_id=device["device_id"],
        type="THRESHOLD",
    )["items"]
    return alerts[0] if alerts else None


def calm_down(stack: Stack, connection: DeviceConnection) -> None:
    """Let the device be well, whatever another test or a simulator has left behind."""
    connection.publish({"metrics": calm(connection.device["profile"])})
    wait_for(lambda: live_alert(stack, connection.device) is None, what="a calm beginning")


def test_a_published_value_is_read_through_the_api(stack: Stack, device: dict[str, Any]) -> None:
    with stack.connect(device) as connection:
        assert connection.publish({"metrics": {"probe_a": 21.25, "probe_ok": True}}) == "Success"
    wait_for(lambda: latest(stack, device, "probe_a") == 21.25, what="the value")
    shown = read(stack, device["tenant_id"], f"/customer/devices/{device['device_id']}")
    assert shown["status"] == "ONLINE"
    history = read(
        stack,
        device["tenant_id"],
        f"/customer/devices/{device['device_id']}/telemetry/history",
        metric="probe_a",
        range="1h",
    )
    assert history["points"][-1]["max"] == 21.25


def test_a_heartbeat_alone_brings_a_device_online(stack: Stack) -> None:
    device = next(device for device in stack.devices if device["profile"] == "gps_tracker")
    with stack.connect(device) as connection:
        connection.publish(b"", topic=connection.topic.replace("/telemetry", "/heartbeat"))

    def online() -> bool:
        path = f"/customer/devices/{device['device_id']}"
        return bool(read(stack, device["tenant_id"], path)["status"] == "ONLINE")

    wait_for(online, what="ONLINE")


def test_basic_ingest_takes_the_same_path(stack: Stack, device: dict[str, Any]) -> None:
    with stack.connect(device) as connection:
        assert connection.publish({"metrics": {"probe_b": 7}}, topic=f"$aws/rules/pulse_telemetry/{connection.topic}")
    wait_for(lambda: latest(stack, device, "probe_b") == 7, what="the value")


def test_a_bad_message_is_refused_for_its_reason_while_its_neighbours_land(
    stack: Stack, device: dict[str, Any], deployed_database: str
) -> None:
    assert deployed_database
    with stack.connect(device) as connection:
        connection.publish({"metrics": {"probe_c": 1}})
        connection.publish(b"\xffnot json")
        connection.publish({"metrics": {"probe_c": "warm"}})
        connection.publish({"site_id": "elsewhere", "metrics": {"probe_c": 1}})
        connection.publish({"metrics": {"probe_c": 2}})
    wait_for(lambda: latest(stack, device, "probe_c") == 2, what="the last value")

    def reasons() -> set[str]:
        with tenant_session(device["tenant_id"]) as session:
            rows = session.execute("SELECT reason FROM quarantine_events WHERE device_id = %s", (device["device_id"],))
            return {row["reason"] for row in rows}

    wait_for(lambda: reasons() >= {"INVALID_JSON", "BAD_METRICS", "SITE_MISMATCH"}, what="three reasons")


def test_a_breach_opens_an_alert_that_a_person_acknowledges_and_a_good_value_closes(
    stack: Stack, device: dict[str, Any]
) -> None:
    with stack.connect(device) as connection:
        calm_down(stack, connection)
        connection.publish({"metrics": breaching(device["profile"])})
        alert = wait_for(lambda: live_alert(stack, device), what="the alert")
        path = f"/customer/alerts/{alert['alert_id']}"
        with stack.api("customer", device["tenant_id"]) as api:
            answer = api.post(f"{path}/acknowledge")
            assert answer.status_code == 200, answer.text
            assert answer.json()["status"] == "ACKNOWLEDGED"
        connection.publish({"metrics": calm(device["profile"])})
        wait_for(lambda: read(stack, device["tenant_id"], path)["status"] == "CLOSED", what="the closing of the alert")
    story = [entry["event"] for entry in read(stack, device["tenant_id"], path)["timeline"]]
    assert story == ["opened", "acknowledged", "closed"]


def test_a_person_closes_an_alert(stack: Stack) -> None:
    device = next(device for device in stack.devices if device["profile"] == "pump")
    with stack.connect(device) as connection:
        calm_down(stack, connection)
        connection.publish({"metrics": breaching(device["profile"])})
        alert = wait_for(lambda: live_alert(stack, device), what="the alert")
        with stack.api("customer", device["tenant_id"]) as api:
            answer = api.post(f"/customer/alerts/{alert['alert_id']}/close", json={"reason": "seal replaced"})
            assert (answer.status_code, answer.json()["status"]) == (200, "CLOSED")
            assert answer.json()["closed_reason"] == "seal replaced"
            again = api.post(f"/customer/alerts/{alert['alert_id']}/acknowledge")
            assert again.status_code == 409
        connection.publish({"metrics": calm(device["profile"])})


def test_a_second_tenants_token_sees_nothing_of_the_first(stack: Stack, device: dict[str, Any]) -> None:
    other = next(tenant_id for tenant_id in stack.tenant_ids if tenant_id != device["tenant_id"])
    with stack.connect(device) as connection:
        connection.publish({"metrics": breaching("cold_storage")})
        alert = wait_for(lambda: live_alert(stack, device), what="the alert")
        connection.publish({"metrics": calm("cold_storage")})
    own_ids = {item["device_id"] for item in read(stack, device["tenant_id"], "/customer/devices")["items"]}
    with stack.api("tenant-admin", other) as api:
        seen = {item["device_id"] for item in api.get("/customer/devices").json()["items"]}
        assert seen
        assert not seen & own_ids
        for path in (
            f"/customer/devices/{device['device_id']}",
            f"/customer/devices/{device['device_id']}/telemetry/latest",
            f"/customer/devices/{device['device_id']}/telemetry",
            f"/customer/devices/{device['device_id']}/telemetry/history?metric=temp_c&range=1h",
            f"/customer/alerts/{alert['alert_id']}",
        ):
            assert api.get(path).status_code == 404, path
        for action in ("acknowledge", "close"):
            assert api.post(f"/customer/alerts/{alert['alert_id']}/{action}").status_code == 404
        listed = api.get("/customer/alerts", params={"status": "ALL", "device_id": device["device_id"]}).json()
        assert listed["items"] == []


def refusal(connection: DeviceConnection, topic: str) -> str:
    return connection.publish({"metrics": {"temp_c": 4}}, topic=topic)


def test_a_device_may_use_its_own_topics_alone(stack: Stack, device: dict[str, Any]) -> None:
    other = next(one for one in stack.devices if one["tenant_id"] != device["tenant_id"])
    neighbour = next(one for one in stack.devices if one["tenant_id"] == device["tenant_id"] and one is not device)
    with stack.connect(device) as connection:
        for foreign in (other, neighbour):
            topic = f"devices/{foreign['tenant_id']}/{foreign['device_id']}/telemetry"
            assert refusal(connection, topic) == "Not authorized"


def test_a_device_cannot_connect_as_another(stack: Stack, device: dict[str, Any]) -> None:
    neighbour = next(one for one in stack.devices if one["tenant_id"] == device["tenant_id"] and one is not device)
    with stack.connect(device, client_id=neighbour["client_id"]) as connection:
        assert connection.wait_connected() != "Success"


@pytest.mark.parametrize("token", [None, "nonsense", "Bearer nonsense", "Bearer eyJhbGciOiJub25lIn0.e30."])
def test_without_a_valid_token_there_is_no_answer(stack: Stack, token: str | None) -> None:
    headers = {"Authorization": token} if token else {}
    answer = httpx.get(f"{stack.description['api_url']}/customer/devices", headers=headers, timeout=90)
    assert answer.status_code in (401, 403)


def test_a_viewer_reads_and_does_not_act(stack: Stack, device: dict[str, Any]) -> None:
    with stack.api("viewer", device["tenant_id"]) as api:
        assert api.get("/customer/alerts", params={"status": "ALL"}).status_code == 200
        answer = api.post("/customer/alerts/00000000-0000-4000-8000-000000000000/acknowledge")
        assert answer.status_code == 403
        assert answer.headers["content-type"] == "application/problem+json"


def test_health_answers_without_a_token(stack: Stack) -> None:
    assert httpx.get(f"{stack.description['api_url']}/health", timeout=90).status_code == 200


def test_the_minute_functions_run_on_their_schedules(stack: Stack) -> None:
    schedules = boto3.client("scheduler").list_schedules()["Schedules"]
    arns = {schedule["Target"]["Arn"].rpartition(":")[2] for schedule in schedules}
    assert {stack.outputs["EvaluateFleetFunction"], stack.outputs["RelayOutboxFunction"]} <= arns


def test_the_sweep_answers_what_it_did(stack: Stack) -> None:
    assert set(stack.invoke("EvaluateFleetFunction")) == {
        "silent_devices",
        "completed_runs",
        "missed_devices",
        "alerts_outside_scopes",
        "ended_silences",
        "released_causes",
        "released_excess",
        "ended_limits",
        "renewed_windows",
        "lifted_suppressions",
        "calmed_alerts",
        "ended_groups",
    }


def test_an_entry_that_is_no_message_goes_back_to_the_queue_alone(stack: Stack) -> None:
    record = {"messageId": "r-1", "body": "not an envelope", "attributes": {"ApproximateReceiveCount": "1"}}
    assert stack.invoke("IngestTelemetryFunction", {"Records": [record]}) == {
        "batchItemFailures": [{"itemIdentifier": "r-1"}]
    }
