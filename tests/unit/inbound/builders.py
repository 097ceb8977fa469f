"""Manifests, of which a test names only what it is about."""

from typing import Any

from pulse.inbound.manifest import Manifest, read_manifest

TRAPS = "1.3.6.1.6.3.1.1.5"


def document(**changes: Any) -> dict[str, Any]:
    """A manifest as JSON: JSON with `kind`, `device`, `port` and `state`, one type of alert for each port."""
    return {
        "schema_version": "1",
        "id": "example",
        "version": "1.0.0",
        "name": "Example",
        "vendor": "Example",
        "description": "",
        "method": {"type": "webhook"},
        "parser": {
            "type": "json",
            "fields": {"kind": "$.kind", "device": "$.device", "port": "$.port", "state": "$.state"},
        },
        "alerts": [
            {
                "type": "PORT_DOWN",
                "when": [{"field": "kind", "value": "port"}],
                "severity": "major",
                "title": "Port {port} of {device}",
                "fingerprint_fields": ["port"],
            }
        ],
        "clear_events": [{"method": "field_value", "field": "state", "values": ["up"]}],
        "device": {"name_field": "device"},
        **changes,
    }


def manifest(**changes: Any) -> Manifest:
    """The same, checked."""
    return read_manifest(document(**changes))
