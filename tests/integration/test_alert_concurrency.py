"""Whatever stream, sweep and people do at the same time: a cause has one live alert, and each change is told once."""

from collections import Counter

import pytest

from tests.builders import Fleet
from tests.integration.alert_process import work
from tests.integration.ingest_process import processes

PROCESSES = 3
STEPS = 60

pytestmark = pytest.mark.timeout(180)


@pytest.mark.parametrize("seed", [1, 2])
def test_of_one_cause_there_is_one_live_alert_and_every_change_is_told_once(
    fleet: Fleet, scenario_database: str, seed: int
) -> None:
    with processes(PROCESSES, scenario_database) as pool:
        shares = [pool.submit(work, fleet.tenant_id, seed * 100 + share, STEPS) for share in range(PROCESSES)]
        reports = [share.result() for share in shares]
    done: Counter[str] = sum((Counter(report) for report in reports), Counter())

    live = fleet.rows("SELECT fingerprint, count(*) FROM alerts WHERE status <> 'CLOSED' GROUP BY 1")
    assert all(row["count"] == 1 for row in live)
    [alerts] = fleet.rows("SELECT count(*), sum(trigger_count)::int AS seen FROM alerts")
    assert alerts == {"count": done["opened"], "seen": done["seen"]}
    told = {row["event"]: row for row in fleet.rows(
        "SELECT event, count(*), count(DISTINCT alert_id) AS alerts FROM alert_timeline GROUP BY 1"
    )}  # fmt: skip
    assert told["opened"]["count"] == told["opened"]["alerts"] == done["opened"]
    assert told["closed"]["count"] == told["closed"]["alerts"] == done["closed"] == done["opened"] - len(live)
    people = fleet.rows("SELECT count(*) FROM alert_timeline WHERE actor <> 'system'")
    assert people == [{"count": done["handled"]}]
    # An alert's severity only ever rises, and each rise is told of.
    assert not fleet.rows(
        """
        WITH told AS (
            SELECT alert_id, (detail ->> 'severity')::severity AS severity,
                   lag((detail ->> 'severity')::severity) OVER (PARTITION BY alert_id ORDER BY entry_id) AS before
            FROM alert_timeline
            WHERE event IN ('opened', 'severity_changed')
        )
        SELECT alert_id FROM told WHERE severity <= before
        """
    )


def test_two_who_acknowledge_at_once_are_one_who_did(fleet: Fleet, scenario_database: str) -> None:
    with processes(PROCESSES, scenario_database) as pool:
        list(pool.map(work, [fleet.tenant_id] * PROCESSES, range(PROCESSES), [20] * PROCESSES))
    repeated = fleet.rows(
        """
        SELECT alert_id
        FROM (
            SELECT alert_id, event, lag(event) OVER (PARTITION BY alert_id ORDER BY entry_id) AS before
            FROM alert_timeline
            WHERE event IN ('acknowledged', 'unacknowledged')
        ) AS steps
        WHERE event = before
        """
    )
    assert repeated == []
