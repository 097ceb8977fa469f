"""Execution environments side by side: processes with batches of the same devices, and even of the same messages."""

import random
from collections.abc import Sequence
from datetime import timedelta

import psycopg
import pytest

from pulse.telemetry.ingest import IngestReport, ingest
from pulse.telemetry.message import Envelope
from tests.builders import NOON, Fleet
from tests.integration.ingest_process import ingest_batches, plain, processes

PROCESSES = 3
DEVICES = 12
SECOND = timedelta(seconds=1)

pytestmark = pytest.mark.timeout(180)


@pytest.fixture
def telemetry(fleet: Fleet) -> list[Envelope]:
    """A minute of telemetry of some devices, a message a second each; `n` counts up."""
    for number in range(DEVICES):
        fleet.add_device(f"freezer-{number}")
    return [
        fleet.message(
            {"ts": (NOON + second * SECOND).isoformat(), "message_id": f"m-{second}", "metrics": {"n": second}},
            device_id=f"freezer-{number}",
            at=NOON + second * SECOND,
        )
        for second in range(60)
        for number in range(DEVICES)
    ]


def side_by_side(database_url: str, shares: Sequence[list[list[Envelope]]]) -> list[IngestReport]:
    """Each share's batches one after the other, the shares at the same time."""
    with processes(len(shares), database_url) as pool:
        plain_shares = [[[plain(message) for message in batch] for batch in share] for share in shares]
        return [report for reports in pool.map(ingest_batches, plain_shares) for report in reports]


def in_batches(messages: Sequence[Envelope], size: int) -> list[list[Envelope]]:
    return [list(messages[start : start + size]) for start in range(0, len(messages), size)]


def assert_everything_once_and_the_newest_on_top(fleet: Fleet, messages: Sequence[Envelope]) -> None:
    [counts] = fleet.rows("SELECT count(*), count(DISTINCT (device_id, message_id)) AS different FROM tenant_telemetry")
    assert counts == {"count": len(messages), "different": len(messages)}
    assert fleet.rows("SELECT count(*) FROM quarantine_events") == [{"count": 0}]
    last = NOON + 59 * SECOND
    for state in fleet.rows("SELECT status, last_seen_at, last_telemetry_at, stale_at, last_metrics FROM device_state"):
        assert state["status"] == "ONLINE"
        assert state["last_seen_at"] == state["last_telemetry_at"] == last
        assert state["stale_at"] == last + 120 * SECOND
        assert state["last_metrics"]["n"]["value"] == 59
    changes = fleet.rows("SELECT device_id FROM device_status_log WHERE to_status = 'ONLINE'")
    assert len(changes) == DEVICES


def test_batches_of_the_same_devices_neither_deadlock_nor_go_backwards(
    fleet: Fleet, telemetry: list[Envelope], scenario_database: str
) -> None:
    random.Random(7).shuffle(telemetry)
    shares = [in_batches(telemetry[start::PROCESSES], 20) for start in range(PROCESSES)]
    reports = side_by_side(scenario_database, shares)
    assert sum(report.readings for report in reports) == len(telemetry)
    assert_everything_once_and_the_newest_on_top(fleet, telemetry)


def test_the_same_messages_in_all_processes_at_once_are_stored_once(
    fleet: Fleet, telemetry: list[Envelope], scenario_database: str
) -> None:
    shares = []
    for number in range(PROCESSES):
        own_order = list(telemetry)
        random.Random(number).shuffle(own_order)
        shares.append(in_batches(own_order, 90))
    reports = side_by_side(scenario_database, shares)
    assert all(not report.failed and report.refused == 0 for report in reports)
    assert sum(report.readings for report in reports) == len(telemetry)
    assert_everything_once_and_the_newest_on_top(fleet, telemetry)


def test_a_flood_in_all_processes_gets_its_rate_and_at_most_a_bucket_for_each(
    fleet: Fleet, scenario_database: str
) -> None:
    fleet.add_device()
    flood = [fleet.message(at=NOON + number // 100 * SECOND) for number in range(1200)]
    reports = side_by_side(scenario_database, [in_batches(flood[n::PROCESSES], 30) for n in range(PROCESSES)])
    [stored] = fleet.rows("SELECT count(*) FROM tenant_telemetry")
    [counted] = fleet.rows("SELECT sum(messages)::int AS messages FROM quarantine_counts")
    assert stored["count"] + counted["messages"] == len(flood)
    assert sum(report.accepted for report in reports) == stored["count"]
    in_order = 20 + 11 * 5
    assert in_order - 20 <= stored["count"] <= in_order + (PROCESSES - 1) * 20


def test_a_connection_that_is_cut_costs_a_batch_a_moment(
    fleet: Fleet, telemetry: list[Envelope], scenario_owner_url: str
) -> None:
    ingest(telemetry[:10])
    with psycopg.connect(scenario_owner_url, autocommit=True) as owner:
        owner.execute(
            """
            SELECT pg_terminate_backend(pid)
            FROM pg_stat_activity
            WHERE datname = current_database() AND usename = 'pulse_service'
            """
        )
    assert ingest(telemetry).readings == len(telemetry) - 10
    assert_everything_once_and_the_newest_on_top(fleet, telemetry)
