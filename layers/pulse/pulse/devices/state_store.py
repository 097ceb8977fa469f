"""The tables of device state and its history."""

from collections.abc import Container, Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from psycopg.rows import tuple_row
from psycopg.types.json import Jsonb

from pulse.clock import format_instant
from pulse.database import Connection
from pulse.devices.registry import DeviceKey, as_records
from pulse.devices.state import DeviceState, DeviceStatus, Transition
from pulse.events.outbox import Event, add_events
from pulse.telemetry.buckets import Meter, read_meter, store_meter


def read_receipts(connection: Connection, keys: Iterable[DeviceKey]) -> dict[DeviceKey, Meter]:
    """What the devices have sent lately, as of the last commit: not locked."""
    rows = connection.execute(
        """
        SELECT tenant_id, device_id, receipts
        FROM device_state
        WHERE (tenant_id, device_id) IN (
            SELECT * FROM jsonb_to_recordset(%(keys)s) AS wanted (tenant_id text, device_id text)
        )
          AND receipts IS NOT NULL
        """,
        {"keys": as_records(keys)},
    )
    return {(row["tenant_id"], row["device_id"]): read_meter(row["receipts"]) for row in rows}


def lock_states(connection: Connection, keys: Iterable[DeviceKey]) -> Iterator[DeviceState]:
    """Read and lock the states of registered devices, in key order: whoever locks several never deadlocks.

    In a pipeline the rows are waited for when they are looked at.
    """
    rows = connection.cursor(row_factory=tuple_row).execute(
        # The columns in the order of DeviceState.
        """
        SELECT tenant_id, device_id, status, status_changed_at, last_seen_at, last_telemetry_at, last_metrics,
               stale_at, offline_at, receipts
        FROM device_state
        WHERE (tenant_id, device_id) IN (
            SELECT * FROM jsonb_to_recordset(%(keys)s) AS wanted (tenant_id text, device_id text)
        )
        ORDER BY tenant_id, device_id
        FOR UPDATE
        """,
        {"keys": as_records(keys)},
    )
    return (
        DeviceState._make((tenant_id, device_id, DeviceStatus(status), *others, read_meter(receipts)))
        for tenant_id, device_id, status, *others, receipts in rows
    )


def write_states(
    connection: Connection,
    states: Sequence[DeviceState],
    *,
    watched_tenants: Container[str],
    evaluation_due_at: datetime,
) -> None:
    """Write locked states back.

    For devices of watched tenants, those that have rules, note until when their readings must have been evaluated; for
    others there is nothing to evaluate, and the readings count as evaluated.
    """
    connection.execute(
        """
        UPDATE device_state
        SET status = written.status,
            status_changed_at = written.status_changed_at,
            last_seen_at = written.last_seen_at,
            last_telemetry_at = written.last_telemetry_at,
            last_metrics = written.last_metrics,
            stale_at = written.stale_at,
            offline_at = written.offline_at,
            receipts = written.receipts,
            evaluation_due_at = CASE
                WHEN written.watched THEN coalesce(device_state.evaluation_due_at, %(evaluation_due_at)s)
                ELSE device_state.evaluation_due_at
            END,
            evaluated_until = CASE
                WHEN written.watched OR device_state.evaluation_due_at IS NOT NULL THEN device_state.evaluated_until
                ELSE greatest(device_state.evaluated_until, written.last_telemetry_at)
            END
        FROM jsonb_to_recordset(%(states)s) AS written (
            tenant_id text, device_id text, status text, status_changed_at timestamptz, last_seen_at timestamptz,
            last_telemetry_at timestamptz, last_metrics jsonb, stale_at timestamptz, offline_at timestamptz,
            receipts json, watched boolean
        )
        WHERE device_state.tenant_id = written.tenant_id
          AND device_state.device_id = written.device_id
        """,
        {
            "evaluation_due_at": evaluation_due_at,
            "states": Jsonb(
                [
                    {
                        **state._asdict(),
                        "receipts": store_meter(state.receipts),
                        "watched": state.tenant_id in watched_tenants,
                    }
                    for state in states
                ]
            ),
        },
    )


def record_transitions(connection: Connection, transitions: Sequence[Transition]) -> None:
    """Append to the status log, and tell the bus."""
    if not transitions:
        return
    connection.execute(
        """
        INSERT INTO device_status_log (tenant_id, device_id, time, from_status, to_status)
        SELECT *
        FROM unnest(%(tenant_ids)s::text[], %(device_ids)s::text[], %(times)s::timestamptz[],
                    %(from_statuses)s::text[], %(to_statuses)s::text[])
        """,
        {
            "tenant_ids": [transition.tenant_id for transition in transitions],
            "device_ids": [transition.device_id for transition in transitions],
            "times": [transition.time for transition in transitions],
            "from_statuses": [transition.from_status.value for transition in transitions],
            "to_statuses": [transition.to_status.value for transition in transitions],
        },
    )
    add_events(
        connection,
        [
            Event(
                transition.tenant_id,
                "device.status_changed",
                {
                    "device_id": transition.device_id,
                    "from_status": transition.from_status.value,
                    "to_status": transition.to_status.value,
                    "changed_at": format_instant(transition.time),
                },
            )
            for transition in transitions
        ],
    )


