"""What a device and a tenant may send: the same whatever the batches, and however often they come."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from pulse.database import operator_session
from pulse.limits.definitions import LimitName, set_tenant_limit
from pulse.limits.many_tenants import forget_rates
from pulse.limits.rates import parse_rates
from pulse.telemetry import allowance
from pulse.telemetry.ingest import ingest
from pulse.telemetry.message import Envelope
from tests.builders import ACTOR, NOON, Fleet

SECOND = timedelta(seconds=1)


@pytest.fixture(params=[True, False], ids=["wary", "unsuspecting"], autouse=True)
def wariness(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the allowance is worked out before or asked for afterwards makes no difference to what is stored."""
    monkeypatch.setattr(allowance, "_wary_until", None)
    if request.param:
        allowance.be_wary()


def limit(fleet: Fleet, name: LimitName, rates: str) -> None:
    with operator_session(user_id=ACTOR, reason="test", write=True) as connection:
        set_tenant_limit(connection, tenant_id=fleet.tenant_id, name=name, rates=parse_rates(rates))
    forget_rates()


def burst(fleet: Fleet, count: int, *, after: int = 0, device_id: str = "freezer-1") -> list[Envelope]:
    return [fleet.message(device_id=device_id, at=NOON + after * SECOND) for _ in range(count)]


def outcome(fleet: Fleet) -> dict[str, int]:
    """Rows stored, refusals kept and refusals counted."""
    [stored] = fleet.rows("SELECT count(*) FROM tenant_telemetry")
    [kept] = fleet.rows("SELECT count(*) FROM quarantine_events WHERE reason = 'RATE_LIMITED'")
    [counted] = fleet.rows("SELECT coalesce(sum(messages), 0)::int AS sum FROM quarantine_counts")
    return {"stored": stored["count"], "kept": kept["count"], "counted": counted["sum"]}


def test_a_burst_beyond_the_bucket_is_refused(fleet: Fleet) -> None:
    fleet.add_device()
    report = ingest(burst(fleet, 30))
    assert (report.accepted, report.refused) == (20, 10)
    assert outcome(fleet) == {"stored": 20, "kept": 10, "counted": 10}


def test_a_burst_in_small_batches_is_one_burst(fleet: Fleet) -> None:
    fleet.add_device()
    messages = burst(fleet, 50)
    for start in range(0, 50, 10):
        ingest(messages[start : start + 10])
    assert outcome(fleet) == {"stored": 20, "kept": 30, "counted": 30}


def test_a_batch_that_is_delivered_again_changes_nothing(fleet: Fleet) -> None:
    fleet.add_device()
    messages = burst(fleet, 15) + burst(fleet, 15, after=1)
    ingest(messages)
    before = outcome(fleet)
    assert before == {"stored": 20 + 5, "kept": 5, "counted": 5}
    for _ in range(2):
        ingest([replace(message, redelivered=True) for message in messages])
    assert outcome(fleet) == before


def test_a_batch_that_fails_costs_nothing_of_the_rate(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    fleet.add_device()
    messages = burst(fleet, 20)

    def crash(*_: object, **__: object) -> None:
        message = "killed before the commit"
        raise KeyboardInterrupt(message)

    with monkeypatch.context() as patched:
        patched.setattr("pulse.telemetry.batch.record_refusals", crash)
        with pytest.raises(KeyboardInterrupt):
            ingest(messages)
    ingest([replace(message, redelivered=True) for message in messages])
    assert outcome(fleet) == {"stored": 20, "kept": 0, "counted": 0}


def test_a_backlog_out_of_order_is_let_in_by_the_times_of_receipt(fleet: Fleet) -> None:
    fleet.add_device()
    backlog = [fleet.message(at=NOON + second * SECOND) for second in range(300)]
    for start in (200, 0, 100, 250, 50, 150):
        ingest(backlog[start : start + 50])
    assert outcome(fleet) == {"stored": 300, "kept": 0, "counted": 0}


def test_the_rate_of_one_device_is_none_of_anothers_business(fleet: Fleet) -> None:
    for device_id in ("flood", "quiet"):
        fleet.add_device(device_id)
    ingest(burst(fleet, 500, device_id="flood") + burst(fleet, 5, device_id="quiet"))
    rows = fleet.rows("SELECT device_id, count(*) FROM tenant_telemetry GROUP BY 1 ORDER BY 1")
    assert rows == [{"device_id": "flood", "count": 20}, {"device_id": "quiet", "count": 5}]


def test_somebody_elses_messages_take_nothing_from_a_device(fleet: Fleet) -> None:
    fleet.add_device()
    foreign = [replace(message, principal="certificate-of-another") for message in burst(fleet, 100)]
    ingest(foreign + burst(fleet, 20))
    assert outcome(fleet)["stored"] == 20


def test_a_tenants_quota_holds_for_all_of_its_devices_and_for_no_other_tenants(fleet: Fleet) -> None:
    other = Fleet()
    for number in range(5):
        fleet.add_device(f"freezer-{number}")
        other.add_device(f"freezer-{number}")
    limit(fleet, LimitName.INGEST_TENANT, "12:1,20:3600")
    for second in range(3):
        ingest(
            [
                message
                for number in range(5)
                for one in (fleet, other)
                for message in burst(one, 4, after=second, device_id=f"freezer-{number}")
            ]
        )
    assert outcome(fleet)["stored"] == 20
    assert outcome(other) == {"stored": 60, "kept": 0, "counted": 0}


def test_a_tenant_may_have_devices_that_send_more(fleet: Fleet) -> None:
    fleet.add_device()
    limit(fleet, LimitName.INGEST_DEVICE, "100:1")
    ingest(burst(fleet, 120))
    assert outcome(fleet)["stored"] == 100
