"""From an API Gateway event to an answer: admission, validation, route, problems, one log line."""

import time
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

import orjson
import psycopg
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.middlewares import BaseMiddlewareHandler, NextMiddleware
from aws_lambda_powertools.event_handler.middlewares.openapi_validation import OpenAPIResponseValidationMiddleware
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import ConnectionError as NoConnectionError
from botocore.exceptions import HTTPClientError

from pulse.api.admission import Admission, UseAdmission
from pulse.api.etags import etag_of
from pulse.api.idempotency import Idempotency
from pulse.api.periods import OrderedPeriod
from pulse.api.problems import (
    PROBLEM_CONTENT_TYPE,
    Problem,
    problem,
    problem_for,
)
from pulse.api.request import origin, request_of
from pulse.api.routes import JSON, PUBLIC, VERSION_PREFIX, Route, Routes
from pulse.api.strict_input import StrictInput
from pulse.api.surface import Surface
from pulse.api.validation import RequestValidation, malformed_request
from pulse.errors import PulseError, UnavailableError
from pulse.logging import logger
from pulse.operations.changes import noted_changes
from pulse.versions import Versioned


class Api:
    """The routes of one function: `groups` at once, those of `surface` when a path of theirs is first asked for.

    Whatever they do not declare is answered with 404.
    """

    def __init__(self, *groups: Routes, surface: Surface | None = None) -> None:
        self.routes: dict[tuple[str, str], Route] = {}
        self._surface = surface
        self.resolver = APIGatewayHttpResolver(
            strip_prefixes=[VERSION_PREFIX], serializer=_to_json, json_body_deserializer=orjson.loads, debug=False
        )
        # Here and not by `enable_validation`, which would judge the input of those who may not call at all.
        self.resolver.use(
            middlewares=[
                Admission(self.routes),
                StrictInput(),
                RequestValidation(),
                OrderedPeriod(),
                Idempotency(self.routes),
                UseAdmission(self.routes),
                OpenAPIResponseValidationMiddleware(has_response_validation_error=True),
                _Outcome(self.routes),
            ]
        )
        self.resolver.exception_handler(Exception)(_answer_error)
        self._register(groups)

    def load(self, path: str) -> None:
        """Have the routes that may answer to a path in `routes`."""
        if self._surface is not None:
            self._register(self._surface.at(path))

    def load_all(self) -> None:
        """Have every route in `routes`, those too that nobody has asked for."""
        if self._surface is not None:
            self._register(self._surface.rest())

    def handle(self, event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        """The answer to an event (payload format 2.0), always with the request's id, whatever happens."""
        started = time.perf_counter()
        with (
            request_of(event) as request,
            logger.append_context_keys(**request.log_keys),
            noted_changes() as changes,
        ):
            try:
                self.load(APIGatewayProxyEventV2(event).path)
                answer = self.resolver.resolve(event, context)
            except Exception as error:  # noqa: BLE001 - an answer that can't be written must become one that can
                answer = _serialize(_answer_error(error))
            if changes:
                # A request that reads doesn't wait for what only telling needs.
                from pulse.realtime.changes import tell_changes

                tell_changes(changes)
            if answer["statusCode"] == HTTPStatus.NO_CONTENT:
                answer["body"] = ""
                del answer["headers"]["Content-Type"]
            answer["headers"] |= request.headers
            answer["headers"] |= {"X-Request-Id": request.origin.request_id, "Cache-Control": "no-store"}
            logger.info(
                "request_answered",
                method=event["requestContext"]["http"]["method"],
                path=event["rawPath"],
                status=answer["statusCode"],
                duration_milliseconds=round((time.perf_counter() - started) * 1000, 1),
            )
        return answer

    def _register(self, groups: Iterable[Routes]) -> None:
        for group in groups:
            for route in group:
                self._add(route)

    def _add(self, route: Route) -> None:
        if route.key in self.routes:
            message = f"{route.method} {route.path} is declared twice"
            raise ValueError(message)
        self.routes[route.key] = route
        self.resolver.route(
            route.path,
            route.method,
            summary=route.summary,
            description=route.description,
            operation_id=route.operation_id,
            tags=[route.tag],
            responses=_documented_responses(route),
            security=None,
            openapi_extensions={"x-permission": route.permission.value},
        )(route.function)


class _Outcome(BaseMiddlewareHandler[APIGatewayHttpResolver]):
    """Comes last, around the route itself: the status that it declares, and the ETag of what it answers with."""

    def __init__(self, routes: Mapping[tuple[str, str], Route]) -> None:
        self._routes = routes

    def handler(self, app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[Any]:
        """Answer what the route answers."""
        answer = next_middleware(app)
        answer.status_code = self._routes[app.request.method, app.request.route].status.value
        if isinstance(answer.body, Versioned):
            answer.headers["ETag"] = etag_of(answer.body.version)
        return answer


def _answer_error(error: Exception) -> Response[str]:
    """The problem that an error is to the caller."""
    request_id = origin().request_id
    match error:
        case PulseError():
            return problem_for(error, request_id)
        case RequestValidationError():
            return problem_for(malformed_request(error), request_id)
        case psycopg.OperationalError():
            logger.exception("database_unavailable", exc_info=error)
            message = "the database does not answer; try again in a moment"
            return problem_for(UnavailableError(message), request_id)
        case NoConnectionError() | HTTPClientError():
            logger.exception("service_unavailable", exc_info=error)
            message = "a service that this needs does not answer; try again in a moment"
            return problem_for(UnavailableError(message), request_id)
        case _:
            logger.exception("request_failed", exc_info=error)
            detail = "something went wrong on our side; it has been recorded under this request_id"
            return problem(HTTPStatus.INTERNAL_SERVER_ERROR, detail, request_id)


def _documented_responses(route: Route) -> dict[int, Any]:
    problems = {
        status.value: {"description": _meaning(status, route), "content": {PROBLEM_CONTENT_TYPE: {"model": Problem}}}
        for status in route.statuses
    }
    answer: dict[str, Any] = {"description": route.status.phrase}
    if route.status is HTTPStatus.NO_CONTENT:
        answer["content"] = {}
    elif route.produces != JSON:
        answer["content"] = {route.produces: {"schema": {"type": "string"}}}
    return {route.status.value: answer, **problems}


def _meaning(status: HTTPStatus, route: Route) -> str:
    if status is HTTPStatus.TOO_MANY_REQUESTS and route.limits:
        names = " and ".join(f"`{name}`" for name in route.limits)
        whose = "the caller's address" if route.permission is PUBLIC else "the account"
        return f"{status.phrase}: too many requests, or too many of those that {names} limits for {whose}"
    return status.phrase


def _serialize(response: Response[str]) -> dict[str, Any]:
    return {"statusCode": response.status_code, "headers": dict(response.headers), "body": response.body}


def _to_json(document: Any) -> str:
    return orjson.dumps(document).decode()
