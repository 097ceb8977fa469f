"""How many messages a batch may take of each device and tenant, by second of receipt.

The truth of what was taken lies in the database, in `device_state.receipts` and `ingest_usage`: written under lock in
the transaction that stores the readings, and only for messages that were new. What a batch may take is worked out from
the last commit, without locks: a batch beside it may let in as much again, which the next one finds missing. So a flood
gets its rate in the long run, plus one full bucket for each batch under way, and nobody waits for anybody.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from pulse.database import Connection
from pulse.devices.registry import DeviceKey
from pulse.devices.state_store import read_receipts
from pulse.limits.definitions import LimitName
from pulse.limits.many_tenants import TenantRates, rates_of_tenants
from pulse.telemetry.buckets import admit, record
from pulse.telemetry.usage import lock_usage, read_usage, write_usage

type Arrivals = Mapping[int, int]
"""Messages by second of receipt."""


class _Slot(NamedTuple):
    """A device or a tenant in a second."""

    owner: DeviceKey | str
    second: int


class Allowance:
    """What is left of it while a batch is read; it knows those alone who have sent more than there is room for."""

    def __init__(self, rates: Mapping[str, TenantRates], room: Mapping[_Slot, int]) -> None:
        self.rates = rates
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


def load_allowance(connection: Connection, arrivals: Mapping[DeviceKey, Arrivals]) -> Allowance:
    """What there is room for, as of the last commit, for messages whose senders may send."""
    if not arrivals:
        return Allowance({}, {})
    of_tenants = _by_tenant(arrivals.items())
    rates = rates_of_tenants(connection, of_tenants)
    receipts = read_receipts(connection, arrivals)
    usage = read_usage(connection, of_tenants)
    room: dict[_Slot, int] = {}
    for key, wanted in arrivals.items():
        _note(room, key, wanted, admit(rates[key[0]][LimitName.INGEST_DEVICE], receipts.get(key, {}), wanted))
    for tenant_id, wanted in of_tenants.items():
        admitted = admit(rates[tenant_id][LimitName.INGEST_TENANT], usage.get(tenant_id, {}), wanted)
        _note(room, tenant_id, wanted, admitted)
    return Allowance(rates, room)


def charge_tenants(connection: Connection, allowance: Allowance, arrivals: Mapping[DeviceKey, Arrivals]) -> None:
    """Count new messages to their tenants. Call it last: it holds the tenants' rows until the transaction ends."""
    of_tenants = _by_tenant(arrivals.items())
    if not of_tenants:
        return
    usage = lock_usage(connection, of_tenants)
    write_usage(
        connection,
        {
            tenant_id: record(allowance.rates[tenant_id][LimitName.INGEST_TENANT], usage[tenant_id], new)
            for tenant_id, new in of_tenants.items()
        },
    )


def _by_tenant(arrivals: Iterable[tuple[DeviceKey, Arrivals]]) -> dict[str, Counter[int]]:
    of_tenants: dict[str, Counter[int]] = {}
    for (tenant_id, _), counts in arrivals:
        if counts:
            of_tenants.setdefault(tenant_id, Counter()).update(counts)
    return of_tenants


def _note(room: dict[_Slot, int], owner: DeviceKey | str, wanted: Arrivals, admitted: Arrivals) -> None:
    """Remember an owner who wants more than it is given."""
    if admitted is not wanted and admitted != wanted:
        room.update((_Slot(owner, second), count) for second, count in admitted.items())
