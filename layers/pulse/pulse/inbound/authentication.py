"""How a sender shows that it may speak for a source. Pure."""

import base64
import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final, Literal, NamedTuple

import orjson
from pydantic import Field, StringConstraints

from pulse.inbound.json_paths import JsonPathToOne, find_one
from pulse.input_errors import in_words
from pulse.models import Input

TOLERANCE: Final = timedelta(minutes=5)
"""A signature with a time is good for so long, before and after."""
MASK: Final = b"***"
_STANDARD_PREFIX: Final = "whsec_"

HeaderName = Annotated[
    str,
    StringConstraints(
        pattern=in_words(
            r"^[A-Za-z0-9\-]{1,100}$", "must be a header name such as X-Api-Key, of at most 100 characters"
        )
    ),
]
ParameterName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.\-]{1,100}$")]


class HookRefusedError(Exception):
    """The sender has not shown that it may; the message says why, and no more than it knows anyway."""


class HookRequest(NamedTuple):
    """A request as it came; names of headers are in small letters."""

    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes


class HeaderAuthentication(Input):
    """The secret stands in a header: alone, after `Bearer`, or as the password of `Basic`."""

    kind: Literal["header"]
    name: HeaderName = "Authorization"


class QueryAuthentication(Input):
    """The secret stands in the address's query. Proxies may write addresses down: prefer another kind."""

    kind: Literal["query"]
    name: ParameterName = "key"


class BodyAuthentication(Input):
    """The secret stands in the body, which is JSON."""

    kind: Literal["body"]
    path: JsonPathToOne = "$.routing_key"


class HmacAuthentication(Input):
    """The body is signed with the secret (HMAC), alone or after a time and a separator.

    Without a time, a request that somebody has recorded can be sent again.
    """

    kind: Literal["hmac"]
    header: HeaderName = "X-Signature-SHA256"
    algorithm: Literal["sha1", "sha256", "sha512"] = "sha256"
    encoding: Literal["hex", "base64"] = "hex"
    prefix: Annotated[str, StringConstraints(max_length=20, pattern=r"^[!-~]*$")] = Field(
        "", description="What stands before the signature, such as `sha256=`"
    )
    timestamp_header: HeaderName | None = Field(None, description="Seconds since 1970, signed before the body")
    separator: Annotated[str, StringConstraints(min_length=1, max_length=3, pattern=r"^[!-~]*$")] = ":"


class StandardWebhooksAuthentication(Input):
    """Signed after Standard Webhooks (webhook-id, webhook-timestamp, webhook-signature)."""

    kind: Literal["standard_webhooks"]


Authentication = Annotated[
    HeaderAuthentication
    | QueryAuthentication
    | BodyAuthentication
    | HmacAuthentication
    | StandardWebhooksAuthentication,
    Field(discriminator="kind"),
]
"""One of the ways."""


def verify(authentication: Authentication, secrets: Sequence[str], request: HookRequest, now: datetime) -> str | None:
    """What the request can be recognised by if it comes again; None when it has nothing of the kind.

    Any of the secrets will do. Raises HookRefusedError.
    """
    match authentication:
        case HeaderAuthentication():
            shown = request.headers.get(authentication.name.lower(), "")
            _require_one(_of_header(shown), secrets, f"header {authentication.name}")
        case QueryAuthentication():
            shown = request.query.get(authentication.name, "")
            _require_one([shown], secrets, f"query parameter {authentication.name}")
        case BodyAuthentication():
            _require_one([_of_body(request.body, authentication.path)], secrets, f"body at {authentication.path}")
        case HmacAuthentication():
            return _verify_hmac(authentication, secrets, request, now)
        case StandardWebhooksAuthentication():
            return _verify_standard(secrets, request, now)
    return None


def without_secret(authentication: Authentication, secrets: Sequence[str], request: HookRequest) -> HookRequest:
    """The request as it may be kept: a secret that it shows is masked."""
    match authentication:
        case QueryAuthentication():
            query = {name: value for name, value in request.query.items() if name != authentication.name}
            return request._replace(query=query)
        case BodyAuthentication():
            body = request.body
            for secret in secrets:
                body = body.replace(secret.encode(), MASK)
            return request._replace(body=body)
        case _:
            return request


def _of_header(value: str) -> list[str]:
    scheme, _, rest = value.partition(" ")
    match scheme.lower():
        case "bearer":
            return [value, rest.strip()]
        case "basic":
            try:
                user_and_password = base64.b64decode(rest.strip(), validate=True).decode("utf-8", "replace")
            except ValueError:  # no base64, or no ASCII
                return [value]
            return [value, user_and_password.partition(":")[2]]
        case _:
            return [value]


def _of_body(body: bytes, path: str) -> str:
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        return ""
    found = find_one(path, document, document)
    return found if isinstance(found, str) else ""


def _require_one(shown: Sequence[str], secrets: Sequence[str], place: str) -> None:
    if not _any_same(shown, secrets):
        message = f"the source's secret is not in the {place}"
        raise HookRefusedError(message)


def _any_same(shown: Sequence[str], expected: Sequence[str]) -> bool:
    """Whether any two are the same. Every comparison is made, and takes the same time whatever differs."""
    same = False
    for one in shown:
        for other in expected:
            same |= hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))
    return same


def _verify_hmac(
    authentication: HmacAuthentication, secrets: Sequence[str], request: HookRequest, now: datetime
) -> str | None:
    signed, timestamp = request.body, None
    if authentication.timestamp_header is not None:
        timestamp = request.headers.get(authentication.timestamp_header.lower(), "")
        _require_recent(timestamp, now)
        signed = f"{timestamp}{authentication.separator}".encode("utf-8", "replace") + signed
    shown = request.headers.get(authentication.header.lower(), "").removeprefix(authentication.prefix).strip()
    expected = [
        _encoded(hmac.digest(secret.encode(), signed, authentication.algorithm), authentication.encoding)
        for secret in secrets
    ]
    if authentication.encoding == "hex":
        shown = shown.lower()
    if not _any_same([shown], expected):
        message = f"the signature in the header {authentication.header} is not the body's"
        raise HookRefusedError(message)
    return None if timestamp is None else shown


def _verify_standard(secrets: Sequence[str], request: HookRequest, now: datetime) -> str:
    message_id = request.headers.get("webhook-id", "")
    timestamp = request.headers.get("webhook-timestamp", "")
    if not 1 <= len(message_id) <= 255:
        message = "webhook-id is missing"
        raise HookRefusedError(message)
    _require_recent(timestamp, now)
    signed = f"{message_id}.{timestamp}.".encode("utf-8", "replace") + request.body
    shown = [part.removeprefix("v1,") for part in request.headers.get("webhook-signature", "").split(" ")]
    expected = [_encoded(hmac.digest(_standard_key(secret), signed, "sha256"), "base64") for secret in secrets]
    if not _any_same(shown, expected):
        message = "no signature in webhook-signature is the message's"
        raise HookRefusedError(message)
    return message_id


def _standard_key(secret: str) -> bytes:
    """The key in a secret as Standard Webhooks writes it: base64 after `whsec_`."""
    return base64.b64decode(secret.removeprefix(_STANDARD_PREFIX))


def _require_recent(timestamp: str, now: datetime) -> None:
    seconds = int(timestamp) if timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 10 else None
    if seconds is None or abs(now - datetime.fromtimestamp(seconds, UTC)) > TOLERANCE:
        message = "the time of the signature is missing, or more than five minutes away from now"
        raise HookRefusedError(message)


def _encoded(digest: bytes, encoding: str) -> str:
    return digest.hex() if encoding == "hex" else base64.b64encode(digest).decode()
