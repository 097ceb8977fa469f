"""What the installation measures of itself, what operators see of it, and whom it tells when it is unwell."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from pulse import clock
from pulse.alerts.sweeping.sweep import expire_deadlines
from pulse.database import ingest_session, operator_session, tenant_session
from pulse.devices.lifecycle import suspend_device
from pulse.operations.collection import measure, tell_of_health
from pulse.operations.metric_store import drop_old_metrics, read_newest, write_samples
from pulse.operations.system_metric import Measured, SystemMetric
from pulse.telemetry.ingest import ingest
from tests.builders import NOON, ORIGIN, PAST_NOON, Fleet
from tests.integration.operator_plane import OperatorPlane
from tests.integration.stack import Stack, wait_for

MINUTE = timedelta(minutes=1)
# A Friday later than whatever else a test does: what happens then is the newest of all.
LATER = datetime(2041, 1, 4, 12, tzinfo=UTC)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Moves the platform's time."""

    def move(now: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: now)

    move(NOON)
    return move


@pytest.fixture
def operators(scenario_database: str) -> OperatorPlane:
    assert scenario_database
    with ingest_session() as connection:
        connection.execute("SELECT 1")
    return OperatorPlane("operator")


def keep(*measured: Measured, at: datetime) -> None:
    with ingest_session() as connection:
        write_samples(connection, measured, time=at)


def test_a_second_collection_of_a_minute_replaces_the_first(operators: OperatorPlane) -> None:
    assert operators
    keep(Measured(SystemMetric.QUEUE_MESSAGES, 7, "telemetry"), at=NOON)
    keep(Measured(SystemMetric.QUEUE_MESSAGES, 9, "telemetry"), at=NOON)
    with ingest_session() as connection:
        newest = read_newest(connection, until=NOON)
    assert [sample.value for sample in newest if sample.subject == "telemetry"] == [9]


def test_a_source_that_fails_takes_no_other_with_it() -> None:
    def fail() -> list[Measured]:
        message = "CloudWatch is away"
        raise RuntimeError(message)

    good = Measured(SystemMetric.OUTBOX_EVENTS, 3)
    assert measure(NOON, {"bad": fail, "good": lambda: [good]}) == ([good], 1)


def test_a_device_that_goes_silent_moves_the_gauge_and_the_feed(
    fleet: Fleet, operators: OperatorPlane, at: Any
) -> None:
    at(LATER)
    fleet.add_device()
    ingest([fleet.message(at=LATER)])
    before = operators.get("/noc/summary")
    assert before["as_of"] == "2041-01-04T12:00:00Z"
    at(LATER + 6 * MINUTE)
    while expire_deadlines(LATER + 6 * MINUTE):
        pass
    after = operators.get("/noc/summary")
    assert after["devices"]["ONLINE"] < before["devices"]["ONLINE"]
    assert after["gauges"]["fleet_online"]["value"] < before["gauges"]["fleet_online"]["value"]
    assert after["gauges"]["open_alerts"]["value"] > before["gauges"]["open_alerts"]["value"]
    events = [
        event for event in operators.get("/noc/events", limit="200")["events"] if event["tenant_id"] == fleet.tenant_id
    ]
    assert {(event["kind"], event["event"]) for event in events} >= {("device", "stale"), ("alert", "opened")}
    assert {event["tenant_name"] for event in events} == {operators.get(f"/tenants/{fleet.tenant_id}")["name"]}
    heat = operators.get("/noc/heatmap", timezone="Europe/Amsterdam")
    assert len(heat["cells"]) == 168
    # At one in the afternoon.
    assert next(cell["opened"] for cell in heat["cells"] if (cell["weekday"], cell["hour"]) == (5, 13)) > 0


def test_the_feed_tells_of_refused_messages(fleet: Fleet, operators: OperatorPlane, at: Any) -> None:
    at(LATER + 10 * MINUTE)
    ingest([fleet.message(b"no JSON", at=LATER + 10 * MINUTE)])
    events = operators.get("/noc/events", limit="200")["events"]
    [refused] = [event for event in events if event["tenant_id"] == fleet.tenant_id]
    assert (refused["kind"], refused["text"]) == ("quarantine", "1 message refused: UNREGISTERED_DEVICE")


