"""How often devices may answer commands and report to their shadows: each has a bucket of its own for both.

It is counted by the second of receipt, as messages with readings are, in a transaction of its own before anything else
is done for them: whoever exceeds it costs little, and no state stays locked while answers are entered.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from psycopg.types.json import Jsonb

from pulse.database import Connection, ingest_session
from pulse.devices.authorization import refuse_sender
from pulse.devices.known_devices import known_devices
from pulse.devices.registry import DeviceKey, as_records
from pulse.devices.topics import owner_of_topic
from pulse.limits.definitions import LimitName
from pulse.limits.many_tenants import rates_of_tenants
from pulse.logging import logger
from pulse.quarantine.reasons import Reason, Refusal
from pulse.quarantine.store import record_refusals
from pulse.telemetry.buckets import Meter, admit, read_meter, record, store_meter
from pulse.telemetry.message import Envelope

OVER_RATE: Final = Refusal(Reason.RATE_LIMITED, "the device answers and reports more often than it may")

type _Arrivals = Mapping[DeviceKey, Mapping[int, int]]


def refuse_excess(envelopes: Sequence[Envelope]) -> list[Envelope]:
    """The messages that there is room for, in their order; the others go to quarantine.

    Messages of strangers take nothing from a device, and are left to whoever reads them. What the queue hands out again
    may have been entered before, so that it is counted and never refused.
    """
    if not envelopes:
        return []
    with ingest_session() as connection:
        devices = known_devices(
            connection, [(key, envelope.principal) for envelope in envelopes if (key := owner_of_topic(envelope.topic))]
        )
        arrivals: dict[DeviceKey, Counter[int]] = {}
        for envelope in envelopes:
            key = owner_of_topic(envelope.topic)
            if key is not None and refuse_sender(devices.get(key), envelope.principal) is None:
                arrivals.setdefault(key, Counter())[envelope.received_second] += 1
        room = {key: Counter(admitted) for key, admitted in _take(connection, arrivals).items()}
        kept: list[Envelope] = []
        refused: list[tuple[Envelope, Refusal]] = []
        for envelope in envelopes:
            key = owner_of_topic(envelope.topic)
            own = None if key is None or refuse_sender(devices.get(key), envelope.principal) else room.get(key)
            if own is None or own[envelope.received_second] > 0 or envelope.redelivered:
                kept.append(envelope)
            else:
                refused.append((envelope, OVER_RATE))
            if own is not None:
                own[envelope.received_second] -= 1
        record_refusals(connection, refused)
    if refused:
        logger.warning("reports_over_rate", kept=len(kept), refused=len(refused))
    return kept


def admit_report(device: DeviceKey, at: datetime) -> bool:
    """Count an answer or a report that an authorized device brings over HTTP; whether there is room for it."""
    second = int(at.timestamp())
    with ingest_session() as connection:
        admitted = _take(connection, {device: {second: 1}})
    return admitted.get(device, {second: 1}).get(second, 0) > 0


def _take(connection: Connection, arrivals: _Arrivals) -> _Arrivals:
    """What there is room for, which is taken. The states stay locked."""
    if not arrivals:
        return {}
    rates = rates_of_tenants(connection, {tenant_id for tenant_id, _ in arrivals})
    admitted: dict[DeviceKey, Mapping[int, int]] = {}
    meters: dict[DeviceKey, Meter] = {}
    for key, meter in _lock_meters(connection, arrivals):
        limits = rates[key[0]][LimitName.DEVICE_REPORT]
        admitted[key] = admit(limits, meter, arrivals[key])
        meters[key] = record(limits, meter, {second: count for second, count in admitted[key].items() if count})
    _write_meters(connection, meters)
    return admitted


def _lock_meters(connection: Connection, keys: Iterable[DeviceKey]) -> list[tuple[DeviceKey, Meter]]:
    rows = connection.execute(
        """
        SELECT tenant_id, device_id, report_receipts
        FROM device_state
        WHERE (tenant_id, device_id) IN (
            SELECT * FROM jsonb_to_recordset(%(keys)s) AS wanted (tenant_id text, device_id text)
        )
        ORDER BY tenant_id, device_id
        FOR UPDATE
        """,
        {"keys": as_records(keys)},
    )
    return [((row["tenant_id"], row["device_id"]), read_meter(row["report_receipts"])) for row in rows]


def _write_meters(connection: Connection, meters: Mapping[DeviceKey, Meter]) -> None:
    if not meters:
        return
    connection.execute(
        """
        UPDATE device_state
        SET report_receipts = written.receipts
        FROM jsonb_to_recordset(%(meters)s) AS written (tenant_id text, device_id text, receipts json)
        WHERE device_state.tenant_id = written.tenant_id
          AND device_state.device_id = written.device_id
        """,
        {
            "meters": Jsonb(
                [
                    {"tenant_id": tenant_id, "device_id": device_id, "receipts": store_meter(meter)}
                    for (tenant_id, device_id), meter in meters.items()
                ]
            )
        },
    )
