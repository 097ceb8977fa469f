"""Refusals of a document, placed where its sender put things."""

from enum import StrEnum
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field, TypeAdapter, ValidationError

from pulse.errors import FieldError
from pulse.input_errors import field_errors
from pulse.models import Input
from pulse.notifications.channels.email.config import EmailConfig
from pulse.notifications.channels.webhook.config import WebhookConfig


class Shape(StrEnum):
    CIRCLE = "circle"
    SQUARE = "square"


class Circle(Input):
    shape: Literal[Shape.CIRCLE]
    radius: float


class Square(Input):
    shape: Literal[Shape.SQUARE]
    sides: list[float | str]


class Drawing(Input):
    shapes: list[Annotated[Circle | Square, Field(discriminator="shape")]]


def refusals(model: Any, document: object) -> set[tuple[str, str]]:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(model).validate_python(document)
    return {(error.field, error.reason) for error in field_errors(caught.value, document)}


@pytest.mark.parametrize(
    ("shape", "field", "reason"),
    [
        ({"shape": "circle", "radius": "far"}, "shapes.0.radius", "Input should be a valid number"),
        ({"shape": "circle"}, "shapes.0.radius", "is required"),
        ({"shape": "circle", "radius": 1, "sides": []}, "shapes.0.sides", "is not a field here"),
        ({"shape": "cone"}, "shapes.0.shape", "must be one of circle, square"),
        ({"radius": 1}, "shapes.0.shape", "is required"),
    ],
)
def test_the_branch_of_a_union_is_no_part_of_the_path(shape: object, field: str, reason: str) -> None:
    [(found, why)] = refusals(Drawing, {"shapes": [shape]})
    assert (found, why[: len(reason)]) == (field, reason)


def test_what_no_branch_takes_is_named_once_for_each() -> None:
    found = refusals(Drawing, {"shapes": [{"shape": "square", "sides": [[]]}]})
    assert {field for field, _ in found} == {"shapes.0.sides.0"}


@pytest.mark.parametrize(
    ("model", "document", "field"),
    [
        (WebhookConfig, {"url": "https://example.com", "body_template": "{{ nothing }}"}, "body_template"),
        (EmailConfig, {"to": ["a@example.com"], "body_template": "{{ nothing }}"}, "body_template"),
        (EmailConfig, {"to": ["a@example.com"], "subject_template": "{% for %}"}, "subject_template"),
    ],
)
def test_a_template_that_can_not_be_used_is_named(model: Any, document: object, field: str) -> None:
    [(found, why)] = refusals(model, document)
    assert found == field
    assert not why.startswith("Value error")


def test_what_is_wrong_with_all_of_it_has_no_path() -> None:
    with pytest.raises(ValidationError) as caught:
        Drawing.model_validate_json("[]")
    assert field_errors(caught.value, []) == (FieldError("", "Input should be an object"),)
