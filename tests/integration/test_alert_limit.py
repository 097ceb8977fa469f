"""A tenant's limit on alerts: what is beyond it is held, told of by one alert, and never lost."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pulse import clock
from pulse.alerts.lifecycle import close_alerts, open_alerts
from pulse.alerts.noise.limit import set_alert_limit
from pulse.alerts.severity import Severity
from pulse.alerts.sweeping.sweep import sweep
from pulse.alerts.sweeping.upkeep import end_limits
from pulse.database import ingest_session, operator_session
from pulse.events import outbox
from pulse.limits.definitions import LimitName, set_tenant_limit
from pulse.limits.many_tenants import forget_rates
from pulse.limits.rates import parse_rates
from tests.builders import ACTOR, NOON, ORIGIN, Fleet, take_all
from tests.integration.alert_inbox import Inbox
from tests.integration.alert_process import flood, let_go, make_closing, make_opening, somebody_waits
from tests.integration.ingest_process import processes

LIMIT = "/customer/alert-limit"


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is published, and the clock stands at noon."""
    monkeypatch.setattr(outbox, "put_events", take_all)
    monkeypatch.setattr(clock, "now", lambda: NOON)


def allow(fleet: Fleet, rates: str) -> None:
    with operator_session(user_id=ACTOR, reason="test", write=True) as connection:
        set_tenant_limit(connection, tenant_id=fleet.tenant_id, name=LimitName.ALERTS_TENANT, rates=parse_rates(rates))
    forget_rates()


def see(fleet: Fleet, minutes: float, *causes: str, severity: Severity = Severity.MEDIUM) -> None:
    with ingest_session() as connection:
        open_alerts(
            connection, [make_opening(fleet.tenant_id, cause, time=at(minutes), severity=severity) for cause in causes]
        )


def end(fleet: Fleet, minutes: float, *causes: str) -> None:
    with ingest_session() as connection:
        close_alerts(connection, [make_closing(fleet.tenant_id, cause, time=at(minutes)) for cause in causes])


def sweep_at(minutes: float) -> None:
    sweep(at(minutes), budget=timedelta(days=1))  # the clock stands still


def live(fleet: Fleet) -> list[str]:
    rows = fleet.rows("SELECT fingerprint FROM alerts WHERE status <> 'CLOSED' AND type <> 'ALERT_LIMIT' ORDER BY 1")
    return [row["fingerprint"] for row in rows]


def telling(fleet: Fleet) -> dict[str, Any]:
    [alert] = fleet.rows("SELECT * FROM alerts WHERE type = 'ALERT_LIMIT'")
    return alert


def test_what_is_beyond_the_limit_is_held_and_one_alert_says_how_many_and_since_when(fleet: Fleet) -> None:
    allow(fleet, "2:3600")
    see(fleet, 0, "a", "b")
    see(fleet, 1, "c", "d")
    see(fleet, 2, "e")
    assert live(fleet) == ["a", "b"]
    alert = telling(fleet)
    assert (alert["status"], alert["severity"], alert["device_id"]) == ("OPEN", "HIGH", None)
    assert alert["summary"] == "3 alerts are held back since 12:01 UTC: more than 2 in an hour"
    assert (alert["details"]["held"], alert["details"]["held_since"]) == (3, "2037-11-20T12:01:00.000000Z")


def test_the_worst_open_first_and_the_alert_that_tells_is_as_bad_as_what_is_held(fleet: Fleet) -> None:
    allow(fleet, "2:3600")
    with ingest_session() as connection:
        causes = {"low": Severity.LOW, "bad": Severity.CRITICAL, "high": Severity.HIGH}
        openings = [make_opening(fleet.tenant_id, name, time=NOON, severity=s) for name, s in causes.items()]
        open_alerts(connection, openings)
    assert live(fleet) == ["bad", "high"]
    see(fleet, 1, "worst", severity=Severity.CRITICAL)
    assert telling(fleet)["severity"] == "CRITICAL"
    sweep_at(60)
    assert live(fleet) == ["bad", "high", "low", "worst"]


def test_when_there_is_room_what_is_still_true_opens_and_the_alert_that_tells_closes(fleet: Fleet) -> None:
    allow(fleet, "1:600")
    see(fleet, 0, "a")
    see(fleet, 1, "b", "c", "d")
    end(fleet, 2, "c")
    sweep_at(9)
    assert live(fleet) == ["a"]
    sweep_at(10)
    assert live(fleet) == ["a", "b"]
    assert telling(fleet)["status"] == "OPEN"
    sweep_at(20)
    assert live(fleet) == ["a", "b", "d"]
    closed = telling(fleet)
    assert (closed["status"], closed["closed_at"]) == ("CLOSED", at(20))
    [late] = fleet.rows("SELECT opened_at, details FROM alerts WHERE fingerprint = 'd'")
    assert late["opened_at"] == at(20)
    assert late["details"] == {"held_by": "alert limit", "held_since": "2037-11-20T12:01:00.000000Z"}


def test_what_is_live_goes_on_beyond_the_limit(fleet: Fleet) -> None:
    allow(fleet, "1:3600")
    see(fleet, 0, "a")
    see(fleet, 1, "a", "b", severity=Severity.CRITICAL)
    assert fleet.rows("SELECT trigger_count, severity FROM alerts WHERE fingerprint = 'a'") == [
        {"trigger_count": 2, "severity": "CRITICAL"}
    ]
    assert live(fleet) == ["a"]


