"""What a simulated device answers to commands and to its shadow."""

import json
from datetime import timedelta
from typing import Any

import pytest

from edge.broker.transport import Message
from edge.simulator.responses import Responder
from tests.unit.edge.test_device import START, make_device

COMMANDS = "devices/acme/d1/commands"
SHADOW = "$aws/things/acme:d1/shadow/update"


class Device:
    """A simulated device that is spoken to."""

    def __init__(self) -> None:
        self.simulated = make_device()
        self.responder = Responder(self.simulated, tenant_id="acme", device_id="d1", boot_id="boot")

    def tell(self, topic: str, document: object) -> list[Message]:
        return self.responder.respond(topic, json.dumps(document).encode())

    def command(self, name: str, parameters: object = None, command_id: str = "c-1") -> dict[str, Any]:
        document = {"command_id": command_id, "name": name, "parameters": parameters or {}}
        [answer] = self.tell(COMMANDS, document)
        assert answer.topic == f"{COMMANDS}/{command_id}/ack"
        content: dict[str, Any] = json.loads(answer.payload)
        return content


def test_a_known_command_is_acknowledged_with_its_result() -> None:
    device = Device()
    answer = device.command("set_interval", {"seconds": 2})
    assert answer == {"status": "ACKNOWLEDGED", "result": {"interval_seconds": 2.0}}
    due = device.simulated.messages_due(START + timedelta(seconds=60))
    assert due
    assert device.simulated.next_due_at <= START + timedelta(seconds=62.3)


@pytest.mark.parametrize(
    ("name", "parameters"),
    [("explode", {}), ("set_interval", {}), ("set_interval", {"seconds": 0.1}), ("set_interval", {"seconds": True})],
)
def test_what_a_device_can_not_do_it_rejects_with_a_reason(name: str, parameters: object) -> None:
    answer = Device().command(name, parameters)
    assert answer["status"] == "REJECTED"
    assert answer["reason"]


def test_a_repeated_command_is_answered_again_and_not_carried_out_again() -> None:
    device = Device()
    first = device.command("set_interval", {"seconds": 2})
    device.command("set_interval", {"seconds": 7}, command_id="c-2")
    assert device.command("set_interval", {"seconds": 2}) == first
    assert device.simulated.interval_seconds == 7


def test_answers_have_ids_of_their_own() -> None:
    device = Device()
    messages = [device.responder.report(), *device.tell(COMMANDS, {"command_id": "c", "name": "blink"})]
    assert len({message.message_id for message in messages}) == 2


def test_a_device_follows_its_shadow_and_reports_it() -> None:
    device = Device()
    [report] = device.tell(f"{SHADOW}/delta", {"state": {"interval_seconds": 2, "color": "red"}})
    assert report.topic == SHADOW
    assert json.loads(report.payload) == {"state": {"reported": {"interval_seconds": 2.0}}}
    assert device.tell(f"{SHADOW}/delta", {"state": {"color": "red"}}) == []


@pytest.mark.parametrize("payload", [b"no JSON", b"[]", b"{}", b'{"command_id": 7}', b'{"state": 7}'])
def test_nonsense_is_left_alone(payload: bytes) -> None:
    responder = Device().responder
    assert [responder.respond(topic, payload) for topic in responder.topics] == [[], []]
