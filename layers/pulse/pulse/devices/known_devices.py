"""The registry as an execution environment remembers it, so that a batch asks the database for what is missing only.

What would let a message in is believed for half a minute, so a revoked credential is refused at the latest then. What
would refuse it is believed for a few seconds. A credential that was never asked for is asked for at once: a device is
given a new one, and speaks with it.
"""

from collections import OrderedDict
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from pulse import clock
from pulse.database import Connection
from pulse.devices.authorization import refuse_sender
from pulse.devices.registry import DeviceKey, RegisteredDevice, load_devices

BELIEVED_FOR: Final = timedelta(seconds=30)
REFUSAL_BELIEVED_FOR: Final = timedelta(seconds=5)
_MOST_REMEMBERED: Final = 50_000

type Sender = tuple[DeviceKey, str]
"""The device that a topic names, and the principal that sends there."""


class _Memory(NamedTuple):
    """`asked_for` are the principals that somebody had sent as by then."""

    device: RegisteredDevice | None
    read_at: datetime
    asked_for: frozenset[str]


_memories: OrderedDict[DeviceKey, _Memory] = OrderedDict()


def known_devices(connection: Connection, senders: Collection[Sender]) -> dict[DeviceKey, RegisteredDevice]:
    """The devices that senders speak for, those that exist; what is remembered of all of them costs no query."""
    now = clock.now()
    missing = {key for key, principal in senders if not _is_fresh(key, principal, now)}
    if missing:
        found = load_devices(connection, missing)
        asked_for: dict[DeviceKey, set[str]] = {}
        for key, principal in senders:
            asked_for.setdefault(key, set()).add(principal)
        for key in missing:
            _memories[key] = _Memory(found.get(key), now, _still_asked_for(key, now) | asked_for[key])
    devices: dict[DeviceKey, RegisteredDevice] = {}
    for key, _ in senders:
        _memories.move_to_end(key)
        device = _memories[key].device
        if device is not None:
            devices[key] = device
    while len(_memories) > _MOST_REMEMBERED:
        _memories.popitem(last=False)
    return devices


def forget_devices() -> None:
    """Forget what is remembered. For tests."""
    _memories.clear()


def _is_fresh(key: DeviceKey, principal: str, now: datetime) -> bool:
    memory = _memories.get(key)
    if memory is None:
        return False
    if refuse_sender(memory.device, principal) is None:
        return now - memory.read_at < BELIEVED_FOR
    if memory.device is not None and principal not in memory.device.credentials and principal not in memory.asked_for:
        return False
    return now - memory.read_at < REFUSAL_BELIEVED_FOR


def _still_asked_for(key: DeviceKey, now: datetime) -> frozenset[str]:
    """Strangers who take turns are not asked for in turns."""
    memory = _memories.get(key)
    return memory.asked_for if memory and now - memory.read_at < REFUSAL_BELIEVED_FOR else frozenset()
