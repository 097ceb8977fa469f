"""Schedules as tests need them."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from pulse.oncall.schedule import Layer, Override, OverrideKind, Responder, Restriction, Schedule

ANNA, BERT, CLEO = (Responder(name=name, email=f"{name.lower()}@acme.example") for name in ("Anna", "Bert", "Cleo"))


def make_layer(**changes: Any) -> Layer:
    """Anna and Bert in weekly turns, from Monday 2026-01-05 at nine."""
    fields: dict[str, Any] = {
        "layer_id": UUID(int=changes.get("priority", 1)),
        "name": f"Layer {changes.get('priority', 1)}",
        "priority": 1,
        "rotation": "weekly",
        "rotation_start": "2026-01-05T09:00",
        "responders": (ANNA, BERT),
        **changes,
    }
    return Layer.model_validate(fields)


def make_schedule(*layers: Layer, zone: str = "Europe/Berlin", overrides: tuple[Override, ...] = ()) -> Schedule:
    """A schedule with one weekly layer unless others are given."""
    return Schedule(ZoneInfo(zone), layers or (make_layer(),), overrides)


def make_override(kind: str, responder: Responder, starts_at: str, ends_at: str) -> Override:
    """An override between two instants in UTC."""
    return Override(uuid4(), OverrideKind(kind), responder, utc(starts_at), utc(ends_at))


def restrict(start: str, end: str, *weekdays: str) -> Restriction:
    """Hours on some weekdays, or on all of them."""
    return Restriction.model_validate({"start": start, "end": end, "weekdays": weekdays})


def utc(text: str) -> datetime:
    """An instant written without its offset."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
