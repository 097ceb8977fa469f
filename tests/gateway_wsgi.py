"""The APIs as a WSGI application: API Gateway and the authorizer played in this process."""

import re
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl
from uuid import uuid4

from pulse.api.resolver import Api
from pulse.api.routes import Route
from tests.routes import apis, every_route
from tests.unit.api.gateway import make_context

type Environ = dict[str, Any]
type StartResponse = Callable[[str, list[tuple[str, str]]], object]


class Gateway:
    """Answers requests as the caller that `authorizer` makes up for a route."""

    def __init__(self, authorizer: Callable[[Route], dict[str, str]]) -> None:
        self._authorizer = authorizer
        self._routes = [
            (route.method, re.compile(re.sub(r"<\w+>", "[^/]+", route.path)), route, apis()[folder])
            for folder, route in every_route()
        ]

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        route, api = self._find(environ)
        answer = api.handle(self._event(environ, route), make_context())
        status = HTTPStatus(answer["statusCode"])
        headers = [(name, value) for name, value in answer["headers"].items() if isinstance(value, str)]
        start_response(f"{status.value} {status.phrase}", headers)
        return [(answer["body"] or "").encode()]

    def _find(self, environ: Environ) -> tuple[Route | None, Api]:
        path = _path(environ)
        for method, pattern, route, api in self._routes:
            if method == environ["REQUEST_METHOD"] and pattern.fullmatch(path):
                return route, api
        return None, apis()["customer_api"]

    def _event(self, environ: Environ, route: Route | None) -> dict[str, Any]:
        headers = {
            name.removeprefix("HTTP_").replace("_", "-").lower(): value
            for name, value in environ.items()
            if name.startswith("HTTP_") or (name == "CONTENT_TYPE" and value)
        }
        event: dict[str, Any] = {
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": _path(environ),
            "rawQueryString": environ["QUERY_STRING"],
            "headers": headers,
            "requestContext": {
                "http": {"method": environ["REQUEST_METHOD"], "path": _path(environ), "sourceIp": "198.51.100.7"},
                "requestId": str(uuid4()),
                "stage": "$default",
            },
            "isBase64Encoded": False,
        }
        if environ["QUERY_STRING"]:
            event["queryStringParameters"] = _query(environ["QUERY_STRING"])
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        if body:
            event["body"] = body.decode(errors="replace")
        if route is not None:
            event["requestContext"]["authorizer"] = {"lambda": self._authorizer(route)}
        return event


def _path(environ: Environ) -> str:
    text: str = environ["PATH_INFO"]
    return text.encode("latin-1").decode(errors="replace")


def _query(text: str) -> dict[str, str]:
    """As API Gateway does: repeated parameters are joined with commas."""
    joined: dict[str, list[str]] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        joined.setdefault(name, []).append(value)
    return {name: ",".join(values) for name, values in joined.items()}
