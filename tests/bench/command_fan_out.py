"""A command for a group of ten thousand devices: entered, handed over, and somebody else's command beside it.

The broker takes everything at once: what is measured is the work around it. Events are not published.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import psycopg
import pytest

from pulse import clock
from pulse.commands import delivery, sending
from pulse.identity.permissions import Role
from pulse.identity.principal import Origin, Principal
from tests.bench.database import fresh_database
from tests.bench.figure import Figure

_DEVICES: Final = 10_000
_GROUP: Final = UUID("5b0c3d52-7d6b-4c6e-8f0e-2f4c1b7a9e10")
_LIFETIME: Final = timedelta(hours=1)
_ORIGIN: Final = Origin("127.0.0.1", "bench")
_SEND_SECONDS: Final = 3.0
_HAND_OVER_PER_SECOND: Final = 500.0
_NEIGHBOUR_MILLISECONDS: Final = 1000.0

# Every device has a session, and is in the group of its tenant.
_FILL: Final = """
    INSERT INTO tenants (tenant_id, name) VALUES ('large', 'Large'), ('small', 'Small');
    INSERT INTO sites (tenant_id, site_id, name) SELECT tenant_id, 'hall', 'Hall' FROM tenants;
    INSERT INTO device_types (tenant_id, device_type) SELECT tenant_id, 'freezer' FROM tenants;
    INSERT INTO devices (tenant_id, device_id, site_id, device_type, name)
    SELECT 'large', 'freezer-' || number, 'hall', 'freezer', 'Freezer' FROM generate_series(1, %(devices)s) AS number
    UNION ALL
    VALUES ('small', 'freezer-1', 'hall', 'freezer', 'Freezer');
    INSERT INTO device_connections (tenant_id, device_id, session_id, connected_at, connection_number, credential_id)
    SELECT tenant_id, device_id, 'session-1', now(), 1, 'certificate' FROM devices;
    INSERT INTO device_groups (tenant_id, group_id, name, kind) VALUES ('large', %(group)s, 'Everything', 'STATIC');
    INSERT INTO device_group_members (tenant_id, group_id, device_id)
    SELECT tenant_id, %(group)s, device_id FROM devices WHERE tenant_id = 'large';
"""


def measure() -> Iterator[Figure]:
    """Until the request is answered; the rate of handing over; how long a neighbour's command waits meanwhile."""
    published: list[tuple[str, float]] = []

    def publish(commands: Sequence[dict[str, Any]]) -> list[bool]:
        published.extend((command["tenant_id"], time.perf_counter()) for command in commands)
        return [True] * len(commands)

    with fresh_database() as owner_url, _alone(publish):
        with psycopg.connect(owner_url, autocommit=True) as owner:
            psycopg.ClientCursor(owner).execute(_FILL.encode(), {"devices": _DEVICES, "group": _GROUP})
            owner.execute("VACUUM ANALYZE")
        started = time.perf_counter()
        sending.send_group_command(
            _person("large"), _GROUP, name="reboot", parameters={}, lifetime=_LIFETIME, origin=_ORIGIN
        )
        name = f"command to a group of {_DEVICES:,} devices"
        yield Figure(f"{name}, answered", time.perf_counter() - started, "s", _SEND_SECONDS, "a target")
        sending.send_command(
            _person("small"), "freezer-1", name="reboot", parameters={}, lifetime=_LIFETIME, origin=_ORIGIN
        )
        started = time.perf_counter()
        while delivery.deliver_due(clock.now()).total:
            pass
        took = time.perf_counter() - started
    if len(published) != _DEVICES + 1:
        message = f"{len(published)} of {_DEVICES + 1} commands were handed over"
        raise RuntimeError(message)
    yield Figure(f"{name}, handed over", _DEVICES / took, "/s", _HAND_OVER_PER_SECOND, "a target")
    [waited] = [at - started for tenant_id, at in published if tenant_id == "small"]
    yield Figure(f"{name}, a neighbour's command behind it", waited * 1000, "ms", _NEIGHBOUR_MILLISECONDS, "a target")


def _person(tenant_id: str) -> Principal:
    return Principal(str(uuid4()), "bench", frozenset({Role.TENANT_ADMIN}), tenant_id)


@contextmanager
def _alone(publish: Callable[[Sequence[dict[str, Any]]], list[bool]]) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(delivery, "publish_commands", publish)
        patched.setattr(sending, "admit_amount", lambda *_: None)
        patched.setattr(sending, "publish_after_commit", lambda: None)
        yield
