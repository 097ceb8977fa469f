"""What the application costs its reader, in Debian's Chromium on a running stack: a list of ten thousand devices, and
what pages ask for by themselves.

The measuring is done in the browser (frontend/e2e/*.figures.ts); here the fleet is made, and lives or doesn't.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Final, LiteralString

import psycopg

from local.instance import Instance, chosen_instance
from pulse import clock
from pulse.database import ingest_session
from pulse.devices.state import DeviceStatus, Transition
from pulse.devices.state_store import record_transitions
from pulse.events.outbox import publish_after_commit
from pulse.identity.permissions import Role
from pulse.settings import settings
from tests.bench.figure import Figure, UnavailableError
from tests.deployed import deployed_stack
from tests.integration.stack import Stack

_ROOT: Final = Path(__file__).parents[2]
_DEVICES: Final = 10_000
_SILENT_AT_ONCE: Final = 5

# Their deadlines are far away, so that no sweep has anything to do with them.
_FILL: Final[LiteralString] = """
    INSERT INTO devices (tenant_id, device_id, site_id, device_type, name)
    SELECT %(tenant)s, 'bench-' || lpad(d::text, 5, '0'), site_id, device_type, 'Cold room ' || d
    FROM generate_series(0, %(devices)s - 1) AS d,
         (SELECT site_id FROM sites WHERE tenant_id = %(tenant)s ORDER BY site_id LIMIT 1) AS site,
         (SELECT device_type FROM device_types WHERE tenant_id = %(tenant)s ORDER BY device_type LIMIT 1) AS type;
    INSERT INTO device_state (tenant_id, device_id, status, last_seen_at, stale_at, offline_at)
    SELECT tenant_id, device_id, 'ONLINE', now(), now() + INTERVAL '1 day', now() + INTERVAL '2 days'
    FROM devices
    WHERE tenant_id = %(tenant)s AND device_id LIKE 'bench-%%';
    ANALYZE devices, device_state;
"""
_CHANGE: Final[LiteralString] = """
    UPDATE device_state
    SET status = %(status)s, status_changed_at = %(now)s
    WHERE tenant_id = %(tenant)s AND device_id = ANY(%(device_ids)s)
"""


def measure_devices() -> Iterator[Figure]:
    """Opening and scrolling the list, first while nothing happens, then while devices come and go."""
    with _stack() as (instance, stack):
        tenant = _tenant(stack)
        with psycopg.connect(stack.database_url, autocommit=True) as owner:
            _forget(owner, tenant)
            psycopg.ClientCursor(owner).execute(_FILL, {"tenant": tenant, "devices": _DEVICES})
            try:
                yield from _in_browser(instance, "figures-devices", PULSE_FLEET="calm")
                with _busy_fleet(tenant):
                    yield from _in_browser(instance, "figures-devices", PULSE_FLEET="busy")
            finally:
                _forget(owner, tenant)


def measure_idle() -> Iterator[Figure]:
    """Requests of main pages in two minutes in which nothing happens."""
    with _stack() as (instance, _):
        yield from _in_browser(instance, "figures-idle")


@contextmanager
def _stack() -> Iterator[tuple[Instance, Stack]]:
    instance = chosen_instance(os.environ)
    if not (instance.is_disposable and instance.stack_file.exists()):
        message = "needs a test instance that is up, whose fleet it changes: `make bench` brings one up"
        raise UnavailableError(message)
    with deployed_stack(instance) as stack:
        os.environ["EVENT_BUS_NAME"] = stack.outputs["EventBusName"]
        settings.cache_clear()
        yield instance, stack


def _tenant(stack: Stack) -> str:
    admins = (user for user in stack.description["users"] if user["role"] == Role.TENANT_ADMIN.value)
    return str(next(admins)["tenant_id"])


def _forget(owner: psycopg.Connection, tenant: str) -> None:
    owner.execute("DELETE FROM devices WHERE tenant_id = %s AND device_id LIKE 'bench-%%'", (tenant,))


@contextmanager
def _busy_fleet(tenant: str) -> Iterator[None]:
    """Every second some devices fall silent and those before them speak again, as events on the bus."""
    ended = Event()

    def live() -> None:
        chance = random.Random(8)
        silent: list[str] = []
        while not ended.wait(1):
            _change(tenant, silent, DeviceStatus.OFFLINE, DeviceStatus.ONLINE)
            silent = [f"bench-{chance.randrange(_DEVICES):05}" for _ in range(_SILENT_AT_ONCE)]
            _change(tenant, silent, DeviceStatus.ONLINE, DeviceStatus.OFFLINE)
            publish_after_commit()

    thread = Thread(target=live, name="busy-fleet")
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _change(tenant: str, device_ids: list[str], before: DeviceStatus, after: DeviceStatus) -> None:
    now = clock.now()
    with ingest_session() as connection:
        connection.execute(_CHANGE, {"tenant": tenant, "device_ids": device_ids, "status": after.value, "now": now})
        record_transitions(connection, [Transition(tenant, device_id, before, after, now) for device_id in device_ids])


def _in_browser(instance: Instance, script: str, **environment: str) -> list[Figure]:
    with tempfile.NamedTemporaryFile("r", suffix=".jsonl") as file:
        command = subprocess.run(
            ["local/browser.sh", script],
            cwd=_ROOT,
            env=os.environ | {"PULSE_INSTANCE": instance.name, "PULSE_FIGURES": file.name, **environment},
            stdout=sys.stderr,
            check=False,
        )
        if command.returncode != 0:
            message = f"`local/browser.sh {script}` ended with {command.returncode}"
            raise RuntimeError(message)
        return [Figure(**json.loads(line)) for line in file]
