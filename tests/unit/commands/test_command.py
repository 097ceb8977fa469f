"""What holds for every command."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from pulse.commands.command import MAXIMUM_PARAMETER_BYTES, Parameters, next_delivery
from tests.builders import NOON

PARAMETERS: TypeAdapter[dict[str, object]] = TypeAdapter(Parameters)


@pytest.mark.parametrize(
    ("deliveries", "seconds"), [(1, 30), (2, 60), (3, 120), (7, 1920), (8, 3600), (9, 3600), (10_000, 3600)]
)
def test_a_command_is_handed_over_again_after_growing_times(deliveries: int, seconds: int) -> None:
    assert next_delivery(deliveries, NOON) == NOON + timedelta(seconds=seconds)


@given(st.integers(1, 2**31))
def test_a_command_is_always_due_again_within_the_hour(deliveries: int) -> None:
    assert timedelta(0) < next_delivery(deliveries, NOON) - NOON <= timedelta(hours=1)


def test_parameters_may_be_as_large_as_the_limit_and_no_larger() -> None:
    fits = {"text": "x" * (MAXIMUM_PARAMETER_BYTES - len('{"text":""}'))}
    assert PARAMETERS.validate_python(fits) == fits
    with pytest.raises(ValidationError, match="must be at most 8192 bytes"):
        PARAMETERS.validate_python({"text": fits["text"] + "x"})


@pytest.mark.parametrize("parameters", [{"number": 2**70}, {"text": "\x00"}, {"deep": {"\x00": 1}}])
def test_parameters_that_no_device_or_database_can_hold_are_refused(parameters: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        PARAMETERS.validate_python(parameters)
