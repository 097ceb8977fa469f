"""Commands on the deployed stack, to a device that speaks MQTT and to one that speaks HTTP."""

from typing import Any
from uuid import uuid4

import orjson
import pytest

from tests.integration.onboarding import Newcomer
from tests.integration.stack import wait_for


@pytest.fixture
def new(newcomer: Newcomer) -> dict[str, Any]:
    """A certificate of the newcomer, with its key."""
    document: dict[str, Any] = newcomer.post("/credentials").json()
    return document


def test_deployed_a_command_reaches_the_device_and_its_answer_the_person(
    newcomer: Newcomer, new: dict[str, Any]
) -> None:
    waiting = newcomer.post("/commands", {"name": "blink", "parameters": {"times": 3}}).json()
    path = f"{newcomer.path}/commands"
    with newcomer.connect(new) as connection:
        assert connection.wait_connected() == "Success"
        assert connection.subscribe(new["mqtt"]["command_topic"]) == "Granted QoS 1"
        # It was sent before the device came; the second while it is there.
        received = wait_for(lambda: connection.received, what="the command that waited")
        assert orjson.loads(received[0].payload)["command_id"] == waiting["command_id"]
        assert not received[0].retain
        sent = newcomer.post("/commands", {"name": "reboot"}).json()
        wait_for(
            lambda: any(orjson.loads(message.payload)["name"] == "reboot" for message in connection.received),
            what="the command for a connected device",
        )
        reply = {"status": "REJECTED", "reason": "the door is open"}
        topic = f"{new['mqtt']['command_topic']}/{sent['command_id']}/ack"
        assert connection.publish(reply, topic=topic) == "Success"
        wait_for(
            lambda: newcomer.api.get(f"{path}/{sent['command_id']}").json()["status"] == "REJECTED",
            what="the device's answer",
        )
    answered = newcomer.api.get(path, params={"status": "REJECTED"}).json()["items"]
    assert [(command["command_id"], command["reason"]) for command in answered] == [
        (sent["command_id"], "the door is open")
    ]


def test_deployed_a_device_that_speaks_http_fetches_a_command_and_answers_it(newcomer: Newcomer) -> None:
    sent = newcomer.post("/commands", {"name": "reboot"}).json()
    device = newcomer.stack.api_with(newcomer.post("/credentials", {"kind": "token"}).json()["token"])
    [fetched] = device.get("/ingest/v1/commands").json()["commands"]
    assert (fetched["command_id"], fetched["name"]) == (sent["command_id"], "reboot")
    path = f"/ingest/v1/commands/{fetched['command_id']}/ack"
    answered = device.post(path, json={"result": {"uptime": 1}})
    assert (answered.status_code, answered.json()["status"]) == (200, "ACKNOWLEDGED")
    assert device.get("/ingest/v1/commands").json() == {"commands": []}
    shown = newcomer.api.get(f"{newcomer.path}/commands/{sent['command_id']}").json()
    assert (shown["status"], shown["result"]) == ("ACKNOWLEDGED", {"uptime": 1})
    assert device.post(f"/ingest/v1/commands/{uuid4()}/ack").status_code == 404
    assert device.post(path, content=b"no JSON").status_code == 422
    assert newcomer.stack.api_with("pd_nobody").get("/ingest/v1/commands").status_code == 401
