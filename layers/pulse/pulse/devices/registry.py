"""The registry as ingest needs it: who a device is, where it stands, and which credentials are its own."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from psycopg.types.json import Jsonb

from pulse.database import Connection
from pulse.subscriptions.lifecycle import SubscriptionStatus
from pulse.subscriptions.standing import ended_subscriptions
from pulse.tenants.status import inactive_tenants

type DeviceKey = tuple[str, str]
"""(tenant_id, device_id)"""


class RegisteredDevice(NamedTuple):
    """A device's registry entry. `credentials` maps each credential id ever issued to whether it is live now."""

    tenant_id: str
    device_id: str
    site_id: str
    device_type: str
    lifecycle: str
    expected_interval_seconds: int
    stale_factor: float
    offline_factor: float
    credentials: Mapping[str, bool]
    tenant_is_active: bool
    tags: Mapping[str, str] = {}
    ended_as: SubscriptionStatus | None = None
    """What its subscription is; None as long as that is in force, and without one."""

    @property
    def key(self) -> DeviceKey:
        """What identifies the device."""
        return (self.tenant_id, self.device_id)


def as_records(keys: Iterable[DeviceKey]) -> Jsonb:
    """Devices as a statement's parameter, for `jsonb_to_recordset(…) AS (tenant_id text, device_id text)`."""
    return Jsonb([{"tenant_id": tenant_id, "device_id": device_id} for tenant_id, device_id in keys])


def load_devices(connection: Connection, keys: Iterable[DeviceKey]) -> dict[DeviceKey, RegisteredDevice]:
    """The registry entries of those that exist, in three queries."""
    wanted = sorted(set(keys))
    if not wanted:
        return {}
    rows = connection.execute(
        """
        SELECT devices.tenant_id, devices.device_id, devices.site_id, devices.device_type, devices.lifecycle,
               devices.tags, devices.subscription_id,
               coalesce(devices.expected_interval_seconds, device_types.expected_interval_seconds)
                   AS expected_interval_seconds,
               device_types.stale_factor::float8 AS stale_factor,
               device_types.offline_factor::float8 AS offline_factor,
               coalesce(issued.credentials, '{}') AS credentials
        FROM jsonb_to_recordset(%(wanted)s) AS wanted (tenant_id text, device_id text)
        JOIN devices USING (tenant_id, device_id)
        JOIN device_types USING (tenant_id, device_type)
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(credential_id, revoked_at IS NULL AND coalesce(expires_at > now(), true))
                       AS credentials
            FROM device_credentials
            WHERE device_credentials.tenant_id = devices.tenant_id
              AND device_credentials.device_id = devices.device_id
        ) AS issued
        """,
        {"wanted": as_records(wanted)},
    ).fetchall()
    inactive = inactive_tenants(connection, (tenant_id for tenant_id, _ in wanted))
    subscriptions = [row.pop("subscription_id") for row in rows]
    ended = ended_subscriptions(connection, filter(None, subscriptions))
    devices = (
        RegisteredDevice(**row, tenant_is_active=row["tenant_id"] not in inactive, ended_as=ended.get(subscription_id))
        for row, subscription_id in zip(rows, subscriptions, strict=True)
    )
    return {device.key: device for device in devices}
