"""The request against its declaration: a body as strictly as JSON allows, everything else from its text."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from aws_lambda_powertools.event_handler.middlewares.openapi_validation import OpenAPIRequestValidationMiddleware
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from pydantic import TypeAdapter, ValidationError

from pulse.api.problems import MalformedRequestError
from pulse.errors import FieldError
from pulse.input_errors import field_errors, reason_of


class RequestValidation(OpenAPIRequestValidationMiddleware):
    """A number in quotes is no number, and 1 is not true: what was meant is not guessed at."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    def _get_body(self, app: Any) -> Any:
        """The body as its model, which the base class then leaves as it is. Raises MalformedRequestError."""
        document = app.current_event.json_body
        if document is None:
            return None
        [expected] = app.context["_route"].dependant.body_params
        try:
            return _reader(expected.field_info.annotation).validate_json(app.current_event.decoded_body, strict=True)
        except ValidationError as error:
            raise malformed(field_errors(error, document)) from error


def malformed_request(error: RequestValidationError) -> MalformedRequestError:
    """The refusal of parameters."""
    return malformed(tuple(_parameter_error(entry) for entry in error.errors()))


def malformed(errors: tuple[FieldError, ...]) -> MalformedRequestError:
    """The refusal of inputs. What is wrong with a body as a whole is said of `body`."""
    named = tuple(FieldError(error.field or "body", error.reason) for error in errors)
    names = ", ".join(dict.fromkeys(error.field for error in named))
    return MalformedRequestError(f"check {names}", errors=named)


def _parameter_error(entry: Mapping[str, Any]) -> FieldError:
    location, *place = entry["loc"]
    if location == "query":  # of a parameter that is given several times, which of them it is means nothing to a caller
        place = place[:1]
    return FieldError(".".join(str(part) for part in place), reason_of(entry))


@lru_cache(maxsize=256)
def _reader(annotation: Any) -> TypeAdapter[Any]:
    return TypeAdapter(annotation)
