"""`start` and `end` of a request, in this order: the other way round would look like a quiet time."""

from datetime import datetime
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.middlewares import BaseMiddlewareHandler, NextMiddleware

from pulse.errors import FieldError, InvalidInputError


class OrderedPeriod(BaseMiddlewareHandler[APIGatewayHttpResolver]):
    """Comes after validation, for every route that takes both (`pulse.api.filters`)."""

    def handler(self, app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[Any]:
        """Answer what the route answers. Raises InvalidInputError."""
        arguments = app.context["_route_args"]
        match arguments.get("start"), arguments.get("end"):
            case datetime() as start, datetime() as end if start >= end:
                reason = "must be before end"
                raise InvalidInputError(f"start {reason}", errors=(FieldError("start", reason),))
        return next_middleware(app)
