"""Deadlines of devices whose interval, type or lifecycle has just changed.

Ingest moves a device's deadlines with each message. Whoever changes what they are made of calls `renew_deadlines` in
the same transaction, so that the new interval holds from that moment and not from the next message on.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pulse.alerts.causes import heartbeat_fingerprint
from pulse.alerts.endings import end_alerts_of_devices
from pulse.alerts.lifecycle import Closing, close_alerts
from pulse.database import Connection
from pulse.devices.state import DeviceStatus, Transition
from pulse.devices.state_store import record_transitions


def renew_deadlines(
    connection: Connection,
    tenant_id: str,
    *,
    device_ids: Sequence[str] | None = None,
    device_type: str | None = None,
    now: datetime,
) -> None:
    """Bring state in line with the registry as it is now, of some devices, of a type's, or of the tenant's.

    Call it after the change, within its transaction, with a tenant's session. A deadline that a shorter interval puts
    into the past is `now`: nobody is late by a rule that did not hold yet. A silent device that is in time by a longer
    interval is ONLINE (or STALE) again, and its alert closes. A device out of service has no deadlines and no live
    alerts; one that is back in service gets them counted from `now`, and an OFFLINE one is STALE until it is heard of.
    """
    rows = connection.execute(
        """
        WITH locked AS (
            SELECT tenant_id, device_id, status, last_seen_at, stale_at, offline_at
            FROM device_state
            WHERE tenant_id = %(tenant_id)s
              AND device_id IN (
                  SELECT device_id
                  FROM devices
                  WHERE tenant_id = %(tenant_id)s
                    AND (%(device_ids)s::text[] IS NULL OR device_id = ANY(%(device_ids)s))
                    AND (%(device_type)s::text IS NULL OR device_type = %(device_type)s)
              )
            ORDER BY tenant_id, device_id
            FOR UPDATE
        ),
        judged AS (
            SELECT locked.tenant_id, locked.device_id, locked.status AS from_status, locked.last_seen_at,
                   locked.stale_at, locked.offline_at,
                   devices.lifecycle = 'ACTIVE' AS in_service,
                   locked.stale_at IS NULL AS resumed,
                   CASE WHEN locked.stale_at IS NULL THEN %(now)s ELSE locked.last_seen_at END
                       + silence.interval * device_types.stale_factor::float8 AS stale_from,
                   CASE WHEN locked.stale_at IS NULL THEN %(now)s ELSE locked.last_seen_at END
                       + silence.interval * device_types.offline_factor::float8 AS offline_from
            FROM locked
            JOIN devices USING (tenant_id, device_id)
            JOIN device_types USING (tenant_id, device_type)
            CROSS JOIN LATERAL (
                SELECT make_interval(
                    secs => coalesce(devices.expected_interval_seconds, device_types.expected_interval_seconds)
                ) AS interval
            ) AS silence
            WHERE locked.last_seen_at IS NOT NULL
        ),
        settled AS (
            SELECT *,
                   CASE
                       WHEN NOT in_service OR from_status IN ('PENDING', 'ONLINE') THEN from_status
                       WHEN resumed THEN 'STALE'
                       WHEN stale_from > %(now)s THEN 'ONLINE'
                       WHEN offline_from > %(now)s THEN 'STALE'
                       ELSE from_status
                   END AS to_status
            FROM judged
        )
        UPDATE device_state
        SET status = to_status,
            status_changed_at = CASE WHEN to_status = from_status THEN status_changed_at ELSE %(now)s END,
            stale_at = CASE WHEN in_service THEN greatest(stale_from, least(settled.stale_at, %(now)s)) END,
            offline_at = CASE WHEN in_service THEN greatest(offline_from, least(settled.offline_at, %(now)s)) END
        FROM settled
        WHERE device_state.tenant_id = settled.tenant_id
          AND device_state.device_id = settled.device_id
        RETURNING device_state.device_id, from_status, to_status, in_service
        """,
        {"tenant_id": tenant_id, "device_ids": device_ids, "device_type": device_type, "now": now},
    ).fetchall()
    record_transitions(connection, [_transition(tenant_id, row, now) for row in rows if _moved(row)])
    back = [row["device_id"] for row in rows if _moved(row) and row["to_status"] == DeviceStatus.ONLINE]
    close_alerts(connection, [_in_time_again(tenant_id, device_id, now) for device_id in back])
    gone = [row["device_id"] for row in rows if not row["in_service"]]
    end_alerts_of_devices(connection, tenant_id, gone, reason="the device is out of service", now=now)


def _moved(row: dict[str, Any]) -> bool:
    return bool(row["from_status"] != row["to_status"])


def _transition(tenant_id: str, row: dict[str, Any], now: datetime) -> Transition:
    return Transition(
        tenant_id, row["device_id"], DeviceStatus(row["from_status"]), DeviceStatus(row["to_status"]), now
    )


def _in_time_again(tenant_id: str, device_id: str, now: datetime) -> Closing:
    return Closing(
        tenant_id=tenant_id,
        fingerprint=heartbeat_fingerprint(device_id),
        reason="the device is expected less often now",
        time=now,
        details={},
    )