def test_a_limit_that_is_lifted_opens_what_it_held_with_the_next_sweep(fleet: Fleet) -> None:
    set_alert_limit(fleet.person(), 1, if_match=None, origin=ORIGIN)
    see(fleet, 0, "a", "b", "c")
    assert len(live(fleet)) == 1
    set_alert_limit(fleet.person(), None, if_match=None, origin=ORIGIN)
    sweep_at(1)
    assert live(fleet) == ["a", "b", "c"]
    assert telling(fleet)["status"] == "CLOSED"


def test_one_tenants_flood_holds_nothing_of_anothers(fleet: Fleet) -> None:
    other = Fleet()
    allow(fleet, "1:3600")
    with ingest_session() as connection:
        openings = [make_opening(name, cause) for name in (fleet.tenant_id, other.tenant_id) for cause in ("a", "b")]
        open_alerts(connection, openings)
    assert len(live(fleet)) == 1
    assert live(other) == ["a", "b"]


def test_batches_that_open_alerts_at_once_keep_to_the_limit_exactly(fleet: Fleet, scenario_database: str) -> None:
    allow(fleet, "50:3600")
    with processes(3, scenario_database) as pool:
        list(pool.map(flood, [fleet.tenant_id] * 3, "abc", [10] * 3, [5] * 3))
    assert len(live(fleet)) == 50
    assert fleet.rows("SELECT count(*) FROM held_openings") == [{"count": 100}]
    assert telling(fleet)["details"]["held"] == 100


def test_what_opens_while_more_is_held_keeps_to_the_limit_and_loses_nothing(
    fleet: Fleet, scenario_database: str
) -> None:
    allow(fleet, "20:3600")
    with processes(3, scenario_database) as pool:
        floods = [pool.submit(flood, fleet.tenant_id, name, 10, 5) for name in "ab"]
        sweeps = pool.submit(let_go, at(61), 20)
        for each in (*floods, sweeps):
            each.result()
    opened = fleet.rows("SELECT opened_at, count(*) FROM alerts WHERE type <> 'ALERT_LIMIT' GROUP BY 1")
    assert all(row["count"] <= 20 for row in opened)
    [held] = fleet.rows("SELECT count(*) FROM held_openings")
    assert sum(row["count"] for row in opened) + held["count"] == 100


def test_the_alert_that_tells_does_not_close_while_more_is_being_held(fleet: Fleet, scenario_database: str) -> None:
    allow(fleet, "1:3600")
    see(fleet, 0, "a", "b")
    end(fleet, 1, "b")
    with processes(1, scenario_database) as pool:
        with ingest_session() as connection:
            open_alerts(connection, [make_opening(fleet.tenant_id, "c", time=at(2))])
            ending = pool.submit(end_limits, at(2))
            while not ending.done() and not somebody_waits(connection):
                pass
        ending.result()
    assert telling(fleet)["status"] == "OPEN"


def test_the_api_tells_what_is_used_and_held(fleet: Fleet) -> None:
    inbox = Inbox(fleet)
    allow(fleet, "5:3600")
    status, fresh = inbox.call("GET", LIMIT)
    assert (status, fresh["alerts_per_hour"], fresh["held"], fresh["held_since"]) == (200, None, 0, None)
    status, changed = inbox.call("PUT", LIMIT, body={"alerts_per_hour": 2}, headers={"if-match": '"1"'})
    assert (status, changed["version"]) == (200, 2)
    assert inbox.call("PUT", LIMIT, body={"alerts_per_hour": 3}, headers={"if-match": '"1"'})[0] == 412
    see(fleet, 0, "a", "b", "c")
    _, full = inbox.call("GET", LIMIT)
    assert full["limits"] == [
        {"alerts": 5, "seconds": 3600, "opened": 2},
        {"alerts": 2, "seconds": 3600, "opened": 2},
    ]
    assert (full["held"], full["held_since"]) == (1, "2037-11-20T12:00:00Z")


@pytest.mark.parametrize("wrong", [0, -1, 1_000_001, "many", None])
def test_a_limit_that_makes_no_sense_is_refused(fleet: Fleet, wrong: object) -> None:
    body = {"alerts_per_hour": wrong} if wrong is not None else {}
    status, problem = Inbox(fleet).call("PUT", LIMIT, body=body)
    assert (status, problem["errors"][0]["field"]) == (422, "alerts_per_hour")


CAUSES = ("a", "b", "c", "d", "e")
MOST = 2


@pytest.mark.usefixtures("scenario_database")
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["see", "end", "sweep"]), st.sampled_from(CAUSES), st.integers(0, 40)), max_size=25
    )
)
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_no_hour_has_more_than_the_limit_and_nothing_that_is_true_is_lost(steps: list[tuple[str, str, int]]) -> None:
    fleet = Fleet()
    allow(fleet, f"{MOST}:3600")
    true: set[str] = set()
    minutes = 0.0
    for what, cause, later in steps:
        minutes += later
        if what == "see":
            see(fleet, minutes, cause)
            true.add(cause)
        elif what == "end":
            end(fleet, minutes, cause)
            true.discard(cause)
        else:
            sweep_at(minutes)
    rows = fleet.rows("SELECT opened_at FROM alerts WHERE type <> 'ALERT_LIMIT' ORDER BY opened_at")
    times = [row["opened_at"] for row in rows]
    assert all(third - first >= timedelta(hours=1) for first, third in zip(times, times[MOST:], strict=False))
    for hour in range(1, len(CAUSES)):
        sweep_at(minutes + 61 * hour)
    assert set(live(fleet)) == true
    assert fleet.rows("SELECT FROM alerts WHERE type = 'ALERT_LIMIT' AND status <> 'CLOSED'") == []
