"""How many messages devices and tenants may send, by second of receipt.

The truth of what they have sent lies in the database, in `device_state.receipts` and `ingest_usage`: it is read and
written under lock in the transaction that stores the readings, and counts only messages that were new. Most batches
keep to every limit, so that is all: they are stored first and measured then. A batch that turns out to hold too much
is rolled back and read anew with an allowance, worked out before from the last commit; and so are the batches of the
next minute, since a flood rarely comes alone. Working it out takes no locks, so a batch beside it may let in as much
again, which the next one finds missing: a flood gets its rate in the long run, and nobody waits for anybody.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from pulse import clock
from pulse.database import Connection
from pulse.devices.registry import DeviceKey
from pulse.devices.state_store import read_receipts
from pulse.limits.definitions import LimitName
from pulse.limits.many_tenants import TenantRates
from pulse.telemetry.buckets import admit
from pulse.telemetry.usage import read_usage

type Arrivals = Mapping[int, int]
"""Messages by second of receipt."""

_WARY_FOR: Final = timedelta(seconds=60)
_wary_until: datetime | None = None


class OverAllowanceError(Exception):
    """A batch that was stored without an allowance holds more than somebody may send."""


class _Slot(NamedTuple):
    """A device or a tenant in a second."""

    owner: DeviceKey | str
    second: int


class Allowance:
    """What is left of it while a batch is read; it knows those alone who have sent more than there is room for."""

    def __init__(self, room: Mapping[_Slot, int]) -> None:
        self._room = dict(room)
        self._limited = {slot.owner for slot in room}

    def limits(self, key: DeviceKey) -> bool:
        """Whether the device or its tenant has sent too much, so that each message has to be asked for."""
        return key in self._limited or key[0] in self._limited

    def take(self, key: DeviceKey, second: int) -> LimitName | None:
        """Take one message; or, if there is no room for it, the limit that says so."""
        slots = {LimitName.INGEST_DEVICE: _Slot(key, second), LimitName.INGEST_TENANT: _Slot(key[0], second)}
        for limit, slot in slots.items():
            if self._room.get(slot, 1) <= 0:
                return limit
        for slot in slots.values():
            if slot in self._room:
                self._room[slot] -= 1
        return None


UNLIMITED: Final = Allowance({})


def is_wary() -> bool:
    """Whether a batch of this execution environment has lately held more than somebody may send."""
    return _wary_until is not None and clock.now() < _wary_until


def be_wary() -> None:
    """Work the allowance out before, for a while."""
    global _wary_until
    _wary_until = clock.now() + _WARY_FOR


def load_allowance(
    connection: Connection, rates: Mapping[str, TenantRates], arrivals: Mapping[DeviceKey, Arrivals]
) -> Allowance:
    """What there is room for, as of the last commit, for messages whose senders may send."""
    if not arrivals:
        return UNLIMITED
    of_tenants = sum_by_tenant(arrivals.items())
    receipts = read_receipts(connection, arrivals)
    usage = read_usage(connection, of_tenants)
    room: dict[_Slot, int] = {}
    for key, wanted in arrivals.items():
        admitted = admit(rates[key[0]][LimitName.INGEST_DEVICE], receipts.get(key, {}), wanted)
        if admitted != wanted:
            room.update((_Slot(key, second), count) for second, count in admitted.items())
    for tenant_id, wanted in of_tenants.items():
        admitted = admit(rates[tenant_id][LimitName.INGEST_TENANT], usage.get(tenant_id, {}), wanted)
        if admitted != wanted:
            room.update((_Slot(tenant_id, second), count) for second, count in admitted.items())
    if room:
        be_wary()
    return Allowance(room)


def sum_by_tenant(arrivals: Iterable[tuple[DeviceKey, Arrivals]]) -> dict[str, Counter[int]]:
    """What the devices of each tenant have sent together."""
    of_tenants: dict[str, Counter[int]] = {}
    for (tenant_id, _), counts in arrivals:
        if counts:
            of_tenants.setdefault(tenant_id, Counter()).update(counts)
    return of_tenants