def test_charts_have_a_curve_for_each_status_with_a_point_a_minute(operators: OperatorPlane, at: Any) -> None:
    for minute in range(3):
        time = NOON - minute * MINUTE
        keep(
            Measured(SystemMetric.DEVICES, 10 + minute, "ONLINE"),
            Measured(SystemMetric.DEVICES, minute, "OFFLINE"),
            at=time,
        )
    at(NOON + timedelta(seconds=20))
    charts = {chart["chart"]: chart["curves"] for chart in operators.get("/noc/series", minutes="10")["charts"]}
    assert set(charts) == {"messages", "alerts", "devices", "notifications"}
    [offline, online] = charts["devices"]
    assert (offline["subject"], [point["value"] for point in offline["points"]]) == ("OFFLINE", [2, 1, 0])
    assert online["points"][-1] == {"time": "2037-11-20T12:00:00Z", "value": 10}


def test_a_long_time_has_fewer_points_than_minutes(operators: OperatorPlane, at: Any) -> None:
    assert at
    assert operators.get("/noc/series", minutes="10080")["step_seconds"] == 42 * 60


def test_a_component_that_stays_unwell_alerts_the_platforms_people_once(operators: OperatorPlane, at: Any) -> None:
    bad = Measured(SystemMetric.DATABASE_CONNECTIONS_RATIO, 0.95)

    def collected(measured: Measured, minute: datetime) -> tuple[int, int]:
        keep(
            measured,
            Measured(SystemMetric.DATABASE_LATENCY, 0),
            Measured(SystemMetric.DATABASE_SLOW_STATEMENTS, 0),
            at=minute,
        )
        with ingest_session() as connection:
            return tell_of_health(connection, minute)

    day = NOON + timedelta(days=1)
    assert collected(bad, day) == (0, 0)
    assert collected(bad, day + MINUTE) == (1, 0)
    assert collected(bad, day + 2 * MINUTE) == (0, 0)
    at(day + 2 * MINUTE)
    health = operators.get("/system/health")
    assert health["health"] == "DOWN"
    database = next(component for component in health["components"] if component["component"] == "database")
    assert database["reasons"] == ["database connections ratio is 95 %, more than 90 %"]
    with tenant_session("platform") as connection:
        [alert] = connection.execute("SELECT type, severity, status FROM alerts WHERE status <> 'CLOSED'").fetchall()
    assert alert == {"type": "SYSTEM_HEALTH", "severity": "CRITICAL", "status": "OPEN"}
    assert collected(bad._replace(value=0.1), day + 3 * MINUTE) == (0, 1)


def test_the_platform_itself_can_not_be_suspended_or_deleted(operators: OperatorPlane) -> None:
    assert operators
    admin = OperatorPlane()
    assert admin.call("POST", "/operator/tenants/platform/suspend", body={"reason": "no"})[0] == 409
    assert admin.call("DELETE", "/operator/tenants/platform")[0] == 409


def test_the_matrix_has_a_line_for_each_customer(fleet: Fleet, operators: OperatorPlane, at: Any) -> None:
    fleet.add_device()
    fleet.add_device("freezer-2")
    fleet.add_rule()
    ingest([fleet.message({"metrics": {"temp_c": 9}})])
    at(NOON + MINUTE)
    matrix = operators.get("/tenant-health", q=fleet.tenant_id)
    [line] = matrix["items"]
    assert line["counts"] == {"PENDING": 1, "ONLINE": 1, "STALE": 0, "OFFLINE": 0}
    assert (line["online_percent"], line["live_alerts"], line["last_seen_at"]) == (100, 1, "2037-11-20T12:00:00Z")
    assert line["alerts_by_hour"] == [0] * 23 + [1]
    assert "platform" not in {item["tenant_id"] for item in operators.get("/tenant-health")["items"]}


def test_the_matrix_counts_devices_of_every_status_that_are_in_service(fleet: Fleet, operators: OperatorPlane) -> None:
    for hours, status in enumerate(("ONLINE", "ONLINE", "STALE", "OFFLINE", "PENDING", "ONLINE")):
        device_id = fleet.add_device(f"freezer-{hours}")
        fleet.rows(
            "UPDATE device_state SET status = %s, last_seen_at = %s WHERE device_id = %s RETURNING 1",
            status,
            NOON + timedelta(hours=hours) if status != "PENDING" else None,
            device_id,
        )
    suspend_device(fleet.person(), "freezer-5", reason="repair", if_match=None, origin=ORIGIN)
    [line] = operators.get("/tenant-health", q=fleet.tenant_id)["items"]
    assert line["counts"] == {"PENDING": 1, "ONLINE": 2, "STALE": 1, "OFFLINE": 1}
    assert (line["devices"], line["online_percent"]) == (5, 50)
    assert line["last_seen_at"] == "2037-11-20T15:00:00Z"


def test_open_metrics_are_read_by_whoever_scrapes(operators: OperatorPlane, at: Any) -> None:
    assert at
    keep(Measured(SystemMetric.QUEUE_MESSAGES, 4, "telemetry"), at=NOON)
    status, _, text = operators.call("GET", "/operator/metrics")
    assert status == 200
    assert 'pulse_queue_messages{queue="telemetry"} 4.0' in text
    assert text.endswith("# EOF\n")


