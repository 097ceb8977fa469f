"""Stored and fresh readings as alert rules look at them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from operator import attrgetter
from typing import Final, NamedTuple

from psycopg.types.json import Jsonb

from pulse.alerts.evaluation.evaluator import Sample
from pulse.clock import format_instant, from_epoch_milliseconds
from pulse.database import Connection
from pulse.devices.queries import readings_since
from pulse.devices.registry import DeviceKey
from pulse.devices.state import measured_at
from pulse.telemetry.message import Reading

_MOST_OF_A_DEVICE: Final = 10_000


class Span(NamedTuple):
    """A device's readings of a time, both ends included; without a start from the first one on."""

    since: datetime | None
    until: datetime


def samples_of(readings: Iterable[Reading]) -> list[Sample]:
    """Readings of one device, oldest first. One that a clock dates ahead of ours counts as taken when it came."""
    in_order = sorted(readings, key=attrgetter("time"))
    if not in_order:
        return []
    first_received = from_epoch_milliseconds(min(reading.envelope.received_milliseconds for reading in in_order))
    return [
        Sample(reading.time if reading.time <= first_received else measured_at(reading), reading.metrics)
        for reading in in_order
    ]


def read_samples(connection: Connection, spans: Mapping[DeviceKey, Span]) -> dict[DeviceKey, list[Sample]]:
    """Stored samples of devices, oldest first, the first 10 000 of each, in one statement."""
    if not spans:
        return {}
    starts = [span.since for span in spans.values()]
    rows = connection.execute(
        """
        SELECT wanted.tenant_id, wanted.device_id, stored.time, stored.metrics
        FROM jsonb_to_recordset(%(wanted)s) AS wanted (
            tenant_id text, device_id text, since timestamptz, until timestamptz
        )
        CROSS JOIN LATERAL (
            SELECT telemetry.time, telemetry.metrics
            FROM telemetry
            WHERE telemetry.tenant_id = wanted.tenant_id
              AND telemetry.device_id = wanted.device_id
              AND telemetry.time >= coalesce(wanted.since, '-infinity')
              AND telemetry.time <= wanted.until
              -- The same for all, so that the planner leaves out the chunks of other times.
              AND telemetry.time BETWEEN coalesce(%(first)s::timestamptz, '-infinity') AND %(last)s
            ORDER BY telemetry.time
            LIMIT %(limit)s
        ) AS stored
        """,
        {
            "limit": _MOST_OF_A_DEVICE,
            "first": None if None in starts else min(start for start in starts if start is not None),
            "last": max(span.until for span in spans.values()),
            "wanted": Jsonb(
                [
                    {
                        "tenant_id": tenant_id,
                        "device_id": device_id,
                        "since": format_instant(span.since) if span.since is not None else None,
                        "until": format_instant(span.until),
                    }
                    for (tenant_id, device_id), span in spans.items()
                ]
            ),
        },
    )
    samples: dict[DeviceKey, list[Sample]] = {key: [] for key in spans}
    for row in rows:
        samples[row["tenant_id"], row["device_id"]].append(Sample(row["time"], row["metrics"]))
    return samples


def read_history(connection: Connection, key: DeviceKey, *, start: datetime, end: datetime, limit: int) -> list[Sample]:
    """A device's stored samples with metrics, oldest first, as its tenant sees them; at most `limit`."""
    tenant_id, device_id = key
    own_since = readings_since(connection, tenant_id, device_id)
    rows = connection.execute(
        """
        SELECT time, metrics
        FROM tenant_telemetry
        WHERE tenant_id = %(tenant_id)s
          AND device_id = %(device_id)s
          AND time >= %(start)s
          AND time < %(end)s
          AND metrics <> '{}'
        ORDER BY time
        LIMIT %(limit)s
        """,
        {
            "tenant_id": tenant_id,
            "device_id": device_id,
            "start": max(start, own_since or start),
            "end": end,
            "limit": limit,
        },
    )
    return [Sample(row["time"], row["metrics"]) for row in rows]
