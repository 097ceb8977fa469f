"""Through the deployed stack: two levels reach two people, the second after a handover; an answer stops all of it."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from pulse.database import ingest_session, tenant_session
from tests.integration.bus_listener import BusListener
from tests.integration.outbound.servers import Receiver, Reply, local_destinations_allowed, receiver
from tests.integration.stack import Stack, wait_for
from tests.integration.test_escalation import DeployedAlert, Targets, with_short_waits
from tests.integration.test_oncall import Caller, layer, person
from tests.integration.test_oncall import definition as schedule_definition

__all__ = ["with_short_waits"]


class Reached:
    """Anna and Bert, who are on call in turn for an hour each, and somebody who is never reached."""

    def __init__(self, people: Caller, receivers: dict[str, Receiver]) -> None:
        self.receivers = receivers
        self._people = people
        channels = {name: self._channel(name, receiver) for name, receiver in receivers.items()}
        responders = [{**person(name), "channel_id": channels[name]} for name in ("Anna", "Bert")]
        turns = layer(rotation="hourly", rotation_start="2026-01-05T09:00:00", responders=responders)
        _, schedule = people.call("POST", "/customer/oncall-schedules", schedule_definition(layers=[turns]))
        self.schedule_id = schedule["schedule_id"]
        self.targets = [
            {"kind": "schedule", "schedule_id": self.schedule_id},
            {"kind": "channel", "channel_id": channels["Nobody"]},
        ]

    def _channel(self, name: str, receiver: Receiver) -> str:
        config = {"url": f"http://127.0.0.1:{receiver.server_port}"}
        body = {"name": name, "kind": "webhook", "config": config}
        status, channel = self._people.call("POST", "/customer/notification-channels", body)
        assert status == 201, channel
        return str(channel["channel_id"])

    def on_call(self) -> str:
        """Whose turn it is at this moment."""
        [current] = self._people.get(f"/customer/oncall-schedules/{self.schedule_id}/current")["on_call"]
        return str(current["name"])

    def hand_over(self, tenant_id: str) -> None:
        """An hour passes, as far as turns are concerned."""
        with tenant_session(tenant_id) as connection:
            connection.execute("UPDATE oncall_layers SET rotation_start = rotation_start - INTERVAL '1 hour'")

    def levels_of(self, name: str, alert_id: str) -> list[int]:
        """The levels of an alert that somebody was told of; the device falls silent meanwhile, which is another."""
        told = [request.document["data"] for request in self.receivers[name].received]
        return [data["level"] for data in told if data["alert_id"] == alert_id]


@pytest.fixture
def receivers(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Receiver]]:
    with ExitStack() as servers:
        servers.enter_context(local_destinations_allowed(monkeypatch, plaintext=True))
        yield {name: servers.enter_context(receiver()) for name in ("Anna", "Bert", "Nobody")}


@pytest.mark.usefixtures("deployed_database", "with_short_waits")
def test_deployed_levels_reach_who_is_on_call_until_somebody_answers(
    stack: Stack, bus: BusListener, receivers: dict[str, Receiver]
) -> None:
    receivers["Nobody"].replies = [Reply(status=503)]
    reached: list[Reached] = []

    def targets(people: Caller) -> Targets:
        reached.append(Reached(people, receivers))
        return reached[0].targets

    alert = DeployedAlert(stack, bus, targets)
    [desk] = reached
    tenant_id, alert_id = alert.fleet.tenant_id, alert.alert_id
    first = desk.on_call()
    second = "Bert" if first == "Anna" else "Anna"
    wait_for(lambda: desk.levels_of(first, alert_id), what=f"the call of {first}")
    wait_for(lambda: pending(alert_id), what="a delivery that is tried again later")
    desk.hand_over(tenant_id)
    assert desk.on_call() == second
    alert.make_due()
    wait_for(lambda: desk.levels_of(second, alert_id), what=f"the call of {second}")
    assert alert.people.call("POST", f"/customer/alerts/{alert.alert_id}/acknowledge")[0] == 200
    wait_for(lambda: not pending(alert_id), what="the end of what was still to be tried")
    alert.make_due()
    stack.invoke("SweepEscalationsFunction")
    assert (desk.levels_of(first, alert_id), desk.levels_of(second, alert_id)) == ([1], [2])
    assert {job["outcome"] for job in jobs(alert_id) if job["status"] == "CANCELLED"} == {"the alert is acknowledged"}


def jobs(alert_id: str) -> list[dict[str, Any]]:
    with ingest_session() as connection:
        return connection.execute(
            "SELECT status, outcome, attempts FROM notification_jobs WHERE alert_id = %s AND event = 'escalated'",
            (alert_id,),
        ).fetchall()


def pending(alert_id: str) -> list[dict[str, Any]]:
    """Deliveries that were tried in vain and will be tried again."""
    return [job for job in jobs(alert_id) if job["status"] == "PENDING" and job["attempts"]]
