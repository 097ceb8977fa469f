"""What a schedule may not be, each with the field and the reason."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from pulse.oncall.schedule import Restriction, RotationStart, find_errors
from tests.unit.oncall.schedule_builder import make_layer


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"name": "Layer 1"}, "layers.1.name", "Layer 1 is the name of another layer too"),
        ({"priority": 1, "name": "Other"}, "layers.1.priority", "1 is the priority of another layer too"),
        ({"rotation": "custom"}, "layers.1.shift_hours", "a custom rotation needs the length of a shift"),
        ({"shift_hours": 12}, "layers.1.shift_hours", "the length of a weekly shift is given; leave it out"),
        ({"rotation_start": "1999-12-31T09:00"}, "layers.1.rotation_start", "must be between the years 2000 and 2200"),
    ],
)
def test_what_is_wrong_with_layers_is_named(changes: dict[str, Any], field: str, reason: str) -> None:
    errors = find_errors([make_layer(), make_layer(**{"priority": 2, **changes})])
    assert (field, reason) in [(error.field, error.reason) for error in errors]


def test_layers_that_differ_are_fine() -> None:
    assert find_errors([make_layer(), make_layer(priority=2, rotation="custom", shift_hours=12)]) == ()


@pytest.mark.parametrize("weekday", [0, "0", "Monday", "mon"])
def test_weekdays_have_names_and_no_numbers(weekday: Any) -> None:
    with pytest.raises(ValidationError):
        Restriction.model_validate({"weekdays": [weekday], "start": "09:00", "end": "17:00"})


def test_a_rotation_starts_when_the_body_of_a_request_says() -> None:
    start = TypeAdapter(RotationStart).validate_json('"2026-01-05T09:00"', strict=True)
    assert (start.isoformat(), start.tzinfo) == ("2026-01-05T09:00:00", None)


@pytest.mark.parametrize(
    "start", ["2026-01-05T09:00:00Z", "2026-01-05T09:00:30", "2026-01-05T09:00:00+01:00", "2026-02-31T09:00", "soon"]
)
def test_a_rotation_starts_at_a_wall_clock_minute(start: str) -> None:
    with pytest.raises(ValidationError, match=r"wall-clock time .*without an offset"):
        make_layer(rotation_start=start)
