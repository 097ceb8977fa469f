"""How many alerts a second are read, for each parser: from bytes to what is raised, by the whole engine."""

import time
from collections.abc import Iterator
from typing import Any

import orjson

from pulse.inbound.manifest import Manifest
from pulse.inbound.reading import Delivery, read
from tests.bench.figure import Figure
from tests.builders import NOON
from tests.unit.inbound.builders import TRAPS, manifest

_TARGET = 2_000
_RECORDS = 100
_SECONDS = 0.5
_PORTS = range(_RECORDS)
_FIELDS = {"kind": "kind", "device": "device", "port": "port", "state": "state"}
_LINE = r"(?P<kind>\w+) (?P<port>[0-9]+) of (?P<device>\S+) is (?P<state>\w+)"
_SYSLOG = "".join(f"<134>1 2026-11-20T12:00:00Z sw-1 link - - - port {n} of sw-1 is down\n" for n in _PORTS)
_XML = "".join(f"<e><kind>port</kind><device>sw-1</device><port>{n}</port><state>down</state></e>" for n in _PORTS)
_TEXT = "".join(f"port {n} of sw-1 is down\n" for n in _PORTS)
_TABLE = "kind device port state\n" + "".join(f"port sw-1 {n} down\n" for n in _PORTS)
_RECORD = {"kind": "port", "device": "sw-1", "state": "down"}
# Of each parser its declaration, a payload, and how many alerts are in it.
_CASES: list[tuple[dict[str, Any], bytes, int]] = [
    ({"type": "json", "fields": _FIELDS}, orjson.dumps([{**_RECORD, "port": n} for n in _PORTS]), _RECORDS),
    ({"type": "form", "fields": _FIELDS}, b"kind=port&device=sw-1&port=7&state=down", 1),
    ({"type": "xml", "records": "e", "fields": _FIELDS}, f"<list>{_XML}</list>".encode(), _RECORDS),
    ({"type": "regex", "pattern": _LINE}, _TEXT.encode(), _RECORDS),
    (
        {"type": "grok", "patterns": ["%{WORD:kind} %{INT:port} of %{HOSTNAME:device} is %{WORD:state}"]},
        _TEXT.encode(),
        _RECORDS,
    ),
    ({"type": "key_value", "fields": _FIELDS}, b"kind: port\ndevice: sw-1\nport: 7\nstate: down", 1),
    ({"type": "csv", "columns": _FIELDS}, _TABLE.replace(" ", ",").encode(), _RECORDS),
    ({"type": "table", "columns": _FIELDS}, _TABLE.encode(), _RECORDS),
    ({"type": "syslog", "message_patterns": [_LINE]}, _SYSLOG.encode(), _RECORDS),
]


def measure() -> Iterator[Figure]:
    """Alerts a second in one process, for each parser."""
    for parser, payload, alerts in _CASES:
        yield _figure(parser["type"], manifest(parser=parser), payload, alerts)
    trap = {
        "agent_address": "192.0.2.1",
        "trap_oid": f"{TRAPS}.3",
        "varbinds": [{"oid": "1.3.6.1.2.1.2.2.1.1.7", "value": 7}],
    }
    yield _figure("snmp", _of_traps(), orjson.dumps(trap), 1)


def _figure(name: str, addon: Manifest, payload: bytes, alerts: int) -> Figure:
    delivery = Delivery(payload, NOON, "192.0.2.1")
    assert len(read(addon, delivery).events) == alerts, name
    rounds, began = 0, time.perf_counter()
    while (taken := time.perf_counter() - began) < _SECONDS:
        read(addon, delivery)
        rounds += 1
    return Figure(f"alerts read by the parser {name}", rounds * alerts / taken, "alerts/s", _TARGET, "target")


def _of_traps() -> Manifest:
    return manifest(
        method={"type": "snmp_trap", "oid_prefixes": [TRAPS]},
        parser={"type": "snmp", "fields": {"port": {"oid": "1.3.6.1.2.1.2.2.1.1"}}},
        alerts=[
            {
                "type": "LINK_DOWN",
                "when": [{"field": "trap_oid", "value": f"{TRAPS}.3"}],
                "severity": "major",
                "title": "Port {port}",
                "fingerprint_fields": ["port"],
            }
        ],
        clear_events=[{"method": "oid_pair", "raised_by": f"{TRAPS}.3", "cleared_by": f"{TRAPS}.4"}],
        device={"address_field": "agent_address"},
    )
