"""Webhooks of other systems: `POST /hooks/{tenant_id}/{source_id}`, answered when what they say is queued.

Clients of PagerDuty's Events API post to `…/v2/enqueue` below it, and are answered as they expect.

Not on the frame of the people's API: a source has a proof of its own, and bodies are whatever its system sends.
"""

from typing import Any

import psycopg
from aws_lambda_powertools.utilities.typing import LambdaContext

from ingest_http.body import BodyError, read_body
from pulse import clock
from pulse.api.problems import MethodNotAllowedError
from pulse.errors import PulseError, UnavailableError
from pulse.inbound.authentication import HookRequest
from pulse.inbound.receiving import receive
from pulse.logging import logger
from pulse.settings import settings
from receive_webhook import events_api
from receive_webhook.answers import Answer, answer_body_error, answer_error, answer_event, answer_received

settings().require("database_secret_arn", "inbound_queue_url", "notification_key_arn", "transient_table_name")


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: LambdaContext) -> Answer:
    """Answer a request of the HTTP API (payload format 2.0)."""
    request_id = event["requestContext"]["requestId"]
    try:
        _require_post(event)
        answer = _take(event)
    except BodyError as error:
        answer = answer_body_error(error, request_id)
    except PulseError as error:
        answer = answer_error(error, request_id)
    except psycopg.OperationalError:
        logger.exception("database_unavailable")
        answer = answer_error(UnavailableError("try again in a moment"), request_id)
    answer["headers"]["X-Request-Id"] = request_id
    # Neither path nor query: the secret may stand there.
    logger.info("hook_answered", status=answer["statusCode"], request_id=request_id)
    return answer


def _require_post(event: dict[str, Any]) -> None:
    method = event["requestContext"]["http"]["method"]
    if method != "POST":
        raise MethodNotAllowedError(method, ("POST",))


def _take(event: dict[str, Any]) -> Answer:
    parameters = event["pathParameters"]
    query = event.get("queryStringParameters") or {}
    body = read_body(event, max_bytes=settings().max_inbound_bytes)
    dedup_key = None
    if event["rawPath"].endswith(events_api.PATH):
        dedup_key = events_api.dedup_key_of(body)
        if dedup_key is None:
            dedup_key = events_api.make_dedup_key()
            query = {**query, events_api.MADE_KEY: dedup_key}
    request = HookRequest(headers=event["headers"], query=query, body=body)
    receipt = receive(
        parameters["tenant_id"],
        parameters["source_id"],
        request,
        source_address=event["requestContext"]["http"]["sourceIp"],
        now=clock.now(),
    )
    return answer_received(receipt) if dedup_key is None else answer_event(dedup_key)
