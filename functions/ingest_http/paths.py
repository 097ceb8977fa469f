"""What a device finds where."""

from typing import Final, NamedTuple

from pulse.telemetry.message import MessageType


class Message(NamedTuple):
    """One message is taken here, of the device that the path names if it names one."""

    msg_type: MessageType
    tenant_id: str | None = None
    device_id: str | None = None


class Batch(NamedTuple):
    """Messages are taken here, several at once."""


class Conversation(NamedTuple):
    """A device's commands or its shadow are here; `rest` is what follows their names."""

    methods: tuple[str, ...]
    rest: list[str]


type Place = Message | Batch | Conversation

_PREFIX: Final = "/ingest/v1/"


def read_path(path: str) -> Place | None:
    """What is found at a path; None where nothing is."""
    if not path.startswith(_PREFIX):
        return None
    match path.removeprefix(_PREFIX).split("/"):
        case ["batch"]:
            return Batch()
        case ["telemetry" | "heartbeat" as msg_type]:
            return Message(MessageType(msg_type))
        case ["tenant", tenant_id, "device", device_id, "telemetry" | "heartbeat" as msg_type]:
            return Message(MessageType(msg_type), tenant_id, device_id)
        case ["commands"]:
            return Conversation(("GET",), [])
        case ["commands", command_id, "ack"]:
            return Conversation(("POST",), [command_id, "ack"])
        case ["shadow"]:
            return Conversation(("GET", "POST"), [])
    return None


def methods_at(place: Place) -> tuple[str, ...]:
    """What can be done there."""
    return place.methods if isinstance(place, Conversation) else ("POST",)
