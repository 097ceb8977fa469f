"""Functions called with the samples of their triggers, for their tests."""

import importlib
import json
from pathlib import Path
from typing import Any

import pytest

from pulse.database import tenant_session
from pulse.devices.registration import (
    DeviceRegistration,
    DeviceType,
    Site,
    register_device,
    save_device_type,
    save_site,
)
from pulse.settings import settings
from pulse.tenants.registry import create_tenant
from tests.builders import ACTOR, LambdaContext, lambda_context

SAMPLE_TENANT = "sample-tenant"


def sample(name: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(Path("events", f"{name}.json").read_text())
    return event


def handle(function: str, event: dict[str, Any], context: LambdaContext) -> Any:
    return importlib.import_module(f"{function}.app").handler(event, context)


@pytest.fixture
def context(scenario_database: str, monkeypatch: pytest.MonkeyPatch) -> LambdaContext:
    assert scenario_database
    # Asked for when the function is imported; no sample makes it hand a message back.
    monkeypatch.setenv("TELEMETRY_QUEUE_URL", "unused")
    monkeypatch.setenv("ESCALATION_STATE_MACHINE_ARN", "unused")
    settings.cache_clear()
    return lambda_context()


@pytest.fixture
def sample_device(scenario_database: str) -> str:
    """The device that the samples are about."""
    assert scenario_database
    create_tenant(tenant_id=SAMPLE_TENANT, name="Sample", actor=ACTOR)
    save_site(SAMPLE_TENANT, Site(site_id="hall-a", name="Hall A"), actor=ACTOR)
    save_device_type(SAMPLE_TENANT, DeviceType(device_type="freezer"), actor=ACTOR)
    device = DeviceRegistration(device_id="freezer-1", site_id="hall-a", device_type="freezer")
    register_device(SAMPLE_TENANT, device, actor=ACTOR)
    with tenant_session(SAMPLE_TENANT) as connection:
        connection.execute(
            """
            INSERT INTO device_credentials (tenant_id, device_id, credential_id, kind, certificate_arn)
            VALUES (%s, 'freezer-1', 'certificate-freezer-1', 'certificate', 'arn:aws:iot:sample')
            ON CONFLICT DO NOTHING
            """,
            (SAMPLE_TENANT,),
        )
    return device.device_id
