"""Sessions of devices at the broker: noted from its events, listed for people, forgotten after their retention."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from pydantic import Field

from pulse.clock import format_instant
from pulse.database import Connection, ingest_session, tenant_session
from pulse.devices.presence import PresenceEvent
from pulse.devices.queries import require_device
from pulse.devices.registry import DeviceKey, as_records
from pulse.events.outbox import Event, add_events
from pulse.identity.permissions import Permission
from pulse.identity.principal import Principal
from pulse.models import Model
from pulse.settings import settings

_BATCH: Final = 10_000


class DeviceConnection(Model):
    """A session of a device at the broker."""

    session_id: str
    connected_at: datetime | None = Field(description="Null as long as only the end of the session is known")
    disconnected_at: datetime | None = Field(description="Null while it lasts")
    disconnect_reason: str = Field(description="In the broker's words, such as `CONNECTION_LOST`")
    credential_id: str = Field(description="The certificate that the device came in with")
    ip_address: str | None


class ConnectionPosition(NamedTuple):
    """Where a page ends: sessions are listed newest first."""

    time: datetime
    session_id: str


class ConnectionList(NamedTuple):
    """A page, and where the next one starts (None after the last)."""

    connections: list[DeviceConnection]
    next_position: ConnectionPosition | None


def note_presence(event: PresenceEvent) -> bool:
    """Enter that a session began or ended; False when that is known, or the device is not.

    Events of a session may come in any order and any number: what is known stays, what is missing is completed.
    """
    parameters = {
        **event._asdict(),
        "connected_at": event.time if event.connected else None,
        "disconnected_at": None if event.connected else event.time,
    }
    with ingest_session() as connection:
        noted = connection.execute(
            """
            INSERT INTO device_connections AS known (tenant_id, device_id, session_id, connected_at, disconnected_at,
                                                     connection_number, credential_id, ip_address, disconnect_reason)
            SELECT tenant_id, device_id, %(session_id)s, %(connected_at)s, %(disconnected_at)s, %(number)s,
                   %(credential_id)s, %(ip_address)s, %(disconnect_reason)s
            FROM devices
            WHERE tenant_id = %(tenant_id)s AND device_id = %(device_id)s
            ON CONFLICT (tenant_id, device_id, session_id) DO UPDATE
            SET connected_at = coalesce(known.connected_at, excluded.connected_at),
                disconnected_at = coalesce(known.disconnected_at, excluded.disconnected_at),
                connection_number = greatest(known.connection_number, excluded.connection_number),
                ip_address = coalesce(known.ip_address, excluded.ip_address),
                disconnect_reason = coalesce(nullif(known.disconnect_reason, ''), excluded.disconnect_reason)
            WHERE (known.connected_at IS NULL AND excluded.connected_at IS NOT NULL)
               OR (known.disconnected_at IS NULL AND excluded.disconnected_at IS NOT NULL)
            """,
            parameters,
        )
        if noted.rowcount == 0:
            return False
        add_events(connection, [_connected(event) if event.connected else _disconnected(event)])
    return True


def list_connections(
    actor: Principal, device_id: str, *, limit: int, after: ConnectionPosition | None
) -> ConnectionList:
    """A page of a device's sessions, newest first. Raises NotPermittedError, NotFoundError."""
    tenant_id = actor.require(Permission.READ_DEVICES)
    with tenant_session(tenant_id) as connection:
        require_device(connection, tenant_id, device_id)
        rows = connection.execute(
            """
            SELECT session_id, connected_at, disconnected_at, disconnect_reason, credential_id,
                   host(ip_address) AS ip_address, coalesce(connected_at, disconnected_at) AS time
            FROM device_connections
            WHERE tenant_id = %(tenant_id)s AND device_id = %(device_id)s
              AND (%(after_time)s::timestamptz IS NULL
                   OR (coalesce(connected_at, disconnected_at), session_id) < (%(after_time)s, %(after_session)s))
            ORDER BY coalesce(connected_at, disconnected_at) DESC, session_id DESC
            LIMIT %(limit)s
            """,
            {
                "tenant_id": tenant_id,
                "device_id": device_id,
                "after_time": after.time if after else None,
                "after_session": after.session_id if after else None,
                "limit": limit + 1,
            },
        ).fetchall()
    page = rows[:limit]
    position = ConnectionPosition(page[-1]["time"], page[-1]["session_id"]) if len(rows) > limit else None
    return ConnectionList([DeviceConnection.model_validate(row) for row in page], position)


