"""A gateway that lives and tells nothing of its targets is told of once; one that is silent altogether is not."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from pulse import clock
from pulse.database import ingest_session
from pulse.inbound import managing_addons
from pulse.inbound.addon import AddonChoice
from pulse.polling.outcome import OutcomeKind, PollOutcome
from pulse.polling.report import PollReport, report_of
from pulse.targets import managing
from pulse.targets.hearing import hear_poll
from pulse.targets.overdue import look_after_results
from pulse.targets.target import Target
from tests.builders import ORIGIN
from tests.integration.polling.turns import PATIENCE, Turns

ACCESS = {"kind": "ssh", "username": "pulse", "password": "secret"}
LATER = timedelta(minutes=9)
"""Than three intervals of a minute, and the five that a gateway has to be told."""


class Site:
    """A gateway with two targets, both asked every minute."""

    def __init__(self, turns: Turns) -> None:
        self.turns = turns
        self.gateway = turns.fleet.add_device("gateway-1")
        self.heard_of("ONLINE")
        self.targets = [self.add(name) for name in ("router", "switch")]

    def add(self, name: str) -> Target:
        return self.turns.add("cisco_ios_ssh", ACCESS, name=name, gateway_device_id=self.gateway)

    def heard_of(self, status: str) -> None:
        self.turns.fleet.rows(
            """
            INSERT INTO device_state (tenant_id, device_id, status) VALUES (%s, %s, %s)
            ON CONFLICT (tenant_id, device_id) DO UPDATE SET status = excluded.status
            RETURNING device_id
            """,
            self.turns.fleet.tenant_id,
            self.gateway,
            status,
        )

    def look(self, now: datetime) -> None:
        look_after_results(now, budget=PATIENCE)

    def hear(self, target: Target, at: datetime) -> None:
        outcome = PollOutcome(kind=OutcomeKind.TIMED_OUT, complete=False, seconds=1)
        with ingest_session() as connection:
            hear_poll(
                connection,
                self.turns.fleet.tenant_id,
                PollReport.model_validate(report_of(target.target_id, at, outcome)),
                message_id=uuid4(),
                heard_at=at,
                gateway_device_id=self.gateway,
            )

    def alerts(self) -> list[tuple[str, int]]:
        return [(alert["status"], alert["details"]["targets"]) for alert in self.turns.alerts("POLLS_OVERDUE")]


@pytest.fixture
def site(turns: Turns) -> Site:
    return Site(turns)


def test_one_alert_for_all_that_a_living_gateway_owes_ends_with_the_last_result(site: Site) -> None:
    now = clock.now() + LATER
    site.look(now - timedelta(minutes=2))
    assert site.alerts() == []
    site.look(now)
    assert site.alerts() == [("OPEN", 2)]
    assert all(site.turns.read(target).unknown_since is not None for target in site.targets)
    site.hear(site.targets[0], now)
    assert site.alerts() == [("OPEN", 2)]
    site.hear(site.targets[1], now)
    assert site.alerts() == [("CLOSED", 2)]
    assert [site.turns.read(target).unknown_since for target in site.targets] == [None, None]
    site.look(now + timedelta(minutes=7))
    assert site.alerts() == [("CLOSED", 2)]


def test_what_a_silent_gateway_asks_is_not_known_and_alerts_nobody(site: Site) -> None:
    heard_at = clock.now()
    site.hear(site.targets[0], heard_at)
    failed = [alert["status"] for alert in site.turns.alerts("POLL_FAILED")]
    site.heard_of("OFFLINE")
    site.look(heard_at + LATER)
    assert site.alerts() == []
    assert [alert["status"] for alert in site.turns.alerts("POLL_FAILED")] == failed
    router, switch = (site.turns.read(target) for target in site.targets)
    assert router.unknown_since == router.last_polled_at == heard_at
    assert switch.unknown_since == switch.created_at


def test_a_gateway_that_falls_silent_altogether_owes_nothing_any_more(site: Site) -> None:
    now = clock.now() + LATER
    site.look(now)
    site.heard_of("OFFLINE")
    site.look(now + timedelta(minutes=5))
    assert site.alerts() == [("CLOSED", 2)]
    site.heard_of("ONLINE")
    site.look(now + timedelta(minutes=10))
    assert [status for status, _ in site.alerts()] == ["CLOSED", "OPEN"]


def test_nothing_is_owed_of_targets_that_are_taken_away_or_not_asked(site: Site) -> None:
    now = clock.now() + LATER
    site.look(now)
    for target in site.targets:
        managing.delete_target(site.turns.fleet.person(), target.target_id, if_match=None, origin=ORIGIN)
    assert site.alerts() == [("CLOSED", 2)]
    site.add("spare")
    managing_addons.choose(
        site.turns.fleet.person(), "cisco_ios_ssh", AddonChoice(False, {}), if_match=None, origin=ORIGIN
    )
    site.look(now + LATER)
    assert site.alerts() == [("CLOSED", 2)]
