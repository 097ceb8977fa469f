"""Fleets for the benchmarks of alerting, put into the tables at once: what is measured is what happens afterwards."""

from datetime import timedelta
from typing import Final

import psycopg

TENANTS: Final = 20

_FILL: Final = """
    SET LOCAL session_replication_role = replica;
    INSERT INTO tenants (tenant_id, name) SELECT 'tenant-' || t, 'Tenant' FROM generate_series(0, {tenants} - 1) AS t;
    INSERT INTO sites (tenant_id, site_id, name) SELECT tenant_id, 'hall', 'Hall' FROM tenants;
    INSERT INTO device_types (tenant_id, device_type) SELECT tenant_id, 'sensor' FROM tenants;
    INSERT INTO devices (tenant_id, device_id, site_id, device_type)
    SELECT 'tenant-' || d % {tenants}, 'sensor-' || d, 'hall', 'sensor' FROM generate_series(0, {devices} - 1) AS d;
    INSERT INTO device_state (tenant_id, device_id, status, last_seen_at, stale_at, offline_at)
    SELECT tenant_id, device_id, 'ONLINE', now() - interval '1 minute', now() + interval '1 day',
           now() + interval '2 days'
    FROM devices;
"""
_DUE: Final = """
    UPDATE device_state
    SET status = 'ONLINE',
        last_seen_at = clock_timestamp() - interval '120 s' + random() * make_interval(secs => %(spread)s),
        stale_at = NULL
    WHERE (tenant_id, device_id) IN (
        SELECT tenant_id, device_id FROM device_state WHERE status = 'ONLINE' ORDER BY device_id LIMIT %(due)s
    );
"""


def fill(owner_url: str, devices: int) -> None:
    """A fleet that was heard of a minute ago; nobody is due for a day."""
    with psycopg.connect(owner_url) as owner:
        owner.execute(_FILL.format(tenants=TENANTS, devices=devices).encode())
    analyze(owner_url)


def make_due(owner_url: str, due: int, *, within: timedelta = timedelta(0)) -> None:
    """Let the two minutes of so many devices end now, or evenly within a time from now on."""
    with psycopg.connect(owner_url) as owner:
        owner.execute(_DUE.encode(), {"due": due, "spread": within.total_seconds()})
        owner.execute(
            """
            UPDATE device_state
            SET stale_at = last_seen_at + interval '120 s', offline_at = last_seen_at + interval '1 hour'
            WHERE stale_at IS NULL
            """
        )
    analyze(owner_url)


def analyze(owner_url: str) -> None:
    """What the server's own housekeeping would do soon."""
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE device_state, devices")
