"""What was sent and means nothing is refused by name: a typo must not pass for a choice.

Unknown fields of a body are refused by its model, which forbids extra ones (an architecture test sees to that).
"""

from collections.abc import Mapping
from typing import Any, Final

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.middlewares import BaseMiddlewareHandler, NextMiddleware

from pulse.api.problems import MalformedRequestError, UnsupportedMediaTypeError
from pulse.errors import FieldError, InvalidInputError

_JSON: Final = "application/json"


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
        message = "the body is not UTF-8 text"
        raise InvalidInputError(message) from error
    if not text and not takes_body:
        return
    media_type = app.current_event.headers.get("content-type", _JSON).partition(";")[0].strip()
    if media_type != _JSON:
        message = f"send the body as {_JSON}"
        raise UnsupportedMediaTypeError(message)
    if not text:
        return
    try:
        body = app.current_event.json_body
    except ValueError as error:
        raise _malformed({"body": "is not valid JSON"}) from error
    if body is not None and not isinstance(body, dict):
        raise _malformed({"body": "must be an object"})
    if body and not takes_body:
        raise _malformed(dict.fromkeys(body, "is not a field here; this route takes no body"))


def _malformed(reasons: Mapping[str, str]) -> MalformedRequestError:
    errors = tuple(FieldError(field, reason) for field, reason in reasons.items())
    return MalformedRequestError(f"check {', '.join(reasons)}", errors=errors)
