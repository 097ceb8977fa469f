"""What was sent and means nothing is refused by name: a typo must not pass for a choice.

Unknown fields of a body are refused by its model, which forbids extra ones (an architecture test sees to that).
"""

from collections.abc import Mapping
from typing import Any, Final

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.middlewares import BaseMiddlewareHandler, NextMiddleware

from pulse.api.nesting import is_deeper
from pulse.api.nul_characters import places_with_nul
from pulse.api.problems import MalformedRequestError, UnsupportedMediaTypeError
from pulse.api.repeated_names import repeated_names
from pulse.api.spoilt_text import reason_of_spoilt, spoilt_at
from pulse.errors import FieldError, InvalidInputError

_JSON: Final = "application/json"
# What is kept has to be written again, and writers of JSON give up at some 250 levels.
_MAX_LEVELS: Final = 100
_ESCAPED_NUL: Final = r"\u0000"  # as JSON has to write it


class StrictInput(BaseMiddlewareHandler[APIGatewayHttpResolver]):
    """Comes before validation, which would overlook unknown parameters and make the best of a strange body."""

    def handler(self, app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[Any]:
        """Answer what the route answers. Raises MalformedRequestError, UnsupportedMediaTypeError, InvalidInputError."""
        expected = app.context["_route"].dependant
        _check_query(app, {field.alias for field in expected.query_params})
        _check_body(app, takes_body=bool(expected.body_params))
        return next_middleware(app)


def _check_query(app: APIGatewayHttpResolver, known: set[str]) -> None:
    unknown = sorted(set(app.current_event.query_string_parameters) - known)
    if unknown:
        choice = f"this route takes {', '.join(sorted(known))}" if known else "this route takes none"
        raise _malformed(dict.fromkeys(unknown, f"is not a parameter here; {choice}"))


def _check_body(app: APIGatewayHttpResolver, *, takes_body: bool) -> None:
    try:
        text = app.current_event.decoded_body
    except ValueError as error:
        raise _not_text("is not UTF-8 text") from error
    if not text and not takes_body:
        return
    media_type = app.current_event.headers.get("content-type", _JSON).partition(";")[0].strip()
    if media_type != _JSON:
        message = f"send the body as {_JSON}"
        raise UnsupportedMediaTypeError(message)
    if not text:
        return
    if place := spoilt_at(text):
        raise _not_text(reason_of_spoilt(place))
    try:
        body = app.current_event.json_body
        repeated = repeated_names(text)
    except ValueError as error:
        raise _malformed({"body": "is not valid JSON"}) from error
    if is_deeper(body, _MAX_LEVELS):
        raise _malformed({"body": f"is nested more than {_MAX_LEVELS} levels deep"})
    if repeated:
        raise _malformed(dict.fromkeys(repeated, "is given more than once"))
    if _ESCAPED_NUL in text and (places := places_with_nul(body)):
        raise _malformed(dict.fromkeys(places, "must have no NUL characters"))
    if body is not None and not isinstance(body, dict):
        raise _malformed({"body": "must be an object"})
    if body and not takes_body:
        raise _malformed(dict.fromkeys(body, "is not a field here; this route takes no body"))


def _not_text(reason: str) -> InvalidInputError:
    message = f"the body {reason}; send it as UTF-8"
    return InvalidInputError(message, errors=(FieldError("body", reason),))


def _malformed(reasons: Mapping[str, str]) -> MalformedRequestError:
    errors = tuple(FieldError(field, reason) for field, reason in reasons.items())
    return MalformedRequestError(f"check {', '.join(reasons)}", errors=errors)
