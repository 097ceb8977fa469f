"""The telemetry hypertable."""

from collections.abc import Sequence
from datetime import datetime

from psycopg.types.json import Jsonb

from pulse.alerts.evaluation import Sample
from pulse.database import Connection
from pulse.devices.registry import DeviceKey
from pulse.telemetry.message import Message


def write_readings(connection: Connection, messages: Sequence[Message]) -> dict[DeviceKey, list[Sample]]:
    """Store every reading once, whatever was delivered before; return those that are new, by device."""
    rows = [(message, reading) for message in messages for reading in message.readings]
    new: dict[DeviceKey, list[Sample]] = {}
    if not rows:
        return new
    for row in connection.execute(
        """
        INSERT INTO telemetry (time, tenant_id, device_id, message_id, msg_type, seq, metrics)
        SELECT *
        FROM unnest(
            %(times)s::timestamptz[], %(tenant_ids)s::text[], %(device_ids)s::text[], %(message_ids)s::text[],
            %(msg_types)s::text[], %(seqs)s::bigint[], %(metrics)s::jsonb[]
        )
        ON CONFLICT DO NOTHING
        RETURNING time, tenant_id, device_id, metrics
        """,
        {
            "times": [reading.time for _, reading in rows],
            "tenant_ids": [message.tenant_id for message, _ in rows],
            "device_ids": [message.device_id for message, _ in rows],
            "message_ids": [reading.message_id for _, reading in rows],
            "msg_types": [message.msg_type.value for message, _ in rows],
            "seqs": [message.seq for message, _ in rows],
            "metrics": [Jsonb(reading.metrics) for _, reading in rows],
        },
    ):
        new.setdefault((row["tenant_id"], row["device_id"]), []).append(Sample(row["time"], row["metrics"]))
    return new


def read_samples_since(connection: Connection, key: DeviceKey, since: datetime | None, *, limit: int) -> list[Sample]:
    """A device's stored samples from `since` on (that instant included), oldest first, at most `limit`."""
    tenant_id, device_id = key
    rows = connection.execute(
        """
        SELECT time, metrics
        FROM telemetry
        WHERE tenant_id = %(tenant_id)s
          AND device_id = %(device_id)s
          AND time >= coalesce(%(since)s::timestamptz, '-infinity')
        ORDER BY time
        LIMIT %(limit)s
        """,
        {"tenant_id": tenant_id, "device_id": device_id, "since": since, "limit": limit},
    )
    return [Sample(row["time"], row["metrics"]) for row in rows]
