"""What devices find below `/ingest/v1`, for docs/openapi.json.

The functions of people describe themselves; the devices' door has no frame that could (functions/ingest_http/app.py).
What is said here is held against that function by tests/unit/ingest_http/test_description.py.
"""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, Final

from pulse.quarantine.reasons import Reason
from pulse.telemetry.decode import MAX_METRICS
from pulse.telemetry.message import MAX_METRIC_NAME_LENGTH

TAG: Final = "Devices over HTTP"
TOKEN: Final = "device_token"
TOKEN_SCHEME: Final = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "Device token",
    "description": "A token of the device, `pd_…`, as its credentials give it out",
}
_BATCH_MESSAGES: Final = 100
_PROBLEM: Final = "application/problem+json"
# What any of them may be refused with; 429 of API Gateway's own has another body.
_REFUSALS: Final = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
_TEXT: Final = {"type": "string"}
_INSTANT: Final = {"type": "string", "format": "date-time"}
_METRICS: Final = {
    "type": "object",
    "minProperties": 1,
    "maxProperties": MAX_METRICS,
    "propertyNames": {"minLength": 1, "maxLength": MAX_METRIC_NAME_LENGTH},
    "additionalProperties": {"type": ["number", "boolean"]},
}
_MESSAGE_FIELDS: Final[dict[str, Any]] = {
    "version": {"const": "1"},
    "ts": {**_INSTANT, "description": "When it was measured; the time of receipt without it"},
    "seq": {"type": "integer", "minimum": 0},
    "message_id": {"type": "string", "minLength": 1, "maxLength": MAX_METRIC_NAME_LENGTH},
    "tenant_id": {**_TEXT, "description": "If given, the tenant of the token"},
    "site_id": {**_TEXT, "description": "If given, the site of the device"},
    "metrics": {
        "description": "One reading, or several with a time each",
        "oneOf": [
            _METRICS,
            {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"ts": _INSTANT, "metrics": _METRICS},
                    "required": ["metrics"],
                },
            },
        ],
    },
}
SCHEMAS: Final[dict[str, dict[str, Any]]] = {
    "DeviceMessage": {
        "type": "object",
        "description": "What a device has measured, as it is published over MQTT",
        "properties": _MESSAGE_FIELDS,
        "required": ["metrics"],
    },
    "DeviceHeartbeat": {
        "type": "object",
        "description": "A sign of life; the body may be empty",
        "properties": _MESSAGE_FIELDS,
    },
    "DeviceMessageBatch": {
        "type": "object",
        "properties": {
            "messages": {
                "type": "array",
                "minItems": 1,
                "maxItems": _BATCH_MESSAGES,
                "items": {
                    "type": "object",
                    "properties": {
                        **_MESSAGE_FIELDS,
                        "device_id": {**_TEXT, "description": "If given, the device of the token"},
                        "msg_type": {"enum": ["telemetry", "heartbeat"], "default": "telemetry"},
                        "provision_token": {**_TEXT, "description": "The token of this message's device"},
                    },
                },
            }
        },
        "required": ["messages"],
    },
    "DeviceMessageAccepted": {
        "type": "object",
        "properties": {
            "status": {"const": "accepted"},
            "device_id": _TEXT,
            "message_id": {**_TEXT, "description": "What Pulse calls it, also in the quarantine"},
            "seq": {"type": ["integer", "null"]},
        },
        "required": ["status", "device_id", "message_id", "seq"],
    },
    "DeviceMessageResult": {
        "type": "object",
        "properties": {
            "index": {"type": "integer", "minimum": 0},
            "status": {"enum": ["accepted", "rejected"]},
            "message_id": _TEXT,
            "reason": {"enum": [*sorted(Reason), "NOT_QUEUED"]},
            "detail": _TEXT,
        },
        "required": ["index", "status"],
    },
    "DeviceMessageBatchResult": {
        "type": "object",
        "properties": {
            "accepted": {"type": "integer", "minimum": 0},
            "rejected": {"type": "integer", "minimum": 0},
            "results": {"type": "array", "items": {"$ref": "#/components/schemas/DeviceMessageResult"}},
        },
        "required": ["accepted", "rejected", "results"],
    },
    "DeviceRefusal": {
        "description": "A problem, and the name of what was wrong with a message",
        "allOf": [
            {"$ref": "#/components/schemas/Problem"},
            {"type": "object", "properties": {"reason": {"enum": sorted(Reason)}}},
        ],
    },
    "OpenCommands": {
        "type": "object",
        "properties": {
            "commands": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "command_id": {"type": "string", "format": "uuid"},
                        "name": _TEXT,
                        "parameters": {"type": "object"},
                        "created_at": _INSTANT,
                        "expires_at": _INSTANT,
                    },
                    "required": ["command_id", "name", "parameters", "created_at", "expires_at"],
                },
            }
        },
        "required": ["commands"],
    },
    "CommandAnswer": {
        "type": "object",
        "properties": {
            "status": {"enum": ["ACKNOWLEDGED", "REJECTED"], "default": "ACKNOWLEDGED"},
            "reason": {"type": "string", "maxLength": 1000},
            "result": {"type": ["object", "null"]},
        },
    },
    "AnsweredCommand": {
        "type": "object",
        "properties": {"command_id": {"type": "string", "format": "uuid"}, "status": _TEXT},
        "required": ["command_id", "status"],
    },
    "ShadowReport": {
        "type": "object",
        "properties": {"reported": {"type": "object", "description": "Parts to set; null takes one away"}},
        "required": ["reported"],
        "additionalProperties": False,
    },
}


