"""An execution environment beside the test's own: stream, sweep and people at work on the same few alerts."""

import random
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from pulse import clock
from pulse.alerts.alert_store import Closing, Opening
from pulse.alerts.handling.actions import AlertAction, Handling
from pulse.alerts.handling.changing import handle_alerts
from pulse.alerts.lifecycle import close_alerts, open_alerts
from pulse.alerts.severity import Severity
from pulse.alerts.sweeping.upkeep import end_limits, release_excess
from pulse.database import ingest_session, tenant_session
from pulse.identity.permissions import Role
from pulse.identity.principal import Origin, Principal
from tests.builders import NOON

CAUSES = [f"TEST:{number}" for number in range(6)]


def make_opening(tenant_id: str, fingerprint: str, **changes: Any) -> Opening:
    """A cause that was seen just now."""
    opening = Opening(
        tenant_id=tenant_id,
        fingerprint=fingerprint,
        source="rule",
        type="THRESHOLD",
        severity=Severity.MEDIUM,
        summary="too warm",
        details={},
        time=clock.now(),
        device_id="freezer-1",
        site_id="hall-a",
    )
    return opening._replace(**changes)


def make_closing(tenant_id: str, fingerprint: str, **changes: Any) -> Closing:
    """A cause that ended just now."""
    return Closing(tenant_id, fingerprint, "it is over", clock.now(), {})._replace(**changes)


def work(tenant_id: str, seed: int, steps: int) -> dict[str, int]:
    """Do something at random so many times; return how often each thing was done."""
    chance = random.Random(seed)
    done = {"opened": 0, "seen": 0, "closed": 0, "handled": 0}
    person = Principal(f"user-{seed}", f"user-{seed}@test.example", frozenset({Role.CUSTOMER}), tenant_id)
    for _ in range(steps):
        causes = chance.sample(CAUSES, chance.randint(1, len(CAUSES)))
        match chance.choice(["machine", "machine", "end", "person"]):
            case "machine":
                severity = chance.choice(list(Severity))
                with ingest_session() as connection:
                    openings = [make_opening(tenant_id, cause, severity=severity) for cause in causes]
                    done["opened"] += open_alerts(connection, openings)
                done["seen"] += len(causes)
            case "end":
                with ingest_session() as connection:
                    done["closed"] += close_alerts(connection, [make_closing(tenant_id, cause) for cause in causes])
            case _:
                handling = Handling(action=chance.choice(list(AlertAction)), by=person.name, at=clock.now(), remark="x")
                outcomes = handle_alerts(person, _some_alerts(tenant_id, chance), handling, origin=Origin(None, "test"))
                done["handled"] += sum(outcome.changed for outcome in outcomes)
                if handling.action is AlertAction.CLOSE:
                    done["closed"] += sum(outcome.changed for outcome in outcomes)
    return done


def flood(tenant_id: str, name: str, batches: int, size: int) -> None:
    """See new causes, so many at a time, as fast as it goes."""
    for batch in range(batches):
        with ingest_session() as connection:
            open_alerts(connection, [make_opening(tenant_id, f"{name}:{batch}:{n}", time=NOON) for n in range(size)])


def let_go(now: datetime, times: int) -> None:
    """Open what there is room for, and end the alert that tells of held ones, so many times."""
    for _ in range(times):
        release_excess(now)
        end_limits(now)


def somebody_waits(connection: psycopg.Connection[Any]) -> bool:
    """Whether a transaction of this database waits for a lock at this moment."""
    waiting = connection.execute(
        """
        SELECT FROM pg_locks JOIN pg_stat_activity USING (pid)
        WHERE NOT granted AND datname = current_database()
        """
    )
    return waiting.fetchone() is not None


def _some_alerts(tenant_id: str, chance: random.Random) -> list[UUID]:
    with tenant_session(tenant_id) as connection:
        rows = connection.execute("SELECT alert_id FROM alerts WHERE tenant_id = %s", (tenant_id,)).fetchall()
    alert_ids = [row["alert_id"] for row in rows]
    return chance.sample(alert_ids, min(len(alert_ids), 8))
