"""Housekeeping: what is older than its retention goes, what is younger stays, and nobody can drop what is fresh."""

from datetime import datetime, timedelta

import boto3
import psycopg
import pytest

import pulse.operations.maintenance
from pulse.database import ingest_session, tenant_session
from pulse.operations.maintenance import ChoreFailedError, maintain
from pulse.telemetry.ingest import ingest
from pulse.telemetry.retention import keepings
from tests.builders import PAST_NOON, Fleet
from tests.integration.stack import Stack

DAY = timedelta(days=1)


def store_reading(fleet: Fleet, time: datetime) -> None:
    with ingest_session() as connection:
        connection.execute(
            """
            INSERT INTO telemetry (time, tenant_id, device_id, message_id, msg_type, metrics)
            VALUES (%s, %s, 'freezer-1', 'm', 'telemetry', '{"temp_c": 4}')
            """,
            (time, fleet.tenant_id),
        )


def store_summary(fleet: Fleet, hour: datetime) -> None:
    with ingest_session() as connection:
        connection.execute(
            "INSERT INTO telemetry_hourly (tenant_id, device_id, hour, metrics) VALUES (%s, 'freezer-1', %s, '{}')",
            (fleet.tenant_id, hour),
        )


def refuse_message(fleet: Fleet, received_at: datetime) -> None:
    with ingest_session() as connection:
        connection.execute(
            """
            INSERT INTO quarantine_events (message_id, received_at, tenant_id, topic, reason, payload, payload_bytes)
            VALUES (gen_random_uuid()::text, %(received_at)s, %(tenant_id)s, 't', 'INVALID_JSON', '', 0)
            """,
            {"tenant_id": fleet.tenant_id, "received_at": received_at},
        )
        connection.execute(
            "INSERT INTO quarantine_counts (tenant_id, minute, reason, messages) VALUES (%s, %s, 'INVALID_JSON', 1)",
            (fleet.tenant_id, received_at),
        )


def ages(fleet: Fleet, table: str, column: str) -> list[int]:
    """Ages of a tenant's rows in days."""
    with tenant_session(fleet.tenant_id) as connection:
        rows = connection.execute(f"SELECT {column} AS time FROM {table} ORDER BY 1 DESC".encode()).fetchall()  # noqa: S608
    return [(PAST_NOON - row["time"]).days for row in rows]


def test_telemetry_stays_ninety_days_and_its_summaries_two_years(fleet: Fleet) -> None:
    for age in (0, 7, 89, 90, 93, 200):
        store_reading(fleet, PAST_NOON - age * DAY)
    for age in (0, 93, 690, 770, 1000):
        store_summary(fleet, PAST_NOON - age * DAY)
    done = maintain(PAST_NOON)
    assert done["telemetry_chunks_dropped"] >= 4
    assert ages(fleet, "tenant_telemetry", "time") == [0, 7, 89, 90]
    assert ages(fleet, "tenant_telemetry_hourly", "hour") == [0, 93, 690]
    assert maintain(PAST_NOON)["telemetry_chunks_dropped"] == 0


def test_refused_messages_and_their_counts_stay_thirty_days(fleet: Fleet) -> None:
    for age in (0, 29, 31, 60):
        refuse_message(fleet, PAST_NOON - age * DAY)
    assert maintain(PAST_NOON)["quarantine_entries_deleted"] >= 2
    assert ages(fleet, "quarantine_events", "received_at") == [0, 29]
    assert ages(fleet, "quarantine_counts", "minute") == [0, 29]


def test_ids_of_messages_without_a_time_are_known_for_two_days(fleet: Fleet) -> None:
    fleet.add_device()
    for hours in (1, 47, 49):
        payload = {"message_id": f"m-{hours}", "metrics": {"temp_c": 4}}
        ingest([fleet.message(payload, at=PAST_NOON - timedelta(hours=hours))])
    assert maintain(PAST_NOON)["message_ids_forgotten"] >= 1
    for hours, readings in ((47, 0), (49, 1)):
        payload = {"message_id": f"m-{hours}", "metrics": {"temp_c": 4}}
        assert ingest([fleet.message(payload)]).readings == readings


def test_a_chore_that_fails_keeps_none_of_the_others_from_being_done(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: datetime) -> int:
        message = "lock timeout"
        raise RuntimeError(message)

    refuse_message(fleet, PAST_NOON - 60 * DAY)
    chores = {"first": fail, **pulse.operations.maintenance._CHORES, "last": fail}
    monkeypatch.setattr(pulse.operations.maintenance, "_CHORES", chores)
    with pytest.raises(ChoreFailedError, match="first, last"):
        maintain(PAST_NOON)
    assert ages(fleet, "quarantine_events", "received_at") == []


@pytest.mark.usefixtures("scenario_database")
def test_what_is_fresh_can_not_be_dropped_by_anybody() -> None:
    for function in (
        "pulse_drop_chunks('telemetry', now())",
        "pulse_drop_chunks('telemetry', NULL)",
        "pulse_keep_policies('telemetry', 'device_id', 'time', '7 days', '1 hour')",
    ):
        with pytest.raises(psycopg.errors.InvalidParameterValue), ingest_session() as connection:
            connection.execute(f"SELECT {function}".encode())


@pytest.mark.parametrize("role", ["pulse_app", "pulse_operator_read", "pulse_operator_write", "pulse_service"])
def test_housekeeping_is_for_the_machine_plane(scenario_database: str, role: str) -> None:
    for function in (
        "pulse_drop_chunks('telemetry', '2020-01-01')",
        "pulse_keep_policies('telemetry', 'device_id', 'time', '7 days', '90 days')",
    ):
        with psycopg.connect(scenario_database) as connection:
            connection.execute("SELECT set_config('role', %s, true)", (role,))
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"SELECT {function}".encode())


@pytest.mark.usefixtures("scenario_database")
def test_policies_are_asked_of_an_edition_that_has_them() -> None:
    """The Apache edition under these tests refuses them by its licence, at the first of the statements."""
    for keeping in keepings():
        with pytest.raises(psycopg.errors.FeatureNotSupported, match="apache"), ingest_session() as connection:
            connection.execute(
                """
                SELECT pulse_keep_policies(%(hypertable)s, 'tenant_id, device_id', %(order_by)s, %(compress_after)s,
                                           %(drop_after)s)
                """,
                keeping._asdict(),
            )


def test_the_deployed_functions_may_do_what_they_have_to_and_run_on_their_schedules(stack: Stack) -> None:
    assert set(stack.invoke("MaintainDatabaseFunction")) == set(pulse.operations.maintenance._CHORES)
    assert stack.invoke("RollUpTelemetryFunction")["hours"] >= 0
    schedules = boto3.client("scheduler").list_schedules()["Schedules"]
    arns = {schedule["Target"]["Arn"].rpartition(":")[2] for schedule in schedules}
    assert {stack.outputs["MaintainDatabaseFunction"], stack.outputs["RollUpTelemetryFunction"]} <= arns


def test_nothing_is_compressed_that_may_still_change() -> None:
    telemetry, summaries = keepings()
    assert telemetry.compress_after == 7 * DAY
    assert telemetry.drop_after == 91 * DAY
    assert summaries.compress_after >= telemetry.drop_after
    assert summaries.drop_after == 730 * DAY
