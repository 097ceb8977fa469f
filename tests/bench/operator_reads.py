"""How long operators wait for the tenant matrix, the NOC's feeds and their lists, sorted: a thousand tenants, a hundred
thousand devices.

The handler is called in this process, as API Gateway calls it, on a database of its own. Each read is audited, as ever;
limits are not counted.
"""

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

import psycopg
import pytest

from pulse import clock
from pulse.api import admission
from pulse.database import ingest_session
from pulse.operations.metric_store import whole_minute, write_samples
from pulse.operations.system_metric import Measured, SystemMetric
from tests.bench.database import fresh_database
from tests.bench.figure import Figure, percentile
from tests.integration.operator_plane import OperatorPlane

_TENANTS: Final = 1000
_DEVICES_OF_A_TENANT: Final = 100
_ALERTS_OF_A_TENANT: Final = 50
_MINUTES: Final = 600
_CALLS: Final = 50
_TARGET_MILLISECONDS: Final = 1000.0
# One device in fifty is silent; one alert in ten is live, the others were closed in the last 28 days.
_FILL: Final = """
    INSERT INTO tenants (tenant_id, name)
    SELECT 'tenant-' || t, 'Tenant ' || t FROM generate_series(1, {tenants}) AS t;
    INSERT INTO sites (tenant_id, site_id, name) SELECT tenant_id, 'hall', 'Hall' FROM tenants;
    INSERT INTO device_types (tenant_id, device_type) SELECT tenant_id, 'sensor' FROM tenants;
    INSERT INTO devices (tenant_id, device_id, site_id, device_type)
    SELECT tenant_id, 'sensor-' || d, 'hall', 'sensor'
    FROM tenants, generate_series(1, {devices}) AS d
    WHERE tenant_id LIKE 'tenant-%';
    INSERT INTO device_state (tenant_id, device_id, status, last_seen_at, stale_at, offline_at)
    SELECT tenant_id, device_id, CASE hashtext(tenant_id || device_id) % 100 WHEN 0 THEN 'STALE' WHEN 1 THEN 'OFFLINE'
                                 ELSE 'ONLINE' END,
           now() - random() * INTERVAL '1 hour', now(), now()
    FROM devices;
    INSERT INTO alerts (tenant_id, device_id, site_id, fingerprint, source, type, severity, status, summary, details,
                        opened_at, last_triggered_at, closed_at)
    SELECT tenant_id, 'sensor-' || a, 'hall', 'TEST:' || a, 'rule', 'THRESHOLD', 'HIGH',
           CASE a % 10 WHEN 0 THEN 'OPEN' ELSE 'CLOSED' END, 'too warm', '{{}}', opened_at, opened_at,
           CASE a % 10 WHEN 0 THEN NULL ELSE opened_at + INTERVAL '5 minutes' END
    FROM tenants, generate_series(1, {alerts}) AS a,
         LATERAL (SELECT now() - INTERVAL '10 minutes' - a * INTERVAL '13 hours' AS opened_at) AS time
    WHERE tenant_id LIKE 'tenant-%';
"""
_READS: Final[dict[str, tuple[str, dict[str, str]]]] = {
    "tenant matrix": ("/tenant-health", {}),
    "NOC summary": ("/noc/summary", {}),
    "NOC series of an hour": ("/noc/series", {"minutes": "60"}),
    "NOC series of ten hours": ("/noc/series", {"minutes": "600"}),
    "NOC topology": ("/noc/topology", {}),
    "NOC heatmap": ("/noc/heatmap", {}),
    "NOC events": ("/noc/events", {}),
    "devices by name": ("/devices", {"sort": "name"}),
    "devices by type": ("/devices", {"sort": "device_type"}),
    "devices, the worst first": ("/devices", {"sort": "status"}),
    "devices, the longest silent first": ("/devices", {"sort": "last_seen_at"}),
    "alerts, the gravest first": ("/alerts", {"sort": "severity"}),
    "alerts by tenant": ("/alerts", {"sort": "tenant_id", "order": "asc"}),
    "alerts, the last seen first": ("/alerts", {"sort": "last_triggered_at"}),
}


def measure() -> Iterator[Figure]:
    """The 95th percentile of each read."""
    with fresh_database(STATEMENT_TIMEOUT_MILLISECONDS="600000") as owner_url, pytest.MonkeyPatch.context() as patched:
        patched.setattr(admission, "admit_request", lambda _caller, _further=(): ())
        _fill(owner_url)
        operators = OperatorPlane("operator")
        for name, (path, query) in _READS.items():
            operators.get(path, **query)
            value = percentile([_milliseconds(operators, path, query) for _ in range(_CALLS)], 95)
            yield Figure(f"{name}, p95 of {_CALLS}", value, "ms", _TARGET_MILLISECONDS, "a target")


def _milliseconds(operators: OperatorPlane, path: str, query: dict[str, str]) -> float:
    started = time.perf_counter()
    operators.get(path, **query)
    return (time.perf_counter() - started) * 1000


def _fill(owner_url: str) -> None:
    numbers = {"tenants": _TENANTS, "devices": _DEVICES_OF_A_TENANT, "alerts": _ALERTS_OF_A_TENANT}
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute(_FILL.format(**numbers).encode())
        newest = whole_minute(clock.now())
        for minutes in range(_MINUTES):
            with ingest_session() as connection:
                samples = [Measured(metric, float(minutes % 7)) for metric in SystemMetric]
                write_samples(connection, samples, time=newest - timedelta(minutes=minutes))
        owner.execute("VACUUM ANALYZE")
