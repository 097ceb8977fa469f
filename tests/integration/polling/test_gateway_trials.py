"""Testing a target that a gateway asks: it is told to, and what it answers, or that it does not, is shown."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from pulse import clock
from pulse.commands import queries
from pulse.errors import ConflictError, NotFoundError, TooManyRequestsError
from pulse.inbound.gateways import process_gateway_message
from pulse.inbound.processing import Outcome
from pulse.polling.outcome import Answer, OutcomeKind, PollOutcome
from pulse.polling.report import report_of
from pulse.targets import gateway_trials
from pulse.targets.gateway_trials import get_trial
from pulse.targets.target import Target, TargetTrial, TrialState
from pulse.targets.trials import try_target
from tests.builders import ORIGIN
from tests.integration.polling.turns import Turns

ACCESS = {"kind": "ssh", "username": "pulse", "password": "secret"}
DOWN = "Gi0/1                  192.0.2.1       YES NVRAM  down                  down\r\n"
HEARD = PollOutcome(
    kind=OutcomeKind.OK, complete=True, seconds=0.2, answers=[Answer(name="interfaces", body=DOWN)], host_key=None
)


class Site:
    """A gateway with a target, as the one who tests it sees them."""

    def __init__(self, turns: Turns) -> None:
        self.turns, self.actor = turns, turns.fleet.person()
        self.gateway = turns.fleet.add_device("gateway-1")
        self.target = self.add("router")

    def add(self, name: str, **changes: Any) -> Target:
        return self.turns.add("cisco_ios_ssh", ACCESS, name=name, gateway_device_id=self.gateway, **changes)

    def test(self, target: Target | None = None) -> TargetTrial:
        return try_target(self.actor, (target or self.target).target_id, origin=ORIGIN)

    def shown(self) -> TargetTrial:
        return get_trial(self.turns.fleet.tenant_id, self.target.target_id)

    @property
    def command(self) -> Any:
        [newest, *_] = queries.list_device_commands(
            self.actor, self.gateway, statuses=[], name=None, limit=1, after=None
        ).commands
        return newest

    def answer(self, trial_id: UUID, outcome: PollOutcome = HEARD, *, gateway: str | None = None) -> Outcome:
        """What a gateway sends when it has asked the target."""
        now = clock.now()
        event = report_of(self.target.target_id, now, outcome) | {
            "kind": "trial",
            "trial_id": str(trial_id),
            "message_id": str(uuid4()),
            "received_at": now.isoformat(),
        }
        message = self.turns.fleet.message(
            {"version": "1", "events": [event]}, device_id=gateway or self.gateway, at=now, msg_type="inbound"
        )
        return process_gateway_message(message)

    def set(self, status: str | None = None, *, reason: str = "", delivered: bool = False) -> None:
        """What became of the command."""
        now = clock.now()
        self.turns.fleet.rows(
            """
            UPDATE commands
            SET status = coalesce(%s, status), reason = %s,
                delivered_at = CASE WHEN %s THEN %s::timestamptz ELSE delivered_at END,
                finished_at = CASE WHEN coalesce(%s, status) IN ('QUEUED', 'DELIVERED') THEN NULL ELSE %s END
            WHERE command_id = %s
            RETURNING command_id
            """,
            status, reason, delivered, now, status, now, self.command.command_id,
        )  # fmt: skip


@pytest.fixture
def site(turns: Turns) -> Site:
    return Site(turns)


def test_a_gateway_is_told_by_a_command_and_its_answer_is_shown_without_an_alert(site: Site) -> None:
    assert site.test().state is TrialState.WAITING
    command = site.command
    assert command.name == "poll_target"
    assert command.parameters == {"target_id": str(site.target.target_id), "version": 1}
    site.answer(command.command_id)
    trial = site.shown()
    assert (trial.state, trial.outcome, trial.seconds) == (TrialState.ANSWERED, OutcomeKind.OK, 0.2)
    [answer] = trial.answers
    assert answer.raises == ["Gi0/1 of router is down"]
    assert answer.excerpt == DOWN
    assert site.turns.alerts("INTERFACE_DOWN") == []
    assert site.turns.read(site.target).last_polled_at is None


def test_a_failed_test_says_what_to_look_at(site: Site) -> None:
    site.test()
    reason = "the server does not take this password"
    site.answer(
        site.command.command_id,
        PollOutcome(kind=OutcomeKind.WRONG_CREDENTIALS, reason=reason, complete=False, seconds=1),
    )
    assert (site.shown().outcome, site.shown().reason) == (OutcomeKind.WRONG_CREDENTIALS, reason)


def test_nobody_else_answers_and_an_answer_counts_once(site: Site) -> None:
    site.test()
    trial_id = site.command.command_id
    other = site.turns.fleet.add_device("gateway-2")
    assert site.answer(trial_id, gateway=other) == Outcome(ignored=1)
    assert site.answer(uuid4()) == Outcome(ignored=1)
    assert site.shown().state is TrialState.WAITING
    assert site.answer(trial_id) == Outcome()
    assert site.answer(trial_id) == Outcome(ignored=1)


def test_while_it_is_asked_nobody_asks_again_and_afterwards_one_may(site: Site) -> None:
    site.test()
    with pytest.raises(TooManyRequestsError):
        site.test()
    site.answer(site.command.command_id)
    assert site.test().state is TrialState.WAITING
    assert site.shown().answers == []


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({}, "as soon as it is connected"),
        ({"status": "DELIVERED"}, "has not answered yet"),
        ({"status": "ACKNOWLEDGED"}, "and asks it"),
    ],
)
def test_who_waits_is_told_how_far_it_has_got(site: Site, columns: dict[str, Any], words: str) -> None:
    site.test()
    site.set(**columns)
    assert site.shown().state is TrialState.WAITING
    assert words in site.shown().reason


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"status": "EXPIRED"}, "was not connected"),
        ({"status": "EXPIRED", "delivered": True}, "an older version can't test targets"),
        ({"status": "ACKNOWLEDGED"}, "has not said what came of it"),
    ],
)
def test_a_silent_gateway_is_given_up_with_the_reason(
    site: Site, monkeypatch: pytest.MonkeyPatch, columns: dict[str, Any], words: str
) -> None:
    site.test()
    site.set(**columns)
    later = clock.now() + gateway_trials.PATIENCE + timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    trial = site.shown()
    assert (trial.state, trial.outcome) == (TrialState.SILENT, None)
    assert words in trial.reason
    assert site.test().state is TrialState.WAITING


def test_a_gateway_that_refuses_is_quoted(site: Site) -> None:
    site.test()
    site.set(status="REJECTED", reason="I know no such command")
    assert site.shown().state is TrialState.SILENT
    assert "I know no such command" in site.shown().reason


def test_what_a_gateway_does_not_know_it_is_not_told_to_ask(site: Site) -> None:
    with pytest.raises(ConflictError, match="enable it first"):
        site.test(site.add("spare", enabled=False))
    with pytest.raises(NotFoundError):
        site.shown()


def test_a_gateway_out_of_service_is_told_nothing(site: Site) -> None:
    site.turns.fleet.rows(
        "UPDATE devices SET lifecycle = 'SUSPENDED' WHERE device_id = %s RETURNING device_id", site.gateway
    )
    with pytest.raises(ConflictError, match="SUSPENDED"):
        site.test()
    with pytest.raises(NotFoundError):
        site.shown()
