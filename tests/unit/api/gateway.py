"""API Gateway as a test needs it: an event for a call, and what a function gets beside it."""

from typing import Any
from urllib.parse import urlencode

import orjson
from aws_lambda_powertools.utilities.typing import LambdaContext

CALLER = {
    "user_id": "6f1b3a52-8c1d-4d7e-9a39-0d6f2f7f5a10",
    "email": "customer@acme.example",
    "roles": "customer",
    "tenant_id": "acme",
}


def make_context() -> LambdaContext:
    """What the runtime tells a function of its invocation."""
    context = LambdaContext()
    context._function_name = "function"
    context._memory_limit_in_mb = 512
    context._invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:function"
    context._aws_request_id = "invocation-1"
    return context


def make_event(
    method: str,
    path: str,
    *,
    query: dict[str, str] | None = None,
    body: Any = None,
    authorizer: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
) -> dict[str, Any]:
    """A request of an HTTP API, payload format 2.0, without a caller unless `authorizer` names one.

    A body that is not text becomes JSON.
    """
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": urlencode(query or {}),
        "headers": headers or {},
        "requestContext": {
            "http": {"method": method, "path": path, "sourceIp": "198.51.100.7"},
            "requestId": "request-1",
            "stage": "$default",
        },
        "isBase64Encoded": False,
    }
    if query:
        event["queryStringParameters"] = query
    if body is not None:
        event["body"] = body if isinstance(body, str) else orjson.dumps(body).decode()
    if authorizer is not None:
        event["requestContext"]["authorizer"] = {"lambda": authorizer}
    return event
