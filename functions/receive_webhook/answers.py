"""What a sender is answered."""

from http import HTTPStatus
from typing import Any

import orjson

from ingest_http.body import BodyError, BodySpoiltError, BodyTooLargeError
from pulse.api.problems import PROBLEM_CONTENT_TYPE, MethodNotAllowedError, problem_document, status_of
from pulse.errors import PulseError, TooManyRequestsError, UnavailableError
from pulse.inbound.receiving import Receipt
from pulse.settings import settings

type Answer = dict[str, Any]


def answer_received(receipt: Receipt) -> Answer:
    """The message is queued, or it was before."""
    status = "repeated" if receipt.repeated else "accepted"
    return _answer(HTTPStatus.ACCEPTED, "application/json", {"status": status, "message_id": str(receipt.message_id)})


def answer_event(dedup_key: str) -> Answer:
    """The same to a client of PagerDuty's Events API; by the key it can resolve what it has triggered."""
    document = {"status": "success", "message": "Event processed", "dedup_key": dedup_key}
    return _answer(HTTPStatus.ACCEPTED, "application/json", document)


def answer_error(error: PulseError, request_id: str) -> Answer:
    """The problem that an error is."""
    answer = answer_problem(status_of(error), error.message, request_id)
    if isinstance(error, TooManyRequestsError | UnavailableError):
        answer["headers"]["Retry-After"] = str(error.retry_after_seconds)
    if isinstance(error, MethodNotAllowedError):
        answer["headers"]["Allow"] = ", ".join(error.allowed)
    return answer


def answer_body_error(error: BodyError, request_id: str) -> Answer:
    """The problem that a body is."""
    match error:
        case BodyTooLargeError():
            detail = f"the body has more than {settings().max_inbound_bytes} bytes"
            return answer_problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail, request_id)
        case BodySpoiltError():
            return answer_problem(HTTPStatus.BAD_REQUEST, str(error), request_id)
        case _:
            return answer_problem(HTTPStatus.BAD_REQUEST, "the body is not what its headers say", request_id)


def answer_problem(status: HTTPStatus, detail: str, request_id: str) -> Answer:
    """A problem after RFC 9457."""
    return _answer(status, PROBLEM_CONTENT_TYPE, problem_document(status, detail, request_id))


def _answer(status: HTTPStatus, content_type: str, document: dict[str, Any]) -> Answer:
    headers = {"Content-Type": content_type, "Cache-Control": "no-store"}
    return {"statusCode": status.value, "headers": headers, "body": orjson.dumps(document).decode()}
