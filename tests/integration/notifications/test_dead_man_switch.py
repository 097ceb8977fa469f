"""The dead-man's switch hears each minute that escalations were looked after, and nothing when they were not."""

from datetime import timedelta

import psycopg
import pytest

from pulse import metrics
from pulse.database import ingest_session
from pulse.escalation import sweep
from pulse.escalation.sweep import sweep_escalations
from pulse.settings import settings
from tests.builders import NOON, Fleet
from tests.integration.outbound.servers import Receiver, Reply
from tests.integration.test_escalation import Escalating

BUDGET = timedelta(seconds=30)


@pytest.fixture
def switch(https_receiver: Receiver, scenario_database: str, monkeypatch: pytest.MonkeyPatch) -> Receiver:
    """A switch, in a database in which nothing of other tests escalates."""
    assert scenario_database
    with ingest_session() as connection:
        connection.execute("UPDATE alert_escalations SET due_at = NULL, waiting_for = 'level'")
    monkeypatch.setattr(metrics, "count", lambda *_: None)
    monkeypatch.setenv("DEAD_MAN_URL", f"{https_receiver.url}/ping/escalations")
    settings.cache_clear()
    return https_receiver


def test_a_sweep_that_has_looked_after_everything_says_so(switch: Receiver) -> None:
    sweep_escalations(NOON, budget=BUDGET)
    [request] = switch.received
    assert (request.method, request.path) == ("POST", "/ping/escalations")


def test_a_switch_that_is_away_stops_nothing(switch: Receiver, fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    switch.replies = [Reply(status=500)]
    escalating = Escalating(fleet, monkeypatch)
    assert sweep_escalations(NOON + timedelta(minutes=6), budget=BUDGET).failed == 0
    assert escalating.levels() == [1]


def test_a_sweep_that_left_something_undone_is_silent(
    switch: Receiver, fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    Escalating(fleet, monkeypatch)

    def fail(*_: object) -> bool:
        raise psycopg.OperationalError

    monkeypatch.setattr(sweep, "repair", fail)
    assert sweep_escalations(NOON + timedelta(minutes=6), budget=BUDGET).failed >= 1
    assert switch.received == []
