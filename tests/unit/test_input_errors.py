"""Refusals of a document, placed where its sender put things."""

import json
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from pydantic import AwareDatetime, Field, TypeAdapter, ValidationError

from customer_api.routes.maintenance_windows import PlanWindow
from customer_api.routes.notification_routing_rules import SetRoutingRule
from pulse.errors import FieldError
from pulse.inbound.authentication import HeaderAuthentication
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
        ({"shape": "circle", "radius": "far"}, "shapes.0.radius", "must be a number"),
        ({"shape": "circle"}, "shapes.0.radius", "is required"),
        ({"shape": "circle", "radius": 1, "sides": []}, "shapes.0.sides", "is not a field here"),
        ({"shape": "cone"}, "shapes.0.shape", "must be one of circle, square"),
        ({"radius": 1}, "shapes.0.shape", "is required"),
    ],
)
def test_the_branch_of_a_union_is_no_part_of_the_path(shape: object, field: str, reason: str) -> None:
    [(found, why)] = refusals(Drawing, {"shapes": [shape]})
    assert (found, why[: len(reason)]) == (field, reason)


class Crew(Input):
    people: Annotated[tuple[Circle, ...], Field(min_length=1, max_length=2)]


@pytest.mark.parametrize(
    ("people", "found"),
    [
        ([], {("people", "must not be empty")}),
        ([{"shape": "circle", "radius": 1}] * 3, {("people", "must have at most 2 entries")}),
        ([{"shape": "circle"}], {("people.0.radius", "is required")}),
    ],
)
def test_a_list_is_too_short_or_too_long_by_what_was_sent(people: object, found: set[tuple[str, str]]) -> None:
    assert refusals(Crew, {"people": people}) == found


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


class Form(Input):
    whole: Annotated[int, Field(ge=1, le=9)] = 1
    share: Annotated[float, Field(gt=0, lt=1)] = 0.5
    on: bool = True
    shape: Shape = Shape.CIRCLE
    way: Literal["up", "down"] = "up"
    names: Annotated[list[str] | None, Field(min_length=1, max_length=2)] = None
    pairs: Annotated[list[int] | None, Field(min_length=2)] = None
    code: Annotated[str, Field(min_length=2, max_length=3)] = "ab"
    title: Annotated[str, Field(min_length=1)] = "a"
    letters: Annotated[str, Field(pattern="^[a-c]+$")] = "a"
    circle: Circle | None = None
    settings: dict[str, int] | None = None
    at: AwareDatetime | None = None
    on_day: date | None = None
    id: UUID | None = None
    price: Annotated[Decimal, Field(max_digits=5, decimal_places=2)] = Decimal(0)
    step: Annotated[int, Field(multiple_of=5)] = 5


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("whole", "1", "must be a whole number"),
        ("whole", 1.5, "must be a whole number"),
        ("whole", 0, "must be at least 1"),
        ("whole", 10, "must be at most 9"),
        ("share", "a", "must be a number"),
        ("share", 0, "must be more than 0"),
        ("share", 1, "must be less than 1"),
        ("on", "yes", "must be true or false"),
        ("shape", "cone", "must be one of circle, square"),
        ("way", "left", "must be one of up, down"),
        ("names", "a", "must be a list"),
        ("names", [], "must not be empty"),
        ("names", ["a", "b", "c"], "must have at most 2 entries"),
        ("pairs", [1], "must have at least 2 entries"),
        ("code", 1, "must be a text"),
        ("code", "a", "must have at least 2 characters"),
        ("code", "abcd", "must have at most 3 characters"),
        ("title", "", "must not be empty"),
        ("letters", "d", "must match the pattern ^[a-c]+$"),
        ("circle", 1, "must be an object"),
        ("settings", 1, "must be an object"),
        ("at", "soon", "must be an instant such as 2026-01-01T12:00:00Z"),
        ("at", "2026-01-01T12:00:00", "must be an instant with its time zone, such as 2026-01-01T12:00:00Z"),
        ("on_day", "soon", "must be a date such as 2026-01-01"),
        ("id", "7", "must be an id such as 5b0c3d52-7d6b-4c6e-8f0e-2f4c1b7a9e10"),
        ("price", "abc", "must be a number"),
        ("price", [], "must be a number"),
        ("price", "123456", "must have at most 5 digits"),
        ("price", "1234.5", "must have at most 3 digits before the point"),
        ("price", "1.234", "must have at most 2 decimal places"),
        ("step", 7, "must be a multiple of 5"),
    ],
)
def test_reasons_are_in_our_words(field: str, value: object, reason: str) -> None:
    document = {field: value}
    with pytest.raises(ValidationError) as caught:
        Form.model_validate_json(json.dumps(document), strict=True)
    assert field_errors(caught.value, document) == (FieldError(field, reason),)


def test_what_is_wrong_with_all_of_it_has_no_path() -> None:
    with pytest.raises(ValidationError) as caught:
        Drawing.model_validate_json("[]")
    assert field_errors(caught.value, []) == (FieldError("", "must be an object"),)


@pytest.mark.parametrize(
    ("model", "document", "reason"),
    [
        (PlanWindow, {"recurrence": "RRULE:FREQ=DAILY"}, "must be a rule such as FREQ=WEEKLY;BYDAY=SU, without RRULE:"),
        (WebhookConfig, {"headers": {"My header": "x"}}, "must be a header name such as X-Api-Key"),
        (HeaderAuthentication, {"name": "X Key"}, "must be a header name such as X-Api-Key"),
        (SetRoutingRule, {"alert_types": ["bogus"]}, "must be a type of alerts such as THRESHOLD"),
    ],
)
def test_texts_of_a_certain_form_are_refused_in_words(model: Any, document: object, reason: str) -> None:
    assert any(found.startswith(reason) for _, found in refusals(model, document))
