"""Reading what came in: a manifest and a delivery give what is raised and what is cleared. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from pulse.alerts.severity import Severity
from pulse.clock import format_instant
from pulse.inbound.identity import DeviceIdentity, fingerprint, identify_device
from pulse.inbound.instants import read_instant
from pulse.inbound.manifest import AlertDefinition, Manifest
from pulse.inbound.methods import TARGET_FIELDS, PolledMethod, Webhook
from pulse.inbound.names import AddonSeverity, Category
from pulse.inbound.override import AlertOverride
from pulse.inbound.record import Record, as_value, known_values, text_of
from pulse.inbound.templates import render
from pulse.inbound.transformations import transform

MAX_SUMMARY: Final = 500
MAX_DESCRIPTION: Final = 4000
_LATE: Final = timedelta(days=7)
_EARLY: Final = timedelta(minutes=5)
_UTC: Final = ZoneInfo("UTC")


class Delivery(NamedTuple):
    """What a sender has handed in, as it came."""

    body: bytes
    received_at: datetime
    source_address: str | None = None
    query: Mapping[str, str] = {}
    polled: Mapping[str, str] = {}
    """Of an answer to a poll: `target_name`, `target_address`, `question`."""


class Raise(NamedTuple):
    """Something is wrong."""

    fingerprint: str
    type: str
    device: DeviceIdentity
    occurred_at: datetime
    severity: Severity
    category: Category
    summary: str
    description: str
    fields: dict[str, Any]


class Clear(NamedTuple):
    """It is over."""

    fingerprint: str
    type: str
    device: DeviceIdentity
    occurred_at: datetime


class Ignored(NamedTuple):
    """A record that raises and clears nothing, and why."""

    reason: str
    fields: dict[str, Any]


class Reading(NamedTuple):
    """What a delivery says, in its order."""

    events: tuple[Raise | Clear, ...]
    ignored: tuple[Ignored, ...]


def read(manifest: Manifest, delivery: Delivery, overrides: Mapping[str, AlertOverride] | None = None) -> Reading:
    """What a delivery raises and clears. Raises PayloadError, and nothing else, whatever the delivery is."""
    events: list[Raise | Clear] = []
    ignored: list[Ignored] = []
    for found in manifest.parser_of(delivery.polled.get("question")).read(delivery.body):
        record = transform(_with_context(found, manifest, delivery), manifest.transformations, delivery.received_at)
        said = _interpret(manifest, record, delivery.received_at, overrides or {})
        if isinstance(said, Ignored):
            ignored.append(said)
        else:
            events += said
    return Reading(tuple(events), tuple(ignored))


def _with_context(found: Record, manifest: Manifest, delivery: Delivery) -> Record:
    context: Record = {
        "source_address": delivery.source_address,
        "received_at": format_instant(delivery.received_at),
    }
    if isinstance(manifest.method, Webhook):
        sent = {name: delivery.query.get(key) for name, key in manifest.method.query_fields.items()}
        context |= {name: as_value(value) for name, value in sent.items()}
    elif isinstance(manifest.method, PolledMethod):
        context |= {name: as_value(delivery.polled.get(name)) for name in TARGET_FIELDS}
    return {**found, **context}


def _interpret(
    manifest: Manifest, record: Record, received_at: datetime, overrides: Mapping[str, AlertOverride]
) -> list[Raise | Clear] | Ignored:
    occurred_at = _occurred_at(manifest, record, received_at)
    for event in manifest.clear_events:
        cleared = event.read(record)
        if cleared is not None:
            own = _definition_of(manifest, cleared.record)
            definitions = [manifest.definitions[name] for name in cleared.alert_types] or ([own] if own else [])
            if not definitions:
                return Ignored("it clears a type of alert that there is not", known_values(record))
            return [_clear(manifest, definition, cleared.record, occurred_at) for definition in definitions]
    definition = _definition_of(manifest, record)
    if definition is None:
        return Ignored("it is of none of the types of alerts", known_values(record))
    override = overrides.get(definition.type, AlertOverride())
    if not (definition.enabled if override.enabled is None else override.enabled):
        return Ignored(f"alerts of the type {definition.type} are disabled", known_values(record))
    return [_raise(manifest, definition, record, occurred_at, override)]


def _definition_of(manifest: Manifest, record: Record) -> AlertDefinition | None:
    return next((known for known in manifest.alerts if all(condition.holds(record) for condition in known.when)), None)


def _raise(
    manifest: Manifest, definition: AlertDefinition, record: Record, occurred_at: datetime, override: AlertOverride
) -> Raise:
    device = identify_device(record, manifest.device)
    return Raise(
        fingerprint=fingerprint(manifest.id, definition, device, record),
        type=definition.type,
        device=device,
        occurred_at=occurred_at,
        severity=override.severity or _severity(definition, record),
        category=manifest.category_of(definition),
        summary=render(definition.title, record, longest=MAX_SUMMARY),
        description=render(definition.description, record, longest=MAX_DESCRIPTION),
        fields=known_values(record),
    )


def _clear(manifest: Manifest, definition: AlertDefinition, record: Record, occurred_at: datetime) -> Clear:
    device = identify_device(record, manifest.device)
    return Clear(fingerprint(manifest.id, definition, device, record), definition.type, device, occurred_at)


def _severity(definition: AlertDefinition, record: Record) -> Severity:
    word = text_of(record.get(definition.severity_field)).casefold() if definition.severity_field else ""
    return (AddonSeverity(word) if word in AddonSeverity else definition.severity).severity


def _occurred_at(manifest: Manifest, record: Record, received_at: datetime) -> datetime:
    """When it happened, if the record says so and it is not far from when it came."""
    said = None
    if manifest.time_field is not None:
        said = read_instant(record.get(manifest.time_field), "iso8601", _UTC, received_at)
    near = said is not None and received_at - _LATE <= said <= received_at + _EARLY
    return min(said, received_at).astimezone(UTC) if said is not None and near else received_at
