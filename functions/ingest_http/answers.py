"""What a device is answered: what became of its message, and the reason by its name where it was refused."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

import orjson

from ingest_http.body import BodyError, BodySpoiltError, BodyTooLargeError, EncodingUnsupportedError
from pulse.api.problems import PROBLEM_CONTENT_TYPE, problem_document
from pulse.quarantine.reasons import Reason, Refusal
from pulse.telemetry.door import Accepted, NotQueued, Outcome

type Answer = dict[str, Any]

_STATUSES: Final = {
    Reason.TOKEN_MISSING: HTTPStatus.UNAUTHORIZED,
    Reason.TOKEN_INVALID: HTTPStatus.UNAUTHORIZED,
    Reason.CREDENTIAL_REVOKED: HTTPStatus.UNAUTHORIZED,
    Reason.PAYLOAD_TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    Reason.INVALID_JSON: HTTPStatus.UNPROCESSABLE_ENTITY,
    Reason.BAD_TIMESTAMP: HTTPStatus.UNPROCESSABLE_ENTITY,
    Reason.RATE_LIMITED: HTTPStatus.TOO_MANY_REQUESTS,
    Reason.UNSUPPORTED_VERSION: HTTPStatus.UNPROCESSABLE_ENTITY,
}
# Whatever else is refused at the door is refused to a known sender: another's device, or one that is out of service.
_OTHERWISE: Final = HTTPStatus.FORBIDDEN
_HEADERS: Final = {
    HTTPStatus.UNAUTHORIZED: {"WWW-Authenticate": "Bearer"},
    HTTPStatus.TOO_MANY_REQUESTS: {"Retry-After": "1"},
    HTTPStatus.SERVICE_UNAVAILABLE: {"Retry-After": "5"},
}
_NOT_QUEUED: Final = "the message could not be queued; send it again"


def answer_one(outcome: Outcome, request_id: str) -> Answer:
    """The answer to a single message."""
    match outcome:
        case Accepted():
            return _answer(
                HTTPStatus.ACCEPTED,
                "application/json",
                {
                    "status": "accepted",
                    "device_id": outcome.device_id,
                    "message_id": outcome.message_id,
                    "seq": outcome.seq,
                },
            )
        case Refusal():
            return answer_refusal(outcome, request_id)
        case NotQueued():
            return answer_problem(HTTPStatus.SERVICE_UNAVAILABLE, _NOT_QUEUED, request_id)


def answer_batch(outcomes: list[Outcome], request_id: str) -> Answer:
    """The answer to a batch: taken when any of it was, and each message's own result in its place."""
    results = [_result(index, outcome) for index, outcome in enumerate(outcomes)]
    accepted = sum(isinstance(outcome, Accepted) for outcome in outcomes)
    counts = {"accepted": accepted, "rejected": len(outcomes) - accepted, "results": results}
    if accepted:
        return _answer(HTTPStatus.ACCEPTED, "application/json", counts)
    if any(isinstance(outcome, NotQueued) for outcome in outcomes):
        return answer_problem(HTTPStatus.SERVICE_UNAVAILABLE, _NOT_QUEUED, request_id, counts)
    return answer_problem(HTTPStatus.BAD_REQUEST, "no message of the batch was accepted", request_id, counts)


def answer_refusal(refusal: Refusal, request_id: str) -> Answer:
    """The problem that a refusal is."""
    status = _STATUSES.get(refusal.reason, _OTHERWISE)
    return answer_problem(status, refusal.detail, request_id, {"reason": refusal.reason.value})


def answer_wrong_method(method: str, allowed: tuple[str, ...], request_id: str) -> Answer:
    """The path is known, and something else is done there."""
    answer = answer_problem(
        HTTPStatus.METHOD_NOT_ALLOWED, f"there is no {method} here, but {' and '.join(allowed)}", request_id
    )
    answer["headers"]["Allow"] = ", ".join(allowed)
    return answer


def answer_problem(
    status: HTTPStatus, detail: str, request_id: str, members: Mapping[str, Any] | None = None
) -> Answer:
    """A problem after RFC 9457, with members of its own."""
    return _answer(status, PROBLEM_CONTENT_TYPE, {**problem_document(status, detail, request_id), **(members or {})})


def _result(index: int, outcome: Outcome) -> dict[str, Any]:
    match outcome:
        case Accepted():
            return {"index": index, "status": "accepted", "message_id": outcome.message_id}
        case Refusal():
            return {"index": index, "status": "rejected", "reason": outcome.reason.value, "detail": outcome.detail}
        case NotQueued():
            return {"index": index, "status": "rejected", "reason": "NOT_QUEUED", "detail": _NOT_QUEUED}


def answer_body_error(error: BodyError, request_id: str) -> Answer:
    """The problem that a body is."""
    match error:
        case BodyTooLargeError():
            return answer_refusal(Refusal(Reason.PAYLOAD_TOO_LARGE, "the body is too large"), request_id)
        case BodySpoiltError():
            return answer_refusal(Refusal(Reason.INVALID_JSON, str(error)), request_id)
        case EncodingUnsupportedError():
            detail = "send the body as it is, or with Content-Encoding: gzip and Content-Type: application/gzip"
            return answer_problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail, request_id)
        case _:
            return answer_problem(HTTPStatus.BAD_REQUEST, "the body is not what its headers say", request_id)


def answer_document(status: HTTPStatus, document: Mapping[str, Any]) -> Answer:
    """An answer that is no problem."""
    return _answer(status, "application/json", document)


def _answer(status: HTTPStatus, content_type: str, document: Mapping[str, Any]) -> Answer:
    headers = {"Content-Type": content_type, "Cache-Control": "no-store", **_HEADERS.get(status, {})}
    return {"statusCode": status.value, "headers": headers, "body": orjson.dumps(document).decode()}
