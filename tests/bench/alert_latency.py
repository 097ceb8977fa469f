"""From the publish of a breaching value over MQTT/TLS until its alert can be read over the API, on a running stack."""

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Final
from uuid import uuid4

import httpx

from local.demo_devices import device_files, ensure_certificate
from local.instance import Instance, chosen_instance
from pulse.database import operator_session
from pulse.devices.topics import thing_name
from pulse.identity.api_keys import ApiKeyRequest, create_api_key
from pulse.identity.permissions import Role
from pulse.identity.principal import Origin, Principal
from pulse.limits.definitions import LimitName, set_tenant_limit
from pulse.limits.rates import Rate
from tests.bench.figure import Figure, UnavailableError, percentile
from tests.builders import ACTOR, Fleet
from tests.deployed import deployed_stack
from tests.integration.stack import DeviceConnection, Stack

# The sixth alert of a cause within an hour stays open, for it flaps: each device has five, the first one included.
_DEVICES: Final = 15
_ALERTS: Final = 60
_TARGET_MILLISECONDS: Final = 2000.0
_PATIENCE_SECONDS: Final = 60
_LOOK_EVERY_SECONDS: Final = 0.01


def measure() -> Iterator[Figure]:
    """One value after the other: it breaches, its alert is looked for, and the next one ends it."""
    instance = chosen_instance(os.environ)
    if not (instance.is_disposable and instance.stack_file.exists()):
        message = "needs a test instance that is up, since it leaves a tenant behind: `make bench` brings one up"
        raise UnavailableError(message)
    with deployed_stack(instance) as stack, ExitStack() as connections:
        fleet = Fleet()
        fleet.add_rule()
        _let_it_ask(fleet.tenant_id)
        api = connections.enter_context(_api(stack, fleet))
        devices = [
            connections.enter_context(_connect(stack, instance, fleet, f"sensor-{number}"))
            for number in range(_DEVICES)
        ]
        for device in devices:  # the first message of a device finds every memory empty
            _until_alert(api, device)
        took = [_until_alert(api, devices[number % _DEVICES]) * 1000 for number in range(_ALERTS)]
    for percent in (50, 95):
        name = f"alert_latency, publish to alert over the API, p{percent} of {_ALERTS}"
        yield Figure(name, percentile(took, percent), "ms", _TARGET_MILLISECONDS, "the target")


def _until_alert(api: httpx.Client, device: DeviceConnection) -> float:
    """Seconds until a new alert of the device is listed; leaves the device as it was."""
    started = time.perf_counter()
    _send(device, 9.5)
    _wait(api, device, alerts=1)
    took = time.perf_counter() - started
    _send(device, 4.5)
    _wait(api, device, alerts=0)
    return took


def _send(device: DeviceConnection, temperature: float) -> None:
    device.publish({"ts": datetime.now(UTC).isoformat(), "metrics": {"temp_c": temperature}})


def _wait(api: httpx.Client, device: DeviceConnection, *, alerts: int) -> None:
    give_up_at = time.perf_counter() + _PATIENCE_SECONDS
    while time.perf_counter() < give_up_at:
        answer = api.get("/customer/alerts", params={"device_id": device.device["device_id"]}).raise_for_status()
        if len(answer.json()["items"]) == alerts:
            return
        time.sleep(_LOOK_EVERY_SECONDS)
    message = f"{device.device['device_id']} never had {alerts} open alerts"
    raise RuntimeError(message)


def _let_it_ask(tenant_id: str) -> None:
    """Looking for an alert every few milliseconds is more than a person does."""
    with operator_session(user_id=ACTOR, reason="bench", write=True) as connection:
        for name in (LimitName.API_USER, LimitName.API_TENANT):
            set_tenant_limit(connection, tenant_id=tenant_id, name=name, rates=(Rate(1_000_000, 60),))


def _api(stack: Stack, fleet: Fleet) -> httpx.Client:
    admin = Principal(str(uuid4()), ACTOR, frozenset({Role.TENANT_ADMIN}), fleet.tenant_id)
    wanted = ApiKeyRequest(name="Bench", role=Role.VIEWER, scopes=None, expires_at=None)
    key = create_api_key(admin, wanted, origin=Origin(None, "bench"))
    return stack.api_with(key.key)


def _connect(stack: Stack, instance: Instance, fleet: Fleet, device_id: str) -> DeviceConnection:
    fleet.add_device(device_id)
    ensure_certificate(instance, fleet.tenant_id, device_id, frozenset(), actor=ACTOR)
    files = device_files(instance, fleet.tenant_id, device_id)
    device = {
        "tenant_id": fleet.tenant_id,
        "device_id": device_id,
        "client_id": thing_name(fleet.tenant_id, device_id),
        "certificate_file": str(files.certificate_file),
        "key_file": str(files.key_file),
    }
    connection = DeviceConnection(stack.description["mqtt"], device)
    connection.wait_connected()
    return connection