class Expiry(NamedTuple):
    """What came of deadlines that have passed: how many rows were due, and the transitions among them."""

    handled: int
    transitions: list[Transition]


def expire_states(connection: Connection, now: datetime, *, limit: int) -> Expiry:
    """Move up to `limit` devices each whose deadline has passed to STALE or OFFLINE; the deadline is their time, unless
    the status before began later: its message was that late.

    One indexed query for those that are due, whatever the size of the fleet. A device whose state is being written by
    ingest at this moment is left to it. The registry is read anew: a device out of service loses its deadlines, and
    one that may be silent for longer by now (ingest may have remembered its old interval) gets later ones.
    """
    rows = connection.execute(
        """
        WITH falling_silent AS (
            SELECT tenant_id, device_id, status AS from_status, last_seen_at, stale_at AS deadline
            FROM device_state
            WHERE status = 'ONLINE' AND stale_at <= %(now)s
            ORDER BY stale_at
            LIMIT %(limit)s
            FOR UPDATE SKIP LOCKED
        ),
        staying_silent AS (
            SELECT tenant_id, device_id, status AS from_status, last_seen_at, offline_at AS deadline
            FROM device_state
            WHERE status = 'STALE' AND offline_at <= %(now)s
            ORDER BY offline_at
            LIMIT %(limit)s
            FOR UPDATE SKIP LOCKED
        ),
        due AS (
            SELECT * FROM falling_silent
            UNION ALL
            SELECT * FROM staying_silent
        ),
        judged AS (
            SELECT due.tenant_id, due.device_id, due.from_status, due.deadline,
                   devices.lifecycle = 'ACTIVE' AS in_service,
                   due.last_seen_at + silence.interval * device_types.stale_factor::float8 AS stale_from,
                   due.last_seen_at + silence.interval * device_types.offline_factor::float8 AS offline_from
            FROM due
            JOIN devices USING (tenant_id, device_id)
            JOIN device_types USING (tenant_id, device_type)
            CROSS JOIN LATERAL (
                SELECT make_interval(
                    secs => coalesce(devices.expected_interval_seconds, device_types.expected_interval_seconds)
                ) AS interval
            ) AS silence
        ),
        settled AS (
            SELECT *,
                   CASE
                       WHEN NOT in_service THEN from_status
                       WHEN from_status = 'ONLINE' AND stale_from <= %(now)s THEN 'STALE'
                       WHEN from_status = 'STALE' AND offline_from <= %(now)s THEN 'OFFLINE'
                       ELSE from_status
                   END AS to_status
            FROM judged
        )
        UPDATE device_state
        SET status = to_status,
            status_changed_at = CASE WHEN to_status = from_status THEN status_changed_at
                                     ELSE greatest(deadline, status_changed_at) END,
            stale_at = CASE
                WHEN NOT in_service THEN NULL
                WHEN to_status = 'ONLINE' THEN stale_from
                ELSE stale_at
            END,
            offline_at = CASE
                WHEN NOT in_service THEN NULL
                WHEN to_status = from_status THEN offline_from
                ELSE offline_at
            END
        FROM settled
        WHERE device_state.tenant_id = settled.tenant_id
          AND device_state.device_id = settled.device_id
        RETURNING device_state.tenant_id, device_state.device_id, from_status, to_status,
                  device_state.status_changed_at AS time
        """,
        {"now": now, "limit": limit},
    ).fetchall()
    transitions = [
        Transition(
            row["tenant_id"],
            row["device_id"],
            DeviceStatus(row["from_status"]),
            DeviceStatus(row["to_status"]),
            row["time"],
        )
        for row in rows
        if row["from_status"] != row["to_status"]
    ]
    record_transitions(connection, transitions)
    return Expiry(len(rows), transitions)


def next_deadline(connection: Connection) -> datetime | None:
    """When the next device is due, by the indexes of those that are."""
    row = connection.execute(
        """
        SELECT least(
            (SELECT min(stale_at) FROM device_state WHERE status = 'ONLINE'),
            (SELECT min(offline_at) FROM device_state WHERE status = 'STALE')
        ) AS due_at
        """
    ).fetchone()
    return row["due_at"] if row is not None else None
