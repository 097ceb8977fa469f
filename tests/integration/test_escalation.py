"""Escalations: begun with the alert, taken step by step, stopped by people, repaired when an execution is lost."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import boto3
import httpx
import pytest

from pulse import clock, metrics
from pulse.alerts.handling import changing as handling
from pulse.database import ingest_session
from pulse.escalation import advancing
from pulse.escalation.advancing import follow_alert, wake
from pulse.escalation.sweep import sweep_escalations
from pulse.telemetry.ingest import ingest
from tests.builders import NOON, Fleet
from tests.integration.bus_listener import BusListener
from tests.integration.providers import make_alert
from tests.integration.stack import Stack, wait_for
from tests.integration.test_oncall import Caller, layer, person
from tests.integration.test_oncall import definition as schedule_definition

MINUTE = timedelta(minutes=1)
BUDGET = timedelta(seconds=30)

type Targets = list[dict[str, Any]]


def definition(**changes: Any) -> dict[str, Any]:
    """A default policy of two levels, five and ten minutes."""
    return {
        "name": "Default",
        "is_default": True,
        "levels": [
            {"delay_minutes": 5, "targets": [{"kind": "email", "email": "anna@acme.example"}]},
            {"delay_minutes": 10, "targets": [{"kind": "email", "email": "bert@acme.example"}]},
        ],
        **changes,
    }


class Escalating:
    """An alert opened at noon in a tenant with a default policy; executions are written down and not started."""

    def __init__(self, fleet: Fleet, monkeypatch: pytest.MonkeyPatch, **policy: Any) -> None:
        self.fleet = fleet
        self.started: list[tuple[int, Any]] = []
        monkeypatch.setattr(advancing, "start_execution", self._start)
        for module in (advancing, handling):
            monkeypatch.setattr(module, "publish_after_commit", lambda: None)
        self.people = Caller(fleet)
        status, answer = self.people.call("POST", "/customer/escalation-policies", definition(**policy))
        assert status == 201, answer
        self.policy = answer
        self.alert_id = UUID(make_alert(fleet))
        follow_alert(fleet.tenant_id, self.alert_id, NOON)

    def _start(self, tenant_id: str, _alert_id: UUID, generation: int, wakes_at: datetime) -> None:
        if tenant_id == self.fleet.tenant_id:
            self.started.append((generation, wakes_at))

    def wake(self, minutes: int) -> Any:
        """The newest execution wakes so many minutes after noon."""
        return wake(self.fleet.tenant_id, self.alert_id, self.started[-1][0], NOON + minutes * MINUTE)

    def do(self, action: str, body: dict[str, Any] | None = None) -> None:
        status, answer = self.people.call("POST", f"/customer/alerts/{self.alert_id}/{action}", body)
        assert status == 200, answer

    def follow(self, minutes: int) -> None:
        """The bus has told of a change."""
        follow_alert(self.fleet.tenant_id, self.alert_id, NOON + minutes * MINUTE)

    def suppress(self, *, by: UUID | None) -> None:
        with ingest_session() as connection:
            connection.execute("UPDATE alerts SET suppressed_by = %s WHERE alert_id = %s", (by, self.alert_id))

    def told(self) -> list[dict[str, Any]]:
        """Steps that were told so far, as the bus gets them."""
        with ingest_session() as connection:
            rows = connection.execute(
                """
                SELECT event_type, payload FROM outbox
                WHERE tenant_id = %s AND event_type IN ('alert.escalated', 'alert.unanswered')
                ORDER BY sequence
                """,
                (self.fleet.tenant_id,),
            ).fetchall()
        return [{"event_type": row["event_type"], **row["payload"]} for row in rows]

    def levels(self) -> list[int | None]:
        return [event.get("level") for event in self.told()]

    def row(self) -> dict[str, Any]:
        [row] = self.fleet.rows("SELECT * FROM alert_escalations WHERE alert_id = %s", self.alert_id)
        return row


@pytest.fixture
def escalating(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> Escalating:
    return Escalating(fleet, monkeypatch)


def test_the_due_time_is_written_with_the_alert(escalating: Escalating) -> None:
    assert escalating.row()["due_at"] == NOON + 5 * MINUTE
    assert escalating.started == [(1, NOON + 5 * MINUTE)]


def test_a_tenant_without_a_default_policy_escalates_nothing(fleet: Fleet) -> None:
    Caller(fleet).call("POST", "/customer/escalation-policies", definition(is_default=False))
    make_alert(fleet)
    assert fleet.rows("SELECT FROM alert_escalations") == []


def test_an_alert_escalates_by_the_policy_of_its_rule_and_others_by_the_default(fleet: Fleet) -> None:
    people = Caller(fleet)
    _, own = people.call("POST", "/customer/escalation-policies", definition(name="Own", is_default=False))
    people.call("POST", "/customer/escalation-policies", definition())
    fleet.add_device()
    fleet.add_rule(escalation_policy_id=own["policy_id"])
    fleet.add_rule("Far too warm", severity="CRITICAL")
    ingest([fleet.message({"metrics": {"temp_c": 9}})])
    escalations = fleet.rows(
        """
        SELECT alerts.severity, plan ->> 'policy_name' AS policy
        FROM alert_escalations JOIN alerts USING (tenant_id, alert_id)
        """
    )
    assert {row["severity"]: row["policy"] for row in escalations} == {"HIGH": "Own", "CRITICAL": "Default"}


def test_levels_are_told_one_after_the_other_and_then_nobody_has_answered(escalating: Escalating) -> None:
    assert escalating.wake(5) == NOON + 15 * MINUTE
    assert escalating.wake(15) == NOON + 25 * MINUTE
    assert escalating.levels() == [1, 2]
    assert escalating.wake(25) is None
    assert [event["event_type"] for event in escalating.told()] == [
        "alert.escalated",
        "alert.escalated",
        "alert.unanswered",
    ]
    assert [event["targets"] for event in escalating.told()[:2]] == [
        [{"kind": "email", "email": "anna@acme.example"}],
        [{"kind": "email", "email": "bert@acme.example"}],
    ]


def test_an_execution_that_wakes_too_early_tells_nobody(escalating: Escalating) -> None:
    assert escalating.wake(4) == NOON + 5 * MINUTE
    assert escalating.levels() == []


def test_an_execution_that_wakes_twice_tells_once(escalating: Escalating) -> None:
    escalating.wake(5)
    escalating.wake(5)
    assert escalating.levels() == [1]


@pytest.mark.parametrize(("action", "body"), [("acknowledge", None), ("close", None), ("silence", {"minutes": 1440})])
def test_what_people_do_stops_the_next_step_without_any_further_ado(
    escalating: Escalating, monkeypatch: pytest.MonkeyPatch, action: str, body: dict[str, Any] | None
) -> None:
    escalating.wake(5)
    monkeypatch.setattr(clock, "now", lambda: NOON + 6 * MINUTE)
    escalating.do(action, body)
    escalating.wake(15)
    assert escalating.levels() == [1]


def test_nobody_is_told_of_a_device_behind_a_silent_one_until_the_other_is_back(escalating: Escalating) -> None:
    escalating.suppress(by=escalating.alert_id)
    assert escalating.wake(5) is None
    escalating.suppress(by=None)
    escalating.follow(20)
    assert escalating.levels() == []
    assert escalating.row()["due_at"] == NOON + 25 * MINUTE
    escalating.wake(25)
    assert escalating.levels() == [1]


def test_the_policy_of_an_alert_is_frozen(escalating: Escalating) -> None:
    changed = definition(levels=[{"delay_minutes": 1, "targets": [{"kind": "email", "email": "new@acme.example"}]}])
    path = f"/customer/escalation-policies/{escalating.policy['policy_id']}"
    assert escalating.people.call("PUT", path, changed)[0] == 200
    escalating.wake(5)
    assert escalating.told()[0]["targets"][0]["email"] == "anna@acme.example"
    shown = escalating.people.get(f"/customer/alerts/{escalating.alert_id}/escalation")
    assert (shown["level"], shown["steps_taken"], len(shown["policy"]["levels"])) == (1, 1, 2)


def test_an_alert_acknowledged_for_too_long_opens_again(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    escalating = Escalating(fleet, monkeypatch, acknowledgement_timeout_minutes=2)
    monkeypatch.setattr(clock, "now", lambda: NOON + MINUTE)
    escalating.do("acknowledge")
    escalating.follow(1)
    assert escalating.started[-1] == (2, NOON + 3 * MINUTE)
    assert escalating.wake(3) == NOON + 8 * MINUTE
    [alert] = fleet.rows("SELECT status, acknowledged_at FROM alerts WHERE alert_id = %s", escalating.alert_id)
    assert alert == {"status": "OPEN", "acknowledged_at": None}
    story = escalating.people.get(f"/customer/alerts/{escalating.alert_id}")["timeline"]
    assert "acknowledged for 2 min and not closed" in [entry["detail"].get("reason") for entry in story]
    escalating.wake(8)
    assert escalating.levels() == [1]


def test_an_execution_of_a_former_generation_ends(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    escalating = Escalating(fleet, monkeypatch, acknowledgement_timeout_minutes=2)
    monkeypatch.setattr(clock, "now", lambda: NOON + MINUTE)
    escalating.do("acknowledge")
    escalating.follow(1)
    assert wake(fleet.tenant_id, escalating.alert_id, 1, NOON + 5 * MINUTE) is None


def test_a_schedules_people_are_those_on_call_at_that_instant(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    people = Caller(fleet)
    handover = layer(
        rotation="daily", rotation_start="2037-11-19T13:06:00", responders=[person("Anna"), person("Bert")]
    )
    _, schedule = people.call("POST", "/customer/oncall-schedules", schedule_definition(layers=[handover]))
    target = {"kind": "schedule", "schedule_id": schedule["schedule_id"]}
    level = {"delay_minutes": 5, "targets": [target]}
    escalating = Escalating(fleet, monkeypatch, levels=[level, level])
    escalating.wake(5)
    escalating.wake(10)
    told = [event["targets"][0]["people"][0] for event in escalating.told()]
    assert [entry["name"] for entry in told] == ["Anna", "Bert"]  # handed over at 12:06 UTC
    assert "turn 2 of layer Weekly" in told[1]["why"]["explanation"]
    assert people.call("DELETE", f"/customer/oncall-schedules/{schedule['schedule_id']}")[0] == 409


def test_the_sweep_does_what_a_lost_execution_left_undone(
    escalating: Escalating, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "count", lambda *_: None)
    sweep_escalations(NOON + 5 * MINUTE, budget=BUDGET)
    assert escalating.levels() == []  # the execution may be on its way
    assert sweep_escalations(NOON + 6 * MINUTE, budget=BUDGET).repaired >= 1
    assert escalating.levels() == [1]
    repaired = [(1, NOON + 5 * MINUTE), (2, NOON + 16 * MINUTE)]
    assert escalating.started == repaired
    sweep_escalations(NOON + 6 * MINUTE, budget=BUDGET)
    assert (escalating.levels(), escalating.started) == ([1], repaired)


@pytest.mark.parametrize("what", ["silenced", "suppressed"])
def test_the_sweep_goes_on_where_the_end_of_a_silence_was_not_heard(
    escalating: Escalating, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    monkeypatch.setattr(metrics, "count", lambda *_: None)
    monkeypatch.setattr(clock, "now", lambda: NOON + MINUTE)
    if what == "silenced":
        escalating.do("silence", {"minutes": None})
    else:
        escalating.suppress(by=escalating.alert_id)
    escalating.follow(1)
    sweep_escalations(NOON + 10 * MINUTE, budget=BUDGET)
    assert (escalating.row()["due_at"], escalating.row()["waiting_for"]) == (None, "silence")
    monkeypatch.setattr(clock, "now", lambda: NOON + 20 * MINUTE)
    if what == "silenced":
        escalating.do("unsilence")
        sweep_escalations(NOON + 20 * MINUTE, budget=BUDGET)
        assert escalating.row()["due_at"] is None  # the event may be on its way
    else:
        escalating.suppress(by=None)
    assert sweep_escalations(NOON + 21 * MINUTE, budget=BUDGET).repaired >= 1
    assert escalating.row()["due_at"] == NOON + 26 * MINUTE
    assert escalating.started[-1] == (2, NOON + 26 * MINUTE)
    escalating.wake(26)
    assert escalating.levels() == [1]


def test_the_sweep_leaves_alone_what_is_silenced_or_taken(
    escalating: Escalating, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "count", lambda *_: None)
    monkeypatch.setattr(clock, "now", lambda: NOON + MINUTE)
    escalating.suppress(by=escalating.alert_id)
    escalating.follow(1)
    escalating.do("acknowledge")
    escalating.suppress(by=None)
    sweep_escalations(NOON + 60 * MINUTE, budget=BUDGET)
    assert escalating.row()["due_at"] is None
    assert escalating.started == [(1, NOON + 5 * MINUTE)]


def test_a_new_default_policy_takes_the_place_of_the_former(escalating: Escalating) -> None:
    status, _ = escalating.people.call("POST", "/customer/escalation-policies", definition(name="Other"))
    assert status == 201
    shown = escalating.people.get("/customer/escalation-policies")["items"]
    assert [(policy["name"], policy["is_default"]) for policy in shown] == [("Default", False), ("Other", True)]


@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        ({"levels": []}, 422, "levels"),
        ({"repeat": 6}, 422, "repeat"),
        ({"levels": [{"delay_minutes": 0, "targets": [{"kind": "email", "email": "a@b.example"}]}]}, 422, "delay"),
        ({"levels": [{"delay_minutes": 1, "targets": []}]}, 422, "targets"),
        (
            {"levels": [{"targets": [{"kind": "schedule", "schedule_id": str(UUID(int=9))}]}]},
            400,
            "levels.0.targets.0.schedule_id",
        ),
    ],
)
def test_what_is_wrong_with_a_policy_is_named(fleet: Fleet, changes: dict[str, Any], status: int, field: str) -> None:
    answered, problem = Caller(fleet).call("POST", "/customer/escalation-policies", definition(**changes))
    assert answered == status
    assert [error for error in problem["errors"] if field in error["field"] and error["reason"]]


@pytest.fixture
def with_short_waits(stack: Stack) -> Iterator[None]:
    """Executions sleep three seconds for a minute; what is due is decided by the database all the same.

    Not shorter: the waits between their attempts shrink with it, and a function that starts cold needs them.
    """
    config = f"{stack.description['api_url'].split('/_aws')[0]}/_ministack/config"
    httpx.post(config, json={"stepfunctions._SFN_WAIT_SCALE": 0.05}, timeout=60).raise_for_status()
    yield
    httpx.post(config, json={"stepfunctions._SFN_WAIT_SCALE": 1}, timeout=60).raise_for_status()


class DeployedAlert:
    """An alert in the deployed database whose first level is overdue, and the executions that it has."""

    def __init__(self, stack: Stack, bus: BusListener, targets: Callable[[Caller], Targets] | None = None) -> None:
        self._stack, self._bus = stack, bus
        self.fleet = Fleet()
        self.people = Caller(self.fleet)
        self.email = f"{self.fleet.tenant_id}@acme.example"
        told = targets(self.people) if targets else [{"kind": "email", "email": self.email}]
        # Long enough that nothing is due by itself on a machine that stands still for a minute: `make_due` decides.
        levels = [{"delay_minutes": 3, "targets": told}] * 2
        status, answer = self.people.call("POST", "/customer/escalation-policies", definition(levels=levels, repeat=1))
        assert status == 201, answer
        self.alert_id = make_alert(self.fleet, at=clock.now() - 4 * MINUTE)

    def wait_for_levels(self, *levels: int) -> None:
        """Wait until exactly these levels were told."""

        def told() -> list[int]:
            events = self._bus.of_tenant(self.fleet.tenant_id, at_least=1)
            return [event["level"] for event in events if event["event_type"] == "alert.escalated"]

        wait_for(lambda: len(told()) >= len(levels), what=f"level {levels[-1]} of {self.alert_id}")
        assert told() == list(levels)

    def wait_for_mail(self) -> None:
        """Wait until whom the levels name has mail."""
        wait_for(lambda: self.email in str(self._stack.sent_mail()), what=f"mail to {self.email}")

    def make_due(self) -> None:
        """Time passes."""
        with ingest_session() as connection:
            connection.execute(
                "UPDATE alert_escalations SET due_at = now() - INTERVAL '1 minute' WHERE alert_id = %s",
                (self.alert_id,),
            )

    def running(self) -> list[str]:
        """Its executions that have not ended."""
        answer = boto3.client("stepfunctions").list_executions(
            stateMachineArn=self._stack.outputs["EscalationStateMachineArn"], statusFilter="RUNNING"
        )
        return [
            execution["executionArn"]
            for execution in answer["executions"]
            if execution["name"].startswith(self.alert_id)
        ]


@pytest.mark.usefixtures("deployed_database", "with_short_waits")
def test_deployed_levels_are_told_one_after_the_other_until_somebody_acknowledges(
    stack: Stack, bus: BusListener
) -> None:
    alert = DeployedAlert(stack, bus)
    alert.wait_for_levels(1)
    alert.wait_for_mail()  # before somebody takes the alert: nobody is called after that
    wait_for(alert.running, what="an execution that sleeps")
    alert.make_due()
    alert.wait_for_levels(1, 2)
    assert alert.people.call("POST", f"/customer/alerts/{alert.alert_id}/acknowledge")[0] == 200
    wait_for(lambda: not alert.running(), what="the end of the execution")
    alert.make_due()
    stack.invoke("SweepEscalationsFunction")
    alert.wait_for_levels(1, 2)


@pytest.mark.usefixtures("deployed_database")
def test_deployed_an_execution_that_was_killed_is_replaced_by_the_sweep(stack: Stack, bus: BusListener) -> None:
    alert = DeployedAlert(stack, bus)
    alert.wait_for_levels(1)
    [execution] = wait_for(alert.running, what="an execution that sleeps")
    boto3.client("stepfunctions").stop_execution(executionArn=execution)
    alert.make_due()
    stack.invoke("SweepEscalationsFunction")  # which its schedule may have done just before
    alert.wait_for_levels(1, 2)
    [replacement] = wait_for(alert.running, what="another execution")
    assert replacement != execution
    boto3.client("stepfunctions").stop_execution(executionArn=replacement)
