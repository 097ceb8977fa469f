"""What a device answers: to commands, and to what its shadow desires of it."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from edge.broker.transport import Message
from edge.simulator.device import SimulatedDevice

SHORTEST_INTERVAL_SECONDS = 0.5
LONGEST_INTERVAL_SECONDS = 3600.0
REMEMBERED = 100


class CannotError(Exception):
    """The device does not do this; the message goes back as the reason."""


class Responder:
    """Carries out commands once each, whatever often they come, and reports what it has made its own.

    It knows `reboot`, `blink` and `set_interval` with `seconds`, and of the desired state `interval_seconds`.
    """

    def __init__(self, device: SimulatedDevice, *, tenant_id: str, device_id: str, boot_id: str) -> None:
        self._device = device
        self._commands = f"devices/{tenant_id}/{device_id}/commands"
        self._shadow = f"$aws/things/{tenant_id}:{device_id}/shadow/update"
        self._boot_id = boot_id
        self._number = 0
        self._answers: dict[str, dict[str, object]] = {}
        self._known: dict[str, Callable[[dict[str, Any]], dict[str, object]]] = {
            "reboot": lambda _: {},
            "blink": lambda parameters: {"times": parameters.get("times", 1)},
            "set_interval": self._set_interval,
        }

    @property
    def topics(self) -> tuple[str, ...]:
        """What the device subscribes to."""
        return (self._commands, f"{self._shadow}/delta")

    def report(self) -> Message:
        """What the device says of itself when it connects."""
        return self._publish(self._shadow, {"state": {"reported": {"interval_seconds": self._device.interval_seconds}}})

    def respond(self, topic: str, payload: bytes) -> list[Message]:
        """The answer to a message, if there is one to give."""
        try:
            document = json.loads(payload)
        except ValueError:
            return []
        if not isinstance(document, dict):
            return []
        if topic == self._commands and isinstance(document.get("command_id"), str):
            command_id = document["command_id"]
            if command_id not in self._answers:
                self._remember(command_id, self._carry_out(document))
            return [self._publish(f"{self._commands}/{command_id}/ack", self._answers[command_id])]
        if topic == f"{self._shadow}/delta" and isinstance(document.get("state"), dict):
            return self._follow(document["state"])
        return []

    def _carry_out(self, command: dict[str, Any]) -> dict[str, object]:
        parameters = command.get("parameters")
        try:
            known = self._known.get(str(command.get("name")))
            if known is None:
                raise CannotError(f"unknown command; this device knows {', '.join(sorted(self._known))}")
            return {"status": "ACKNOWLEDGED", "result": known(parameters if isinstance(parameters, dict) else {})}
        except CannotError as error:
            return {"status": "REJECTED", "reason": str(error)}

    def _set_interval(self, parameters: dict[str, Any]) -> dict[str, object]:
        seconds = parameters.get("seconds")
        if isinstance(seconds, bool) or not isinstance(seconds, int | float):
            raise CannotError("seconds must be a number")
        if not SHORTEST_INTERVAL_SECONDS <= seconds <= LONGEST_INTERVAL_SECONDS:
            raise CannotError(f"seconds must be from {SHORTEST_INTERVAL_SECONDS:g} to {LONGEST_INTERVAL_SECONDS:g}")
        self._device.set_interval(timedelta(seconds=seconds))
        return {"interval_seconds": self._device.interval_seconds}

    def _follow(self, desired: dict[str, Any]) -> list[Message]:
        """What it can't follow it does not report: the delta stays, and people see it."""
        try:
            self._set_interval({"seconds": desired.get("interval_seconds")})
        except CannotError:
            return []
        return [self.report()]

    def _remember(self, command_id: str, answer: dict[str, object]) -> None:
        self._answers[command_id] = answer
        if len(self._answers) > REMEMBERED:
            del self._answers[next(iter(self._answers))]

    def _publish(self, topic: str, document: dict[str, object]) -> Message:
        self._number += 1
        payload = json.dumps(document, separators=(",", ":"), allow_nan=False).encode()
        return Message(message_id=f"{self._boot_id}-answer-{self._number}", topic=topic, payload=payload)
