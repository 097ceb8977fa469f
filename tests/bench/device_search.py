"""How long people wait for lists of devices, and for a file of them, with a hundred thousand devices in the tenant.

The handler is called in this process, as API Gateway calls it, on a database of its own. Limits are not counted and
events are not published: neither is what is measured.
"""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count
from typing import Any, Final

import psycopg
import pytest

from pulse.api import admission
from pulse.devices import bulk_import
from tests.bench.database import fresh_database
from tests.bench.figure import Figure, percentile
from tests.routes import apis
from tests.unit.api.gateway import CALLER, make_context, make_event

_DEVICES: Final = 100_000
_CALLS: Final = 100
_IMPORTS: Final = 10
_ROWS: Final = 500
_AT_ONCE_MILLISECONDS: Final = 200.0
_AT_ONCE: Final = "what feels like at once"
_IMPORT_SECONDS: Final = 3.0
_TENANT: Final = "tenant-0"

# Two tenants, so that nothing is found by there being nobody else. One device in fifty is silent.
_FILL: Final = """
    INSERT INTO tenants (tenant_id, name) SELECT 'tenant-' || t, 'Tenant' FROM generate_series(0, 1) AS t;
    INSERT INTO sites (tenant_id, site_id, name)
    SELECT tenant_id, 'site-' || s, 'Site ' || s FROM tenants, generate_series(0, 199) AS s;
    INSERT INTO device_types (tenant_id, device_type)
    SELECT tenant_id, 'type-' || t FROM tenants, generate_series(0, 9) AS t;
    INSERT INTO devices (tenant_id, device_id, site_id, device_type, name, tags, model, serial_number)
    SELECT tenant_id, 'device-' || lpad(d::text, 6, '0'), 'site-' || d %% 200, 'type-' || d %% 10, 'Cold room ' || d,
           jsonb_build_object('zone', 'z' || d %% 50, 'floor', (d %% 7)::text), 'CS-' || d %% 30, 'SN' || md5(d::text)
    FROM tenants, generate_series(0, %(devices)s - 1) AS d;
    INSERT INTO device_state (tenant_id, device_id, status, last_seen_at, stale_at, offline_at, last_telemetry_at,
                              last_metrics)
    SELECT tenant_id, device_id, CASE hashtext(device_id) %% 100 WHEN 0 THEN 'STALE' WHEN 1 THEN 'OFFLINE'
                                 ELSE 'ONLINE' END,
           now() - random() * INTERVAL '1 day', now(), now(), now(), metrics
    FROM devices
    CROSS JOIN (
        SELECT jsonb_object_agg(metric, '{"value": 21.5, "time": "2026-11-20T12:00:00.000000Z"}'::jsonb) AS metrics
        FROM unnest(ARRAY['temp_c', 'humidity', 'battery_v', 'rssi', 'door_open']) AS metric
    ) AS newest;
"""
_SEARCHES: Final[dict[str, dict[str, str]]] = {
    "first page": {},
    "text that many have": {"q": "cold room 77"},
    "text that one has": {"q": "cold room 99999"},
    "tag": {"tag": "zone=z7"},
    "tag and text": {"tag": "zone=z7", "q": "room 10"},
    "site": {"site_id": "site-7"},
    "status": {"status": "OFFLINE"},
    "longest silent first": {"sort": "last_seen_at"},
    "by name": {"sort": "name"},
    "worst first": {"sort": "status"},
}


def measure_search() -> Iterator[Figure]:
    """The 95th percentile of what a list of devices asks for, each with its count, and of the summary."""
    with fresh_database() as owner_url, _handler_alone():
        _fill(owner_url)
        for name, query in _SEARCHES.items():
            times = [_milliseconds(partial(_call, "GET", "/customer/devices", query)) for _ in range(_CALLS)]
            yield _figure(f"device search, {name}", times)
        cursor = _call("GET", "/customer/devices", {})["next_cursor"]
        times = [_milliseconds(partial(_call, "GET", "/customer/devices", {"cursor": cursor})) for _ in range(_CALLS)]
        yield _figure("device search, second page", times)
        times = [_milliseconds(partial(_call, "GET", "/customer/devices/summary", {})) for _ in range(_CALLS)]
        yield _figure("device summary", times)


def measure_import() -> Iterator[Figure]:
    """A file of five hundred rows: new ones, the same again, and all of them changed."""
    numbers = count()
    with fresh_database() as owner_url, _handler_alone():
        _fill(owner_url)
        taken: dict[str, list[float]] = {"new": [], "unchanged": [], "changed": []}
        for _ in range(_IMPORTS):
            prefix = f"new-{next(numbers)}"
            for name, title in (("new", "Room"), ("unchanged", "Room"), ("changed", "Hall")):
                taken[name].append(_milliseconds(partial(_import, prefix, title)) / 1000)
        for name, seconds in taken.items():
            value = percentile(seconds, 95)
            yield Figure(f"import, {_ROWS} rows, {name}, p95 of {_IMPORTS}", value, "s", _IMPORT_SECONDS, "a target")


def _figure(name: str, times: list[float]) -> Figure:
    value = percentile(times, 95)
    return Figure(f"{name}, p95 of {_CALLS}", value, "ms", _AT_ONCE_MILLISECONDS, _AT_ONCE)


def _import(prefix: str, title: str) -> None:
    lines = (f"{prefix}-{number},site-7,type-7,{title} {number},zone=z7" for number in range(_ROWS))
    text = "\n".join(["device_id,site_id,device_type,name,tags", *lines])
    report = _call("POST", "/customer/devices/import", {}, body={"csv": text})
    assert report["failed"] == 0, report["results"][0]


def _call(method: str, path: str, query: dict[str, str], *, body: Any = None) -> dict[str, Any]:
    event = make_event(method, path, query=query, body=body, authorizer={**CALLER, "tenant_id": _TENANT})
    answer = apis()["customer_api"].handle(event, make_context())
    assert answer["statusCode"] == 200, answer["body"]
    document: dict[str, Any] = json.loads(answer["body"])
    return document


def _milliseconds(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000


@contextmanager
def _handler_alone() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(admission, "admit_request", lambda _caller, _further=(): ())
        patched.setattr(bulk_import, "publish_after_commit", lambda: None)
        yield


def _fill(owner_url: str) -> None:
    with psycopg.connect(owner_url, autocommit=True) as owner:
        # Parameters are written in by the client: the server takes them for one statement alone.
        psycopg.ClientCursor(owner).execute(_FILL.encode(), {"devices": _DEVICES})
        owner.execute("VACUUM ANALYZE")
