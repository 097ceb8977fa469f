"""A storm: five thousand alerts open within a minute, each message handed out twice. All are there, none twice."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from typing import Any, Final

import psycopg
import pytest

from pulse.events import outbox
from tests.bench.database import fresh_database
from tests.bench.figure import Figure
from tests.bench.ingest_load import Sent, event_of
from tests.builders import lambda_context, take_all

_ALERTS: Final = 5000
_BATCH: Final = 500
_MINUTE: Final = 60.0
_TENANTS: Final = 20

_FLEET: Final = """
    INSERT INTO tenants (tenant_id, name) SELECT 'tenant-' || t, 'Tenant' FROM generate_series(0, {tenants} - 1) AS t;
    INSERT INTO sites (tenant_id, site_id, name) SELECT tenant_id, 'hall', 'Hall' FROM tenants;
    INSERT INTO device_types (tenant_id, device_type) SELECT tenant_id, 'sensor' FROM tenants;
    INSERT INTO devices (tenant_id, device_id, site_id, device_type)
    SELECT 'tenant-' || d % {tenants}, 'sensor-' || d, 'hall', 'sensor' FROM generate_series(0, {devices} - 1) AS d;
    INSERT INTO device_state (tenant_id, device_id) SELECT tenant_id, device_id FROM devices;
    INSERT INTO device_credentials (tenant_id, device_id, credential_id, kind, certificate_arn)
    SELECT tenant_id, device_id, 'certificate-of-' || device_id, 'certificate', 'arn:aws:iot' FROM devices;
    INSERT INTO alert_rules (tenant_id, name, criterion, severity)
    SELECT tenant_id, 'Too warm',
           '{{"kind": "threshold", "conditions": [{{"metric": "temp_c", "operator": "GT", "threshold": 8}}]}}', 'HIGH'
    FROM tenants;
"""


def measure() -> Iterator[Figure]:
    """Every device breaches once; every batch comes twice."""
    with fresh_database() as owner_url, pytest.MonkeyPatch.context() as patched:
        patched.setattr(outbox, "put_events", take_all)  # EventBridge is not what is measured
        handler = import_module("ingest_telemetry.app").handler
        with psycopg.connect(owner_url, autocommit=True) as owner:
            owner.execute(_FLEET.format(tenants=_TENANTS, devices=_ALERTS).encode())
            batches = [_batch(first) for first in range(0, _ALERTS, _BATCH)]
            started = time.perf_counter()
            for batch in batches:
                handler(event_of(batch), lambda_context())
                handler(event_of(batch, receive_count=2), lambda_context())
            took = time.perf_counter() - started
            _prove(owner)
    yield Figure(f"alert_storm, {_ALERTS:,} alerts, every message handed out twice", took, "s", _MINUTE, "a minute")
    yield Figure("alert_storm, rate", _ALERTS / took, "/s", _ALERTS / _MINUTE, "what is asked for")


def _batch(first: int) -> list[Sent]:
    now = datetime.now(UTC)
    return [
        Sent(tenant=number % _TENANTS, device=number, number=number, time=now, metrics={"temp_c": 9.5})
        for number in range(first, first + _BATCH)
    ]


def _prove(owner: psycopg.Connection[Any]) -> None:
    row = owner.execute(
        """
        SELECT count(*), count(DISTINCT (tenant_id, fingerprint)),
               (SELECT count(*) FROM alert_timeline WHERE event = 'opened')
        FROM alerts
        WHERE status = 'OPEN'
        """
    ).fetchone()
    if row != (_ALERTS, _ALERTS, _ALERTS):
        message = f"alerts, causes and openings told of are {row}, {_ALERTS} were due"
        raise RuntimeError(message)
