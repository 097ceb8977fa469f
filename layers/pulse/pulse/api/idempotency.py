"""`Idempotency-Key`: a POST that is sent again for want of an answer is carried out once, and answered twice.

A key belongs to one caller and one route. For a day its first answer is given again, marked `Idempotency-Replayed`;
with another path, query or body it is refused, for then it is another request. A request that failed changed nothing,
so that its key is free again.
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from typing import Any, Final

import orjson
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.middlewares import BaseMiddlewareHandler, NextMiddleware

from pulse.api.problems import MalformedRequestError
from pulse.api.request import add_headers, principal
from pulse.api.routes import Route
from pulse.errors import ConflictError, FieldError, UnavailableError
from pulse.transient import Key, TransientUnavailableError, Value, create_entry, delete_entry, write_entry

HEADER: Final = "Idempotency-Key"
_KEY: Final = re.compile(r"[\x21-\x7e]{1,255}")
_KEPT_FOR: Final = timedelta(hours=24)
# Longer than a function may take: a request that is cut off leaves its key taken for that long.
_AT_WORK: Final = timedelta(seconds=60)
_MAXIMUM_BYTES: Final = 300_000  # an entry of the table may have 400 kB
_IN_PROGRESS: Final = 0


class Idempotency(BaseMiddlewareHandler[APIGatewayHttpResolver]):
    """Stands between validation and the route: what is malformed takes no key."""

    def __init__(self, routes: Mapping[tuple[str, str], Route]) -> None:
        self._routes = routes

    def handler(self, app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[Any]:
        """Answer what the route answers, or answered. Raises MalformedRequestError, ConflictError, UnavailableError."""
        name = app.current_event.headers.get(HEADER.lower())
        route = self._routes[app.request.method, app.request.route]
        if name is None or not route.takes_idempotency_key:
            return next_middleware(app)
        key, fingerprint = _key(name, route), _fingerprint(app)
        before = _claim(key, fingerprint)
        if before is not None:
            return _answer_again(before, fingerprint)
        try:
            answer = next_middleware(app)
        except BaseException:
            _release(key)
            raise
        _keep(key, fingerprint, answer, is_secret=route.answers_secret)
        return answer


def _key(name: str, route: Route) -> Key:
    if not _KEY.fullmatch(name):
        reason = "must be 1 to 255 visible ASCII characters"
        raise MalformedRequestError(f"{HEADER} {reason}", errors=(FieldError(HEADER, reason),))
    caller = principal()
    return Key(f"IDEMPOTENCY#{caller.tenant_id or ''}#{caller.user_id}", f"{route.path}#{name}")


def _fingerprint(app: APIGatewayHttpResolver) -> str:
    event = app.current_event
    parts = [event.path, event.get("rawQueryString", ""), event.decoded_body or ""]
    return sha256(orjson.dumps(parts)).hexdigest()


def _claim(key: Key, fingerprint: str) -> dict[str, Value] | None:
    try:
        return create_entry(key, {"fingerprint": fingerprint, "status": _IN_PROGRESS}, lifetime=_AT_WORK)
    except TransientUnavailableError as error:
        message = f"whether this {HEADER} was used before can't be told right now; try again in a moment"
        raise UnavailableError(message) from error


def _answer_again(before: Mapping[str, Value], fingerprint: str) -> Response[Any]:
    if before["fingerprint"] != fingerprint:
        reason = "was used for another request; take a new one for each"
        raise MalformedRequestError(f"{HEADER} {reason}", errors=(FieldError(HEADER, reason),))
    if before["status"] == _IN_PROGRESS:
        message = f"a request with this {HEADER} is being carried out; ask again for its answer in a moment"
        raise ConflictError(message)
    kept = before.get("answer")
    if not isinstance(kept, bytes):
        message = f"the request with this {HEADER} was carried out; its answer is not kept"
        raise ConflictError(message)
    answer = orjson.loads(kept)
    add_headers({"Idempotency-Replayed": "true"})
    return Response(
        status_code=int(before["status"]),
        content_type="application/json",
        body=answer["body"],
        headers=answer["headers"],
    )


def _keep(key: Key, fingerprint: str, answer: Response[Any], *, is_secret: bool) -> None:
    values: dict[str, Value] = {"fingerprint": fingerprint, "status": answer.status_code}
    if not is_secret:
        headers = {name: answer.headers[name] for name in ("ETag",) if name in answer.headers}
        document = orjson.dumps({"body": answer.body, "headers": headers})
        if len(document) <= _MAXIMUM_BYTES:
            values["answer"] = document
    try:
        write_entry(key, values, lifetime=_KEPT_FOR)
    except TransientUnavailableError:
        return  # said in the log; the caller has the answer all the same


def _release(key: Key) -> None:
    try:
        delete_entry(key)
    except TransientUnavailableError:
        return  # said in the log; the key is free again within a minute
