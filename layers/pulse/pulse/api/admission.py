"""Who gets in: is there such a route, does the caller come too often, and may they call it, and now?

Requests as such are counted before anything else is done for them, dear ones once more right before they are met.
"""

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.middlewares import BaseMiddlewareHandler, NextMiddleware

from pulse import clock
from pulse.api.problems import MethodNotAllowedError
from pulse.api.quotas import quota_headers
from pulse.api.request import add_headers, origin, principal, tenant
from pulse.api.routes import PUBLIC, Route
from pulse.errors import InvalidInputError, NotFoundError
from pulse.limits.admission import Quota, RateExceededError, admit_address, admit_request, admit_use, take_back_use
from pulse.subscriptions.standing import require_in_force


class Admission(BaseMiddlewareHandler[APIGatewayHttpResolver]):
    """Comes first. Requests that are refused for their permission count as well: they cost as much."""

    def __init__(self, routes: Mapping[tuple[str, str], Route]) -> None:
        self._routes = routes

    def handler(self, app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[Any]:
        """Answer what the route answers. Raises what the frame turns into a problem."""
        route = self._routes.get((app.request.method, app.request.route))
        if route is None:
            raise self._nowhere(app.request.method, app.current_event.path)
        try:
            quotas = _admit(route)
        except RateExceededError as error:
            add_headers(quota_headers(error.quotas))
            raise
        add_headers(quota_headers(quotas))
        app.context["quotas"] = quotas
        if route.permission is not PUBLIC:
            principal().admit(route.permission)
        if route.needs_subscription:
            require_in_force(tenant())
        return next_middleware(app)

    def _nowhere(self, method: str, path: str) -> NotFoundError | MethodNotAllowedError:
        allowed = tuple(sorted({route.method for route in self._routes.values() if route.is_at(path)}))
        # With the method among them, the resolver has found characters in the path that no id has.
        if not allowed or method in allowed:
            return NotFoundError(f"there is no {path}")
        return MethodNotAllowedError(method, allowed)


def _admit(route: Route) -> tuple[Quota, ...]:
    """Count the request on the caller, or on the address where nobody has to say who they are."""
    if route.permission is PUBLIC:
        return admit_address(origin().ip_address, route.limits)
    return admit_request(principal())


class UseAdmission(BaseMiddlewareHandler[APIGatewayHttpResolver]):
    """Comes last before the route: what a route has limits of its own for is counted when it is really asked for.

    Who is refused for what they sent was given nothing, and has used nothing.
    """

    def __init__(self, routes: Mapping[tuple[str, str], Route]) -> None:
        self._routes = routes

    def handler(self, app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[Any]:
        """Answer what the route answers. Raises RateExceededError."""
        route = self._routes[app.request.method, app.request.route]
        if route.permission is PUBLIC or not route.limits:
            return next_middleware(app)
        quotas, now = app.context["quotas"], clock.now()
        try:
            used = admit_use(principal(), route.limits, now)
        except RateExceededError as error:
            add_headers(quota_headers((*quotas, *error.quotas)))
            raise
        try:
            answer = next_middleware(app)
        except (InvalidInputError, NotFoundError):
            if used:
                take_back_use(principal(), route.limits, now)
            raise
        add_headers(quota_headers((*quotas, *used)))
        return answer
