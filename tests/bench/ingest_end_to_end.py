"""From a device's publish over MQTT/TLS until the reading's row is visible, through a running stack.

On this machine that is the emulator's broker, rules, queue and workers, which hand a function ten messages at a time
and at once. AWS hands it up to ten thousand and may wait a second for them. So this figure tells of the way, and
`ingest_core` of how much goes through it.
"""

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any, Final

import orjson
import paho.mqtt.client as mqtt
import psycopg

from local.demo_devices import device_files, ensure_certificate
from local.instance import Instance, chosen_instance
from pulse.devices.topics import thing_name
from tests.bench.figure import Figure, UnavailableError, percentile
from tests.builders import ACTOR, Fleet
from tests.deployed import deployed_stack
from tests.integration.stack import DeviceConnection, Stack

_DEVICES: Final = 20
_STEADY: Final = 1000
_STEADY_RATE: Final = 50
_BURST: Final = 3000
_LOOK_EVERY_SECONDS: Final = 0.005
_PATIENCE_SECONDS: Final = 120


class _Device(DeviceConnection):
    """Publishes without waiting."""

    def send(self, message_id: str) -> mqtt.MQTTMessageInfo:
        """Hand a reading to the client."""
        payload = {"ts": datetime.now(UTC).isoformat(), "message_id": message_id, "metrics": {"temp_c": 4.5}}
        return self._client.publish(self.topic, orjson.dumps(payload), qos=1)


def measure() -> Iterator[Figure]:
    """Latency at a steady rate, then how long a burst takes."""
    instance = chosen_instance(os.environ)
    if not (instance.is_disposable and instance.stack_file.exists()):
        message = "needs a test instance that is up, since it leaves a tenant behind: `make bench` brings one up"
        raise UnavailableError(message)
    with deployed_stack(instance) as stack, ExitStack() as connections:
        fleet = Fleet()
        devices = [
            connections.enter_context(_connect(stack, instance, fleet, f"sensor-{number}"))
            for number in range(_DEVICES)
        ]
        database = connections.enter_context(psycopg.connect(stack.database_url, autocommit=True))
        database.execute(
            """
            INSERT INTO tenant_limits (tenant_id, name, rates)
            VALUES (%(tenant)s, 'ingest_device', '100000:1'), (%(tenant)s, 'ingest_tenant', '100000:1')
            """,
            {"tenant": fleet.tenant_id},
        )
        yield from _measure(_Run(devices, database, fleet.tenant_id))


def _connect(stack: Stack, instance: Instance, fleet: Fleet, device_id: str) -> _Device:
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
    connection = _Device(stack.description["mqtt"], device)
    connection.wait_connected()
    return connection


class _Run:
    """Messages that are published, and the moments at which their rows are first seen."""

    def __init__(self, devices: list[_Device], database: psycopg.Connection[Any], tenant_id: str) -> None:
        self._devices = devices
        self._database = database
        self._tenant_id = tenant_id
        self._sent = 0

    def round_trips(self, count: int) -> list[float]:
        """How long the broker takes to answer single messages, in seconds."""
        took = []
        for _ in range(count):
            started = time.perf_counter()
            self._send().wait_for_publish(_PATIENCE_SECONDS)
            took.append(time.perf_counter() - started)
        return took

    def latencies(self, count: int, *, rate: int) -> list[float]:
        """From publish to row at a steady rate, in seconds."""
        began = datetime.now(UTC)
        published: dict[str, float] = {}
        seen: dict[str, float] = {}
        due = time.perf_counter()
        for _ in range(count):
            published[f"m-{self._sent}"] = time.perf_counter()
            self._send()
            due += 1 / rate
            while time.perf_counter() < due:
                self._look(began, seen)
        self._look_for_all(began, seen, count)
        return [seen[message_id] - at for message_id, at in published.items()]

    def burst(self, count: int) -> tuple[float, float]:
        """Seconds until the broker has taken a burst, and until it is all rows."""
        began, started = datetime.now(UTC), time.perf_counter()
        for answer in [self._send() for _ in range(count)]:
            answer.wait_for_publish(_PATIENCE_SECONDS)
        taken = time.perf_counter() - started
        seen: dict[str, float] = {}
        self._look_for_all(began, seen, count)
        return taken, max(seen.values()) - started

    def _send(self) -> mqtt.MQTTMessageInfo:
        device = self._devices[self._sent % len(self._devices)]
        self._sent += 1
        return device.send(f"m-{self._sent - 1}")

    def _look_for_all(self, since: datetime, seen: dict[str, float], count: int) -> None:
        give_up_at = time.perf_counter() + _PATIENCE_SECONDS
        while len(seen) < count:
            if time.perf_counter() > give_up_at:
                message = f"{count - len(seen)} of {count} messages never became rows"
                raise RuntimeError(message)
            self._look(since, seen)

    def _look(self, since: datetime, seen: dict[str, float]) -> None:
        rows = self._database.execute(
            "SELECT message_id FROM telemetry WHERE tenant_id = %s AND time >= %s", (self._tenant_id, since)
        ).fetchall()
        now = time.perf_counter()
        for (message_id,) in rows:
            seen.setdefault(message_id, now)
        time.sleep(_LOOK_EVERY_SECONDS)


def _measure(run: _Run) -> Iterator[Figure]:
    run.latencies(_DEVICES, rate=_DEVICES)  # the first message of a device finds every memory empty
    answer = percentile(run.round_trips(100), 50) * 1000
    latencies = run.latencies(_STEADY, rate=_STEADY_RATE)
    for percent in (50, 95):
        name = f"ingest_end_to_end, publish to row at {_STEADY_RATE}/s, p{percent}"
        yield Figure(name, percentile(latencies, percent) * 1000, "ms", answer, "the broker's answer alone, p50")
    taken, stored = run.burst(_BURST)
    yield Figure(
        f"ingest_end_to_end, burst of {_BURST:,}", _BURST / stored, "/s", _BURST / taken, "what the broker takes"
    )
