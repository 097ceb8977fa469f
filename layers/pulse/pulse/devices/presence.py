"""What the broker tells of sessions: an event when one begins and one when it ends, at times twice or out of order."""

from base64 import b64decode
from collections.abc import Mapping
from datetime import datetime
from ipaddress import ip_address
from typing import Any, Final, NamedTuple

import orjson

from pulse.clock import from_epoch_milliseconds

_TOPICS: Final = "$aws/events/presence/"


class PresenceEvent(NamedTuple):
    """A session began, or ended. `number` counts the client's connections; `credential_id` is what it came in with."""

    tenant_id: str
    device_id: str
    session_id: str
    connected: bool
    time: datetime
    number: int
    credential_id: str
    ip_address: str | None
    disconnect_reason: str


class UnreadablePresenceError(ValueError):
    """This is no presence event as AWS IoT documents it."""


def read_entry(entry: Mapping[str, Any]) -> PresenceEvent | None:
    """The event in a queue entry as the topic rule writes it; None when the broker did not say it of a device.

    A device that calls the rule by its name comes here with a topic of its own. Raises UnreadablePresenceError.
    """
    if not str(entry.get("topic")).startswith(_TOPICS):
        return None
    try:
        document = orjson.loads(b64decode(entry["data"]))
    except (KeyError, TypeError, ValueError) as error:
        message = f"no entry of the presence rule: {error!r}"
        raise UnreadablePresenceError(message) from error
    return read_presence(document)


def read_presence(document: Mapping[str, Any]) -> PresenceEvent | None:
    """The event in a document of `$aws/events/presence/…`; None for a client that can't be a device.

    Raises UnreadablePresenceError.
    """
    try:
        tenant_id, separator, device_id = str(document["clientId"]).partition(":")
        event = PresenceEvent(
            tenant_id,
            device_id,
            str(document["sessionIdentifier"]),
            connected={"connected": True, "disconnected": False}[document["eventType"]],
            time=from_epoch_milliseconds(int(document["timestamp"])),
            number=int(document.get("versionNumber", 0)),
            credential_id=str(document.get("principalIdentifier", "")),
            ip_address=_address(document.get("ipAddress")),
            disconnect_reason=str(document.get("disconnectReason", "")),
        )
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        message = f"no presence event: {error!r}"
        raise UnreadablePresenceError(message) from error
    return event if separator and tenant_id and device_id else None


def _address(text: object) -> str | None:
    try:
        return str(ip_address(str(text)))
    except ValueError:
        return None
