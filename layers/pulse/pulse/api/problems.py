"""Problems: the one shape of an error (RFC 9457), and the one map from error to status."""

from http import HTTPStatus
from typing import Any, Final

import orjson
from aws_lambda_powertools.event_handler import Response
from pydantic import Field

from pulse.errors import (
    ConflictError,
    FieldError,
    InvalidInputError,
    NotAuthenticatedError,
    NotFoundError,
    NotPermittedError,
    PulseError,
    StaleVersionError,
    TooManyRequestsError,
    UnavailableError,
)
from pulse.models import Model

PROBLEM_CONTENT_TYPE: Final = "application/problem+json"


class MalformedRequestError(PulseError):
    """A part of the request is not of its type, out of its range or not known (422)."""


class MethodNotAllowedError(PulseError):
    """The path is known, and `allowed` is what can be done there (405)."""

    def __init__(self, method: str, allowed: tuple[str, ...]) -> None:
        super().__init__(f"there is no {method} here, but {' and '.join(allowed)}")
        self.allowed = allowed


class UnsupportedMediaTypeError(PulseError):
    """The body is not what this interface speaks (415)."""


_STATUSES: Final[dict[type[PulseError], HTTPStatus]] = {
    InvalidInputError: HTTPStatus.BAD_REQUEST,
    NotAuthenticatedError: HTTPStatus.UNAUTHORIZED,
    NotPermittedError: HTTPStatus.FORBIDDEN,
    NotFoundError: HTTPStatus.NOT_FOUND,
    MethodNotAllowedError: HTTPStatus.METHOD_NOT_ALLOWED,
    ConflictError: HTTPStatus.CONFLICT,
    StaleVersionError: HTTPStatus.PRECONDITION_FAILED,
    UnsupportedMediaTypeError: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    MalformedRequestError: HTTPStatus.UNPROCESSABLE_ENTITY,
    TooManyRequestsError: HTTPStatus.TOO_MANY_REQUESTS,
    UnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
}
_HEADERS: Final[dict[HTTPStatus, dict[str, str | list[str]]]] = {
    HTTPStatus.UNAUTHORIZED: {"WWW-Authenticate": "Bearer"},
}


class FieldProblem(Model):
    """One input that is wrong."""

    field: str = Field(description="Name of the parameter, or path of the field in the body")
    reason: str = Field(description="What is wrong with it")


class Problem(Model):
    """What went wrong, after RFC 9457."""

    type: str = Field(description="Identifies the kind of problem", examples=["urn:pulse:problem:not-found"])
    title: str = Field(description="The kind of problem in words")
    status: int = Field(description="The HTTP status", examples=[404])
    detail: str = Field(description="What went wrong this time, and what to do")
    errors: list[FieldProblem] = Field(default=[], description="The inputs that are wrong, if it is about inputs")
    request_id: str = Field(description="Names this request in the logs; quote it when asking for help")


def status_of(error: PulseError) -> HTTPStatus:
    """The status of the answer to an error."""
    return next(_STATUSES[kind] for kind in type(error).__mro__ if kind in _STATUSES)


def problem_for(error: PulseError, request_id: str) -> Response[str]:
    """The answer to an error that the caller may see."""
    answer = problem(status_of(error), error.message, request_id, error.errors)
    if isinstance(error, TooManyRequestsError | UnavailableError):
        answer.headers["Retry-After"] = str(error.retry_after_seconds)
    if isinstance(error, MethodNotAllowedError):
        answer.headers["Allow"] = ", ".join(error.allowed)
    return answer


def problem(status: HTTPStatus, detail: str, request_id: str, errors: tuple[FieldError, ...] = ()) -> Response[str]:
    """An answer in the shape of a problem."""
    return Response(
        status_code=status.value,
        content_type=PROBLEM_CONTENT_TYPE,
        body=orjson.dumps(problem_document(status, detail, request_id, errors)).decode(),
        headers=_HEADERS.get(status),
    )


def problem_document(
    status: HTTPStatus, detail: str, request_id: str, errors: tuple[FieldError, ...] = ()
) -> dict[str, Any]:
    """What a problem says, to which an interface may add members of its own."""
    return {
        "type": problem_type(status),
        "title": status.phrase,
        "status": status.value,
        "detail": detail,
        "errors": [{"field": error.field, "reason": error.reason} for error in errors],
        "request_id": request_id,
    }


def problem_type(status: HTTPStatus) -> str:
    """The URN of a kind of problem."""
    return f"urn:pulse:problem:{status.phrase.lower().replace(' ', '-')}"
