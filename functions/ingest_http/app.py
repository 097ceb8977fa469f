"""Telemetry over HTTP: who brings a device's token hands in messages, which take the same path as those of the broker.

Not on the frame of the people's API: a device's token is its own proof, bodies may be compressed, and a refusal has
the names that devices know.
"""

from http import HTTPStatus
from typing import Any

import psycopg
from aws_lambda_powertools.utilities.typing import LambdaContext

from ingest_http.answers import (
    Answer,
    answer_batch,
    answer_body_error,
    answer_one,
    answer_problem,
    answer_refusal,
    answer_wrong_method,
)
from ingest_http.batch import BYTES_AROUND_A_MESSAGE, MAX_MESSAGES, BatchSizeError, BatchUnreadableError, read_batch
from ingest_http.body import BodyError, read_body
from ingest_http.conversation import MAXIMUM_ANSWER_BYTES, give, take
from ingest_http.paths import Batch, Conversation, Message, methods_at, read_path
from pulse.logging import logger
from pulse.quarantine.reasons import Reason, Refusal
from pulse.settings import settings
from pulse.telemetry.door import Submission, hand_in

settings().require("database_secret_arn", "telemetry_queue_url", "event_bus_name")


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: LambdaContext) -> Answer:
    """Answer a request of the HTTP API (payload format 2.0)."""
    request_id = event["requestContext"]["requestId"]
    try:
        answer = _take(event, request_id)
    except BodyError as error:
        answer = answer_body_error(error, request_id)
    except BatchUnreadableError as error:
        answer = answer_refusal(Refusal(Reason.INVALID_JSON, str(error)), request_id)
    except BatchSizeError:
        answer = answer_problem(HTTPStatus.BAD_REQUEST, f"a batch has 1 to {MAX_MESSAGES} messages", request_id)
    except psycopg.OperationalError:
        logger.exception("database_unavailable")
        answer = answer_problem(HTTPStatus.SERVICE_UNAVAILABLE, "try again in a moment", request_id)
    answer["headers"]["X-Request-Id"] = request_id
    logger.info("request_answered", path=event["rawPath"], status=answer["statusCode"], request_id=request_id)
    return answer


def _take(event: dict[str, Any], request_id: str) -> Answer:
    """Read what was sent to which path, and hand it in."""
    path, method, largest = event["rawPath"], event["requestContext"]["http"]["method"], settings().max_payload_bytes
    place = read_path(path)
    if place is not None and method not in methods_at(place):
        return answer_wrong_method(method, methods_at(place), request_id)
    match place:
        case Batch():
            body = read_body(event, max_bytes=MAX_MESSAGES * (largest + BYTES_AROUND_A_MESSAGE))
            return answer_batch(hand_in(read_batch(body, _bearer(event))), request_id)
        case Message(msg_type, tenant_id, device_id):
            token = (event["headers"].get("x-provision-token") if tenant_id else None) or _bearer(event)
            payload = read_body(event, max_bytes=largest)
            [outcome] = hand_in([Submission(token, msg_type, payload, tenant_id, device_id)])
            return answer_one(outcome, request_id)
        case Conversation() if method == "GET":
            return give(path, _bearer(event), request_id)
        case Conversation(_, rest):
            return take(rest, _bearer(event), read_body(event, max_bytes=MAXIMUM_ANSWER_BYTES), request_id)
        case None:
            return answer_problem(HTTPStatus.NOT_FOUND, f"there is no {path}", request_id)


def _bearer(event: dict[str, Any]) -> str | None:
    scheme, _, token = event["headers"].get("authorization", "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None
