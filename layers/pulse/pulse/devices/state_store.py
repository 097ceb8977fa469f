"""The tables of device state and its history."""

from collections.abc import Sequence
from datetime import datetime

from psycopg import sql
from psycopg.types.json import Jsonb

from pulse.clock import format_instant
from pulse.database import Connection
from pulse.devices.registry import DeviceKey
from pulse.devices.state import DeviceState, DeviceStatus, Transition
from pulse.events.outbox import Event, add_events

_IS_ACTIVE = sql.SQL("""EXISTS (
    SELECT FROM devices
    WHERE devices.tenant_id = device_state.tenant_id
      AND devices.device_id = device_state.device_id
      AND devices.lifecycle = 'ACTIVE'
)""")


def lock_states(connection: Connection, keys: Sequence[DeviceKey]) -> list[DeviceState]:
    """Read and lock the states of registered devices, in key order: whoever locks several never deadlocks."""
    rows = connection.execute(
        """
        SELECT tenant_id, device_id, status, status_changed_at, last_seen_at, last_telemetry_at, last_metrics,
               stale_at, offline_at
        FROM device_state
        WHERE (tenant_id, device_id) IN (
            SELECT * FROM unnest(%(tenant_ids)s::text[], %(device_ids)s::text[])
        )
        ORDER BY tenant_id, device_id
        FOR UPDATE
        """,
        {"tenant_ids": [tenant for tenant, _ in keys], "device_ids": [device for _, device in keys]},
    )
    return [DeviceState(**{**row, "status": DeviceStatus(row["status"])}) for row in rows]


def write_states(connection: Connection, states: Sequence[DeviceState], *, evaluation_due_at: datetime) -> None:
    """Write locked states back, and note until when their evaluation must have happened."""
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
            evaluation_due_at = coalesce(device_state.evaluation_due_at, %(evaluation_due_at)s)
        FROM unnest(
            %(tenant_ids)s::text[], %(device_ids)s::text[], %(statuses)s::text[], %(status_changed_at)s::timestamptz[],
            %(last_seen_at)s::timestamptz[], %(last_telemetry_at)s::timestamptz[], %(last_metrics)s::jsonb[],
            %(stale_at)s::timestamptz[], %(offline_at)s::timestamptz[]
        ) AS written (tenant_id, device_id, status, status_changed_at, last_seen_at, last_telemetry_at, last_metrics,
                      stale_at, offline_at)
        WHERE device_state.tenant_id = written.tenant_id
          AND device_state.device_id = written.device_id
        """,
        {
            "evaluation_due_at": evaluation_due_at,
            "tenant_ids": [state.tenant_id for state in states],
            "device_ids": [state.device_id for state in states],
            "statuses": [state.status.value for state in states],
            "status_changed_at": [state.status_changed_at for state in states],
            "last_seen_at": [state.last_seen_at for state in states],
            "last_telemetry_at": [state.last_telemetry_at for state in states],
            "last_metrics": [Jsonb(state.last_metrics) for state in states],
            "stale_at": [state.stale_at for state in states],
            "offline_at": [state.offline_at for state in states],
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


def expire_states(connection: Connection, now: datetime, *, limit: int) -> list[Transition]:
    """Move up to `limit` active devices whose deadline has passed to STALE or OFFLINE; the deadline is their time.

    One indexed query for those that are due, whatever the size of the fleet. A device whose state is being written by
    ingest at this moment is left to it.
    """
    rows = connection.execute(
        sql.SQL("""
        WITH falling_silent AS (
            SELECT tenant_id, device_id, status AS from_status, stale_at AS deadline
            FROM device_state
            WHERE status = 'ONLINE' AND stale_at <= %(now)s AND {is_active}
            ORDER BY stale_at
            LIMIT %(limit)s
            FOR UPDATE SKIP LOCKED
        ),
        staying_silent AS (
            SELECT tenant_id, device_id, status AS from_status, offline_at AS deadline
            FROM device_state
            WHERE status = 'STALE' AND offline_at <= %(now)s AND {is_active}
            ORDER BY offline_at
            LIMIT %(limit)s
            FOR UPDATE SKIP LOCKED
        ),
        due AS (
            SELECT * FROM falling_silent
            UNION ALL
            SELECT * FROM staying_silent
        )
        UPDATE device_state
        SET status = CASE due.from_status WHEN 'ONLINE' THEN 'STALE' ELSE 'OFFLINE' END,
            status_changed_at = due.deadline
        FROM due
        WHERE device_state.tenant_id = due.tenant_id
          AND device_state.device_id = due.device_id
        RETURNING device_state.tenant_id, device_state.device_id, due.from_status, device_state.status AS to_status,
                  due.deadline AS time
        """).format(is_active=_IS_ACTIVE),
        {"now": now, "limit": limit},
    )
    transitions = [
        Transition(
            row["tenant_id"],
            row["device_id"],
            DeviceStatus(row["from_status"]),
            DeviceStatus(row["to_status"]),
            row["time"],
        )
        for row in rows
    ]
    record_transitions(connection, transitions)
    return transitions