class Presence(Model):
    """Whether a device has a session at the broker. A device that speaks HTTP has none."""

    connected: bool
    since: datetime | None = Field(description="When that began; null when it never was connected")


def read_presence_of(actor: Principal, device_id: str) -> Presence:
    """Whether a device is connected now, by its newest session. Raises NotPermittedError, NotFoundError."""
    tenant_id = actor.require(Permission.READ_DEVICES)
    with tenant_session(tenant_id) as connection:
        require_device(connection, tenant_id, device_id)
        row = connection.execute(
            """
            SELECT connected_at, disconnected_at
            FROM device_connections
            WHERE tenant_id = %(tenant_id)s AND device_id = %(device_id)s
            ORDER BY connected_at DESC NULLS LAST, connection_number DESC
            LIMIT 1
            """,
            {"tenant_id": tenant_id, "device_id": device_id},
        ).fetchone()
    if row is None:
        return Presence(connected=False, since=None)
    connected = row["disconnected_at"] is None
    return Presence(connected=connected, since=row["connected_at"] if connected else row["disconnected_at"])


def connected_devices(connection: Connection, keys: Iterable[DeviceKey]) -> set[DeviceKey]:
    """Those of the devices that have a session at the broker now and are in service."""
    rows = connection.execute(
        """
        SELECT devices.tenant_id, devices.device_id
        FROM jsonb_to_recordset(%(wanted)s) AS wanted (tenant_id text, device_id text)
        JOIN devices USING (tenant_id, device_id)
        CROSS JOIN LATERAL (
            SELECT disconnected_at
            FROM device_connections
            WHERE device_connections.tenant_id = devices.tenant_id
              AND device_connections.device_id = devices.device_id
            ORDER BY connected_at DESC NULLS LAST, connection_number DESC
            LIMIT 1
        ) AS newest_session
        WHERE devices.lifecycle = 'ACTIVE' AND newest_session.disconnected_at IS NULL
        """,
        {"wanted": as_records(keys)},
    )
    return {(row["tenant_id"], row["device_id"]) for row in rows}


def forget_connections(now: datetime) -> int:
    """Delete sessions that ended longer ago than they are kept; return how many."""
    before = now - timedelta(days=settings().connection_retention_days)
    deleted = 0
    while True:
        with ingest_session() as connection:
            batch = connection.execute(
                """
                DELETE FROM device_connections
                WHERE (tenant_id, device_id, session_id) IN (
                    SELECT tenant_id, device_id, session_id
                    FROM device_connections
                    WHERE disconnected_at < %(before)s
                    ORDER BY disconnected_at
                    LIMIT %(limit)s
                )
                """,
                {"before": before, "limit": _BATCH},
            ).rowcount
        deleted += batch
        if batch < _BATCH:
            return deleted


def _connected(event: PresenceEvent) -> Event:
    return Event(
        event.tenant_id,
        "device.connected",
        {
            "device_id": event.device_id,
            "session_id": event.session_id,
            "credential_id": event.credential_id,
            "connected_at": format_instant(event.time),
        },
    )


def _disconnected(event: PresenceEvent) -> Event:
    return Event(
        event.tenant_id,
        "device.disconnected",
        {
            "device_id": event.device_id,
            "session_id": event.session_id,
            "reason": event.disconnect_reason,
            "disconnected_at": format_instant(event.time),
        },
    )
