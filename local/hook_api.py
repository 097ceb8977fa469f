"""What other systems find below `/hooks`, for docs/openapi.json.

As with the devices' door, the function (functions/receive_webhook/app.py) has no frame that could describe it.
"""

from http import HTTPStatus
from typing import Any, Final

TAG: Final = "Webhooks"
_PROBLEM: Final = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
_REFUSALS: Final = {
    HTTPStatus.BAD_REQUEST: "The body is not what its headers say, or is said to be text and is not UTF-8",
    HTTPStatus.UNAUTHORIZED: "The source's secret is missing or wrong",
    HTTPStatus.NOT_FOUND: "There is no such source, or it is disabled",
    HTTPStatus.METHOD_NOT_ALLOWED: "Something else than POST",
    HTTPStatus.CONFLICT: "Its addon is disabled",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body has more than 128 KiB",
    HTTPStatus.TOO_MANY_REQUESTS: "The source sends too much; `Retry-After` says when to go on",
    HTTPStatus.SERVICE_UNAVAILABLE: "It could not be queued; send it again",
}
SCHEMAS: Final[dict[str, dict[str, Any]]] = {
    "WebhookReceipt": {
        "type": "object",
        "properties": {
            "status": {
                "enum": ["accepted", "repeated"],
                "description": "Whether it is queued, or was sent before and is not taken again",
            },
            "message_id": {"type": "string", "format": "uuid"},
        },
        "required": ["status", "message_id"],
    },
    "EventReceipt": {
        "type": "object",
        "properties": {
            "status": {"const": "success"},
            "message": {"type": "string"},
            "dedup_key": {"type": "string", "description": "That of the event, or one that was made for it"},
        },
        "required": ["status", "message", "dedup_key"],
    },
}


def paths() -> dict[str, dict[str, Any]]:
    """The paths with their operations."""
    path = "/hooks/{tenant_id}/{source_id}"
    return {
        path: {
            "post": _operation(
                "source_send_message",
                "Hand in what a system has to say, in the form that its addon reads",
                {"*/*": {}},
                "WebhookReceipt",
            )
        },
        f"{path}/v2/enqueue": {
            "post": _operation(
                "source_send_event",
                "Hand in an event as to PagerDuty's Events API v2",
                {"application/json": {"schema": {"type": "object"}}},
                "EventReceipt",
            )
        },
    }


def _operation(name: str, summary: str, content: dict[str, Any], answer: str) -> dict[str, Any]:
    taken = {"application/json": {"schema": {"$ref": f"#/components/schemas/{answer}"}}}
    return {
        "tags": [TAG],
        "summary": summary,
        "description": "The source's `authentication` says where its secret is looked for.",
        "operationId": name,
        "parameters": [
            {"name": "tenant_id", "in": "path", "required": True, "schema": {"type": "string"}},
            {"name": "source_id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}},
        ],
        "requestBody": {"content": content, "required": True},
        "responses": {
            str(int(HTTPStatus.ACCEPTED)): {"description": "Queued: it is not lost any more", "content": taken},
            **{str(int(status)): {"description": reason, "content": _PROBLEM} for status, reason in _REFUSALS.items()},
        },
        "security": [],
    }