def paths() -> dict[str, dict[str, Any]]:
    """The paths with their operations."""
    taken = (HTTPStatus.ACCEPTED, "DeviceMessageAccepted")
    found = {
        "/ingest/v1/telemetry": {
            "post": _operation("device_send_telemetry", "Hand in a message with readings", "DeviceMessage", taken)
        },
        "/ingest/v1/heartbeat": {
            "post": _operation("device_send_heartbeat", "Hand in a sign of life", "DeviceHeartbeat", taken)
        },
        "/ingest/v1/batch": {
            "post": _operation(
                "device_send_batch",
                "Hand in up to a hundred messages, of one device or, each with its token, of several",
                "DeviceMessageBatch",
                (HTTPStatus.ACCEPTED, "DeviceMessageBatchResult"),
            )
        },
        "/ingest/v1/commands": {
            "get": _operation(
                "device_fetch_commands", "Ask for the open commands", None, (HTTPStatus.OK, "OpenCommands")
            )
        },
        "/ingest/v1/commands/{command_id}/ack": {
            "post": _operation(
                "device_answer_command",
                "Answer a command",
                "CommandAnswer",
                (HTTPStatus.OK, "AnsweredCommand"),
                also=(HTTPStatus.NOT_FOUND, HTTPStatus.TOO_MANY_REQUESTS),
            )
        },
        "/ingest/v1/shadow": {
            "get": _operation("device_read_shadow", "Ask for the own shadow", None, (HTTPStatus.OK, "Shadow")),
            "post": _operation(
                "device_report_shadow",
                "Report to the own shadow",
                "ShadowReport",
                (HTTPStatus.OK, "Shadow"),
                also=(HTTPStatus.TOO_MANY_REQUESTS,),
            ),
        },
    }
    for kind, schema in (("telemetry", "DeviceMessage"), ("heartbeat", "DeviceHeartbeat")):
        found[f"/ingest/v1/tenant/{{tenant_id}}/device/{{device_id}}/{kind}"] = {
            "post": _operation(
                f"device_send_own_{kind}", f"The same as /ingest/v1/{kind}, for the device of the path", schema, taken
            )
        }
    for path, operations in found.items():
        if parameters := _parameters(path):
            for operation in operations.values():
                operation["parameters"] = parameters
    return found


def _operation(
    name: str, summary: str, body: str | None, answer: tuple[HTTPStatus, str], also: Iterable[HTTPStatus] = ()
) -> dict[str, Any]:
    status, schema = answer
    operation: dict[str, Any] = {
        "tags": [TAG],
        "summary": summary,
        "operationId": name,
        "responses": {
            str(int(status)): {"description": status.phrase, "content": _content("application/json", schema)},
            **{
                str(int(refusal)): {"description": refusal.phrase, "content": _content(_PROBLEM, "DeviceRefusal")}
                for refusal in sorted((*_REFUSALS, *also))
            },
        },
        "security": [{TOKEN: []}],
    }
    if body is not None:
        operation["requestBody"] = {
            "content": _content("application/json", body),
            "required": body != "DeviceHeartbeat",
        }
    return operation


def _content(content_type: str, schema: str) -> dict[str, Any]:
    return {content_type: {"schema": {"$ref": f"#/components/schemas/{schema}"}}}


def _parameters(path: str) -> list[dict[str, Any]]:
    names = [level[1:-1] for level in path.split("/") if level.startswith("{")]
    return [{"name": name, "in": "path", "required": True, "schema": _TEXT} for name in names]