def test_any_metric_is_read_over_any_time(operators: OperatorPlane, at: Any) -> None:
    assert at
    keep(Measured(SystemMetric.DATABASE_SIZE, 100), at=NOON - 30 * MINUTE)
    series = operators.get("/system/metrics/series", metric="database_size_bytes")
    assert [point["value"] for point in series["curves"][0]["points"]] == [100]
    status, problem, _ = operators.call(
        "GET", "/operator/system/metrics/series", query={"metric": "devices", "start": "2026-01-01T00:00:00Z"}
    )
    assert (status, problem["errors"][0]["field"]) == (400, "start")


def test_what_was_given_up_lately_is_listed_with_why_newest_first(
    fleet: Fleet, operators: OperatorPlane, at: Any
) -> None:
    at(LATER)
    with ingest_session() as connection:
        for minutes, status, outcome in ((50, "FAILED", "old"), (5, "FAILED", "new"), (1, "CANCELLED", None)):
            connection.execute(
                """
                INSERT INTO report_runs (tenant_id, requested_by, period_start, period_end, status, outcome, created_at,
                                         finished_at)
                VALUES (%(tenant_id)s, 'schedule', %(time)s - INTERVAL '1 day', %(time)s, %(status)s, %(outcome)s,
                        %(time)s, %(time)s)
                """,
                {
                    "tenant_id": fleet.tenant_id,
                    "time": clock.now() - timedelta(minutes=minutes),
                    "status": status,
                    "outcome": outcome,
                },
            )
    mine = [
        (item["kind"], item["reason"])
        for item in operators.get("/system/errors", hours="1", limit="200")["items"]
        if item["tenant_id"] == fleet.tenant_id
    ]
    assert mine == [("report", "new"), ("report", "old")]


def test_capacity_says_what_takes_the_room(operators: OperatorPlane) -> None:
    capacity = operators.get("/system/capacity")
    assert capacity["database_size_bytes"] > 1_000_000
    assert 0 < capacity["database_connections"] < capacity["database_connections_limit"]
    assert len(capacity["largest_tables"]) == 10
    assert all(statement["calls"] > 0 for statement in capacity["costly_statements"])


def test_whole_days_go_when_they_are_older_than_the_retention(operators: OperatorPlane) -> None:
    assert operators
    old, young = PAST_NOON - timedelta(days=400), PAST_NOON - timedelta(days=80)
    keep(Measured(SystemMetric.TENANTS, 1, "ACTIVE"), at=old)
    keep(Measured(SystemMetric.TENANTS, 2, "ACTIVE"), at=young)
    assert drop_old_metrics(PAST_NOON) >= 1
    with operator_session(user_id="test", reason="test") as connection:
        times = connection.execute("SELECT time FROM system_metric_samples WHERE metric = 'tenants'").fetchall()
    assert young in [row["time"] for row in times]
    assert old not in [row["time"] for row in times]


def figures(stack: Stack, metric: str) -> list[Any]:
    with psycopg.connect(stack.database_url) as connection:
        return connection.execute("SELECT subject, value FROM system_metrics WHERE metric = %s", (metric,)).fetchall()


def test_deployed_the_collection_knows_queues_functions_and_the_database(stack: Stack) -> None:
    assert stack.invoke("CollectMetricsFunction")["sources_failed"] == 0
    # The runs of the whole minutes before this one are measured; a schedule starts this function each minute.
    wait_for(lambda: figures(stack, "function_duration_p95_seconds"), what="a run's duration", seconds=180)
    with psycopg.connect(stack.database_url) as connection:
        rows = connection.execute("SELECT DISTINCT metric, subject FROM system_metrics").fetchall()
    assert {
        ("queue_messages", "telemetry"),
        ("queue_messages", "delivery_dead_letter"),
        ("function_invocations_per_minute", "collect_metrics"),
        ("database_connections", ""),
        ("websocket_connections", ""),
        ("devices", "ONLINE"),
    } <= set(rows)


def test_deployed_an_operator_scrapes_what_was_collected(stack: Stack) -> None:
    stack.invoke("CollectMetricsFunction")
    [operator] = [person for person in stack.description["operator"] if person["role"] == "operator"]
    answer = stack.api_with(stack.token(operator)).get("/operator/metrics")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/openmetrics-text; version=1.0.0; charset=utf-8"
    assert re.search(r'^pulse_queue_messages\{queue="telemetry"\} \d', answer.text, re.MULTILINE)
