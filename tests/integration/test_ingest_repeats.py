"""What is published or delivered again leaves one row, however it comes again and whatever it carries."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from pulse.database import ingest_session
from pulse.telemetry.ingest import IngestReport, ingest
from pulse.telemetry.message import Envelope
from pulse.telemetry.repeats import REMEMBERED_FOR, forget_receipts
from tests.builders import NOON, Fleet

SECOND = timedelta(seconds=1)


def stored(fleet: Fleet) -> int:
    [row] = fleet.rows("SELECT count(*) FROM tenant_telemetry")
    return int(row["count"])


def redeliver(envelopes: Sequence[Envelope]) -> IngestReport:
    """As the queue hands them out for the second time."""
    return ingest([replace(envelope, redelivered=True) for envelope in envelopes])


PAYLOADS: list[Any] = [
    {"ts": "2037-11-20T11:59:59Z", "message_id": "m", "metrics": {"a": 1}},
    {"ts": "2037-11-20T11:59:59Z", "seq": 7, "metrics": {"a": 1}},
    {"message_id": "m", "metrics": {"a": 1}},
    {"message_id": "m", "metrics": [{"metrics": {"a": 1}}]},
    {"message_id": "m", "metrics": [{"ts": "2037-11-20T11:59:58Z", "metrics": {"a": 1}}]},
]


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("in_one_batch", [True, False])
def test_a_repeated_publish_is_one_row_and_yet_a_sign_of_life(
    fleet: Fleet, payload: dict[str, Any], *, in_one_batch: bool
) -> None:
    fleet.add_device()
    publishes = [fleet.message(payload, at=NOON + n * SECOND) for n in range(3)]
    batches = [publishes] if in_one_batch else [[publish] for publish in publishes]
    reports = [ingest(batch) for batch in batches]
    assert [report.accepted for report in reports] == [len(batch) for batch in batches]
    assert sum(report.readings for report in reports) == stored(fleet) == 1
    [state] = fleet.rows("SELECT last_seen_at FROM device_state")
    assert state["last_seen_at"] == NOON + 2 * SECOND


def test_the_first_of_several_publishes_without_a_time_dates_the_reading(fleet: Fleet) -> None:
    fleet.add_device()
    payload = {"message_id": "m", "metrics": {"a": 1}}
    ingest([fleet.message(payload, at=NOON + SECOND), fleet.message(payload, at=NOON)])
    assert fleet.rows("SELECT time, message_id FROM tenant_telemetry") == [{"time": NOON, "message_id": "m"}]


def test_readings_of_a_repeated_list_that_leave_the_time_out_are_not_doubled(fleet: Fleet) -> None:
    fleet.add_device()
    entries = [{"metrics": {"a": 1}}, {"ts": "2037-11-20T11:00:00Z", "metrics": {"a": 2}}]
    payload = {"message_id": "m", "metrics": entries}
    ingest([fleet.message(payload)])
    ingest([fleet.message(payload, at=NOON + SECOND)])
    assert stored(fleet) == 2


def test_ids_of_one_device_mean_nothing_to_another(fleet: Fleet) -> None:
    for device_id in ("freezer-1", "freezer-2"):
        fleet.add_device(device_id)
        ingest([fleet.message({"message_id": "m", "metrics": {"a": 1}}, device_id=device_id)])
    assert stored(fleet) == 2


def test_an_id_without_a_time_is_known_for_two_days(fleet: Fleet) -> None:
    fleet.add_device()
    payload = {"message_id": "m", "metrics": {"a": 1}}
    ingest([fleet.message(payload)])
    for later, rows in ((REMEMBERED_FOR, 1), (REMEMBERED_FOR + SECOND, 2)):
        with ingest_session() as connection:
            forget_receipts(connection, NOON + later)
        ingest([fleet.message(payload, at=NOON + later)])
        assert stored(fleet) == rows


def test_messages_without_any_id_are_told_apart_and_one_that_is_delivered_again_is_not(fleet: Fleet) -> None:
    fleet.add_device()
    batch = [fleet.message({"metrics": {"a": 1}}) for _ in range(3)]
    ingest(batch)
    assert redeliver(batch).readings == 0
    assert stored(fleet) == 3


def test_a_batch_of_new_and_stored_messages_stores_the_new_ones(fleet: Fleet) -> None:
    fleet.add_device()
    batch = [
        fleet.message({"ts": "2037-11-20T12:00:00Z", "seq": n, "metrics": {"a": n}}, at=NOON + n // 5 * SECOND)
        for n in range(10)
    ]
    ingest(batch[::2])
    report = ingest(batch)
    assert (report.accepted, report.readings) == (10, 5)
    assert stored(fleet) == 10


def test_text_that_copy_could_misread_is_stored_as_it_is(fleet: Fleet) -> None:
    fleet.add_device()
    names = ["back\\slash", "\\N", "quote\"'", "tab\\t", "ünï ☃", "\\.", "{}", "a,b"]
    ingest([fleet.message({"ts": "2037-11-20T12:00:00Z", "message_id": name, "metrics": {name: 1}}) for name in names])
    rows = fleet.rows("SELECT message_id, metrics FROM tenant_telemetry")
    assert {row["message_id"] for row in rows} == set(names)
    assert all(row["metrics"] == {row["message_id"]: 1} for row in rows)
