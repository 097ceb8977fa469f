"""Stream, sweep and people at once, each on a connection of its own: a cause has at most one live alert.

Each actor is a process, as on the deployed stack: sessions are one to a process.
"""

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pulse.alerts.rules.editing import enable_rule
from pulse.alerts.sweeping.sweep import sweep
from pulse.database import tenant_session
from pulse.events import outbox
from pulse.identity.permissions import Role
from pulse.identity.principal import Origin, Principal
from pulse.telemetry.ingest import ingest
from tests.builders import ACTOR, NOON, Fleet, take_all
from tests.integration.ingest_process import processes

ORIGIN = Origin(None, "test")
DEVICES = ("freezer-1", "freezer-2")
MOST_ACTORS = 4

type Step = Callable[[Fleet, UUID, random.Random], None]


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def stream(fleet: Fleet, _rule_id: UUID, chosen: random.Random) -> None:
    ingest(
        [
            fleet.message(
                {"metrics": {"temp_c": chosen.choice([4, 9])}}, at=at(chosen.randrange(400)), device_id=device_id
            )
            for device_id in DEVICES
        ]
    )


def sweep_now(_fleet: Fleet, _rule_id: UUID, chosen: random.Random) -> None:
    sweep(at(chosen.randrange(800)), budget=timedelta(seconds=5))


def close_something(fleet: Fleet, _rule_id: UUID, _chosen: random.Random) -> None:
    with tenant_session(fleet.tenant_id) as connection:
        connection.execute(
            """
            UPDATE alerts
            SET status = 'CLOSED', closed_at = now(), closed_by = 'someone'
            WHERE alert_id IN (
                SELECT alert_id FROM alerts WHERE tenant_id = %(tenant_id)s AND status <> 'CLOSED'
                ORDER BY alert_id LIMIT 1 FOR UPDATE SKIP LOCKED
            )
            """,
            {"tenant_id": fleet.tenant_id},
        )


def switch_the_rule(fleet: Fleet, rule_id: UUID, chosen: random.Random) -> None:
    admin = Principal(str(uuid4()), ACTOR, frozenset({Role.TENANT_ADMIN}), fleet.tenant_id)
    enable_rule(admin, rule_id, enabled=chosen.random() < 0.7, if_match=None, origin=ORIGIN)


STEPS: dict[str, Step] = {
    "stream": stream,
    "sweep": sweep_now,
    "person": close_something,
    "administrator": switch_the_rule,
}


def act(fleet: Fleet, rule_id: UUID, script: list[str], seed: int) -> None:
    """One actor's script, on a connection of its own."""
    chosen = random.Random(seed)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(outbox, "put_events", take_all)
        for name in script:
            STEPS[name](fleet, rule_id, chosen)


@pytest.fixture
def actors(scenario_database: str) -> Iterator[ProcessPoolExecutor]:
    """As many processes as there may be actors."""
    with processes(MOST_ACTORS, scenario_database) as pool:
        yield pool


@pytest.mark.parametrize("duration_seconds", [0, 60])
@given(
    scripts=st.lists(
        st.lists(st.sampled_from(sorted(STEPS)), min_size=3, max_size=8), min_size=2, max_size=MOST_ACTORS
    ),
    seed=st.integers(0, 1000),
)
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_a_cause_has_at_most_one_live_alert_under_any_interleaving(
    actors: ProcessPoolExecutor, duration_seconds: int, scripts: list[list[str]], seed: int
) -> None:
    fleet = Fleet()
    for device_id in DEVICES:
        fleet.add_device(device_id)
    rule_id = UUID(fleet.add_rule(duration_seconds=duration_seconds))
    for done in [actors.submit(act, fleet, rule_id, script, seed + i) for i, script in enumerate(scripts)]:
        done.result()
    live: list[dict[str, Any]] = fleet.rows(
        """
        SELECT fingerprint, count(*) AS alerts
        FROM alerts
        WHERE status <> 'CLOSED'
        GROUP BY fingerprint
        HAVING count(*) > 1
        """
    )
    assert live == []
    told = fleet.rows(
        """
        SELECT alert_id,
               (SELECT count(*) FROM alert_timeline AS story
                WHERE story.alert_id = alerts.alert_id AND event = 'opened') AS opened
        FROM alerts
        """
    )
    assert all(alert["opened"] == 1 for alert in told)
    [rule] = fleet.rows("SELECT enabled FROM alert_rules")
    if not rule["enabled"]:
        assert fleet.rows("SELECT * FROM alerts WHERE source = 'rule' AND status <> 'CLOSED'") == []
